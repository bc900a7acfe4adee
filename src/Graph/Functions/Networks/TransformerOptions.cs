namespace GraphGrad;

/// <summary>How a transformer layer is made.</summary>
public sealed record TransformerOptions
{
    /// <summary>Whether norms come before attention and maps, whose results are added to what is not normed; else after the addition.</summary>
    public bool NormFirst { get; init; }

    /// <summary>What lies between the two maps; by default <see cref="Ops.Relu"/>.</summary>
    public Func<Value, Value> Activation { get; init; } = Ops.Relu;

    /// <summary>What the norms add to variances.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>
    /// What drops elements after attention, after the activation and after the second map: called once for each place, so that <c>x => Dropout(x, 0.1, seed++)</c> draws other numbers for each; null for none.
    /// </summary>
    public Func<Value, Value>? Dropout { get; init; }
}

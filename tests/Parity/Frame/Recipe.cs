namespace GraphGrad.Parity;

/// <summary>How an input is made.</summary>
/// <param name="Type">The element type; null for the float type of the run.</param>
/// <param name="Extents">The shape.</param>
/// <param name="Element">The element at an index, drawn in order.</param>
internal sealed record Recipe(DType? Type, int[] Extents, Func<Draws, int, double> Element)
{
    public bool IsFloat => Type is null;

    /// <summary>The same elements in another shape.</summary>
    public Recipe Shaped(params int[] extents) => this with { Extents = extents };

    /// <summary>The same elements as another type.</summary>
    public Recipe As(DType type) => this with { Type = type };

    /// <summary>Floats are rounded to float32 in every run, so that all runs of a case see the same numbers.</summary>
    public TensorData Make(string seed, DType run)
    {
        var draws = new Draws(seed);
        var count = Extents.Aggregate(1, (a, b) => a * b);
        var elements = new double[count];
        for (var i = 0; i < count; i++) elements[i] = IsFloat ? (float)Element(draws, i) : Element(draws, i);
        return Data.Create(Type ?? run, elements, Extents);
    }

    public override string ToString() => $"{(Type is { } type ? type.Text() : "float")}[{string.Join(",", Extents)}]";
}

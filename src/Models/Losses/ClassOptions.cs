namespace GraphGrad;

/// <summary>How a cross-entropy treats its classes and labels.</summary>
public sealed record ClassOptions
{
    /// <summary>The axis of the classes.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>
    /// One weight for each class, of the prediction's type, for the losses of its examples. <see cref="Reduction.Mean"/> of class numbers divides by
    /// the sum of the weights, of probabilities by the number of examples.
    /// </summary>
    public Value? Weights { get; init; }

    /// <summary>Class numbers of this value give a loss of 0, and do not count in the mean.</summary>
    public long? IgnoreIndex { get; init; }

    /// <summary>
    /// From 0 to 1: so much of every label is spread evenly over all classes (Szegedy et al., "Rethinking the inception architecture for computer
    /// vision", 2015).
    /// </summary>
    public double LabelSmoothing { get; init; }
}

namespace GraphGrad.Operations;

/// <summary>What is carried from one element of an axis to the next.</summary>
internal enum CumulationKind
{
    Sum,
    Product,
    LogSumExp,

    /// <summary>Of equal elements the last; NaN from the first NaN on.</summary>
    Maximum,

    /// <inheritdoc cref="Maximum"/>
    Minimum,
}

namespace GraphGrad.Operations;

/// <summary>How a reduction combines elements.</summary>
internal enum ReductionKind
{
    Sum,
    Product,

    /// <summary>NaN wins; logical or for bool.</summary>
    Maximum,

    /// <summary>NaN wins; logical and for bool.</summary>
    Minimum,
}

namespace GraphGrad;

/// <summary>What becomes of an element and the values that are put in its place.</summary>
public enum ScatterReduction
{
    /// <summary>The last value in row-major order.</summary>
    Replace,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The product.</summary>
    Product,

    /// <summary>The mean; of integers rounded down.</summary>
    Mean,

    /// <summary>The largest; NaN if one is NaN.</summary>
    Maximum,

    /// <summary>The smallest; NaN if one is NaN.</summary>
    Minimum,
}

namespace GraphGrad;

/// <summary>What a quantile is where it falls between two elements of the order.</summary>
public enum QuantileInterpolation
{
    /// <summary>Their weighted mean.</summary>
    Linear,

    /// <summary>The lower one.</summary>
    Lower,

    /// <summary>The higher one.</summary>
    Higher,

    /// <summary>The nearer one; of two equally near, that of even place.</summary>
    Nearest,

    /// <summary>Their mean.</summary>
    Midpoint,
}

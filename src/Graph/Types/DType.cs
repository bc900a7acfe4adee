namespace GraphGrad;

/// <summary>The element type of a tensor.</summary>
public enum DType
{
    /// <summary>IEEE 754 binary32, C# <see langword="float"/>.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, C# <see langword="double"/>.</summary>
    Float64,

    /// <summary>Two's complement, C# <see langword="int"/>; arithmetic wraps around.</summary>
    Int32,

    /// <summary>Two's complement, C# <see langword="long"/>; arithmetic wraps around.</summary>
    Int64,

    /// <summary>One byte per element, 0 or 1, C# <see langword="bool"/>.</summary>
    Bool,
}

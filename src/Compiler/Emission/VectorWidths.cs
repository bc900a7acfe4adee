using System.Runtime.Intrinsics;

namespace GraphGrad.Compilation.Emission;

/// <summary>Facts about vector widths on this machine.</summary>
internal static class VectorWidths
{
    /// <summary>The widest vectors that this machine computes with in hardware.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Vector512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Vector256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Vector128
        : VectorWidth.Scalar;

    /// <summary>Every width computes correctly on every machine; one that is not accelerated is very slow.</summary>
    public static bool IsAccelerated(this VectorWidth width) => width <= Widest;

    /// <summary>Bytes in one register; 0 for <see cref="VectorWidth.Scalar"/>, which has no fixed size.</summary>
    public static int Bytes(this VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => 64,
        VectorWidth.Vector256 => 32,
        VectorWidth.Vector128 => 16,
        _ => 0,
    };

    /// <summary>The fewest lanes that a kernel of this width may have: as many as eight-byte elements fill one register.</summary>
    public static int FewestLanes(this VectorWidth width) => Math.Max(1, width.Bytes() / sizeof(long));
}

namespace GraphGrad;

/// <summary>
/// How wide the vectors of compiled kernels are. Elementwise results are the same, bit for bit, at every width; reductions
/// differ in the order in which they add.
/// </summary>
public enum VectorWidth
{
    /// <summary>One element at a time.</summary>
    Scalar,

    /// <summary>128 bits: SSE, ARM NEON, WebAssembly.</summary>
    Vector128,

    /// <summary>256 bits: AVX2.</summary>
    Vector256,

    /// <summary>512 bits: AVX-512.</summary>
    Vector512,
}

namespace GraphGrad.Parity.Coverage;

/// <summary>Functions of libtorch that GraphGrad does not have, and why.</summary>
internal static class LeftOut
{
    public static readonly (string Names, string Why)[] All =
    [
        ("svd svdvals pinverse matrix_rank", "no singular value decomposition: it needs an iterative routine of its own, with gradients that fail at equal singular values"),
        ("eigh eigvalsh eig eigvals", "no eigenvalues, for the same reason"),
        ("qr lu lu_factor lu_solve ormqr householder_product lstsq", "no decomposition but Cholesky's is exposed; `Solve` factors by itself"),
        ("matrix_exp", "not built"),
        ("fft ifft rfft irfft stft istft hfft", "no complex numbers"),
        ("complex real imag angle polar view_as_complex conj", "no complex numbers"),
        ("conv3d conv_transpose3d max_pool3d avg_pool3d", "three spatial axes are not built"),
        ("quantile nanquantile", "interpolation between order statistics is not built"),
        ("unique unique_consecutive nonzero masked_select", "the shape of the result depends on data; shapes are known before a run, up to sizes that feeds bind"),
        ("rand randn randint randperm bernoulli multinomial normal dropout", "random numbers are GraphGrad's own (Philox), so they cannot equal libtorch's; their distribution is tested in `tests/Graph/Ops`"),
        ("to_sparse sparse_coo_tensor", "no sparse tensors"),
        ("quantize_per_tensor dequantize", "no quantized types"),
        ("float16 bfloat16 uint8 int8 int16", "element types are float32, float64, int32, int64 and bool"),
        ("optim.LBFGS", "it evaluates the loss a number of times that depends on data"),
    ];
}

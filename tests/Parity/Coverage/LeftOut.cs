namespace GraphGrad.Parity.Coverage;

/// <summary>Functions of libtorch that GraphGrad does not have, and why.</summary>
internal static class LeftOut
{
    public static readonly (string Names, string Why)[] All =
    [
        ("linalg.svd linalg.svdvals linalg.pinv linalg.matrix_rank", "no singular value decomposition: it needs an iterative routine of its own, with gradients that fail at equal singular values"),
        ("linalg.eigh linalg.eigvalsh linalg.eig linalg.eigvals", "no eigenvalues, for the same reason"),
        ("linalg.householder_product ormqr", "Qr gives the factors themselves, not the reflections"),
        ("linalg.matrix_exp", "not built"),
        ("fft.fft fft.ifft fft.rfft fft.irfft stft istft", "no complex numbers"),
        ("complex real imag polar view_as_complex conj", "no complex numbers"),
        ("unique unique_consecutive nonzero masked_select", "the shape of the result depends on data; shapes are known before a run, up to sizes that feeds bind"),
        ("rand randn randint randperm bernoulli multinomial normal", "random numbers are GraphGrad's own (Philox), so they cannot equal libtorch's; they are tested by themselves"),
        ("grid_sample affine_grid", "not built"),
        ("ctc_loss", "not built: its sum over alignments is a loop over labels that depend on data"),
        ("max_unpool3d fractional_max_pool2d", "not built"),
        ("special.bessel_j0 special.bessel_j1 special.bessel_y0 special.bessel_y1 special.modified_bessel_k0 special.modified_bessel_k1 special.airy_ai", "of Bessel's functions only I0 and I1 are built"),
        ("special.gammainc special.gammaincc special.zeta", "functions of two numbers whose series lengths depend on both are not built"),
        ("special.chebyshev_polynomial_t special.hermite_polynomial_h special.laguerre_polynomial_l special.legendre_polynomial_p", "orthogonal polynomials of an order that is data are not built"),
        ("to_sparse sparse_coo_tensor", "no sparse tensors"),
        ("quantize_per_tensor dequantize", "no quantized types"),
        ("half bfloat16 byte char short", "element types are float32, float64, int32, int64 and bool"),
        ("optim.LBFGS", "it evaluates the loss a number of times that depends on data"),
    ];
}

namespace GraphGrad.Parity.Coverage;

/// <summary>Functions of libtorch that GraphGrad does not have, and why.</summary>
internal static class LeftOut
{
    public static readonly (string Names, string Why)[] All =
    [
        ("linalg.eig linalg.eigvals", "no complex type, which eigenvalues of matrices that are not symmetric may be"),
        ("linalg.ldl_factor linalg.ldl_solve lobpcg pca_lowrank svd_lowrank", "Lu, Cholesky, SymmetricEigen and SingularValues factor the same matrices"),
        ("complex real imag polar view_as_complex conj", "no complex type; Fft and its like take and give pairs of numbers, as view_as_real does"),
        ("unique unique_consecutive nonzero masked_select", "the shape of the result depends on data; shapes are known before a run, up to sizes that feeds bind"),
        ("rand randn randint randperm bernoulli multinomial normal", "random numbers are GraphGrad's own (Philox), so they cannot equal libtorch's; they are tested by themselves"),
        ("scalar_tensor", "former name of tensor for one number, which is Graph.Constant"),
        ("native_batch_norm native_layer_norm native_group_norm native_dropout native_norm", "what batch_norm, layer_norm, group_norm, dropout and norm call"),
        ("clone contiguous detach fill_ copy_ resize_ as_strided", "a value never changes and has no layout, so there is nothing to copy, and nothing to write to"),
        ("to_sparse sparse_coo_tensor", "no sparse tensors"),
        ("quantize_per_tensor dequantize", "no quantized types"),
        ("half bfloat16 byte char short", "element types are float32, float64, int32, int64 and bool"),
        ("optim.LBFGS", "it evaluates the loss a number of times that depends on data"),
    ];
}

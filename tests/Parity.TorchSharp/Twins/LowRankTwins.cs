namespace GraphGrad.Parity.Live.Expressions;

internal static class LowRankTwins
{
    public static readonly Twins All = new()
    {
        ["svd_lowrank"] = t => (t[0].matmul(t[1]), OfProduct(t[0], t[1])),
        ["svd_lowrank of all"] = t => (t[0] * 1, linalg.svdvals(t[0])),
        ["pca_lowrank"] = t => (Centered(t[0]).matmul(t[1]), OfProduct(Centered(t[0]), t[1])),
        ["pca_lowrank of what is centered"] = t => (t[0].matmul(t[1]), OfProduct(t[0], t[1])),
        ["lobpcg"] = t => Weighted(Matrix(t), 3, largest: true),
        ["lobpcg of the smallest"] = t => Weighted(Matrix(t), 2, largest: false),
        ["lobpcg by a second matrix"] = ByMetric,
        ["lobpcg of several"] = t => Weighted(stack([Matrix(t), Matrix(t) * 2]), 1, largest: true),

        ["svd_lowrank of a vector"] = t => linalg.svdvals(t[0]),
        ["svd_lowrank of too many"] = t => linalg.svdvals(t[0]).narrow(0, 0, 4),
        ["pca_lowrank of a vector"] = t => t[0].mean([-2]),
        ["lobpcg of a rectangle"] = t => linalg.eigh(t[0]).Item1,
        ["lobpcg by another size"] = t => linalg.eigh(t[0].matmul(t[1])).Item1,
        ["lobpcg of too many"] = t => linalg.eigh(t[0]).Item1.narrow(0, 0, 5),
    };

    private static Tensor Centered(Tensor x) => x - x.mean([-2L], true);

    /// <summary>The singular values of x·y, which has no others than 0 beside.</summary>
    private static Tensor OfProduct(Tensor x, Tensor y) => linalg.svdvals(linalg.qr(x).Item2.matmul(linalg.qr(y.transpose(-2, -1)).Item2.transpose(-2, -1)));

    private static Tensor Matrix(Tensor[] t) => t[0].diag() + (t[1] + t[1].t()) * 0.1;

    private static Outputs Weighted(Tensor matrix, int count, bool largest)
    {
        var (values, vectors) = linalg.eigh(matrix);
        if (largest) (values, vectors) = (values.flip(-1), vectors.flip(-1));
        (values, vectors) = (values.narrow(-1, 0, count), vectors.narrow(-1, 0, count));
        return (values, (vectors * arange(1, count + 1, dtype: matrix.dtype)).matmul(vectors.transpose(-2, -1)));
    }

    private static Outputs ByMetric(Tensor[] t)
    {
        var factor = linalg.cholesky(eye(9, dtype: t[0].dtype) + t[2].matmul(t[2].t()) * 0.05);
        var inverse = linalg.inv(factor);
        var (values, vectors) = linalg.eigh(inverse.matmul(Matrix(t)).matmul(inverse.t()));
        (values, vectors) = (values.flip(-1).narrow(-1, 0, 2), inverse.t().matmul(vectors.flip(-1).narrow(-1, 0, 2)));
        return (values, (vectors * arange(1, 3, dtype: t[0].dtype)).matmul(vectors.t()));
    }
}

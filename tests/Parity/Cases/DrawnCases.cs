namespace GraphGrad.Parity.Cases;

/// <summary>What draws at random showed to differ once, and second derivatives that libtorch has only of the function composed of others.</summary>
internal static class DrawnCases
{
    private static readonly Recipe[][] Inside = [[Uniform(-0.9, 0.9, 3, 5)]];

    private static readonly Recipe[][] Numbers = [[Normal(3, 5)]];

    private static readonly Recipe[][] Image = [[Normal(2, 2, 4, 5), Uniform(-1.3, 1.3, 2, 3, 2, 2)]];

    private static readonly Recipe[][] Sequences = [[Normal(5, 2, 4), Wholes(1, 2, 2, 3, 3, 1).Shaped(2, 3), Wholes(5, 4), Wholes(3, 1)]];

    private static readonly Recipe[][] Large = [[Wholes(2e9, 2e9, -7, 5, 6, 7).Shaped(2, 3).As(DType.Int32)]];

    private static readonly Recipe[][] Flags = [[Bools(4, 3), Bools(3)]];

    private static readonly Recipe[][] Line = [[Bools(2, 6)]];

    private static readonly double[] Orders = [-2, -1, 0.5, 1.5, 3, 4];

    public static readonly Case[] All = [.. Second, .. OfLesserRank, .. Counts, .. Edges, .. Refused];

    private static Case[] Second =>
    [
        new("special.chebyshev_polynomial_t differentiated twice", x => ChebyshevT(x[0], 5), Inside) { By = Measure.Norm, Roundings = 30 },
        new("special.chebyshev_polynomial_u differentiated twice", x => ChebyshevU(x[0], 5), Inside) { By = Measure.Norm, Roundings = 30 },
        new("special.chebyshev_polynomial_v differentiated twice", x => ChebyshevV(x[0], 4), Inside) { By = Measure.Norm, Roundings = 30 },
        new("special.chebyshev_polynomial_w differentiated twice", x => ChebyshevW(x[0], 4), Inside) { By = Measure.Norm, Roundings = 30 },
        new("special.hermite_polynomial_h differentiated twice", x => HermiteH(x[0], 5), Numbers) { By = Measure.Norm, Roundings = 30 },
        new("special.hermite_polynomial_he differentiated twice", x => HermiteHe(x[0], 5), Numbers) { By = Measure.Norm, Roundings = 30 },
        new("special.laguerre_polynomial_l differentiated twice", x => LaguerreL(x[0], 5), Numbers) { By = Measure.Norm, Roundings = 50 },
        new("special.legendre_polynomial_p differentiated twice", x => LegendreP(x[0], 5), Inside) { By = Measure.Norm, Roundings = 50 },
        new("grid_sample differentiated twice", x => GridSample(x[0], x[1]), Image) { By = Measure.Norm },
        new("grid_sample with borders differentiated twice", x => GridSample(x[0], x[1], padding: GridPadding.Border, alignCorners: true), Image) { By = Measure.Norm },
        new("grid_sample cubic differentiated twice", x => GridSample(x[0], x[1], InterpolationMode.Cubic), Image) { By = Measure.Norm },
        new("ctc_loss differentiated twice", x => Losses.ConnectionistTemporal(LogSoftmax(x[0], 2), x[1], x[2], x[3], reduction: Reduction.Sum), Sequences) { By = Measure.Norm, Ours = "Losses.ConnectionistTemporal" },
        new("linalg.vector_norm of other orders", x => Orders.Select(order => Norm(x[0], order, 1)).ToArray(), [[Normal(3, 5)]]) { By = Measure.Norm, Ours = "Norm" },
        new("linalg.matrix_norm differentiated twice", x => (MatrixNorm(x[0]), MatrixNorm(x[0], MatrixNormOrder.LargestColumn), MatrixNorm(x[0], MatrixNormOrder.SmallestRow)), [[Normal(2, 3, 4)]]) { By = Measure.Norm },
    ];

    private static Case[] OfLesserRank =>
    [
        // Which vectors belong to singular values of 0 is anybody's choice; that they complete a basis is not.
        new("linalg.svd of lesser rank", x => Basis(Svd(MatMul(x[0], x[1]))), [[Normal(5, 2), Normal(2, 4)], [Normal(2, 3, 1), Normal(2, 1, 6)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "Svd" },
        new("linalg.svd of zeros", x => Basis(Svd(x[0])), [[Values(0, 0, 0, 0, 0, 0).Shaped(3, 2)], [Values(0, 3, 0, 0, 0, 0).Shaped(2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "Svd" },
        new("linalg.lu_factor_ex of lesser rank", x => Lu(x[0]).Packed, [[Values(1, 2, 4, 2, 4, 8, 4, 8, 2, 8, 16, 1).Shaped(4, 3)], [Values(0, 0, 0, 3, 0, 1, 0, 2).Shaped(4, 2)], [Values(0, 2, 1, 0, 4, 6).Shaped(2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("linalg.lu of tall matrices twice", x => (Lu(x[0]).Lower, Lu(x[0]).Upper), [[Normal(4, 2)]]) { By = Measure.Norm, Roundings = 36, Ours = "Lu" },
        new("cov of one row", x => (Covariance(x[0]), Covariance(x[0], 0)), [[Normal(1, 5)], [Normal(1, 2)]]) { By = Measure.Norm, Ours = "Covariance" },
        new("cov of a number", x => Covariance(x[0], 0), [[Normal()]]) { Derivatives = Derivatives.None },
        new("corrcoef of one row", x => Correlation(x[0]), [[Normal(1, 5)]]) { Derivatives = Derivatives.None },
        new("combinations of none", x => Combinations(x[0], 0), [[Normal(4)]]) { Derivatives = Derivatives.None },
        new("vander of no powers", x => Vandermonde(x[0], 0), [[Normal(3)]]) { Derivatives = Derivatives.None },
    ];

    private static Case[] Counts =>
    [
        new("sum of int32", x => (Sum(x[0]), Sum(x[0], 1), Sum(x[0], 0, keepDims: true)), Large),
        new("prod of int32", x => Prod(x[0], 0), Large),
        new("cumsum of int32", x => CumSum(x[0], 1), Large),
        new("cumprod of int32", x => CumProd(x[0], 0), Large),
        new("add of bools", x => x[0] + x[1], Flags) { Ours = "Add" },
        new("mul of bools", x => x[0] * x[1], Flags) { Ours = "Multiply" },
        new("cummax of bools", x => CumMax(x[0], 1), Line),
        new("cummin of bools", x => CumMin(x[0], -1), Line),
        new("scatter_reduce mean of whole numbers", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Mean), [[Wholes(-3, 2, 5, -8, 1, 4).Shaped(3, 2), Wholes(0, 1, 0, 1, 2, 2).Shaped(3, 2), Wholes(-4, -7, 2, 3, -6, 5).Shaped(3, 2)]]) { Ours = "PutAlongAxis" },
        new("index_reduce mean of whole numbers", x => Scatter(x[0], x[1], x[2], 0, ScatterReduction.Mean, includeSelf: false), [[Wholes(-3, 2, 5, -8, 1, 4).Shaped(3, 2), Wholes(0, 0, 2), Wholes(-4, -7, 1, 2, -5, 3).Shaped(3, 2)]]) { Ours = "Scatter" },
    ];

    private static Case[] Edges =>
    [
        new("linalg.vector_norm of negative order with zeros", x => (Norm(x[0], -1), Norm(x[0], -2.5)), [[Values(0, 1.5, -2, 0)], [Values(0)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Norm" },
        new("quantile of ties", x => (Quantile(x[0], 0.3, 0), Quantile(x[0], 0.3, 0, interpolation: QuantileInterpolation.Midpoint)), [[Values(0.5, 2, 0.5, 0.5, 3)]]) { By = Measure.Norm, Ours = "Quantile" },
        // In float32 the exponential function of 200 is infinite by itself.
        new("logsumexp beside infinity", x => (LogSumExp(x[0], 1), LogSumExp(x[0], [0, 1])), [[Values(3e38, double.PositiveInfinity, 5, -3, 200, double.NegativeInfinity).Shaped(2, 3)]]) { Derivatives = Derivatives.First, Ours = "LogSumExp" },
        new("prod of one infinite number", x => (Prod(x[0], 1), Prod(x[0], 1, keepDims: true)), [[Values(double.PositiveInfinity, double.NegativeInfinity, 3e38, 0).Shaped(4, 1)]]) { Ours = "Prod" },
        new("affine_grid of no rows", x => AffineGrid(x[0], [0, 3]), [[Normal(2, 2, 3)]]) { Derivatives = Derivatives.None },
        new("linalg.qr of wide matrices", x => Qr(x[0]), [[Normal(2, 5)], [Normal(2, 3, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("cdist of negative order", x => PairwiseDistances(x[0], x[1], -1), "must not be negative", Normal(2, 3), Normal(4, 3)),
        Case.Refuses("pdist of negative order", x => CondensedDistances(x[0], -1), "must not be negative", Normal(2, 3)),
        Case.Refuses("linalg.vector_norm of none", x => Norm(x[0], double.PositiveInfinity), "over no elements", Normal(0)),
        Case.Refuses("combinations of a negative number", x => Combinations(x[0], -1), "must not be negative", Normal(3)),
        Case.Refuses("sub of bools", x => x[0] - x[1], "not a number", Bools(3), Bools(3)),
        Case.Refuses("linalg.slogdet of a rectangle", x => SignedLogDeterminant(x[0]).LogAbs, "no square matrix", Normal(2, 3)),
    ];

    /// <summary>The product of the factors, and their columns' or rows' products with each other.</summary>
    private static Results Basis((Value U, Value S, Value Vt) factors) => (
        MatMul(factors.U * ExpandDims(factors.S, -2), factors.Vt),
        MatMul(SwapAxes(factors.U, -1, -2), factors.U),
        MatMul(factors.Vt, SwapAxes(factors.Vt, -1, -2)));
}

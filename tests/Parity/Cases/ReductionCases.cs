namespace GraphGrad.Parity.Cases;

internal static class ReductionCases
{
    private static readonly Recipe Ties = Values(3, 1, 3, -1, 3, 3, 0, -1, -1, 2, 2, 2).Shaped(3, 4);

    private static readonly Recipe NonFinite = Values(1, double.NaN, 3, double.PositiveInfinity, 2, -1, double.NegativeInfinity, 0, 5).Shaped(3, 3);

    private static readonly Recipe Gaps = Values(1, double.NaN, 3, 0.5, 2, -1, double.NaN, 0, double.NaN).Shaped(3, 3);

    private static readonly Recipe Zeros = Values(2, 0, 3, 4, 0, 5, 0, 6, 1, -1.5, 2, 3).Shaped(3, 4);

    private static Recipe[][] Any => [[Normal()], [Normal(7)], [Normal(3, 1, 5)], [Normal(0, 4)], [Normal(2, 301)]];

    private static Recipe[][] Rows => [[Normal(5)], [Normal(3, 7)], [Normal(2, 3, 5)], [Normal(0, 4)], [Normal(3, 301)]];

    public static readonly Case[] All =
    [
        new("sum", x => Sum(x[0]), Any) { By = Measure.Norm },
        new("sum over an axis", x => Sum(x[0], -1), Rows) { By = Measure.Norm },
        new("sum over axes", x => Sum(x[0], [0, -1], keepDims: true), [[Normal(4, 3, 5)], [Normal(0, 2, 3)], [Normal(3, 2, 0)]]) { By = Measure.Norm },
        new("sum of whole numbers", x => Sum(x[0], 0), [[Whole(-9, 10, 5, 3)], [Whole(0, 2, 0, 3)]]),
        new("sum with NaN and infinities", x => Sum(x[0], 1), [[NonFinite]]) { By = Measure.Norm },
        new("nansum", x => NanSum(x[0]), [[Gaps], [Normal(3, 5)], [Normal(0, 2)]]) { By = Measure.Norm },
        new("mean", x => Mean(x[0]), Any) { By = Measure.Norm },
        new("mean over axes", x => Mean(x[0], [0, 2]), [[Normal(4, 3, 5)], [Normal(0, 2, 3)]]) { By = Measure.Norm },
        new("nanmean", x => NanMean(x[0]), [[Gaps], [Normal(3, 5)]]) { By = Measure.Norm },
        new("nanmean over an axis", x => NanMean(x[0], 1, keepDims: true), [[Gaps], [Normal(3, 5)]]) { By = Measure.Norm },
        new("prod", x => Prod(x[0]), [[Normal()], [Normal(7)], [Normal(3, 1, 2)], [Normal(0, 4)]]) { By = Measure.Norm },
        new("prod over an axis", x => Prod(x[0], 1, keepDims: true), [[Normal(3, 5)], [Normal(0, 4)], [Normal(3, 0)]]) { By = Measure.Norm },
        new("prod with zeros", x => Prod(x[0], -1), [[Zeros]]) { By = Measure.Norm },
        new("prod of whole numbers", x => Prod(x[0], 0), [[Whole(-4, 5, 5, 3)]]),
        new("var", x => Var(x[0], correction: 1), [[Normal(7)], [Normal(3, 1, 5)], [Normal(2, 301)]]) { By = Measure.Norm },
        new("var over axes, of a population", x => Var(x[0], [0, 2]), [[Normal(4, 3, 5)], [Uniform(1000, 1001, 4, 3, 50)]]) { By = Measure.Norm },
        new("std", x => Std(x[0], correction: 1), [[Normal(7)], [Normal(3, 1, 5)], [Normal(3, 17)]]) { By = Measure.Norm },
        new("std of many", x => Std(x[0], correction: 1), [[Normal(2, 301)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("std over an axis", x => Std(x[0], -1, 1, keepDims: true), [[Normal(3, 7)], [Normal(2, 3, 5)]]) { By = Measure.Norm },
        new("var_mean", x => (Var(x[0], 1, 1), Mean(x[0], 1)), [[Normal(3, 7)], [Normal(2, 3, 5)]]) { By = Measure.Norm },
        new("std_mean", x => (Std(x[0], 0, 1), Mean(x[0], 0)), [[Normal(7, 3)], [Normal(4, 3, 5)]]) { By = Measure.Norm },
        new("amax", x => Max(x[0], [-1]), [[Normal(5)], [Normal(3, 7)], [Normal(2, 3, 5)], [Ties], [Normal(0, 4)]]),
        // libtorch's gradient is 0/0 where the extremum is NaN.
        new("amax with NaN and infinities", x => Max(x[0], [-1]), [[NonFinite]]) { Derivatives = Derivatives.None },
        new("amin with NaN and infinities", x => Min(x[0], [-1]), [[NonFinite]]) { Derivatives = Derivatives.None },
        new("amax over axes", x => Max(x[0], [0, 2], keepDims: true), [[Normal(3, 2, 5)], [Normal(2, 0, 4)]]),
        new("amin", x => Min(x[0], [-1]), [[Normal(5)], [Normal(3, 7)], [Normal(2, 3, 5)], [Ties], [Normal(0, 4)]]),
        // libtorch has no derivative of it.
        new("aminmax", x => (Min(x[0], 1), Max(x[0], 1)), [[Normal(3, 7)], [Normal(2, 3, 5)], [NonFinite], [Ties]]) { Derivatives = Derivatives.None },
        new("max", x => Max(x[0]), [[Normal()], [Normal(7)], [Normal(3, 1, 5)], [Ties]]),
        new("max of whole numbers", x => Max(x[0]), [[Whole(-9, 10, 5, 3)]]),
        new("max over an axis", x => MaxWithIndex(x[0], 1), [[Normal(3, 7)], [Normal(2, 3, 5)], [NonFinite], [Ties], [Normal(0, 4)]]),
        new("min", x => Min(x[0]), [[Normal()], [Normal(7)], [Normal(3, 1, 5)], [Ties]]),
        new("min over an axis", x => MinWithIndex(x[0], 1, keepDims: true), [[Normal(3, 7)], [Normal(2, 3, 5)], [NonFinite], [Ties], [Normal(0, 4)]]),
        new("argmax", x => ArgMax(x[0], 1), [[Normal(3, 7)], [Normal(2, 3, 5)], [NonFinite], [Ties], [Whole(-9, 9, 3, 4)]]),
        new("argmax of all", x => ArgMax(Flatten(x[0])), [[Normal(3, 7)], [Normal()]]) { Ours = "ArgMax" },
        new("argmin", x => ArgMin(x[0], 0, keepDims: true), [[Normal(7, 3)], [Normal(2, 3, 5)], [NonFinite], [Ties]]),
        new("any", x => Any(x[0]), [[Bools()], [Bools(3, 4)], [Bools(0)]]),
        new("any over an axis", x => Any(x[0], 1, keepDims: true), [[Bools(5, 2)], [Bools(3, 0)]]),
        new("any of floats", x => Any(NotEqual(x[0], 0)), [[Values(0, -0.0)], [Values(0, double.NaN)]]) { Ours = "Any" },
        new("all", x => All(x[0]), [[Bools()], [Bools(3, 4)], [Bools(0)]]),
        new("all over an axis", x => All(x[0], -1), [[Bools(5, 2)], [Bools(3, 0)]]),
        new("count_nonzero", x => CountNonzero(x[0]), [[Ties], [NonFinite], [Whole(-1, 2, 9)], [Normal(0)]]),
        new("count_nonzero over axes", x => CountNonzero(x[0], [0, 2]), [[Whole(-1, 2, 3, 2, 4)]]),
        new("logsumexp", x => LogSumExp(x[0], -1), [[Normal(5)], [Normal(3, 7)], [Uniform(500, 510, 2, 3, 5)]]) { By = Measure.Norm },
        new("logsumexp with infinities", x => LogSumExp(x[0], 1, keepDims: true),
            [[Values(1, double.PositiveInfinity, double.NegativeInfinity, 2, double.NegativeInfinity, double.NegativeInfinity, double.NaN, 1).Shaped(4, 2)]]) { Derivatives = Derivatives.None },
        new("cumsum", x => CumSum(x[0], -1), Rows) { By = Measure.Norm },
        new("cumsum along the first axis", x => CumSum(x[0], 0), [[Normal(4, 3)], [Normal(300, 2)], [Whole(-9, 10, 5, 3)], [NonFinite]]) { By = Measure.Norm },
        new("cumprod", x => CumProd(x[0], 1), [[Normal(3, 5)], [Normal(2, 4, 3)], [Zeros], [Normal(3, 0)], [Whole(-3, 4, 2, 6)]]) { By = Measure.Norm },
        new("cummax", x => CumMax(x[0], 1), [[Normal(3, 7)], [Normal(2, 4, 3)], [NonFinite], [Ties], [Normal(0, 4)]]),
        new("cummin", x => CumMin(x[0], 0), [[Normal(7, 3)], [Normal(4, 2, 3)], [NonFinite], [Ties], [Normal(3, 0)]]),
        new("logcumsumexp", x => LogCumSumExp(x[0], -1), [[Normal(3, 7)], [Uniform(-20, 20, 2, 50)], [Normal(0, 4)]]) { By = Measure.Norm },
        new("logcumsumexp of large numbers", x => LogCumSumExp(x[0], -1), [[Uniform(-700, 700, 2, 50)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("logcumsumexp with infinities", x => LogCumSumExp(x[0], 0),
            [[Values(double.NegativeInfinity, 1, 2, double.NegativeInfinity, double.PositiveInfinity, 3, double.NaN, 1)]]) { Derivatives = Derivatives.None },
        new("median", x => Median(x[0]), [[Normal()], [Normal(7)], [Normal(3, 4)], [Gaps]]),
        new("nanmedian", x => NanMedian(Flatten(x[0]), 0).Values, [[Normal(7)], [Normal(3, 4)], [Gaps]]) { Ours = "NanMedian" },
        new("quantile", x => Quantile(x[0], 0.3, 1), [[Normal(3, 7)], [Normal(2, 4, 3)], [Gaps]]),
        new("quantile at the ends", x => (Quantile(x[0], 0, 0, keepDims: true), Quantile(x[0], 1, 0, keepDims: true)), [[Normal(4, 3)]]),
        new("nanquantile", x => NanQuantile(x[0], 0.75, 1), [[Normal(3, 7)], [Gaps]]),
        new("diff", x => Diff(x[0], order: 2), [[Normal(5)], [Normal(3, 7)], [Normal(2, 1)]]) { By = Measure.Norm },
        new("diff of bools", x => Diff(x[0], 0), [[Bools(6, 2)]]),
        new("trapezoid", x => Trapezoid(x[0], 0, 0.25), [[Normal(5)], [Normal(7, 3)], [Normal(1, 3)]]) { By = Measure.Norm },
        new("trapz", x => Trapezoid(x[0], x[1], 1), [[Normal(3, 5), Normal(5)], [Normal(3, 4), Normal(3, 4)]]) { By = Measure.Norm },
        new("cumulative_trapezoid", x => CumulativeTrapezoid(x[0], x[1]), [[Normal(3, 5), Normal(5)], [Normal(3, 4), Normal(3, 4)]]) { By = Measure.Norm },
        new("cov", x => Covariance(x[0]), [[Normal(3, 8)], [Normal(1, 5)]]) { By = Measure.Norm },
        new("corrcoef", x => Correlation(x[0]), [[Normal(3, 8)]]) { By = Measure.Norm },
        new("any of numbers", x => Any(x[0], 1), [[Values(0, -0.0, 0, double.NaN, 0, 2).Shaped(3, 2)], [Whole(0, 2, 4, 2)]]),
        new("all of numbers", x => All(x[0], 1), [[Values(0, -0.0, 3, double.NaN, 0, 2).Shaped(3, 2)], [Whole(0, 2, 4, 2)]]),
        new("var of fewer than the correction", x => Var(x[0], 0, 2), [[Normal(0, 3)], [Normal(2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("linalg.vector_norm of order 1/2 at zeros", x => Norm(x[0], 0.5, 1), [[Values(0, 1, -2, 3, 0, 0).Shaped(2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("quantile of several", x => Quantile(x[0], [0.1, 0.5, 0.99], 0), [[Normal(7, 3)], [Normal(4, 2, 3)]]),
        new("quantile between neighbours", x => new[] { QuantileInterpolation.Lower, QuantileInterpolation.Higher, QuantileInterpolation.Nearest, QuantileInterpolation.Midpoint }.Select(between => Quantile(x[0], 0.3, 1, interpolation: between)).ToArray(), [[Normal(3, 7)], [Normal(2, 4)], [Gaps]]) { Derivatives = Derivatives.First, Ours = "Quantile" },
        new("cov of one variable", x => Covariance(x[0]), [[Normal(6)]]) { By = Measure.Norm },
        new("corrcoef of one variable", x => Correlation(x[0]), [[Normal(6)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("mode", x => Mode(x[0], 1), [[Whole(0, 4, 3, 9)], [Values(1, 2, 2, 1, 3, 0, 0, 0, 5, 4).Shaped(2, 5)], [Whole(0, 3, 2, 6, 2)]]),
        new("renorm", x => Renorm(x[0], 2, 0, 1.5), [[Normal(4, 3)], [Normal(3, 2, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("renorm of order 1", x => Renorm(x[0], 1, 1, 2), [[Normal(4, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        Case.Refuses("renorm of a vector", x => Renorm(x[0], 2, 0, 1), "fewer than two axes", Normal(4)),
        Case.Refuses("sum over an axis too many", x => Sum(x[0], 2), "has no axis 2", Normal(2, 3)),
        Case.Refuses("sum over an axis twice", x => Sum(x[0], [0, -2]), "named twice", Normal(2, 3)),
        Case.Refuses("mean of whole numbers", x => Mean(x[0]), "is not float32 or float64", Whole(0, 5, 3)),
        Case.Refuses("var of whole numbers", x => Var(x[0]), "is not float32 or float64", Whole(0, 5, 3)),
        Case.Refuses("argmax over no elements", x => ArgMax(x[0], 1), "has no elements", Normal(2, 0)),
        Case.Refuses("max over no elements", x => MaxWithIndex(x[0], 1), "has no elements", Normal(2, 0)),
        Case.Refuses("cumsum along an axis too many", x => CumSum(x[0], -3), "has no axis -3", Normal(2, 3)),
        Case.Refuses("cummax along an axis too many", x => CumMax(x[0], 2), "has no axis 2", Normal(2, 3)),
        Case.Refuses("quantile beyond 1", x => Quantile(x[0], 1.5), "0 … 1", Normal(3)),
        Case.Refuses("quantile of whole numbers", x => Quantile(x[0], 0.5), "is not float32 or float64", Whole(0, 5, 3)),
        Case.Refuses("diff of negative order", x => Diff(x[0], order: -1), "is negative", Normal(3)),
        Case.Refuses("logcumsumexp along an axis too many", x => LogCumSumExp(x[0], 1), "has no axis 1", Normal(3)),
    ];
}

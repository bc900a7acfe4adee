namespace GraphGrad.Parity.Cases;

/// <summary>Ties of NaN, ends that cross or meet, infinities, zeros of both signs, and numbers so large that sums lose the rest.</summary>
internal static class ExtremeCases
{
    private const double NaN = double.NaN, Inf = double.PositiveInfinity, EulerGamma = 0.5772156649015329;

    private static readonly Recipe Image = Values(1, NaN, 3, 4, NaN, NaN, 5, NaN, 2, 9, NaN, 1);

    // An upstream gradient so small that 1/x overflows and the gradient does not.
    private static readonly Recipe[][] Subnormals = [[Values(1e-40, 2e-39, 3e-38, 1.5), Values(1e-10, 2e-3, 1e-20, 0.3)]];

    private static readonly Recipe[][] OneNaN = [[Values(NaN, 0.3, -2)]];

    public static readonly Case[] All =
    [
        new("max_pool1d of several NaN", x => MaxPool1dWithIndices(x[0], 3, 1), [[Values(1, NaN, 3, NaN, 4, NaN, NaN, 2).Shaped(1, 1, 8)]]) { Derivatives = Derivatives.First },
        new("max_pool2d of several NaN", x => MaxPool2dWithIndices(x[0], 2, 1), [[Image.Shaped(1, 1, 3, 4)]]) { Derivatives = Derivatives.First, Ours = "MaxPool2dWithIndices" },
        new("max_pool3d of several NaN", x => MaxPool3dWithIndices(x[0], 2, 1), [[Image.Shaped(1, 1, 2, 2, 3)]]) { Derivatives = Derivatives.First, Ours = "MaxPool3d" },
        new("adaptive_max_pool2d of several NaN", x => AdaptiveMaxPool2dWithIndices(x[0], (1, 3)), [[Image.Shaped(1, 1, 3, 4)]]) { Derivatives = Derivatives.First, Ours = "AdaptiveMaxPool2d" },
        new("fractional_max_pool2d of several NaN", x => FractionalMaxPool2d(x[0], 2, 2, StopGradient(x[1])), [[Image.Shaped(1, 1, 3, 4), Values(0.3, 0.7).Shaped(1, 1, 2)]]) { Derivatives = Derivatives.First },
        new("log of subnormal numbers", x => Log(x[0]) * x[1], Subnormals) { Derivatives = Derivatives.First, Ours = "Log" },
        new("log2 of subnormal numbers", x => Log2(x[0]) * x[1], Subnormals) { Derivatives = Derivatives.First, Ours = "Log2" },
        new("log10 of subnormal numbers", x => Log10(x[0]) * x[1], Subnormals) { Derivatives = Derivatives.First, Ours = "Log10" },
        new Case("div by subnormal numbers", x => x[0] / x[1] * x[2], [[Values(1e-40, 3e-41, -1e-39), Values(2e-40, -1e-39, 1e-40), Values(1e-10, 2e-3, 1e-20)]]) { Derivatives = Derivatives.First, Ours = "Divide" }
            .Instead("GraphGrad multiplies by 1/y, which many elements may share, and which overflows there in float32", p => p is { Part: Part.Gradient, Index: 0 } && p.Inputs[1].DType == DType.Float32 ? Inf * p.Weight * p.X(2) * p.X(1) : null),
        new("clamp with ends that cross", x => Clip(x[0], 2, 1), [[Values(0, 1, 1.5, 2, 3)]]),
        new Case("clamp with ends that meet", x => Clip(x[0], x[1], x[2]), [[Values(0, 1, 2), Values(1, 1, 1), Values(1, 1, 1)]]) { Derivatives = Derivatives.First }
            .Instead("libtorch gives the derivative to neither end where both are equal and x is below", p => p is { Part: Part.Gradient, Index: 1 } && p.X() < p.X(1) ? p.Weight : null),
        new Case("remainder of infinities", x => FloorRemainder(x[0], x[1]), [[Values(Inf, -Inf, Inf, 3, -3), Values(2, 2, -3, Inf, Inf)]]) { Derivatives = Derivatives.First }
            .Instead("the derivative by the divisor is as many times as it goes into infinity, as both have it for fmod", p => p is { Part: Part.Gradient, Index: 1 } && double.IsInfinity(p.X()) ? -p.X() / p.X(1) * p.Weight : null),
        new Case("nanmedian of nothing but NaN", x => NanMedian(x[0], 0).Values, [[Values(NaN, NaN, NaN, NaN, NaN)]]) { Derivatives = Derivatives.First }
            .Instead("which of several NaN takes the gradient is libtorch's chance; GraphGrad gives it to the first", p => p.Part == Part.Gradient ? (p.Element == 0 ? Data.Weight(0, Turns.OfResult) : 0) : null),
        new Case("pow of -0", x => Pow(x[0], -0.5), [[Values(0, -0.0, 4)]]) { Derivatives = Derivatives.First }
            .Instead("IEEE 754's power of -0 is +∞ for all exponents below 0 but odd ones; libtorch takes 1/√x", p => p.Part == Part.Value && p.X() == 0 ? Inf : null),
        new Case("special.log_ndtr far below", x => NormalLogCdf(x[0]), [[Values(-1000, -2e4, -1e5)]]) { Derivatives = Derivatives.First }
            .Instead("the derivative is t + 1/t - 2/t³ + 10/t⁵ - … at -t", p => p.Part == Part.Gradient ? MillsRatio(-p.X()) * p.Weight : null),
        new Case("logsumexp of equal huge numbers", x => LogSumExp(x[0], 0), [[Values(-1e30, -1e30)]]) { Derivatives = Derivatives.First }
            .Instead("libtorch differentiates by exp(x - result), of which log 2 is lost", p => p.Part == Part.Gradient ? 0.5 * Data.Weight(0, Turns.OfResult) : null),
        new Case("cholesky_solve by what is above the diagonal", x => CholeskySolve(x[0], x[1]), [[Values(1.2, 0, 0, -0.4, 0.7, 0, 0.3, 0.9, 1.5).Shaped(3, 3), Normal(3, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First }
            .Instead("what is above the diagonal is not read", p => p is { Part: Part.Gradient, Index: 0 } && p.Element % 3 > p.Element / 3 ? 0 : null),
        new("igamma of huge arguments", x => (GammaInc(x[0], x[1]), GammaIncc(x[0], x[1])), [[Values(17, 0.5, 3, 19.5), Values(1e30, 1e25, 2000, 3e38)]]) { Derivatives = Derivatives.None },
        new("special.gammainc differentiated by huge arguments", x => GammaInc(17, x[0]), [[Values(1e30, 2000, 40)]]) { Derivatives = Derivatives.First },
        new Case("igammac of tiny shapes", x => GammaIncc(x[0], x[1]), [[Values(1e-20, 1e-20, 1e-30), Values(1e-20, 1e-12, 1e-10)]]) { Derivatives = Derivatives.None }
            .Instead("it goes to a·E₁(x), with E₁(x) = -γ - log x + x - …; libtorch's series has lost γ", p => p.X() * (p.X(1) - EulerGamma - Math.Log(p.X(1)))),
        new("entr beyond its ends", x => Entr(x[0]), [[Values(-0.0, 0, -1.75, -33, -Inf, NaN, 2)]]) { Derivatives = Derivatives.First },
        new Case("xlogy of zeros differentiated", x => XLogY(x[0], x[1]), [[Values(0, -0.0, 0, 3), Values(0, 0, 2, 0.5)]]) { Derivatives = Derivatives.First }
            .Instead("0·log y is 0 for every y; libtorch computes 0/0", p => p is { Part: Part.Gradient, Index: 1 } && p.X() == 0 && p.X(1) == 0 ? 0 : null),
        new Case("xlog1py of zeros differentiated", x => XLog1pY(x[0], x[1]), [[Values(0, -0.0, 0, 3, 0), Values(-1, -1, 2, 0.5, Inf)]]) { Derivatives = Derivatives.First }
            .Instead("0·log(1 + y) is 0 for every y; libtorch computes 0/0", p => p is { Part: Part.Gradient, Index: 1 } && p.X() == 0 && p.X(1) == -1 ? 0 : null)
            .Instead("GraphGrad takes 0·log ∞ for the number 0", p => p is { Part: Part.Gradient, Index: 0 } && double.IsInfinity(p.X(1)) ? 0 : null),
        new Case("quantile between equal infinities", x => Quantile(x[0], 0.25), [[Values(-Inf, -Inf, 1, 2)]]) { Derivatives = Derivatives.None }
            .Instead("between -∞ and -∞ there is only -∞; libtorch computes ∞ - ∞", _ => -Inf),
        new Case("special.zeta at infinity", x => Zeta(x[0], x[1]), [[Values(1.1, 3.5, Inf, Inf, 2), Values(Inf, Inf, 3, Inf, 3)]]) { Derivatives = Derivatives.None }
            .Instead("it falls to 0 at ∞, by s and by q; libtorch computes ∞/∞", p => double.IsInfinity(p.X()) || double.IsInfinity(p.X(1)) ? 0 : null),
        new Case("i0 at infinities", x => BesselI0(x[0]), [[Values(Inf, -Inf, 3)]]) { Derivatives = Derivatives.None }
            .Instead("it grows to ∞ at both ends; libtorch computes ∞ · 0", p => double.IsInfinity(p.X()) ? Inf : null),
        new Case("amax of NaN", x => Max(x[0]), [[Values(1, NaN, 2, NaN)]]) { Derivatives = Derivatives.First }
            .Instead("NaN equals nothing, so libtorch divides by 0; GraphGrad gives the gradient to the NaN, in equal parts", p => p.Part == Part.Gradient ? (double.IsNaN(p.X()) ? 0.5 * Data.Weight(0, Turns.OfResult) : 0) : null),
        new Case("poisson_nll_loss in full at a target of 0", x => Losses.PoissonNegativeLogLikelihood(x[0], x[1], full: true, reduction: Reduction.None), [[Normal(3), Values(0, 0.5, 3)]]) { Derivatives = Derivatives.First }
            .Instead("Stirling's formula counts above 1 only; libtorch differentiates 0·log 0 all the same", p => p is { Part: Part.Gradient, Index: 1 } && p.X(1) == 0 ? -p.X() * p.Weight : null),
        new Case("logcumsumexp of -∞ differentiated", x => LogCumSumExp(x[0], 0), [[Values(-Inf, -Inf, 1, 100, -100, 3)]]) { Derivatives = Derivatives.First, By = Measure.Norm }
            .Instead("exp(-∞) adds nothing; libtorch computes ∞ - ∞", p => p.Part == Part.Gradient && double.IsInfinity(p.X()) ? 0 : null),
        new Case("relu6 of NaN", x => Relu6(x[0]), OneNaN) { Derivatives = Derivatives.First }.Instead(Passes, p => NaNWith(p, 1)),
        new Case("hardtanh of NaN", x => HardTanh(x[0]), OneNaN) { Derivatives = Derivatives.First }.Instead(Passes, p => NaNWith(p, 1)),
        new Case("hardshrink of NaN", x => HardShrink(x[0]), OneNaN) { Derivatives = Derivatives.First }.Instead(Passes, p => NaNWith(p, 1)),
        new Case("hardsigmoid of NaN", x => HardSigmoid(x[0]), [[Values(NaN, 5, -7)]]) { Derivatives = Derivatives.First }.Instead(Passes, p => NaNWith(p, 1.0 / 6)),
        new Case("interpolate volumes by three factors", x => InterpolateBy(x[0], [0.6, 2.3, 1.4]), [[Normal(1, 2, 4, 3, 2)]]) { Derivatives = Derivatives.First, By = Measure.Norm, Ours = "InterpolateBy" }
            .Instead("libtorch takes pixels by the factor, but hands gradients to those of even repetition", p => p.Part == Part.Gradient ? Enumerable.Range(0, 48).Where(i => Pixel(i) == p.Element).Sum(i => Data.Weight(i, Turns.OfResult)) : null),
        new Case("interpolate one channel by a factor", x => InterpolateBy(x[0], [1, 2.3]), [[Normal(1, 1, 1, 3)]]) { Derivatives = Derivatives.None, Ours = "InterpolateBy" }
            .Instead("libtorch repeats the pixels of a single channel evenly, those of several by the factor", p => p.Inputs[0].Numbers()[(int)(p.Element / 2.3)]),
        new("grid_sample bicubic near pixels", x => GridSample(x[0], x[1], InterpolationMode.Cubic, GridPadding.Border, true), [[Normal(1, 2, 4, 4), Values(-0.3332, 0.3334, 0.3333, -0.9999, 0.99, 0.34, 0.1, -0.32).Shaped(1, 2, 2, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
    ];

    private const string Passes = "GraphGrad passes NaN on with its gradient";

    private static double? NaNWith(Point p, double slope) => !double.IsNaN(p.X()) ? null : p.Part == Part.Value ? NaN : slope * p.Weight;

    // Of [2, 2, 6, 2] pixels the one among [2, 4, 3, 2] that they are taken from.
    private static int Pixel(int i) => (((((i / 24 * 4) + (int)(i / 12 % 2 / 0.6)) * 3) + (int)(i / 2 % 6 / 2.3)) * 2) + (int)(i % 2 / 1.4);

    private static double MillsRatio(double t) => t + (1 / t) - (2 / (t * t * t)) + (10 / Math.Pow(t, 5));
}

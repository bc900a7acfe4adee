namespace GraphGrad.Parity.Cases;

/// <summary>Points at which a function has a kink or a limit, elements are equal, or all of them are infinite, zero or NaN.</summary>
internal static class KinkCases
{
    private const double NaN = double.NaN, Inf = double.PositiveInfinity;

    private static readonly Recipe Lowest = Values(-Inf, -Inf, 3, -Inf, -Inf, -Inf, -Inf, -Inf, -Inf, -Inf, -Inf, -Inf);

    // Middles and borders of the outermost pixels, and what is reflected onto them.
    private static readonly Recipe Borders = Values(-1, -1, 1, 1, -1, 1, 0.2, -1, 5, 5, -3, 0.3, 1, 0.1, 3, -5).Shaped(1, 2, 4, 2);

    public static readonly Case[] All = [.. Windows, .. Margins, .. Borderline, .. Beyond];

    private static Case[] Windows =>
    [
        new("max_pool1d of nothing but -∞", x => MaxPool1dWithIndices(x[0], 3, 2, 1, 2, ceiling: true), [[Lowest.Shaped(1, 2, 6)]]) { Derivatives = Derivatives.First },
        new("max_pool2d of nothing but -∞", x => MaxPool2dWithIndices(x[0], 2, 1, 1), [[Lowest.Shaped(1, 1, 3, 4)], [Lowest.Shaped(2, 2, 3, 1)]]) { Derivatives = Derivatives.First, Ours = "MaxPool2dWithIndices" },
        new("max_pool2d of -∞ between dilated elements", x => MaxPool2dWithIndices(x[0], (3, 2), (1, 2), 1, (2, 1)), [[Lowest.Shaped(1, 1, 4, 3)]]) { Derivatives = Derivatives.First, Ours = "MaxPool2dWithIndices" },
        new("max_pool3d of nothing but -∞", x => MaxPool3dWithIndices(x[0], (1, 2, 2), 1, (0, 1, 1)), [[Lowest.Shaped(1, 1, 2, 2, 3)]]) { Derivatives = Derivatives.First, Ours = "MaxPool3d" },
        new("adaptive_max_pool2d of nothing but -∞", x => AdaptiveMaxPool2dWithIndices(x[0], (2, 3)), [[Lowest.Shaped(1, 1, 3, 4)]]) { Derivatives = Derivatives.First, Ours = "AdaptiveMaxPool2d" },
    ];

    private static Case[] Margins =>
    [
        new("margin_ranking_loss at the margin", x => Losses.MarginRanking(x[0], x[1], StopGradient(x[2]), 0.5, Reduction.None), [[Values(1, 1, 2, 0), Values(0.5, 1.5, 1, 1), Values(1, -1, 1, 1)]]) { Ours = "Losses.MarginRanking" },
        new("hinge_embedding_loss at the margin", x => Losses.HingeEmbedding(x[0], StopGradient(x[1]), 2, Reduction.None), [[Values(2, 2, 1, 3), Values(-1, 1, -1, -1)]]) { Ours = "Losses.HingeEmbedding" },
        new("cosine_embedding_loss at the margin", x => Losses.CosineEmbedding(x[0], x[1], StopGradient(x[2]), 0, Reduction.None), [[Values(1, 0, 0, 2).Shaped(2, 2), Values(0, 1, 3, 0).Shaped(2, 2), Values(-1, -1)]])
            { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Losses.CosineEmbedding" },
        new("triplet_margin_loss at the margin", x => Losses.TripletMargin(x[0], x[1], x[2], 1, 1, 0, reduction: Reduction.None), [[Values(0, 0, 1, 2).Shaped(2, 2), Values(1, 0, 1, 3).Shaped(2, 2), Values(0, 2, 4, 2).Shaped(2, 2)]])
            { Derivatives = Derivatives.First, Ours = "Losses.TripletMargin" },
        new("multi_margin_loss at the margin", x => Losses.MultiMargin(x[0], x[1], reduction: Reduction.None), [[Values(1, 0, 2, 3, 3, 2).Shaped(2, 3), Wholes(0, 1)]]) { Derivatives = Derivatives.First, Ours = "Losses.MultiMargin" },
        new Case("smooth_l1_loss of equal numbers at beta 0", x => Losses.SmoothAbsoluteError(x[0], x[1], 0, Reduction.None), [[Values(1, 0, 5), Values(0, 0, 5)]]) { Derivatives = Derivatives.First, Ours = "Losses.SmoothAbsoluteError" }
            .Instead("it is l1_loss, whose derivative is 0 there; libtorch has the one from above by both", p => p.Part == Part.Gradient && p.X() == p.X(1) ? 0 : null),
        new Case("soft_margin_loss far out", x => Losses.SoftMargin(x[0], StopGradient(x[1]), Reduction.None), [[Values(1000, -1000, 1e38), Values(-1, -1, -1)]]) { Derivatives = Derivatives.First, Ours = "Losses.SoftMargin" }
            .Instead("it is x there; libtorch's exponential function overflows", p => p.X() <= 0 ? null : p.Part == Part.Value ? p.X() : p.Index == 0 ? p.Weight : null),
        new Case("binary_cross_entropy near its ends", x => Losses.BinaryCrossEntropy(x[0], StopGradient(x[1]), Reduction.None), [[Values(1e-30, 1e-20, 0), Values(1, 1, 1)]]) { Derivatives = Derivatives.First, Ours = "Losses.BinaryCrossEntropy" }
            .Instead("the derivative is -1/p until log p is below -100; libtorch bounds it at p = 1e-12", p => p is { Part: Part.Gradient, Index: 0 } && p.X() > 0 ? -p.Weight / p.X() : null),
    ];

    private static Case[] Borderline =>
    [
        new("grid_sample at the border", x => (GridSample(x[0], x[1], padding: GridPadding.Border), GridSample(x[0], x[1], padding: GridPadding.Border, alignCorners: true)), [[Normal(1, 2, 3, 3), Borders]])
            { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "GridSample" },
        new("grid_sample at the border of reflections", x => (GridSample(x[0], x[1], padding: GridPadding.Reflection), GridSample(x[0], x[1], padding: GridPadding.Reflection, alignCorners: true)), [[Normal(1, 2, 3, 3), Borders]])
            { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "GridSample" },
        new Case("prelu at 0 differentiated twice", x => PRelu(x[0], x[1]), [[Values(0, -0.0, 1, -1).Shaped(1, 4), Values(0.25)]]) { Derivatives = Derivatives.Second }
            .Instead("the derivative is that from below, and so is the second one; libtorch has one from below and one from above", p => p.Part != Part.Second ? null
                : p.Index == 1 ? Enumerable.Range(0, 4).Where(i => p.Inputs[0].Numbers()[i] <= 0).Sum(i => Data.Weight(i, Turns.OfResult) * Data.Weight(i, Turns.OfGradient))
                : p.X() <= 0 ? p.Weight * Data.Weight(0, Turns.OfGradient) : null),
        new Case("elu at 0 differentiated twice", x => Elu(x[0], 0.3), [[Values(0, -0.0)]])
            .Instead("the derivative is that from below, and so is the second one; libtorch has one from below and one from above", p => p.Part == Part.Second ? 0.3 * p.Weight * Data.Weight(p.Element, Turns.OfGradient) : null),
        new Case("cdist of equal differences by the largest", x => PairwiseDistances(x[0], x[1], Inf), [[Values(1, 2).Shaped(1, 2), Values(3, 0).Shaped(1, 2)]]) { Derivatives = Derivatives.First }
            .Instead("equal maxima share the derivative, as in linalg.vector_norm; libtorch gives it whole to each", p => p.Part != Part.Gradient ? null : Data.Weight(0, Turns.OfResult) * 0.5 * ((p.Element == 0) == (p.Index == 0) ? -1 : 1)),
        new Case("cosine_similarity of vectors shorter than epsilon", x => CosineSimilarity(x[0], x[1], 0, 0.1), [[Values(0.03, 0.04), Values(1, 0)]]) { By = Measure.Norm, Derivatives = Derivatives.First }
            .Instead("the divisor is epsilon, which does not move; libtorch differentiates the length all the same", p => p is { Part: Part.Gradient, Index: 0 } ? Data.Weight(0, Turns.OfResult) * p.X(1) / 0.1 : null),
    ];

    private static Case[] Beyond =>
    [
        new Case("grid_sample at NaN and infinity", x => GridSample(x[0], x[1]), [[Normal(1, 1, 3, 3), Values(NaN, 0, 0, NaN, Inf, 0, 0.1, -Inf, 0.3, -0.2, 1e10, 0).Shaped(1, 2, 3, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.None }
            .Instead("they read what lies outside, 0; libtorch multiplies it by a weight that is NaN", p => p.Element < 4 ? 0 : null),
        new Case("copysign of infinities", x => CopySign(x[0], x[1]), [[Values(Inf, -Inf, 2, -3), Values(-1, -1, -1, -1)]])
            .Instead("it is x or -x; libtorch computes ∞/∞, and differentiates by the quotient of result and x", p => p is { Part: Part.Gradient, Index: 0 } ? (p.X() < 0 ? p.Weight : -p.Weight) : p.Part == Part.Second ? 0 : null),
        new Case("linalg.vector_norm of NaN", x => (Norm(x[0], 1, 1), Norm(x[0], Inf, 1)), [[Values(NaN, 1, 2, NaN).Shaped(2, 2)]]) { Derivatives = Derivatives.First, By = Measure.Norm }
            .Instead("GraphGrad passes NaN on with its gradient", p => p.Part == Part.Gradient && double.IsNaN(p.X()) ? NaN : null),
        new Case("nanmean of nothing but NaN", x => NanMean(x[0]), [[Values(NaN, NaN)]]) { Derivatives = Derivatives.First }
            .Instead("NaN counts for nothing, in derivatives too; libtorch computes 0 · ∞", p => p.Part == Part.Gradient ? 0 : null),
        new Case("scatter_reduce by maximum of NaN", x => ScatterElements(x[0], x[1], x[2], 0, ScatterReduction.Maximum), [[Values(2, 0), Wholes(0, 1, 1), Values(3, NaN, 4)]]) { Derivatives = Derivatives.First }
            .Instead("NaN equals nothing, so libtorch divides by 0; GraphGrad gives the gradient to the NaN, as amax", p => p.Part != Part.Gradient ? null : p.Index == 1 ? p.Element switch { 0 => Data.Weight(0, Turns.OfResult), 1 => Data.Weight(1, Turns.OfResult), _ => 0 } : 0),
        new Case("glu far out", x => Glu(x[0], 0), [[Values(2, -3, 100, 500)]]) { Derivatives = Derivatives.First }
            .Instead("the derivative is x·e^-u; libtorch computes s(1 - s)", p => p.Part == Part.Gradient && p.Element >= 2 ? p.Inputs[0].Numbers()[p.Element - 2] * Math.Exp(-p.X()) * Data.Weight(p.Element - 2, Turns.OfResult) : null),
        new Case("silu far out differentiated twice", x => Silu(x[0]), [[Values(27, 60, -30, 0.5)]])
            .Exactly("libtorch differentiates by 1 - s, which cancels", x => x[0] * GraphGrad.Tests.Exact.Dual.Sigmoid(x[0])),
    ];
}

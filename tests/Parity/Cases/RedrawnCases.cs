namespace GraphGrad.Parity.Cases;

/// <summary>What draws at random of every older family showed to differ once.</summary>
internal static class RedrawnCases
{
    private static readonly Recipe Triangle = Values(1.5, 0, 0, 0.3, 0.8, 0, -0.4, 0.2, 1.1).Shaped(3, 3);

    private static readonly Recipe Triangles = Values(0.7, 0, 0, -0.5, 1.2, 0, 0.1, 0.6, 0.9, 1.3, 0, 0, 0.2, 0.6, 0, 0.9, -0.3, 1.4).Shaped(2, 3, 3);

    public static readonly Case[] All =
    [
        new("max_pool1d whose only window sticks out", x => MaxPool1d(x[0], 3, 2, 0, 2, ceiling: true), [[Normal(1, 2, 4)], [Normal(2, 4)]]),
        new("max_pool2d whose only window sticks out", x => MaxPool2dWithIndices(x[0], 3, (2, 3), 0, 2, ceiling: true), [[Normal(1, 2, 7, 4)]]) { Ours = "MaxPool2dWithIndices" },
        new("avg_pool2d whose only window sticks out", x => AvgPool2d(x[0], (3, 2), (3, 2), ceiling: true), [[Normal(1, 2, 2, 5)]]) { By = Measure.Norm },
        new("max_unpool1d without batch", x => MaxUnpool1d(x[0], x[1], 5), [[Normal(2, 2), Wholes(0, 3, 4, 1).Shaped(2, 2)]]) { Derivatives = Derivatives.First },
        new("max_unpool2d without batch", x => MaxUnpool2d(x[0], x[1], 3, 4), [[Normal(2, 1, 2), Wholes(0, 7, 5, 11).Shaped(2, 1, 2)]]),
        new("max_unpool3d without batch", x => MaxUnpool3d(x[0], x[1], 2, 2, 2), [[Normal(2, 1, 1, 2), Wholes(0, 7, 5, 3).Shaped(2, 1, 1, 2)]]) { Derivatives = Derivatives.First },
        new("var of a scalar's axis", x => (Var(x[0], [0], 0), Var(x[0], [-1], -1)), [[Normal()]]) { Derivatives = Derivatives.First, Ours = "Var" },
        new("median of none", x => Median(x[0]), [[Normal(0, 3)]]) { Derivatives = Derivatives.None },
        new("nan_to_num of whole numbers", x => NanToNum(x[0]), [[Whole(-9, 9, 4)], [Bools(3)]]),
        new("lerp of negative weights", x => Lerp(x[0], x[1], x[2]), [[Normal(5), Normal(5), Values(-0.6883, -0.51, -1.3, -7.1, 0.4999)]]),
        new("norm in the order of PyTorch's arguments", x => (Norm(x[0], 1), Norm(x[0], 3, 1), Norm(x[0], 1, [0, 1], true)), [[Normal(3, 4)]]) { By = Measure.Norm, Ours = "Norm" },
        new("distributions.Categorical of labels that broadcast", x => (LogDensity.CategoricalFromLogits(x[1], x[0]), LogDensity.Categorical(x[1], Exp(x[0]))),
            [[Normal(3), Whole(0, 3, 5)], [Normal(2, 1, 3), Whole(0, 3, 4)], [Normal(3), Whole(0, 3)]]) { By = Measure.Norm, Ours = "LogDensity.Categorical" },
        new("distributions.MultivariateNormal kl_divergence of stacks that broadcast", x => Divergence.MultivariateNormal(x[0], x[1], x[2], x[3]),
            [[Normal(2, 3), Triangle, Normal(3), Triangles], [Normal(3), Triangles, Normal(4, 1, 3), Triangle]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = 12, Ours = "Divergence.MultivariateNormal" },
        new("clip_grad_norm_", x => (Value[])[.. GradientClipping.ByGlobalNorm(x, 1.3), GradientClipping.GlobalNorm(x)], [[Normal(3, 3), Normal(2)], [Uniform(-0.1, 0.1, 3), Normal()]])
            { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "GradientClipping.ByGlobalNorm" },
        new("clip_grad_norm_ by the largest element", x => (Value[])[.. GradientClipping.ByGlobalNorm(x, 0.5, double.PositiveInfinity), GradientClipping.GlobalNorm(x, double.PositiveInfinity)], [[Normal(3, 3), Normal(2)]])
            { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "GradientClipping.ByGlobalNorm" },
        new("clip_grad_value_", x => GradientClipping.ByValue(x, 0.6), [[Normal(3, 3), Values(double.NaN, 0.6, double.NegativeInfinity)]]) { Derivatives = Derivatives.None, Ours = "GradientClipping.ByValue" },
        new("margin_ranking_loss along axes of extent 1", x => Losses.MarginRanking(x[0], x[1], StopGradient(x[2]), 0.3, Reduction.None), [[Normal(4, 2), Normal(4, 1), Values(1, -1).Shaped(1, 2)], [Normal(4, 1), Normal(4, 2), Values(1, -1, 1, 1).Shaped(4, 1)]])
            { Ours = "Losses.MarginRanking" },
        new("cosine_embedding_loss along axes of extent 1", x => Losses.CosineEmbedding(x[0], x[1], StopGradient(x[2]), 0.1, Reduction.None), [[Normal(4, 3), Normal(1, 3), Values(1, -1, 1, -1)], [Normal(1, 3), Normal(4, 3), Values(-1)]])
            { By = Measure.Norm, Ours = "Losses.CosineEmbedding" },
        new("triplet_margin_loss along axes of extent 1", x => Losses.TripletMargin(x[0], x[1], x[2], reduction: Reduction.None), [[Normal(4, 3), Normal(1, 3), Normal(4, 3)], [Normal(1, 3), Normal(1, 3), Normal(4, 3)]])
            { By = Measure.Norm, Ours = "Losses.TripletMargin" },
        new("triplet_margin_loss of one feature beside three", x => Losses.TripletMargin(x[0], x[1], x[2], swap: true, reduction: Reduction.None), [[Normal(4, 1), Normal(4, 1), Normal(4, 3)], [Normal(4, 3), Normal(4, 1), Normal(1, 1)]])
            { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Losses.TripletMargin" },
        new("gaussian_nll_loss of one variance a row", x => Losses.GaussianNegativeLogLikelihood(x[0], x[1], x[2], reduction: Reduction.None), [[Normal(3, 3), Normal(1, 3), Uniform(0.2, 2, 3)], [Normal(4, 3), Normal(4, 3), Uniform(0.2, 2, 4)]])
            { By = Measure.Norm, Ours = "Losses.GaussianNegativeLogLikelihood" },
        Case.Refuses("margin_ranking_loss of unlike ranks", x => Losses.MarginRanking(x[0], x[1], x[2]), "they must be equal", Normal(3, 5), Normal(5), Values(1, -1, 1, -1, 1)),
        Case.Refuses("triplet_margin_loss of unlike ranks", x => Losses.TripletMargin(x[0], x[1], x[2]), "they must be equal", Normal(3, 5), Normal(3, 5), Normal(5)),
        Case.Refuses("vander of a scalar", x => Vandermonde(x[0], 3), "is a scalar", Normal()),
        Case.Refuses("relu of bools", x => Relu(x[0]), "is not a number", Bools(3)),
        Case.Refuses("frac of whole numbers", x => Frac(x[0]), "not float32 or float64", Whole(-5, 5, 3)),
        Case.Refuses("max_pool1d with more padding than half of a dilated window", x => MaxPool1d(x[0], 3, 1, 2, 2), "more than half of the window size 3", Normal(1, 2, 8)),
    ];
}

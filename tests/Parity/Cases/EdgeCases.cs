namespace GraphGrad.Parity.Cases;

/// <summary>Scalars with an axis, negative indices, indices for a part of a tensor, bools as numbers, matrices that are not square, losses that broadcast.</summary>
internal static class EdgeCases
{
    private static readonly Recipe[][] Scalars = [[Normal()]];

    private static readonly Recipe[][] Flags = [[Bools(3, 5)], [Bools(0, 2)]];

    private static readonly Recipe[][] FlagPairs = [[Bools(3, 5), Bools(5)]];

    private static readonly Recipe[][] Broadcast = [[Normal(3, 4), Normal(4)], [Normal(1, 4), Normal(3, 4)], [Normal(3, 4), Normal()]];

    private static readonly Recipe[][] Signs = [[Normal(3, 2), Values(1, -1)]];

    public static readonly Case[] All = [.. OfScalars, .. Indices, .. OfBools, .. Matrices, .. OfLosses];

    private static Case[] OfScalars =>
    [
        new("sum of a scalar's axis", x => (Sum(x[0], 0), Sum(x[0], -1, keepDims: true)), Scalars),
        new("prod of a scalar's axis", x => Prod(x[0], -1), Scalars),
        new("mean of a scalar's axis", x => Mean(x[0], -1), Scalars),
        new("var of a scalar's axis", x => Var(x[0], 0), Scalars),
        new("amax of a scalar's axis", x => Max(x[0], -1), Scalars),
        new("max of a scalar's axis", x => MaxWithIndex(x[0], 0), Scalars),
        new("min of a scalar's axis", x => MinWithIndex(x[0], -1), Scalars),
        new("argmax of a scalar's axis", x => ArgMax(x[0], -1), Scalars),
        new("all of a scalar's axis", x => All(x[0], 0), [[Bools()]]),
        new("softmax of a scalar's axis", x => Softmax(x[0], 0), Scalars),
        new("log_softmax of a scalar's axis", x => LogSoftmax(x[0], -1), Scalars),
        new("logsumexp of a scalar's axis", x => LogSumExp(x[0], 0), Scalars),
        new("cumsum of a scalar's axis", x => CumSum(x[0], 0), Scalars),
        new("cumprod of a scalar's axis", x => CumProd(x[0], -1), Scalars),
        new("cummax of a scalar's axis", x => CumMax(x[0], 0), Scalars),
        new("logcumsumexp of a scalar's axis", x => LogCumSumExp(x[0], -1), Scalars),
        new("sort of a scalar's axis", x => Sort(x[0], 0), Scalars),
        new("topk of a scalar's axis", x => TopK(x[0], 1, -1), Scalars),
        new("kthvalue of a scalar's axis", x => KthValue(x[0], 1, 0), Scalars),
        new("mode of a scalar's axis", x => Mode(x[0], -1), Scalars),
        new("median of a scalar's axis", x => Median(x[0], 0), Scalars),
        new("quantile of a scalar's axis", x => Quantile(x[0], 0.25, -1), Scalars),
        new("linalg.vector_norm of a scalar's axis", x => Norm(x[0], 2, 0), Scalars) { Derivatives = Derivatives.First },
        new("flip of a scalar's axis", x => Reverse(x[0], 0), Scalars),
        new("squeeze of a scalar's axis", x => Squeeze(x[0], -1), Scalars),
        new("swapaxes of a scalar's axis", x => SwapAxes(x[0], 0, -1), Scalars),
        new("moveaxis of a scalar's axis", x => MoveAxis(x[0], 0, -1), Scalars),
        new("gather of a scalar's axis", x => TakeAlongAxis(x[0], x[1], 0), [[Normal(), Wholes(0).Shaped()]]),
        new("gather of several of a scalar", x => GatherElements(x[0], x[1], 0), [[Normal(), Wholes(0, 0)]]),
        new("gather of a scalar of a vector", x => GatherElements(x[0], x[1], 0), [[Normal(3), Wholes(1).Shaped()]]),
        new("index_select of a scalar's axis", x => Gather(x[0], x[1], -1), [[Normal(), Wholes(0).Shaped()]]),
        new("index_add of a scalar's axis", x => ScatterAdd(x[0], x[1], x[2]), [[Normal(), Wholes(0).Shaped(), Normal()]]),
        new("index_copy of a scalar's axis", x => Scatter(x[0], x[1], x[2]), [[Normal(), Wholes(0), Normal(1)]]),
        new("index_fill of a scalar's axis", x => Scatter(x[0], x[1], 2.5), [[Normal(), Wholes(0)]]),
        new("scatter of a vector into a scalar", x => ScatterElements(x[0], x[1], x[2], 0), [[Normal(), Wholes(0), Normal(1)]]),
        new("scatter of a scalar into a vector", x => ScatterElements(x[0], x[1], x[2], 0), [[Normal(3), Wholes(1).Shaped(), Normal()]]),
        new("scatter of a scalar's axis", x => PutAlongAxis(x[0], x[1], x[2], 0), [[Normal(), Wholes(0).Shaped(), Normal()]]),
        Case.Refuses("roll of a scalar's axis", x => Roll(x[0], 1, 0), "is a scalar", Normal()),
        Case.Refuses("diff of a scalar's axis", x => Diff(x[0], 0), "is a scalar", Normal()),
        Case.Refuses("sum of a scalar's axis 1", x => Sum(x[0], 1), "is a scalar", Normal()),
    ];

    private static Case[] Indices =>
    [
        new("index from the end", x => Gather(x[0], [x[1], x[2]]), [[Normal(3, 4, 2), Wholes(-1, 0, -3), Wholes(-4, 1, -2)]]),
        new("index_put_ from the end", x => Scatter(x[0], [x[1], x[2]], x[3]), [[Normal(3, 4), Wholes(-1, 0), Wholes(1, -4), Normal(2)]]),
        new("take from the end", x => Take(x[0], x[1]), [[Normal(3, 4), Wholes(-1, 5, -12).Shaped(3, 1)]]),
        new("put from the end", x => Put(x[0], x[1], x[2]), [[Normal(3, 4), Wholes(-1, 5, -12), Normal(3)]]),
        new("index_fill from the end", x => Scatter(x[0], x[1], 2.5, 1), [[Normal(2, 4, 3), Wholes(-1, 0)]]),
        new("gather of fewer", x => GatherElements(x[0], x[1], 0), [[Normal(3, 4), Wholes(2, 0, 1, 1, 0, 0, 2, 2).Shaped(4, 2)], [Normal(4, 3, 2), Wholes(3, 0, 2).Shaped(3, 1, 1)]]),
        new("gather of fewer rows", x => GatherElements(x[0], x[1], -1), [[Normal(3, 4), Wholes(3, 0, 1, 1).Shaped(2, 2)]]),
        new("scatter of fewer", x => ScatterElements(x[0], x[1], x[2], 1), [[Normal(3, 4), Wholes(3, 0, 1, 2).Shaped(2, 2), Normal(2, 2)], [Normal(2, 3, 4), Wholes(2).Shaped(1, 1, 1), Normal(1, 1, 1)]]),
        // libtorch has no gradient by values of which not all are taken.
        new("scatter of fewer than values", x => ScatterElements(x[0], x[1], x[2], 1), [[Normal(3, 4), Wholes(3, 0, 1, 2).Shaped(2, 2), Normal(3, 4)], [Normal(2, 3, 4), Wholes(2).Shaped(1, 1, 1), Normal(2, 2, 2)]]) { Derivatives = Derivatives.None },
        new("scatter_add of fewer", x => ScatterElements(x[0], x[1], x[2], 0, ScatterReduction.Sum), [[Normal(3, 4), Wholes(2, 0, 2, 0).Shaped(2, 2), Normal(2, 2)]]) { By = Measure.Norm },
        Case.Refuses("gather of more", x => GatherElements(x[0], x[1], 0), "slice the indices", Normal(3, 2), Whole(0, 3, 2, 3)),
        Case.Refuses("scatter of more", x => ScatterElements(x[0], x[1], x[2], 0), "slice the indices", Normal(3, 2), Whole(0, 3, 2, 2), Normal(1, 2)),
        Case.Refuses("scatter of values of fewer axes", x => ScatterElements(x[0], x[1], x[2], -1), "as many axes", Normal(2, 3), Whole(0, 3, 1, 2), Normal(2)),
        Case.Refuses("scatter_add of values of fewer axes", x => ScatterElements(x[0], x[1], x[2], -1, ScatterReduction.Sum), "as many axes", Normal(2, 2, 2), Whole(0, 2, 1, 1, 1), Normal(1, 1)),
    ];

    private static Case[] OfBools =>
    [
        new("sum of bools", x => (Sum(x[0]), Sum(x[0], 0)), Flags),
        new("prod of bools", x => Prod(x[0], 1), Flags),
        new("cumsum of bools", x => CumSum(x[0], 1), Flags),
        new("cumprod of bools", x => CumProd(x[0], 0), Flags),
        new("lt of bools", x => x[0] < x[1], FlagPairs),
        new("le of bools", x => x[0] <= x[1], FlagPairs),
        new("gt of bools", x => x[0] > x[1], FlagPairs),
        new("ge of bools", x => x[0] >= x[1], FlagPairs),
        new("maximum of bools", x => Maximum(x[0], x[1]), FlagPairs),
        new("minimum of bools", x => Minimum(x[0], x[1]), FlagPairs),
    ];

    private static Case[] Matrices =>
    [
        new("linalg.lu of tall matrices", x => (Lu(x[0]).Permutation, Lu(x[0]).Lower, Lu(x[0]).Upper), [[Normal(5, 3)], [Normal(2, 4, 1)]]) { By = Measure.Norm, Roundings = 36, Ours = "Lu" },
        new("linalg.lu of wide matrices", x => (Lu(x[0]).Permutation, Lu(x[0]).Lower, Lu(x[0]).Upper), [[Normal(3, 5)], [Normal(2, 1, 4)]]) { By = Measure.Norm, Roundings = 36, Ours = "Lu" },
        new("linalg.lu_factor of tall matrices", x => Lu(x[0]).Packed, [[Normal(5, 3)]]) { By = Measure.Norm, Roundings = 36 },
    ];

    private static Case[] OfLosses =>
    [
        new("mse_loss broadcast", x => Losses.MeanSquaredError(x[0], x[1]), Broadcast) { By = Measure.Norm },
        new("l1_loss broadcast", x => Losses.MeanAbsoluteError(x[0], x[1], Reduction.Sum), Broadcast) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("huber_loss broadcast", x => Losses.Huber(x[0], x[1], 0.5), Broadcast) { By = Measure.Norm },
        new("smooth_l1_loss broadcast", x => Losses.SmoothAbsoluteError(x[0], x[1], reduction: Reduction.None), Broadcast) { By = Measure.Norm },
        new("poisson_nll_loss broadcast", x => Losses.PoissonNegativeLogLikelihood(x[0], x[1]), Broadcast) { By = Measure.Norm },
        new("soft_margin_loss broadcast", x => Losses.SoftMargin(x[0], StopGradient(x[1])), Signs) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("hinge_embedding_loss broadcast", x => Losses.HingeEmbedding(x[0], StopGradient(x[1])), Signs) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("kl_div broadcast", x => Losses.KullbackLeibler(x[0], x[1]), [[Normal(3, 4), Uniform(0.1, 1, 4)]]) { By = Measure.Norm },
        Case.Refuses("mse_loss of shapes that do not broadcast", x => Losses.MeanSquaredError(x[0], x[1]), "they must be equal", Normal(3, 4), Normal(3)),
    ];
}

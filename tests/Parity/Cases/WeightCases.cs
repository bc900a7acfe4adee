namespace GraphGrad.Parity.Cases;

/// <summary>Weights as functions of other numbers, and what is done to the weights of layers.</summary>
internal static class WeightCases
{
    private static readonly Recipe[] Statistics = [Normal(3), Uniform(0.5, 2, 3), Uniform(0.5, 1.5, 3), Normal(3)];

    public static readonly Case[] All =
    [
        new("parametrizations.weight_norm", x => WeightNorm(x[0], x[1]), [[Normal(3, 4), Normal(3, 1)], [Normal(4, 2, 3, 3), Normal(4, 1, 1, 1)]]) { By = Measure.Norm },
        new("parametrizations.weight_norm along the last axis", x => WeightNorm(x[0], x[1], -1), [[Normal(3, 4), Normal(1, 4)]]) { By = Measure.Norm },
        new("parametrizations.weight_norm of all", x => WeightNorm(x[0], x[1], null), [[Normal(3, 4), Normal()]]) { By = Measure.Norm },
        new("norm_except_dim", x => Norm(x[0], 2, [0, 2], keepDims: true), [[Normal(3, 4, 2)]]) { By = Measure.Norm },
        Spectral("parametrizations.spectral_norm", 1, 0, [[Normal(3, 4), Normal(3), Normal(4)], [Normal(2, 3, 2, 2), Normal(2), Normal(12)]]),
        Spectral("parametrizations.spectral_norm of inputs first", 2, 1, [[Normal(3, 4), Normal(4), Normal(3)], [Normal(3, 2, 2), Normal(2), Normal(6)]]),
        Spectral("parametrizations.spectral_norm in evaluation", 0, 0, [[Normal(3, 4), Normal(3), Normal(4)]]),
        new("parametrizations.orthogonal", x => Orthogonal(x[0]), [[Normal(3, 3)], [Normal(4, 2)], [Normal(2, 2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = 60 },
        new("parametrizations.orthogonal by Cayley", x => Orthogonal(x[0], OrthogonalMap.Cayley), [[Normal(3, 3)], [Normal(4, 2)], [Normal(2, 2, 3)]]) { By = Measure.Norm },
        new("parametrizations.orthogonal by reflections", x => Orthogonal(x[0], OrthogonalMap.Householder), [[Normal(3, 3)], [Normal(4, 2)], [Normal(2, 2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("fuse_conv_bn_weights", x => FoldBatchNorm(x[0], x[1], x[2], x[3], x[4], x[5]), [[Normal(3, 2, 2, 2), Normal(3), .. Statistics]]) { By = Measure.Norm },
        new("fuse_conv_bn_weights transposed", x => FoldBatchNorm(x[0], x[1], x[2], x[3], x[4], x[5], axis: 1, epsilon: 0.01), [[Normal(2, 3, 2), Normal(3), .. Statistics]]) { By = Measure.Norm },
        new("fuse_linear_bn_weights", x => FoldBatchNorm(x[0], x[1], x[2], x[3], x[4], x[5]), [[Normal(3, 4), Normal(3), .. Statistics]]) { By = Measure.Norm },
        new("parameters_to_vector", x => Concat([.. x.Select(Flattened)]), [[Normal(2, 3), Normal(4), Normal()]]) { Ours = "Concat" },
        new("vector_to_parameters", x => (Reshape(x[0][..6], 2, 3), x[0][6..]), [[Normal(9)]]) { Ours = "Reshape" },

        Pruned("prune.l1_unstructured", x => x[0] * Pruning.Smallest(x[0], 5), "Pruning.Smallest", Normal(3, 4)),
        Pruned("prune.l1_unstructured of a share", x => x[0] * Pruning.Smallest(x[0], 0.3), "Pruning.Smallest", Normal(2, 3, 3)),
        Pruned("prune.l1_unstructured once more", x => x[0] * Pruning.Smallest(x[0], 0.5, Pruning.Smallest(x[0], 4)), "Pruning.Smallest", Normal(3, 4)),
        Pruned("prune.ln_structured", x => x[0] * Pruning.SmallestSlices(x[0], 2), "Pruning.SmallestSlices", Normal(5, 4)),
        Pruned("prune.ln_structured of a share by another norm", x => x[0] * Pruning.SmallestSlices(x[0], 0.4, 1, 1), "Pruning.SmallestSlices", Normal(2, 5, 3)),
        Pruned("prune.global_unstructured", x => Products(x, Pruning.SmallestOfAll(x, 0.4)), "Pruning.SmallestOfAll", Normal(3, 4), Normal(5), Normal()),

        Case.Refuses("prune.l1_unstructured of too many", x => Pruning.Smallest(x[0], 1.5), "must be between 0 and 1", Normal(3, 4)),
        Case.Refuses("prune.ln_structured along no axis", x => Pruning.SmallestSlices(x[0], 1, 2), "has no axis 2", Normal(3, 4)),
        Case.Refuses("parametrizations.weight_norm of other magnitudes", x => WeightNorm(x[0], x[1]), "for each slice", Normal(3, 4), Normal(5, 1)),
        Case.Refuses("parametrizations.spectral_norm of other vectors", x => SpectralNorm(x[0], x[1], x[2]).Weights, "must be of 3 and 4 elements", Normal(3, 4), Normal(3), Normal(5)),
        Case.Refuses("parametrizations.orthogonal of a vector", x => Orthogonal(x[0]), "no matrix", Normal(3)),
        Case.Refuses("fuse_conv_bn_weights of other outputs", x => FoldBatchNorm(x[0], x[1], x[2], x[3], x[4], x[5]).Weights, "for each of the 2 outputs", [Normal(2, 2, 2, 2), Normal(3), .. Statistics]),
    ];

    private static Case Spectral(string name, int iterations, int axis, Recipe[][] sets) => new(
        name, x =>
        {
            var (weights, u, v) = SpectralNorm(x[0], x[1], x[2], iterations, axis);
            return (weights, u, v);
        }, sets) { By = Measure.Norm, Ours = "SpectralNorm", Roundings = 40 };

    private static Case Pruned(string name, Func<Value[], Results> function, string ours, params Recipe[] inputs) => new(name, function, [inputs]) { Ours = ours };

    private static Results Products(Value[] x, Value[] masks) => x.Zip(masks, (w, mask) => w * mask).ToArray();

    private static Value Flattened(Value x) => Flatten(x);
}

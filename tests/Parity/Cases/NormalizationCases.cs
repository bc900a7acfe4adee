namespace GraphGrad.Parity.Cases;

internal static class NormalizationCases
{
    public static readonly Case[] All =
    [
        new("batch_norm in training", x => BatchNorm(x[0], x[1], x[2]).Output, [[Normal(4, 3), Normal(3), Normal(3)], [Normal(2, 3, 4, 2), Normal(3), Normal(3)], [Normal(5, 2, 3), Normal(2), Normal(2)]]) { By = Measure.Norm },
        new("batch_norm without parameters", x => BatchNorm(x[0], epsilon: 1e-3).Output, [[Normal(2, 3, 4, 2)]]) { By = Measure.Norm },
        new("batch_norm in inference", x => BatchNormInference(x[0], StopGradient(x[1]), StopGradient(x[2]), x[3], x[4]), [[Normal(2, 3, 4, 2), Normal(3), Uniform(0.5, 2, 3), Normal(3), Normal(3)]]) { By = Measure.Norm },
        new("batch_norm running statistics", x => Statistics(x[0], x[1], x[2]), [[Normal(2, 3, 4, 2), Normal(3), Uniform(0.5, 2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "BatchNorm" },
        new("layer_norm", x => LayerNorm(x[0], x[1], x[2]), [[Normal(4, 5), Normal(5), Normal(5)], [Normal(2, 3, 8), Normal(8), Normal(8)]]) { By = Measure.Norm },
        new("layer_norm of two axes", x => LayerNorm(x[0], x[1], x[2], [-2, -1]), [[Normal(4, 3, 5), Normal(3, 5), Normal(3, 5)]]) { By = Measure.Norm },
        new("layer_norm without parameters", x => LayerNorm(x[0]), [[Normal(4, 5)]]) { By = Measure.Norm },
        new("group_norm", x => GroupNorm(x[0], 3, x[1], x[2]), [[Normal(2, 6, 4), Normal(6), Normal(6)], [Normal(2, 6, 3, 2), Normal(6), Normal(6)]]) { By = Measure.Norm },
        new("group_norm without parameters", x => GroupNorm(x[0], 2), [[Normal(2, 6, 4)]]) { By = Measure.Norm },
        new("instance_norm", x => InstanceNorm(x[0], x[1], x[2]), [[Normal(2, 3, 4), Normal(3), Normal(3)], [Normal(2, 3, 4, 2), Normal(3), Normal(3)]]) { By = Measure.Norm },
        new("instance_norm in inference", x => BatchNormInference(x[0], StopGradient(x[1]), StopGradient(x[2])), [[Normal(2, 3, 4, 2), Normal(3), Uniform(0.5, 2, 3)]]) { By = Measure.Norm },
        new("local_response_norm", x => LocalResponseNorm(x[0], 3, 0.3, 0.6, 2), [[Normal(2, 6, 4)], [Normal(2, 5, 3, 2)]]) { By = Measure.Norm },
        new("local_response_norm of an even size", x => LocalResponseNorm(x[0], 4), [[Normal(2, 6, 4)]]) { By = Measure.Norm },

        Case.Refuses("batch_norm parameters", x => BatchNorm(x[0], x[1]).Output, "has shape [4]", Normal(2, 3, 4), Normal(4)),
        Case.Refuses("batch_norm statistics", x => BatchNormInference(x[0], x[1], x[2]), "has shape [4]", Normal(2, 3, 4), Normal(4), Normal(4)),
        Case.Refuses("layer_norm parameters", x => LayerNorm(x[0], x[1]), "has shape [4]", Normal(2, 3), Normal(4)),
        Case.Refuses("group_norm groups", x => GroupNorm(x[0], 4), "cannot be split into 4 groups", Normal(2, 6, 4)),
        Case.Refuses("local_response_norm rank", x => LocalResponseNorm(x[0], 3), "axes for batch, channels and more", Normal(2, 6)),
    ];

    /// <summary>What running statistics become, as <c>UpdateRunningStatistics</c> assigns it.</summary>
    private static (Value Mean, Value Variance) Statistics(Value x, Value mean, Value variance)
    {
        var batch = BatchNorm(x);
        return ((mean * 0.9) + (batch.Mean * 0.1), (variance * 0.9) + (batch.Variance * (batch.Count / (batch.Count - 1)) * 0.1));
    }
}

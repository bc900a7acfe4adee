namespace GraphGrad.Parity.Cases;

internal static class PoolingCases
{
    public static readonly Case[] All =
    [
        new("max_pool1d", x => MaxPool1d(x[0], 3), [[Normal(2, 3, 9)], [Normal(1, 2, 10)]]),
        new("max_pool1d with options", x => MaxPool1d(x[0], 3, 2, 1, 2, ceiling: true), [[Normal(2, 3, 9)], [Normal(1, 2, 10)]]),
        new("max_pool2d", x => MaxPool2d(x[0], 2), [[Normal(2, 3, 6, 8)], [Normal(1, 2, 5, 7)], [Normal(0, 2, 4, 4)], [Normal(2, 6, 5)]]),
        new("max_pool2d with options", x => MaxPool2d(x[0], (3, 2), (2, 1), (1, 0), (1, 2)), [[Normal(2, 3, 7, 8)]]),
        new("max_pool2d ceiling", x => MaxPool2d(x[0], 3, 2, 1, ceiling: true), [[Normal(2, 3, 6, 8)], [Normal(1, 1, 7, 9)]]),
        new("max_pool2d of equal numbers", x => MaxPool2d(x[0], 2, 1), [[Values(1, 1, 2, 1, 2, 2, 0, 0, 0).Shaped(1, 1, 3, 3)]]),
        new("max_pool2d of NaN", x => MaxPool2d(x[0], 2), [[Values(1, double.NaN, 2, 1, 2, 2, 0, double.PositiveInfinity).Shaped(1, 1, 2, 4)]]) { Derivatives = Derivatives.First },
        new("max_pool3d", x => MaxPool3d(x[0], 2, (1, 2, 2)), [[Normal(1, 2, 4, 5, 6)]]),
        new("max_pool1d_with_indices", x => MaxPool1dWithIndices(x[0], 3, 2, 1), [[Normal(2, 3, 9)]]),
        new("max_pool2d_with_indices", x => MaxPool2dWithIndices(x[0], 3, 2, 1), [[Normal(2, 3, 7, 8)], [Values(1, 1, 1, 1, 1, 1, 1, 1, 1).Shaped(1, 1, 3, 3)], [Normal(2, 6, 5)]]),
        new("max_pool2d_with_indices dilated", x => MaxPool2dWithIndices(x[0], 2, (1, 2), 0, 2, ceiling: true), [[Normal(2, 3, 6, 8)]]),
        new("avg_pool1d", x => AvgPool1d(x[0], 3), [[Normal(2, 3, 9)], [Normal(1, 2, 10)]]) { By = Measure.Norm },
        new("avg_pool1d with options", x => AvgPool1d(x[0], 3, 2, 1, ceiling: true, countPadding: false), [[Normal(2, 3, 9)], [Normal(1, 2, 10)]]) { By = Measure.Norm },
        new("avg_pool2d", x => AvgPool2d(x[0], 2), [[Normal(3, 6, 8)], [Normal(2, 3, 6, 8)], [Normal(1, 2, 5, 7)]]) { By = Measure.Norm },
        new("avg_pool2d with options", x => AvgPool2d(x[0], (3, 2), (2, 1), (1, 0)), [[Normal(2, 3, 7, 8)]]) { By = Measure.Norm },
        new("avg_pool2d ceiling", x => AvgPool2d(x[0], 3, 2, 1, ceiling: true), [[Normal(2, 3, 6, 8)], [Normal(1, 1, 7, 9)]]) { By = Measure.Norm },
        new("avg_pool2d without padding", x => AvgPool2d(x[0], 3, 2, 1, ceiling: true, countPadding: false), [[Normal(2, 3, 6, 8)]]) { By = Measure.Norm },
        new("avg_pool2d with a divisor", x => AvgPool2d(x[0], 3, 2, 1, divisor: 4), [[Normal(2, 3, 6, 8)]]) { By = Measure.Norm },
        new("avg_pool3d", x => AvgPool3d(x[0], (2, 3, 2), (1, 2, 2), (1, 1, 0)), [[Normal(1, 2, 4, 5, 6)]]) { By = Measure.Norm },
        new("lp_pool1d", x => LpPool1d(x[0], 2, 3, 2), [[Normal(2, 3, 9)]]) { By = Measure.Norm },
        new("lp_pool2d", x => LpPool2d(x[0], 2, 2), [[Normal(2, 3, 6, 8)]]) { By = Measure.Norm },
        new("lp_pool2d of order 3", x => LpPool2d(x[0], 3, (2, 3), 1), [[Uniform(0.1, 2, 2, 3, 4, 5)]]) { By = Measure.Norm },
        new("adaptive_avg_pool1d", x => AdaptiveAvgPool1d(x[0], 4), [[Normal(2, 3, 9)], [Normal(2, 3, 8)], [Normal(1, 1, 3)]]) { By = Measure.Norm },
        new("adaptive_avg_pool2d", x => AdaptiveAvgPool2d(x[0], (3, 4)), [[Normal(3, 7, 6)], [Normal(2, 3, 7, 6)], [Normal(1, 2, 6, 8)]]) { By = Measure.Norm },
        new("adaptive_avg_pool2d of all", x => AdaptiveAvgPool2d(x[0], 1), [[Normal(2, 3, 7, 6)]]) { By = Measure.Norm },
        new("adaptive_avg_pool3d", x => AdaptiveAvgPool3d(x[0], (2, 3, 2)), [[Normal(1, 2, 4, 5, 3)]]) { By = Measure.Norm },
        new("adaptive_max_pool1d", x => AdaptiveMaxPool1d(x[0], 4), [[Normal(2, 3, 9)], [Normal(2, 3, 8)]]),
        new("adaptive_max_pool2d", x => AdaptiveMaxPool2d(x[0], (3, 4)), [[Normal(2, 3, 7, 6)], [Normal(1, 2, 6, 8)]]),
        new("adaptive_max_pool2d_with_indices", x => AdaptiveMaxPool2dWithIndices(x[0], (3, 4)), [[Normal(2, 3, 7, 6)]]),
        new("max_unpool2d", x => MaxUnpool2d(x[0], x[1], 4, 4), [[Normal(1, 2, 2, 2), Wholes(0, 7, 9, 15, 5, 2, 8, 11).Shaped(1, 2, 2, 2)]]),

        Case.Refuses("max_pool2d rank", x => MaxPool2d(x[0], 2), "must have 4 axes", Normal(3, 4)),
        Case.Refuses("max_pool2d window too large", x => MaxPool2d(x[0], 5), "make the window smaller", Normal(1, 1, 4, 4)),
        Case.Refuses("max_pool2d padding", x => MaxPool2d(x[0], 2, padding: 2), "more than half", Normal(1, 1, 4, 4)),
        Case.Refuses("max_pool2d stride", x => MaxPool2d(x[0], 2, 0), "must be at least 1", Normal(1, 1, 4, 4)),
        Case.Refuses("max_pool2d size", x => MaxPool2d(x[0], 0), "must be at least 1", Normal(1, 1, 4, 4)),
        Case.Refuses("avg_pool2d padding", x => AvgPool2d(x[0], 2, padding: 2), "more than half", Normal(1, 1, 4, 4)),
        Case.Refuses("avg_pool1d rank", x => AvgPool1d(x[0], 2), "must have 3 axes", Normal(4)),
        Case.Refuses("adaptive_avg_pool2d rank", x => AdaptiveAvgPool2d(x[0], 2), "must have 4 axes", Normal(4, 4)),
        Case.Refuses("adaptive_avg_pool2d size", x => AdaptiveAvgPool2d(x[0], (-1, 2)), "must be at least 1", Normal(1, 1, 4, 4)),
        Case.Refuses("max_unpool2d shape", x => MaxUnpool2d(x[0], x[1], 4, 4), "integers of its shape", Normal(1, 1, 2, 2), Whole(0, 4, 1, 1, 2, 1)),
    ];
}

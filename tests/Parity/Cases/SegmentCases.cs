namespace GraphGrad.Parity.Cases;

internal static class SegmentCases
{
    private static readonly Recipe Lengths = Wholes(2, 0, 3, 1);

    private static readonly Recipe[][] Pieces = [[Normal(6), Lengths], [Normal(6, 3), Lengths], [Normal(6, 2, 2), Wholes(6)]];

    private static readonly Recipe Edges = Values(-1, -0.25, 0.5, 2);

    public static readonly Case[] All =
    [
        new("segment_reduce sum", x => SegmentReduce(x[0], x[1], ScatterReduction.Sum), Pieces) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("segment_reduce mean", x => SegmentReduce(x[0], x[1], ScatterReduction.Mean), Pieces) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("segment_reduce max", x => SegmentReduce(x[0], x[1], ScatterReduction.Maximum), [.. Pieces, [Values(1, 1, 0, 2, 2, 3), Lengths]]) { Derivatives = Derivatives.First },
        new("segment_reduce min", x => SegmentReduce(x[0], x[1], ScatterReduction.Minimum), [.. Pieces, [Values(1, 1, 0, 2, 2, 3), Lengths]]) { Derivatives = Derivatives.First },
        new("segment_reduce min of NaN", x => SegmentReduce(x[0], x[1], ScatterReduction.Minimum), [[Values(1, double.NaN, 0, 2, 2, 3), Lengths]]) { Derivatives = Derivatives.None },
        new("segment_reduce prod", x => SegmentReduce(x[0], x[1], ScatterReduction.Product), Pieces) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("segment_reduce with beginnings", x => (SegmentReduce(x[0], x[1], ScatterReduction.Sum, 0.5), SegmentReduce(x[0], x[1], ScatterReduction.Mean, 0.5), SegmentReduce(x[0], x[1], ScatterReduction.Maximum, 0.5)), Pieces)
            { By = Measure.Norm, Derivatives = Derivatives.None },
        new("conv_tbc", x => ConvTimeFirst(x[0], x[1], x[2]), [[Normal(7, 2, 3), Normal(3, 3, 4), Normal(4)]]) { By = Measure.Norm },
        new("conv_tbc padded", x => ConvTimeFirst(x[0], x[1], x[2], 2), [[Normal(4, 2, 3), Normal(3, 3, 2), Normal(2)], [Normal(1, 1, 1), Normal(1, 1, 1), Normal(1)]]) { By = Measure.Norm },
        new("histogramdd", x => HistogramOfPoints(x[0], [x[1], x[2]]), [[Normal(40, 2), Edges, Values(-2, 0, 2)], [Values(-1, 0, 2, 2, 0.5, -2, 3, 0).Shaped(4, 2), Edges, Values(-2, 0, 2)]]) { Derivatives = Derivatives.None },
        new("histogramdd with weights", x => HistogramOfPoints(x[0], [x[1], x[1], x[1]], x[2]), [[Normal(40, 3), Edges, Normal(40)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("range", x => Arange(x[0].Graph, -1, 2.4, 0.5, x[0].DType), [[Normal()]]) { Derivatives = Derivatives.None },
        Case.Refuses("segment_reduce of a scalar", x => SegmentReduce(x[0], x[1], ScatterReduction.Sum), "segments need an axis", Normal(), Wholes(1)),
        Case.Refuses("conv_tbc of a matrix", x => ConvTimeFirst(x[0], x[1], x[2]), "must be [time, batch, in]", Normal(7, 2), Normal(3, 2, 4), Normal(4)),
        Case.Refuses("histogramdd dimensions", x => HistogramOfPoints(x[0], [x[1], x[1]]), "edges for each dimension", Normal(40, 3), Edges),
    ];
}

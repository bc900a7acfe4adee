namespace GraphGrad.Parity.Cases;

internal static class SamplingCases
{
    private static readonly Recipe[][] Images = [[Normal(2, 3, 4, 5), Uniform(-1.4, 1.4, 2, 3, 2, 2)], [Normal(1, 1, 1, 3), Uniform(-3, 3, 1, 1, 4, 2)]];

    private static readonly Recipe[][] Volumes = [[Normal(2, 2, 3, 4, 2), Uniform(-1.4, 1.4, 2, 2, 1, 3, 3)]];

    private static readonly Recipe Labels = Wholes(1, 2, 2, 3, 0, 0, 1, 3, 0).Shaped(3, 3);

    private static readonly Recipe[][] Sequences = [[Normal(7, 3, 4), Labels, Wholes(7, 5, 6), Wholes(3, 1, 2)]];

    private static readonly Recipe[][] Unaligned = [[Normal(5, 3, 4), Labels, Wholes(3, 5, 4), Wholes(3, 0, 2)]];

    public static readonly Case[] All = [.. Grids, .. Alignments, .. Pairs, .. Refused];

    // libtorch has no second derivatives of it.
    private static Case[] Grids =>
    [
        new("grid_sample", x => GridSample(x[0], x[1]), Images) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample with corners", x => GridSample(x[0], x[1], alignCorners: true), Images) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample with borders", x => GridSample(x[0], x[1], padding: GridPadding.Border), Images) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample with reflection", x => GridSample(x[0], x[1], padding: GridPadding.Reflection), Images) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample with reflection and corners", x => GridSample(x[0], x[1], padding: GridPadding.Reflection, alignCorners: true), Images) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample nearest", x => GridSample(x[0], x[1], InterpolationMode.Nearest), Images) { Derivatives = Derivatives.First },
        new("grid_sample cubic", x => GridSample(x[0], x[1], InterpolationMode.Cubic), Images) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample cubic with borders", x => GridSample(x[0], x[1], InterpolationMode.Cubic, GridPadding.Border, alignCorners: true), Images) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample of volumes", x => GridSample(x[0], x[1]), Volumes) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("grid_sample of volumes with borders", x => GridSample(x[0], x[1], padding: GridPadding.Border, alignCorners: true), Volumes) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("affine_grid", x => AffineGrid(x[0], [3, 4]), [[Normal(2, 2, 3)]]) { By = Measure.Norm },
        new("affine_grid with corners", x => AffineGrid(x[0], [1, 5], alignCorners: true), [[Normal(2, 2, 3)]]) { By = Measure.Norm },
        new("affine_grid of volumes", x => AffineGrid(x[0], [2, 3, 2]), [[Normal(2, 3, 4)]]) { By = Measure.Norm },
    ];

    // libtorch has no second derivatives of it; its first ones hold for normalized logarithms only.
    private static Case[] Alignments =>
    [
        new("ctc_loss", x => Losses.ConnectionistTemporal(LogSoftmax(x[0], 2), x[1], x[2], x[3]), Sequences) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Losses.ConnectionistTemporal" },
        new("ctc_loss, sum", x => Losses.ConnectionistTemporal(LogSoftmax(x[0], 2), x[1], x[2], x[3], reduction: Reduction.Sum), Sequences) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Losses.ConnectionistTemporal" },
        new("ctc_loss, none", x => Losses.ConnectionistTemporal(LogSoftmax(x[0], 2), x[1], x[2], x[3], blank: 0, Reduction.None), Sequences) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Losses.ConnectionistTemporal" },
        new("ctc_loss of what cannot be aligned", x => Losses.ConnectionistTemporal(LogSoftmax(x[0], 2), x[1], x[2], x[3], reduction: Reduction.None), Unaligned) { Derivatives = Derivatives.None, Ours = "Losses.ConnectionistTemporal" },
        new("ctc_loss without infinity", x => Losses.ConnectionistTemporal(LogSoftmax(x[0], 2), x[1], x[2], x[3], reduction: Reduction.Sum, zeroInfinity: true), Unaligned) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Losses.ConnectionistTemporal" },
    ];

    private static Case[] Pairs =>
    [
        new("pdist", x => CondensedDistances(x[0]), [[Normal(4, 3)], [Normal(1, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("pdist of order 1", x => CondensedDistances(x[0], 1), [[Normal(4, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("gradient", x => DifferenceQuotients(x[0], 0, 0.5), [[Normal(5, 3)], [Normal(2)]]) { By = Measure.Norm },
        new("gradient of order 2", x => DifferenceQuotients(x[0], 1, 2, edgeOrder: 2), [[Normal(2, 5)], [Normal(2, 3)]]) { By = Measure.Norm },
        new("tril_indices", x => TriangularLowerIndices(x[0].Graph, 3, 4, 1) + x[0], [[Whole(0, 9)]]) { Ours = "TriangularLowerIndices" },
        new("triu_indices", x => TriangularUpperIndices(x[0].Graph, 3, 4, -1) + x[0], [[Whole(0, 9)]]) { Ours = "TriangularUpperIndices" },
        new("fill_diagonal_", x => FillDiagonal(x[0], 2.5), [[Normal(3, 4)], [Normal(2, 2)]]),
        new("hann_window", x => x[0] * WindowFunctions.Hann(x[0].Graph, 7, dtype: x[0].DType), [[Normal(7)]]) { By = Measure.Norm, Ours = "WindowFunctions.Hann" },
        new("hamming_window", x => x[0] * WindowFunctions.Hamming(x[0].Graph, 7, periodic: false, dtype: x[0].DType), [[Normal(7)]]) { By = Measure.Norm, Ours = "WindowFunctions.Hamming" },
        new("blackman_window", x => x[0] * WindowFunctions.Blackman(x[0].Graph, 7, dtype: x[0].DType), [[Normal(7)]]) { By = Measure.Norm, Ours = "WindowFunctions.Blackman" },
        new("bartlett_window", x => x[0] * WindowFunctions.Bartlett(x[0].Graph, 6, dtype: x[0].DType), [[Normal(6)]]) { By = Measure.Norm, Ours = "WindowFunctions.Bartlett" },
        new("kaiser_window", x => x[0] * WindowFunctions.Kaiser(x[0].Graph, 7, dtype: x[0].DType), [[Normal(7)]]) { By = Measure.Norm, Ours = "WindowFunctions.Kaiser" },
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("grid_sample of another batch", x => GridSample(x[0], x[1]), "do not fit", Normal(2, 1, 3, 3), Normal(1, 2, 2, 2)),
        Case.Refuses("grid_sample of three coordinates", x => GridSample(x[0], x[1]), "do not fit", Normal(1, 1, 3, 3), Normal(1, 2, 2, 3)),
        Case.Refuses("grid_sample of volumes cubic", x => GridSample(x[0], x[1], InterpolationMode.Cubic), "the mode Cubic", Normal(1, 1, 3, 3, 3), Normal(1, 2, 2, 2, 3)),
        Case.Refuses("affine_grid of a square", x => AffineGrid(x[0], [3, 4]), "do not fit", Normal(1, 2, 2)),
        Case.Refuses("ctc_loss lengths", x => Losses.ConnectionistTemporal(x[0], x[1], x[2], x[3]), "must be [time, batch, classes]", Normal(7, 3, 4), Labels, Wholes(7, 5), Wholes(3, 1, 2)),
        Case.Refuses("ctc_loss blank", x => Losses.ConnectionistTemporal(x[0], x[1], x[2], x[3], blank: 4), "the blank 4", Normal(7, 3, 4), Labels, Wholes(7, 5, 6), Wholes(3, 1, 2)),
        Case.Refuses("pdist of a vector", x => CondensedDistances(x[0]), "no matrix", Normal(3)),
        Case.Refuses("gradient of one element", x => DifferenceQuotients(x[0]), "too short", Normal(1)),
    ];
}

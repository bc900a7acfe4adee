namespace GraphGrad.Parity.Cases;

/// <summary>Options that are seldom used, and points at which pieces of a function meet.</summary>
internal static class CornerCases
{
    private static readonly Recipe[][] Table = [[Normal(3, 6), Wholes(1, 2, 3, 1, 0, 4), Uniform(0.2, 2, 6)]];

    private static readonly Recipe[][] Meeting = [[Values(0, 0.5, -0.5, 2, -3, 1e-3), Values(0, 0, 0, 0, 0, 0)]];

    private static readonly Recipe[] Places = [Values(0, 0.5, 2, 3, 7)];

    public static readonly Case[] All = [.. Options, .. Meetings, .. Refused];

    private static Case[] Options =>
    [
        new("cov with counts and weights", x => (Covariance(x[0], x[1], StopGradient(x[2])), Covariance(x[0], x[1], null, 0), Covariance(x[0], null, StopGradient(x[2]), 0)), Table) { By = Measure.Norm, Ours = "Covariance" },
        new("gradient over places", x => DifferenceQuotients(x[0], StopGradient(x[1])), [[Normal(3, 5), .. Places], [Normal(5), .. Places]]) { By = Measure.Norm },
        new("gradient over places of order 2", x => DifferenceQuotients(x[0], StopGradient(x[1]), 0, edgeOrder: 2), [[Normal(5, 2), .. Places]]) { By = Measure.Norm },
        new("fill_diagonal_ wrapped", x => FillDiagonal(x[0], 2, wrap: true), [[Normal(7, 3)], [Normal(2, 3)]]),
        new("interpolate by two factors", x => (InterpolateBy(x[0], [1.7, 0.6]), InterpolateBy(x[0], [1.7, 0.6], InterpolationMode.Linear), InterpolateBy(x[0], [0.5, 2.5], InterpolationMode.Cubic)), [[Normal(1, 2, 4, 6)]]) { By = Measure.Norm, Ours = "InterpolateBy" },
        new("stft with a short window", x => Stft(x[0], 8, 3, x[1], mode: null), [[Normal(2, 20), Uniform(0.5, 1, 5)]]) { By = Measure.Norm, Roundings = 20 },
        new("stft of two sides", x => Stft(x[0], 8, 3, x[1], mode: PadMode.Replicate, norm: FourierNorm.Orthonormal, oneSided: false), [[Normal(2, 20), Uniform(0.5, 1, 8)]]) { By = Measure.Norm, Roundings = 20 },
        new("istft of two sides", x => Istft(x[0], 8, 3, x[1], norm: FourierNorm.Orthonormal, oneSided: false), [[Normal(2, 8, 5, 2), Uniform(0.5, 1, 8)]]) { By = Measure.Norm, Roundings = 20 },
        new("istft of a length", x => Istft(x[0], 8, 3, x[1], length: 15), [[Normal(2, 5, 5, 2), Uniform(0.5, 1, 8)]]) { By = Measure.Norm, Roundings = 20 },
        new("pad by negative numbers in other modes", x => (Pad(x[0], [0, 0, 2], [0, 0, -1], PadMode.Reflect), Pad(x[0], [0, 0, -2], [0, 0, 3], PadMode.Replicate), Pad(x[0], [0, 0, 2], [0, 0, -1], PadMode.Circular)), [[Normal(1, 2, 5)]]) { Ours = "Pad" },
        new("embedding_bag with a last offset", x => EmbeddingBag(x[0], x[1], x[2][..^1], BagMode.Sum, x[3]), [[Normal(6, 3), Wholes(0, 5, 2, 2, 1, 3, 0), Wholes(0, 2, 2, 7), Normal(7)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "EmbeddingBag" },
        new("fft.fftshift of all axes", x => (FftShift(x[0]), IfftShift(x[0])), [[Normal(3, 4)]]) { Ours = "FftShift" },
    ];

    private static Case[] Meetings =>
    [
        new("huber_loss where pieces meet", x => Losses.Huber(x[0], x[1], 0.5, Reduction.None), Meeting),
        new("smooth_l1_loss where pieces meet", x => Losses.SmoothAbsoluteError(x[0], x[1], 0.5, Reduction.None), Meeting),
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("cov of too many weights", x => Covariance(x[0], null, x[1]), "one for each of the 6 observations", Normal(3, 6), Normal(5)),
        Case.Refuses("gradient over too few places", x => DifferenceQuotients(x[0], x[1]), "do not fit axis 1", Normal(3, 5), Normal(4)),
        Case.Refuses("interpolate by too many factors", x => InterpolateBy(x[0], [2.0, 2, 2]), "3 factors do not fit", Normal(1, 2, 4, 6)),
        Case.Refuses("pad by more than there is", x => Pad(x[0], [0, 0, -3], [0, 0, -3], PadMode.Replicate), "too few elements to cut off", Normal(1, 2, 5)),
    ];
}

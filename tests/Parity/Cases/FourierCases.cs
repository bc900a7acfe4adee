namespace GraphGrad.Parity.Cases;

internal static class FourierCases
{
    // Each step of a transform, of which there are at most four here and ten where a prime becomes a convolution, sums up to 256 products.
    private const int Roundings = 16;

    private static readonly Recipe[][] Pairs = [.. new[] { 1, 2, 3, 8, 12, 17, 36, 64, 100, 131, 262 }.Select(n => new[] { Normal(n, 2) }), [Normal(2, 3, 40, 2)]];

    private static readonly Recipe[][] Reals = [.. new[] { 1, 2, 3, 8, 15, 64, 90, 131 }.Select(n => new[] { Normal(n) }), [Normal(2, 3, 40)]];

    private static readonly Recipe[][] Images = [[Normal(3, 4, 2)], [Normal(2, 6, 5, 2)]];

    // Linear, so that second derivatives are 0.
    public static readonly Case[] All =
    [
        new("fft.fft", x => Fft(x[0]), Pairs) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.ifft", x => Ifft(x[0]), Pairs) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.rfft", x => Rfft(x[0]), Reals) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.irfft", x => Irfft(x[0]), [.. new[] { 2, 3, 9, 33, 66 }.Select(n => new[] { Normal(n, 2) }), [Normal(2, 3, 21, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.irfft of odd length", x => Irfft(x[0], length: 15), [[Normal(8, 2)], [Normal(3, 6, 2)], [Normal(11, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.fft of axes and lengths", x => (Fft(x[0], 0), Fft(x[0], 1, 6), Fft(x[0], -2, 2)), [[Normal(4, 5, 2)], [Normal(3, 7, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.fft with norms", x => (Fft(x[0], norm: FourierNorm.Orthonormal), Fft(x[0], norm: FourierNorm.Forward), Ifft(x[0], norm: FourierNorm.Forward)), [[Normal(2, 12, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.rfft of axes and lengths", x => (Rfft(x[0], 0), Rfft(x[0], -1, 7), Rfft(x[0], 1, 4, FourierNorm.Orthonormal)), [[Normal(4, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.irfft of axes and lengths", x => (Irfft(x[0], 0), Irfft(x[0], -1, 8, FourierNorm.Orthonormal), Irfft(x[0], 1, 5, FourierNorm.Forward)), [[Normal(4, 5, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.fft2", x => Fft(x[0], [-2, -1]), Images) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.ifft2", x => Ifft(x[0], [-2, -1]), Images) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.rfft2", x => Rfft(x[0], [-2, -1]), [[Normal(4, 6)], [Normal(2, 3, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.irfft2", x => Irfft(x[0], [-2, -1]), Images) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.fftn", x => Fft(x[0], [0, 1, 2]), [[Normal(2, 3, 4, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.ifftn", x => Ifft(x[0], [0, 1, 2]), [[Normal(2, 3, 4, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("stft", x => Stft(x[0], 8, 3, x[1]), [[Normal(30), Uniform(0.5, 1, 8)], [Normal(2, 16), Uniform(0.5, 1, 8)]]) { By = Measure.Norm, Roundings = Roundings },
        new("stft not centered", x => Stft(x[0], 9, 4, center: false), [[Normal(3, 31)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("istft", x => Istft(x[0], 8, 3, x[1]), [[Normal(5, 7, 2), Uniform(0.5, 1, 8)], [Normal(2, 5, 4, 2), Uniform(0.5, 1, 8)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.fftshift", x => FftShift(x[0], 0, 1), [[Normal(3, 6)]]),
        new("fft.ifftshift", x => IfftShift(x[0], 0, 1), [[Normal(3, 6)]]),
        new("fft.rfftn", x => Rfft(x[0], [0, 2, 1]), [[Normal(3, 4, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.irfftn", x => Irfft(x[0], [0, 1, 2], 5, FourierNorm.Orthonormal), [[Normal(3, 4, 3, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.hfft", x => (Hfft(x[0]), Hfft(x[0], 0, 5), Hfft(x[0], norm: FourierNorm.Orthonormal)), [[Normal(3, 4, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.ihfft", x => (Ihfft(x[0]), Ihfft(x[0], 0, 5), Ihfft(x[0], norm: FourierNorm.Forward)), [[Normal(3, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("fft.fftfreq", x => (FftFrequencies(x[0].Graph, 7, 0.3, x[0].DType), FftFrequencies(x[0].Graph, 4, dtype: x[0].DType), FftFrequencies(x[0].Graph, 1, dtype: x[0].DType)), [[Normal()]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("fft.rfftfreq", x => (RfftFrequencies(x[0].Graph, 7, 0.3, x[0].DType), RfftFrequencies(x[0].Graph, 4, dtype: x[0].DType)), [[Normal()]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        Case.Refuses("fft.fftn of an axis named twice", x => Fft(x[0], [0, -2]), "is named twice", Normal(3, 4, 2)),
        Case.Refuses("fft.hfft length", x => Hfft(x[0], length: 0), "must be positive", Normal(3, 4, 2)),
        Case.Refuses("fft.fft axis", x => Fft(x[0], 2), "no axis 2", Normal(3, 4, 2)),
        Case.Refuses("fft.fft length", x => Fft(x[0], length: 0), "must be positive", Normal(4, 2)),
        Case.Refuses("stft window", x => Stft(x[0], 8, 3, x[1]), "must be 8 numbers", Normal(30), Normal(9)),
        Case.Refuses("istft bins", x => Istft(x[0], 8, 3, x[1]), "does not hold 5 complex numbers", Normal(6, 7, 2), Uniform(0.5, 1, 8)),
        Case.Refuses("fft.rfft axis", x => Rfft(x[0], 2), "no axis 2", Normal(3, 4)),
        Case.Refuses("fft.irfft length", x => Irfft(x[0]), "must be positive", Normal(1, 2)),
    ];
}

namespace GraphGrad.Parity.Live.Expressions;

internal static class FourierTwins
{
    public static readonly Twins All = new()
    {
        ["fft.fft"] = t => Of("fft_fft", "", t),
        ["fft.ifft"] = t => Of("fft_ifft", "", t),
        ["fft.rfft"] = t => OfReal("fft_rfft", "", t),
        ["fft.irfft"] = t => ToReal("fft_irfft", "", t),
        ["fft.irfft of odd length"] = t => ToReal("fft_irfft", ", 15", t),
        ["fft.fft of axes and lengths"] = t => (Of("fft_fft", ", dim=0", t), Of("fft_fft", ", 6, 1", t), Of("fft_fft", ", 2, -2", t)),
        ["fft.fft with norms"] = t => (Of("fft_fft", ", norm=\"ortho\"", t), Of("fft_fft", ", norm=\"forward\"", t), Of("fft_ifft", ", norm=\"forward\"", t)),
        ["fft.rfft of axes and lengths"] = t => (OfReal("fft_rfft", ", dim=0", t), OfReal("fft_rfft", ", 7", t), OfReal("fft_rfft", ", 4, 1, \"ortho\"", t)),
        ["fft.irfft of axes and lengths"] = t => (ToReal("fft_irfft", ", dim=0", t), ToReal("fft_irfft", ", 8, -1, \"ortho\"", t), ToReal("fft_irfft", ", 5, 1, \"forward\"", t)),
        ["fft.fft2"] = t => Of("fft_fft2", "", t),
        ["fft.ifft2"] = t => Of("fft_ifft2", "", t),
        ["fft.rfft2"] = t => OfReal("fft_rfft2", "", t),
        ["fft.irfft2"] = t => ToReal("fft_irfft2", "", t),
        ["fft.fftn"] = t => Of("fft_fftn", "", t),
        ["fft.ifftn"] = t => Of("fft_ifftn", "", t),
        ["stft"] = t => Script.Run("torch.view_as_real(torch.stft(x, 8, 3, 8, w, True, \"reflect\", False, True, True)) * 1.0", ("x", t[0]), ("w", t[1])),
        ["stft not centered"] = t => Script.Run("torch.view_as_real(torch.stft(x, 9, 4, 9, torch.ones([9], dtype=x.dtype), False, \"reflect\", False, True, True)) * 1.0", ("x", t[0])),
        ["istft"] = t => Script.Run("torch.istft(torch.view_as_complex(x * 1.0), 8, 3, 8, w)", ("x", t[0]), ("w", t[1])),
        ["stft window"] = t => Script.Run("torch.view_as_real(torch.stft(x, 8, 3, 8, w, True, \"reflect\", False, True, True)) * 1.0", ("x", t[0]), ("w", t[1])),
        ["istft bins"] = t => Script.Run("torch.istft(torch.view_as_complex(x * 1.0), 8, 3, 8, w)", ("x", t[0]), ("w", t[1])),
        ["fft.fftshift"] = t => Script.Run("torch.fft_fftshift(x)", ("x", t[0])),
        ["fft.ifftshift"] = t => Script.Run("torch.fft_ifftshift(x)", ("x", t[0])),
        ["fft.rfftn"] = t => OfReal("fft_rfftn", ", dim=[0, 2, 1]", t),
        ["fft.irfftn"] = t => ToReal("fft_irfftn", ", [3, 4, 5], [0, 1, 2], \"ortho\"", t),
        ["fft.hfft"] = t => (ToReal("fft_hfft", "", t), ToReal("fft_hfft", ", 5, 0", t), ToReal("fft_hfft", ", norm=\"ortho\"", t)),
        ["fft.ihfft"] = t => (Conjugated("", t), Conjugated(", 5, 0", t), Conjugated(", norm=\"forward\"", t)),
        ["fft.fftfreq"] = t => (fft.fftfreq(7, 0.3, dtype: t[0].dtype), fft.fftfreq(4, dtype: t[0].dtype), fft.fftfreq(1, dtype: t[0].dtype)),
        ["fft.rfftfreq"] = t => (fft.rfftfreq(7, 0.3, dtype: t[0].dtype), fft.rfftfreq(4, dtype: t[0].dtype)),
        ["fft.fftn of an axis named twice"] = t => Of("fft_fftn", ", dim=[0, -2]", t),
        ["fft.hfft length"] = t => ToReal("fft_hfft", ", 0", t),
        ["fft.fft axis"] = t => Of("fft_fft", ", dim=2", t),
        ["fft.fft length"] = t => Of("fft_fft", ", 0", t),
        ["fft.rfft axis"] = t => OfReal("fft_rfft", ", dim=2", t),
        ["fft.irfft length"] = t => ToReal("fft_irfft", "", t),
    };

    // libtorch reads complex numbers from addresses that are multiples of 16, and arrays of .NET lie at multiples of 8: so products, which are libtorch's own memory, stand before and behind.
    private static Tensor Of(string name, string more, Tensor[] t) => Script.Run($"torch.view_as_real(torch.{name}(torch.view_as_complex(x * 1.0){more})) * 1.0", ("x", t[0]));

    private static Tensor OfReal(string name, string more, Tensor[] t) => Script.Run($"torch.view_as_real(torch.{name}(x{more})) * 1.0", ("x", t[0]));

    private static Tensor Conjugated(string more, Tensor[] t) => Script.Run($"torch.view_as_real(torch.resolve_conj(torch.fft_ihfft(x{more}))) * 1.0", ("x", t[0]));

    private static Tensor ToReal(string name, string more, Tensor[] t) => Script.Run($"torch.{name}(torch.view_as_complex(x * 1.0){more})", ("x", t[0]));
}

namespace GraphGrad.Parity.Live.Expressions;

internal static class CornerTwins
{
    public static readonly Twins All = new()
    {
        ["cov with counts and weights"] = t => (Of("torch.cov(x, fweights=y, aweights=z.detach())", t), Of("torch.cov(x, correction=0, fweights=y)", t), Of("torch.cov(x, correction=0, aweights=z.detach())", t)),
        ["gradient over places"] = t => Of("torch.gradient(x, spacing=[y.detach()], dim=[-1])[0]", t),
        ["gradient over places of order 2"] = t => Of("torch.gradient(x, spacing=[y.detach()], dim=[0], edge_order=2)[0]", t),
        ["fill_diagonal_ wrapped"] = t => Of("x.clone().fill_diagonal_(2.0, True)", t),
        ["interpolate by two factors"] = t => (Of("torch.upsample_nearest2d(x, None, [1.7, 0.6])", t), Of("torch.upsample_bilinear2d(x, None, False, [1.7, 0.6])", t), Of("torch.upsample_bicubic2d(x, None, False, [0.5, 2.5])", t)),
        ["stft with a short window"] = t => Of("torch.view_as_real(torch.stft(x, 8, 3, 5, y, True, 'constant', False, True, True)) * 1.0", t),
        ["stft of two sides"] = t => Of("torch.view_as_real(torch.stft(x, 8, 3, 8, y, True, 'replicate', True, False, True)) * 1.0", t),
        ["istft of two sides"] = t => Of("torch.real(torch.istft(torch.view_as_complex(x * 1.0), 8, 3, 8, y, True, True, False, None, True)) * 1.0", t),
        ["istft of a length"] = t => Of("torch.istft(torch.view_as_complex(x * 1.0), 8, 3, 8, y, True, False, True, 15)", t),
        ["pad by negative numbers in other modes"] = t => (Of("torch.pad(x, [2, -1], 'reflect')", t), Of("torch.pad(x, [-2, 3], 'replicate')", t), Of("torch.pad(x, [2, -1], 'circular')", t)),
        ["embedding_bag with a last offset"] = t => Of("torch.embedding_bag(x, y, z, False, 0, False, w, True)[0]", t),
        ["fft.fftshift of all axes"] = t => (Of("torch.fft_fftshift(x)", t), Of("torch.fft_ifftshift(x)", t)),

        ["huber_loss where pieces meet"] = t => Of("torch.huber_loss(x, y, 0, 0.5)", t),
        ["smooth_l1_loss where pieces meet"] = t => Of("torch.smooth_l1_loss(x, y, 0, 0.5)", t),

        ["cov of too many weights"] = t => Of("torch.cov(x, aweights=y)", t),
        ["gradient over too few places"] = t => Of("torch.gradient(x, spacing=[y], dim=[1])[0]", t),
        ["interpolate by too many factors"] = t => Of("torch.upsample_nearest2d(x, None, [2.0, 2.0, 2.0])", t),
        ["pad by more than there is"] = t => Of("torch.pad(x, [-3, -3], 'replicate')", t),
    };

    private static Tensor Of(string expression, Tensor[] t) => Script.Run(expression, [.. t.Zip(["x", "y", "z", "w"], (tensor, name) => (name, tensor))]);
}

using static TorchSharp.torch.nn.functional;
using Mode = TorchSharp.torch.InterpolationMode;

namespace GraphGrad.Parity.Live.Expressions;

internal static class ResamplingTwins
{
    public static readonly Twins All = new()
    {
        ["interpolate"] = t => interpolate(t[0], size: [6, 9], mode: Mode.Nearest),
        ["interpolate by a factor"] = t => interpolate(t[0], scale_factor: [1.5, 1.5], mode: Mode.Nearest),
        ["interpolate nearest exact"] = t => Script.Run("torch._upsample_nearest_exact2d(x, [6, 9])", ("x", t[0])),
        ["interpolate linear"] = t => interpolate(t[0], size: [7], mode: Mode.Linear),
        ["interpolate linear corners"] = t => interpolate(t[0], size: [7], mode: Mode.Linear, align_corners: true),
        ["interpolate bilinear"] = t => interpolate(t[0], size: [7, 4], mode: Mode.Bilinear),
        ["interpolate bilinear corners"] = t => interpolate(t[0], size: [7, 4], mode: Mode.Bilinear, align_corners: true),
        ["interpolate bilinear by a factor"] = t => interpolate(t[0], scale_factor: [2.5, 2.5], mode: Mode.Bilinear),
        ["interpolate trilinear"] = t => interpolate(t[0], size: [3, 5, 4], mode: Mode.Trilinear),
        ["interpolate bicubic"] = t => interpolate(t[0], size: [7, 4], mode: Mode.Bicubic),
        ["interpolate bicubic corners"] = t => interpolate(t[0], size: [7, 4], mode: Mode.Bicubic, align_corners: true),
        ["upsample_nearest1d"] = t => upsample_nearest1d(t[0], 9, null),
        ["upsample_nearest2d"] = t => upsample_nearest2d(t[0], [6, 9], null),
        ["upsample_nearest3d"] = t => upsample_nearest3d(t[0], [2, 3, 5], null),
        ["upsample_bilinear"] = t => upsample_bilinear(t[0], size: [6, 9], align_corners: true),
        ["pixel_shuffle"] = t => pixel_shuffle(t[0], 2),
        ["pixel_unshuffle"] = t => pixel_unshuffle(t[0], 3),
        ["channel_shuffle"] = t => t[0].channel_shuffle(3),
        ["unfold of images"] = t => unfold(t[0], (3, 2), dilation: (1, 2), padding: (1, 0), stride: (2, 1)),
        ["fold"] = t => fold(t[0], (6, 5), (3, 2), dilation: (1, 2), padding: (1, 0), stride: (2, 1)),

        ["interpolate rank"] = t => interpolate(t[0], size: [2], mode: Mode.Nearest),
        ["interpolate size"] = t => interpolate(t[0], size: [0, 2], mode: Mode.Nearest),
        ["interpolate sizes"] = t => interpolate(t[0], size: [1, 2, 3], mode: Mode.Nearest),
        ["interpolate corners of nearest"] = t => interpolate(t[0], size: [2, 2], mode: Mode.Nearest, align_corners: true),
        ["pixel_shuffle channels"] = t => pixel_shuffle(t[0], 2),
        ["pixel_unshuffle size"] = t => pixel_unshuffle(t[0], 2),
        ["channel_shuffle groups"] = t => t[0].channel_shuffle(4),
        ["unfold of images too small"] = t => unfold(t[0], 5),
        ["fold windows"] = t => fold(t[0], (6, 5), (2, 2)),
        ["interpolate from one pixel"] = t => Script.Run("torch.upsample_bilinear2d(x, [5, 6], True)", ("x", t[0])),
        ["interpolate trilinear to more than twice the size"] = t => Script.Run("torch.upsample_trilinear3d(x, [3, 2, 5], False)", ("x", t[0])),
        ["pixel_shuffle of other ranks"] = t => Script.Run("torch.pixel_shuffle(x, 2)", ("x", t[0])),
        ["pixel_unshuffle of other ranks"] = t => Script.Run("torch.pixel_unshuffle(x, 2)", ("x", t[0])),
        ["unfold of one image"] = t => Script.Run("torch.im2col(x, [2, 2], [1, 1], [1, 1], [1, 1])", ("x", t[0])),
        ["fold of one image"] = t => Script.Run("torch.col2im(x, [3, 4], [2, 2], [1, 1], [1, 1], [1, 1])", ("x", t[0])),
    };
}

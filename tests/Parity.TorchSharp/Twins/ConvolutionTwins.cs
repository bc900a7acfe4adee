using static TorchSharp.torch.nn.functional;

namespace GraphGrad.Parity.Live.Expressions;

internal static class ConvolutionTwins
{
    public static readonly Twins All = new()
    {
        ["conv1d"] = t => conv1d(t[0], t[1], t[2]),
        ["conv1d with options"] = t => conv1d(t[0], t[1], t[2], stride: 2, padding: 3, dilation: 2, groups: 2),
        ["conv1d same"] = t => Script.Run("torch.conv1d(x, w, None, [1], 'same', [1], 1)", ("x", t[0]), ("w", t[1])),
        ["conv1d circular"] = t => conv1d(pad(t[0], (2, 2), PaddingModes.Circular), t[1]),
        ["conv2d"] = t => conv2d(t[0], t[1], t[2]),
        ["conv2d without bias"] = t => conv2d(t[0], t[1]),
        ["conv2d with options"] = t => conv2d(t[0], t[1], t[2], strides: [2, 1], padding: [1, 2], dilation: [1, 2]),
        ["conv2d in groups"] = t => conv2d(t[0], t[1], t[2], padding: [1, 1], groups: 2),
        ["conv2d depthwise"] = t => conv2d(t[0], t[1], strides: [2, 2], padding: [1, 1], groups: 4),
        ["conv2d same"] = t => Script.Run("torch.conv2d(x, w, None, [1, 1], 'same', [1, 2], 1)", ("x", t[0]), ("w", t[1])),
        ["conv2d reflect"] = t => conv2d(pad(t[0], (2, 2, 1, 1), PaddingModes.Reflect), t[1]),
        ["conv2d replicate"] = t => conv2d(pad(t[0], (2, 2, 1, 1), PaddingModes.Replicate), t[1]),
        ["conv2d circular"] = t => conv2d(pad(t[0], (2, 2, 1, 1), PaddingModes.Circular), t[1]),
        ["conv3d"] = t => conv3d(t[0], t[1], t[2], strides: [1, 2, 1], padding: [1, 1, 1]),
        ["conv_transpose1d"] = t => conv_transpose1d(t[0], t[1], t[2]),
        ["conv_transpose1d with options"] = t => conv_transpose1d(t[0], t[1], t[2], 3, 2, 1, 2, 2),
        ["conv_transpose2d"] = t => conv_transpose2d(t[0], t[1], t[2]),
        ["conv_transpose2d with options"] = t => conv_transpose2d(t[0], t[1], null, [2, 3], [1, 0], [1, 2], [1, 2], 2),
        ["conv_transpose3d"] = t => conv_transpose3d(t[0], t[1], t[2], strides: [2, 2, 2], padding: [1, 1, 1]),

        ["conv1d rank"] = t => conv1d(t[0], t[1]),
        ["conv2d channels"] = t => conv2d(t[0], t[1]),
        ["conv2d groups"] = t => conv2d(t[0], t[1], groups: 3),
        ["conv2d bias"] = t => conv2d(t[0], t[1], t[2]),
        ["conv2d kernel too large"] = t => conv2d(t[0], t[1]),
        ["conv2d stride"] = t => conv2d(t[0], t[1], strides: [0, 0]),
        ["conv2d padding"] = t => conv2d(t[0], t[1], padding: [-1, -1]),
        ["conv2d dilation"] = t => conv2d(t[0], t[1], dilation: [0, 0]),
        ["conv2d same with stride"] = t => Script.Run("torch.conv2d(x, w, None, [2, 2], 'same', [1, 1], 1)", ("x", t[0]), ("w", t[1])),
        ["conv2d of types"] = t => conv2d(t[0], t[1]),
        ["conv_transpose2d channels"] = t => conv_transpose2d(t[0], t[1]),
        ["conv_transpose2d output padding"] = t => conv_transpose2d(t[0], t[1], null, [2, 2], null, [2, 2]),
    };
}

using static TorchSharp.torch.nn.functional;

namespace GraphGrad.Parity.Live.Expressions;

internal static class PoolingTwins
{
    public static readonly Twins All = new()
    {
        ["max_pool1d"] = t => max_pool1d(t[0], 3, stride: 3),
        ["max_pool1d with options"] = t => max_pool1d(t[0], 3, stride: 2, padding: 1, dilation: 2, ceil_mode: true),
        ["max_pool2d"] = t => max_pool2d(t[0], 2),
        ["max_pool2d with options"] = t => max_pool2d(t[0], (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2)),
        ["max_pool2d ceiling"] = t => max_pool2d(t[0], 3, stride: 2, padding: 1, ceil_mode: true),
        ["max_pool2d of equal numbers"] = t => max_pool2d(t[0], 2, stride: 1),
        ["max_pool2d of NaN"] = t => max_pool2d(t[0], 2),
        ["max_pool3d"] = t => max_pool3d(t[0], [2, 2, 2], strides: [1, 2, 2]),
        ["max_pool1d_with_indices"] = t => max_pool1d_with_indices(t[0], 3, stride: 2, padding: 1),
        ["max_pool2d_with_indices"] = t => max_pool2d_with_indices(t[0], [3, 3], strides: [2, 2], padding: [1, 1]),
        ["max_pool2d_with_indices dilated"] = t => max_pool2d_with_indices(t[0], [2, 2], strides: [1, 2], dilation: [2, 2], ceil_mode: true),
        ["avg_pool1d"] = t => avg_pool1d(t[0], 3, stride: 3),
        ["avg_pool1d with options"] = t => avg_pool1d(t[0], 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false),
        ["avg_pool2d"] = t => avg_pool2d(t[0], 2),
        ["avg_pool2d with options"] = t => avg_pool2d(t[0], (3, 2), stride: (2, 1), padding: (1, 0)),
        ["avg_pool2d ceiling"] = t => avg_pool2d(t[0], 3, stride: 2, padding: 1, ceil_mode: true),
        ["avg_pool2d without padding"] = t => avg_pool2d(t[0], 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false),
        ["avg_pool2d with a divisor"] = t => Script.Run("torch.avg_pool2d(x, [3, 3], [2, 2], [1, 1], False, True, 4)", ("x", t[0])),
        ["avg_pool3d"] = t => avg_pool3d(t[0], [2, 3, 2], [1, 2, 2], [1, 1, 0]),
        // libtorch's own definition: its frontends have the function, the library has not.
        ["lp_pool1d"] = t => (avg_pool1d(t[0].square(), 3, stride: 2) * 3).sqrt(),
        ["lp_pool2d"] = t => (avg_pool2d(t[0].square(), 2) * 4).sqrt(),
        ["lp_pool2d of order 3"] = t => (avg_pool2d(t[0].pow(3), (2, 3), stride: (1, 1)) * 6).pow(1.0 / 3),
        ["adaptive_avg_pool1d"] = t => adaptive_avg_pool1d(t[0], 4),
        ["adaptive_avg_pool2d"] = t => adaptive_avg_pool2d(t[0], (3, 4)),
        ["adaptive_avg_pool2d of all"] = t => adaptive_avg_pool2d(t[0], 1),
        ["adaptive_avg_pool3d"] = t => adaptive_avg_pool3d(t[0], (2, 3, 2)),
        ["adaptive_max_pool1d"] = t => adaptive_max_pool1d(t[0], 4),
        ["adaptive_max_pool2d"] = t => adaptive_max_pool2d(t[0], [3, 4]),
        ["adaptive_max_pool2d_with_indices"] = t => (Script.Run("torch.adaptive_max_pool2d(x, [3, 4])[0]", ("x", t[0])), Script.Run("torch.adaptive_max_pool2d(x, [3, 4])[1]", ("x", t[0]))),
        ["max_unpool2d"] = t => Script.Run("torch.max_unpool2d(x, i, [4, 4])", ("x", t[0]), ("i", t[1])),

        ["max_pool2d rank"] = t => max_pool2d(t[0], 2),
        ["max_pool2d window too large"] = t => max_pool2d(t[0], 5),
        ["max_pool2d padding"] = t => max_pool2d(t[0], 2, padding: 2),
        ["max_pool2d stride"] = t => max_pool2d(t[0], 2, stride: 0),
        ["max_pool2d size"] = t => max_pool2d(t[0], 0),
        ["avg_pool2d padding"] = t => avg_pool2d(t[0], 2, padding: 2),
        ["avg_pool1d rank"] = t => avg_pool1d(t[0], 2),
        ["adaptive_avg_pool2d rank"] = t => adaptive_avg_pool2d(t[0], 2),
        ["adaptive_avg_pool2d size"] = t => adaptive_avg_pool2d(t[0], (-1, 2)),
        ["max_unpool2d shape"] = t => Script.Run("torch.max_unpool2d(x, i, [4, 4])", ("x", t[0]), ("i", t[1])),
    };
}

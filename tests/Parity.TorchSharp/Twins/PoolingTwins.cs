using static TorchSharp.torch.nn.functional;

namespace GraphGrad.Parity.Live.Expressions;

internal static class PoolingTwins
{
    public static readonly Twins All = new()
    {
        ["max_pool1d"] = t => max_pool1d(t[0], 3),
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
        ["avg_pool1d"] = t => avg_pool1d(t[0], 3),
        ["avg_pool1d with options"] = t => avg_pool1d(t[0], 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false),
        ["avg_pool2d"] = t => avg_pool2d(t[0], 2),
        ["avg_pool2d with options"] = t => avg_pool2d(t[0], (3, 2), stride: (2, 1), padding: (1, 0)),
        ["avg_pool2d ceiling"] = t => avg_pool2d(t[0], 3, stride: 2, padding: 1, ceil_mode: true),
        ["avg_pool2d without padding"] = t => avg_pool2d(t[0], 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false),
        ["avg_pool2d with a divisor"] = t => avg_pool2d(t[0], 3, stride: 2, padding: 1, divisor_override: 4),
        ["avg_pool3d"] = t => avg_pool3d(t[0], [2, 3, 2], stride: [1, 2, 2], padding: [1, 1, 0]),
        ["lp_pool1d"] = t => lp_pool1d(t[0], 2, 3, stride: 2),
        ["lp_pool2d"] = t => lp_pool2d(t[0], 2, 2),
        ["lp_pool2d of order 3"] = t => lp_pool2d(t[0], 3, [2, 3], stride: [1, 1]),
        ["adaptive_avg_pool1d"] = t => adaptive_avg_pool1d(t[0], 4),
        ["adaptive_avg_pool2d"] = t => adaptive_avg_pool2d(t[0], (3, 4)),
        ["adaptive_avg_pool2d of all"] = t => adaptive_avg_pool2d(t[0], 1),
        ["adaptive_avg_pool3d"] = t => adaptive_avg_pool3d(t[0], (2, 3, 2)),
        ["adaptive_max_pool1d"] = t => adaptive_max_pool1d(t[0], 4),
        ["adaptive_max_pool2d"] = t => adaptive_max_pool2d(t[0], [3, 4]),
        ["adaptive_max_pool2d_with_indices"] = t => adaptive_max_pool2d_with_indices(t[0], [3, 4]),
        ["max_unpool2d"] = t => max_unpool2d(t[0], t[1], [2, 2], stride: [2, 2], padding: [0, 0]),

        ["max_pool2d rank"] = t => max_pool2d(t[0], 2),
        ["max_pool2d window too large"] = t => max_pool2d(t[0], 5),
        ["max_pool2d padding"] = t => max_pool2d(t[0], 2, padding: 2),
        ["max_pool2d stride"] = t => max_pool2d(t[0], 2, stride: 0),
        ["max_pool2d size"] = t => max_pool2d(t[0], 0),
        ["avg_pool2d padding"] = t => avg_pool2d(t[0], 2, padding: 2),
        ["avg_pool1d rank"] = t => avg_pool1d(t[0], 2),
        ["adaptive_avg_pool2d rank"] = t => adaptive_avg_pool2d(t[0], 2),
        ["adaptive_avg_pool2d size"] = t => adaptive_avg_pool2d(t[0], (-1, 2)),
        ["max_unpool2d shape"] = t => max_unpool2d(t[0], t[1], [2, 2], stride: [2, 2], padding: [0, 0]),
    };
}

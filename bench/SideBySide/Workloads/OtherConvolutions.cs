using static GraphGrad.Bench.SideBySide.Workloads.Catalogue;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Convolutions and pooling of other sizes, strides and groups.</summary>
internal static class OtherConvolutions
{
    public static IEnumerable<Workload> All =>
    [
        Layer("conv-64x56", 1, 64, 64, 56, 3),
        Layer("conv-128x28", 8, 128, 128, 28, 3),
        Layer("conv-256x14-one", 1, 256, 256, 14, 3),
        Layer("conv-256x14", 8, 256, 256, 14, 3),
        Layer("conv-512x7-one", 1, 512, 512, 7, 3),
        Layer("conv-512x7", 8, 512, 512, 7, 3),
        Layer("conv-stride2", 8, 128, 256, 28, 3, stride: 2),
        Layer("conv-1x1", 8, 256, 1024, 14, 1),
        Layer("conv-1x1-one", 1, 64, 256, 56, 1),
        Layer("conv-stem", 1, 3, 64, 224, 7, stride: 2),
        Layer("conv-5x5", 8, 32, 64, 28, 5),
        Layer("conv-grouped", 8, 64, 64, 28, 3, groups: 4),
        Layer("depthwise", 8, 64, 64, 56, 3, groups: 64),
        Layer("depthwise-stride2", 8, 64, 64, 56, 3, stride: 2, groups: 64),
        Layer("depthwise-7x7", 8, 96, 96, 28, 7, groups: 96),
        Layer("conv-grouped-32", 8, 128, 128, 28, 3, groups: 32),
        Layer("depthwise-5x5", 8, 96, 96, 28, 5, groups: 96),
        Layer("depthwise-7", 8, 512, 512, 7, 3, groups: 512),
        Layer("depthwise-112-stride2", 2, 64, 64, 112, 3, stride: 2, groups: 64),
        Layer("conv-64x56-grad", 4, 64, 64, 56, 3, gradient: true),
        Layer("conv-256x14-grad", 8, 256, 256, 14, 3, gradient: true),
        Layer("conv-512x7-grad", 8, 512, 512, 7, 3, gradient: true),
        Layer("conv-1x1-grad", 8, 64, 256, 28, 1, gradient: true),
        Layer("conv-stem-grad", 2, 3, 64, 112, 7, stride: 2, gradient: true),
        Layer("conv-5x5-grad", 8, 32, 64, 28, 5, gradient: true),
        Layer("conv-grouped-grad", 8, 64, 64, 28, 3, groups: 4, gradient: true),
        Layer("depthwise-grad", 8, 64, 64, 28, 3, groups: 64, gradient: true),
        Layer("depthwise-stride2-grad", 8, 64, 64, 56, 3, stride: 2, groups: 64, gradient: true),
        Layer("depthwise-7x7-grad", 8, 96, 96, 28, 7, groups: 96, gradient: true),
        Layer("conv-grouped-32-grad", 8, 128, 128, 28, 3, groups: 32, gradient: true),
        Layer("depthwise-14-grad", 8, 256, 256, 14, 3, groups: 256, gradient: true),
        Fed.Gradient("depthwise-1d-grad", t => Conv1d(t[0], t[1], padding: 15, groups: 128), 6 * Count(8, 128, 512, 31), new("x", [8, 128, 512]), new("w", [128, 1, 31], 0.1f)),
        Fed.Forward("conv-transposed", t => ConvTranspose2d(t[0], t[1], stride: 2, padding: 1), 2 * Count(8, 28, 28, 64, 32, 16), new("x", [8, 64, 28, 28]), new("w", [64, 32, 4, 4], 0.1f)),
        Fed.Gradient("conv-transposed-grad", t => ConvTranspose2d(t[0], t[1], stride: 2, padding: 1), 6 * Count(8, 28, 28, 64, 32, 16), new("x", [8, 64, 28, 28]), new("w", [64, 32, 4, 4], 0.1f)),
        Fed.Gradient("conv-dilated-grad", t => Conv2d(t[0], t[1], dilation: 2, padding: 2), 6 * Count(4, 28, 28, 128, 128, 9), new("x", [4, 128, 28, 28]), new("w", [128, 128, 3, 3], 0.1f)),
        Fed.Forward("conv1d", t => Conv1d(t[0], t[1], padding: 2), 2 * Count(16, 512, 64, 128, 5), new("x", [16, 64, 512]), new("w", [128, 64, 5], 0.1f)),
        Fed.Gradient("conv1d-grad", t => Conv1d(t[0], t[1], padding: 2), 6 * Count(16, 512, 64, 128, 5), new("x", [16, 64, 512]), new("w", [128, 64, 5], 0.1f)),
        Fed.Forward("conv3d", t => Conv3d(t[0], t[1], padding: 1), 2 * Count(2, 16, 28, 28, 16, 32, 27), new("x", [2, 16, 16, 28, 28]), new("w", [32, 16, 3, 3, 3], 0.1f)),
        Fed.Forward("maxpool-3x3", t => MaxPool2d(t[0], 3, 2, 1), 0, new Fed("x", [16, 64, 56, 56])),
        Fed.Gradient("maxpool-3x3-grad", t => MaxPool2d(t[0], 3, 2, 1), 0, new Fed("x", [16, 64, 56, 56])),
        Fed.Gradient("maxpool-2x2-grad", t => MaxPool2d(t[0], 2), 0, new Fed("x", [16, 64, 56, 56])),
        Fed.Gradient("avgpool-2x2-grad", t => AvgPool2d(t[0], 2), 0, new Fed("x", [16, 64, 56, 56])),
        Fed.Forward("avgpool-global", t => Mean(t[0], [2, 3]), 0, new Fed("x", [32, 512, 7, 7])),
    ];

    private static Workload Layer(string name, int batch, int from, int to, int size, int kernel, int stride = 1, int groups = 1, bool gradient = false)
    {
        var flops = 2 * Count(batch, size / stride, size / stride, from / groups, to, kernel * kernel);
        Fed[] inputs = [new("x", [batch, from, size, size]), new("w", [to, from / groups, kernel, kernel], 0.1f)];
        return gradient ? Fed.Gradient(name, Convolution, 3 * flops, inputs) : Fed.Forward(name, Convolution, flops, inputs);

        Value Convolution(Value[] t) => Conv2d(t[0], t[1], stride: stride, padding: kernel / 2, groups: groups);
    }
}

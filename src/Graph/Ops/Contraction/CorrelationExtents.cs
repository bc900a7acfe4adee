namespace GraphGrad.Operations;

/// <summary>
/// Every extent of a correlation, with three spatial axes, of which leading ones of extent 1 stand for those that are not there. Images [N, G·C, spatial …],
/// kernels [G·O, C, spatial …], results [N, G·O, places …].
/// </summary>
internal sealed class CorrelationExtents
{
    private const int Spatial = 3;

    public CorrelationExtents(CorrelationGeometry geometry, int[] images, int[] kernels, int[] results)
    {
        (Images, Groups) = (images[0], kernels[1] == 0 ? 0 : images[1] / kernels[1]);
        (Channels, Outputs) = (kernels[1], Groups == 0 ? 0 : kernels[0] / Groups);
        Image = Filled(images.AsSpan(2));
        Kernel = Filled(kernels.AsSpan(2));
        Result = Filled(results.AsSpan(2));
        Strides = Filled(geometry.Strides.Span);
        Dilations = Filled(geometry.Dilations.Span);
        Low = Filled(geometry.Low.Span, 0);
        (ImageSize, KernelSize, ResultSize) = (Image[0] * Image[1] * Image[2], Kernel[0] * Kernel[1] * Kernel[2], Result[0] * Result[1] * Result[2]);
    }

    /// <summary>How many images there are.</summary>
    public int Images { get; }

    public int Groups { get; }

    /// <summary>Channels of a group.</summary>
    public int Channels { get; }

    /// <summary>Results of a group.</summary>
    public int Outputs { get; }

    /// <summary>Depth, height and width.</summary>
    public int[] Image { get; }

    public int[] Kernel { get; }

    public int[] Result { get; }

    public int[] Strides { get; }

    public int[] Dilations { get; }

    public int[] Low { get; }

    public int ImageSize { get; }

    public int KernelSize { get; }

    public int ResultSize { get; }

    private static int[] Filled(ReadOnlySpan<int> numbers, int missing = 1)
    {
        var all = new int[Spatial];
        Array.Fill(all, missing);
        numbers.CopyTo(all.AsSpan(Spatial - numbers.Length));
        return all;
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Some convolution, or of a transposed one, the one that it is the transpose of.</summary>
internal sealed record ConvolutionLayer(int Channels, int Kernels, int Groups, int[] Extents, int[] Window, int[]? Strides = null, int[]? Dilations = null, int[]? Border = null, int[]? BorderAfter = null, int Images = 1)
{
    public int[] StrideOf => Strides ?? [.. Window.Select(_ => 1)];

    public int[] DilationOf => Dilations ?? [.. Window.Select(_ => 1)];

    public int[] Before => Border ?? new int[Window.Length];

    public int[] After => BorderAfter ?? Before;

    public override string ToString() =>
        $"{Images} of {string.Join('×', Extents)}, {Channels} channels to {Kernels} in {Groups} groups by {string.Join('×', Window)}, strides {string.Join('×', StrideOf)}, dilations {string.Join('×', DilationOf)}, border {string.Join('×', Before)} and {string.Join('×', After)}";

    /// <summary>Results of images and kernels.</summary>
    public Value Of(Value x, Value w)
    {
        int[] border = Before;
        if (BorderAfter is not null)
        {
            x = Pad(x, [0, 0, .. Before.Select(n => (Dim)n)], [0, 0, .. After.Select(n => (Dim)n)]);
            border = new int[Window.Length];
        }
        var (stride, dilation, padding) = (PerAxis.Create(StrideOf), PerAxis.Create(DilationOf), SpatialPadding.Create(border));
        return Extents.Length switch
        {
            1 => Conv1d(x, w, null, stride, padding, dilation, Groups),
            2 => Conv2d(x, w, null, stride, padding, dilation, Groups),
            _ => Conv3d(x, w, null, stride, padding, dilation, Groups),
        };
    }

    /// <summary>Images of results and kernels, as a transposed convolution. Of two axes, with the same border on both sides.</summary>
    public Value Transposed(Value y, Value w)
    {
        // What windows leave over at the end.
        int[] more = [.. Enumerable.Range(0, 2).Select(a => Extents[a] - (int)(((y.Shape[a + 2].Value - 1) * StrideOf[a]) + (DilationOf[a] * (Window[a] - 1)) + 1 - (2 * Before[a])))];
        return ConvTranspose2d(y, w, null, PerAxis.Create(StrideOf), PerAxis.Create(Before), PerAxis.Create(more), Groups, PerAxis.Create(DilationOf));
    }
}

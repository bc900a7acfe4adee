using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(1, 0, 1, 1, 0)]
    [InlineData(2, 1, 1, 2, 1)]
    [InlineData(3, 2, 2, 1, 2)]
    [InlineData(2, 1, 2, 4, 1)]
    public void A_transposed_convolution_is_the_transpose(int stride, int padding, int dilation, int groups, int more)
    {
        // The images that the convolution maps to 5 by 4 places: ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ for every x and y.
        var (height, width) = (((5 - 1) * stride) - (2 * padding) + (dilation * 2) + more + 1, ((4 - 1) * stride) - (2 * padding) + dilation + more + 1);
        FunctionCheck.All(
            v => Sum(v[0] * ConvTranspose2d(v[1], v[2], null, stride, padding, more, groups, dilation)) / 20,
            x => [FunctionCheck.Elements(FunctionCheck.Run(v => Sum(v[1] * Conv2d(v[0], v[2], null, stride, padding, dilation, groups)) / 20, [Filled(x[0], 2, 4, height, width), Filled(x[1], 2, 8, 5, 4), Filled(x[2], 8, 4 / groups, 3, 2)]))[0]],
            FunctionCheck.Numbers(2, 4, height, width), FunctionCheck.Numbers(2, 8, 5, 4), FunctionCheck.Numbers(8, 4 / groups, 3, 2));
    }

    [Fact]
    public void A_sequence_is_an_image_of_one_row() => Agree(
        v => ExpandDims(Conv1d(v[0], v[1], v[2], 2, 1, 2, 2), 2),
        v => Conv2d(ExpandDims(v[0], 2), ExpandDims(v[1], 2), v[2], (1, 2), (0, 1), (1, 2), 2),
        FunctionCheck.Numbers(2, 4, 9), FunctionCheck.Numbers(6, 2, 3), FunctionCheck.Numbers(6));

    [Fact]
    public void A_transposed_sequence_is_a_transposed_image_of_one_row() => Agree(
        v => ExpandDims(ConvTranspose1d(v[0], v[1], v[2], 2, 1, 1, 2), 2),
        v => ConvTranspose2d(ExpandDims(v[0], 2), ExpandDims(v[1], 2), v[2], (1, 2), (0, 1), (0, 1), 2),
        FunctionCheck.Numbers(2, 4, 9), FunctionCheck.Numbers(4, 2, 3), FunctionCheck.Numbers(4));

    [Fact]
    public void A_volume_convolved_with_flat_kernels_is_its_images_convolved() => Agree(
        v => Conv3d(v[0], v[1], v[2], 1, (0, 1, 1)),
        v => Stack([.. Enumerable.Range(0, 3).Select(depth => Conv2d(v[0][.., .., depth], v[1][.., .., 0], v[2], 1, 1))], 2),
        FunctionCheck.Numbers(2, 2, 3, 4, 5), FunctionCheck.Numbers(3, 2, 1, 3, 2), FunctionCheck.Numbers(3));

    [Fact]
    public void Same_padding_keeps_the_extents_with_more_after_than_before() => Agree(
        v => Conv2d(v[0], v[1], padding: SpatialPadding.Same, dilation: (2, 1)),
        v => Conv2d(Pad(v[0], [0, 0, 2, 0], [0, 0, 2, 1]), v[1], dilation: (2, 1)),
        FunctionCheck.Numbers(1, 2, 6, 7), FunctionCheck.Numbers(3, 2, 3, 2));

    [Fact]
    public void Padding_filled_with_what_lies_inside() => Agree(
        v => Conv2d(v[0], v[1], padding: (2, 1), mode: PadMode.Reflect),
        v => Conv2d(Pad(v[0], [0, 0, 2, 1], [0, 0, 2, 1], PadMode.Reflect), v[1]),
        FunctionCheck.Numbers(1, 2, 4, 3), FunctionCheck.Numbers(3, 2, 3, 2));

    [Fact]
    public void Second_derivatives_of_transposed_convolutions()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [1, 2, 3, 3], DType.Float64), graph.Placeholder("w", [2, 3, 2, 2], DType.Float64));
        var gradient = Gradient(Sum(Tanh(ConvTranspose2d(x, w, null, 2, 1))), x);
        GradientCheck.Verify(gradient, [x, w], (x, FunctionCheck.Numbers(1, 2, 3, 3)), (w, FunctionCheck.Numbers(2, 3, 2, 2)));
    }

    [Fact]
    public void Unknown_extents()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", 2, "h", "w"], DType.Float64), graph.Constant(new double[2, 1, 2, 2] { { { { 1, 2 }, { 3, 4 } } }, { { { 5, 6 }, { 7, 8 } } } }));
        var y = ConvTranspose2d(x, w, null, 2, outputPadding: 1);
        Assert.Equal("[batch, 1, h*2 + 1, w*2 + 1]", y.Shape.ToString());
        using var session = new Session(graph);
        Assert.Equal([6.0, 8, 0, 10, 12, 0, 0, 0, 0], session.Run(y, (x, new double[1, 2, 1, 1] { { { { 1 } }, { { 1 } } } })).AsSpan<double>());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", 4, 8, 8]), graph.Placeholder("w", [4, 2, 3, 3]));
        Errors.Throws("conv_transpose2d: images 'x' [batch, 4, 8, 8] have 4 channels, but kernels 'v' [2, 2, 3, 3] have 2; the two must be equal. Built at {here}.", () => ConvTranspose2d(x, graph.Placeholder("v", [2, 2, 3, 3])));
        Errors.Throws("conv_transpose2d: output padding 2 must be less than the stride 2 or the dilation 1; a larger result has elements that nothing reaches. Built at {here}.", () => ConvTranspose2d(x, w, stride: 2, outputPadding: 2));
        Errors.Throws("conv_transpose2d: the 4 channels of the kernels 'w' cannot be split into 3 groups; choose a number of groups that divides them. Built at {here}.", () => ConvTranspose2d(x, w, groups: 3));
        Errors.Throws("conv2d: padding that keeps the extents of 'x' float32[batch, 4, 8, 8] needs stride 1, not (2, 2); give the padding as numbers. Built at {here}.", () => Conv2d(x, w, stride: 2, padding: SpatialPadding.Same, groups: 2));
        Errors.Throws("conv2d: the stride (1, 2, 3) has 3 numbers, but 'x' float32[batch, 4, 8, 8] has 2 spatial axes; give one number for each, or one for all. Built at {here}.", () => Conv2d(x, w, stride: (1, 2, 3), groups: 2));
        Errors.Throws("conv2d: the dilation 0 must be at least 1. Built at {here}.", () => Conv2d(x, w, dilation: 0, groups: 2));
        Errors.Throws("conv1d: kernels 'w' float32[4, 2, 3, 3] must have 3 axes: channels of one side, of the other, length. Reshape them. Built at {here}.", () => Conv1d(x, w));
        Errors.Throws("conv2d: images 'line' float32[8] must have 4 axes: batch, channels, height, width; or, of one example, no batch. Reshape them. Built at {here}.", () => Conv2d(graph.Placeholder("line", [8]), w));
        Errors.Throws(
            "conv2d: axis 3 of the images 'narrow' [batch, 2, 8, 2] has extent 2 with its padding, and the kernels 'w' [4, 2, 3, 3] with dilation 1 reach over 3; pad more or make the kernels smaller. Built at {here}.",
            () => Conv2d(graph.Placeholder("narrow", ["batch", 2, 8, 2]), w));
    }

    /// <summary>Two ways to the same values, the first with gradients checked.</summary>
    internal static void Agree(Func<Value[], Value> build, Func<Value[], Value> other, params TensorData[] inputs) =>
        FunctionCheck.All(build, _ => FunctionCheck.Elements(FunctionCheck.Run(other, inputs)), inputs);

    private static TensorData Filled(double[] elements, params int[] extents) => TensorData.Create<double>(elements, extents);
}

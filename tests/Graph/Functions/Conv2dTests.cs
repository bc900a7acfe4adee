namespace GraphGrad.Tests.Functions;

public sealed class Conv2dTests
{
    [Theory]
    [InlineData(1, 0, 1, 1)]
    [InlineData(2, 0, 1, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(1, 2, 2, 1)]
    [InlineData(3, 1, 2, 1)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(2, 1, 1, 4)]
    public void Has_the_values_and_gradients_of_its_formula(int stride, int padding, int dilation, int groups) => FunctionCheck.All(
        v => Ops.Conv2d(v[0], v[1], v[2], stride, padding, dilation, groups),
        x => Expected(x[0], (2, 4, 7, 6), x[1], (8, 4 / groups, 3, 2), x[2], stride, padding, dilation, groups),
        FunctionCheck.Numbers(2, 4, 7, 6), FunctionCheck.Numbers(8, 4 / groups, 3, 2), FunctionCheck.Numbers(8));

    [Fact]
    public void Works_with_unknown_batch_height_and_width()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 1, "h", "w"], DType.Float64);
        var y = Ops.Conv2d(x, graph.Constant(new double[1, 1, 2, 2] { { { { 1, 2 }, { 3, 4 } } } }), stride: 2, padding: 1);
        var gradient = Ops.Gradient(Ops.Sum(y), x);
        var data = FunctionCheck.Numbers(2, 1, 5, 3);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var results = session.Run([y, gradient], (x, data));
            Assert.Equal([2, 1, 3, 2], results[0].Shape.Select(d => d.Value));
            var expected = Expected(FunctionCheck.Elements(data), (2, 1, 5, 3), [1, 2, 3, 4], (1, 1, 2, 2), [0], 2, 1, 1, 1);
            Assert.Equal(expected, FunctionCheck.Elements(results[0]), (a, b) => Math.Abs(a - b) < 1e-12);
            // Windows start at odd coordinates: of each window the elements meet 1, 2, 3 and 4 once.
            Assert.Equal([4.0, 3, 4, 2, 1, 2, 4, 3, 4, 2, 1, 2, 4, 3, 4], FunctionCheck.Elements(results[1]).Take(15));
        }
    }

    [Fact]
    public void Refuses_channels_that_do_not_fit() => Errors.Throws(
        "conv2d: images 'x' [batch, 3, 8, 8] have 3 channels, but kernels 'w' [4, 2, 3, 3] in 1 groups read 2; the two must be equal. Built at {here}.",
        () =>
        {
            var graph = new Graph();
            return Ops.Conv2d(graph.Placeholder("x", ["batch", 3, 8, 8]), graph.Placeholder("w", [4, 2, 3, 3]));
        });

    private static double[] Expected(
        double[] x, (int N, int C, int H, int W) image, double[] w, (int O, int C, int P, int Q) kernel, double[] b, int stride, int padding, int dilation, int groups)
    {
        var height = ((image.H + (2 * padding) - (dilation * (kernel.P - 1)) - 1) / stride) + 1;
        var width = ((image.W + (2 * padding) - (dilation * (kernel.Q - 1)) - 1) / stride) + 1;
        var result = new List<double>();
        for (var n = 0; n < image.N; n++)
        for (var o = 0; o < kernel.O; o++)
        for (var i = 0; i < height; i++)
        for (var j = 0; j < width; j++)
        {
            var sum = b[o];
            var firstChannel = o / (kernel.O / groups) * kernel.C;
            for (var c = 0; c < kernel.C; c++)
            for (var p = 0; p < kernel.P; p++)
            for (var q = 0; q < kernel.Q; q++)
            {
                var (row, column) = ((stride * i) + (dilation * p) - padding, (stride * j) + (dilation * q) - padding);
                if (row < 0 || row >= image.H || column < 0 || column >= image.W) continue;
                sum += w[(((((o * kernel.C) + c) * kernel.P) + p) * kernel.Q) + q]
                    * x[(((((n * image.C) + firstChannel + c) * image.H) + row) * image.W) + column];
            }
            result.Add(sum);
        }
        return [.. result];
    }
}

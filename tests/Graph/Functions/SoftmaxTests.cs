namespace GraphGrad.Tests.Functions;

public sealed class SoftmaxTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(3, 5);

    [Fact]
    public void Softmax_of_rows() => FunctionCheck.All(v => Ops.Softmax(v[0]), x => PerRow(x[0], Softmax), X);

    [Fact]
    public void Softmax_of_columns() => FunctionCheck.All(
        v => Ops.Softmax(v[0], axis: 0), x => Transposed(PerRow(Transposed(x[0], 3, 5), Softmax, 3), 5, 3), X);

    [Fact]
    public void Log_softmax_of_rows() => FunctionCheck.All(
        v => Ops.LogSoftmax(v[0]), x => PerRow(x[0], row => Array.ConvertAll(Softmax(row), Math.Log)), X);

    [Fact]
    public void Log_sum_exp_along_an_axis() => FunctionCheck.All(
        v => Ops.LogSumExp(v[0], 1), x => PerRow(x[0], row => [Math.Log(row.Sum(Math.Exp))]), X);

    [Fact]
    public void Log_sum_exp_of_all() => FunctionCheck.All(v => Ops.LogSumExp(v[0]), x => [Math.Log(x[0].Sum(Math.Exp))], X);

    [Fact]
    public void Large_inputs_do_not_overflow()
    {
        TensorData large = new[] { 1000f, 1001f, -1000f };
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var softmax = FunctionCheck.Run(v => Ops.Softmax(v[0]), [large], backend).AsSpan<float>().ToArray();
            Assert.Equal([0.26894143f, 0.7310586f, 0f], softmax, (a, b) => Math.Abs(a - b) < 1e-6f);
            var logs = FunctionCheck.Run(v => Ops.LogSoftmax(v[0]), [large], backend).AsSpan<float>().ToArray();
            Assert.Equal([-1.3132616f, -0.31326166f, -2001.3132f], logs, (a, b) => Math.Abs(a - b) <= 1e-6f * Math.Abs(a));
            Assert.Equal(1001.3133f, FunctionCheck.Run(v => Ops.LogSumExp(v[0]), [large], backend).Item<float>(), 1e-3f);
        }
    }

    [Theory]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(float.PositiveInfinity, 1, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, 2, 2)]
    [InlineData(float.NaN, 2, float.NaN)]
    public void Log_sum_exp_of_infinities(float x, float y, float expected)
    {
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal(expected, FunctionCheck.Run(v => Ops.LogSumExp(v[0]), [new[] { x, y }], backend).Item<float>());
    }

    [Fact]
    public void Second_derivatives_are_those_of_the_formula() => FunctionCheck.Gradients(
        v => Ops.Gradient(Ops.Sum(Ops.Square(Ops.Softmax(v[0]))), v[0]), X);

    private static double[] Softmax(double[] row)
    {
        var sum = row.Sum(Math.Exp);
        return Array.ConvertAll(row, x => Math.Exp(x) / sum);
    }

    private static double[] PerRow(double[] x, Func<double[], double[]> function, int width = 5) => [.. x.Chunk(width).SelectMany(function)];

    private static double[] Transposed(double[] x, int rows, int columns) =>
        [.. Enumerable.Range(0, x.Length).Select(i => x[(i % rows * columns) + (i / rows)])];
}

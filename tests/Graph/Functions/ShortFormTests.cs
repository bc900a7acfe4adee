using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Forms for one value of functions that take several.</summary>
public sealed class ShortFormTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Dot_sums_as_numpy_does()
    {
        var (vector, matrix, stack) = (Counting(3), Counting(2, 3), Counting(4, 3, 5));
        Assert.Equal([5], Run(Dot(vector, vector)));
        Assert.Equal([5, 14], Run(Dot(matrix, vector)));
        Assert.Equal((Shape)new[] { 2, 4, 5 }, Dot(matrix, stack).Shape);
        Assert.Equal(Run(Einsum("ij,ajb->iab", matrix, stack)), Run(Dot(matrix, stack)));
        Assert.Equal([0, 2, 4], Run(Dot(graph.Constant(2.0), vector)));
        var refused = Assert.Throws<GraphException>(() => Dot(vector, matrix)).Message;
        Assert.StartsWith("dot: ", refused, StringComparison.Ordinal);
        Assert.Contains("Built at ShortFormTests.cs:", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Vjp_of_one_value_gives_one_product()
    {
        var x = graph.Constant(new[] { 1.0, 2, 3 });
        Assert.Equal([2, -8, 0], Run(Vjp(x * x, x, graph.Constant(new[] { 1.0, -2, 0 }))));
    }

    [Fact]
    public void A_custom_gradient_of_one_value_goes_both_ways()
    {
        var x = graph.Constant(new[] { -3.0, 0.5 });
        var sign = CustomGradient(v => Sign(v), c => Where(Abs(c.Inputs[0]) <= 1, c.Adjoint, 0), c => Where(Abs(c.Inputs[0]) <= 1, c.Tangents[0], 0), x);
        Assert.Equal([-1, 1], Run(sign));
        Assert.Equal([0, 1], Run(Ops.Gradient(Sum(sign), x)));
        Assert.Equal([0, 2], Run(Jvp(sign, x, graph.Constant(new[] { 2.0, 2 }))));
    }

    [Fact]
    public void Functions_of_two_take_a_number_for_one()
    {
        var (x, nan, n) = (graph.Constant(new[] { -1.5, 0, 2 }), graph.Constant(new[] { double.NaN, 0, 2 }), graph.Constant(new[] { 4L, -6 }));
        Value Number(double number) => graph.Constant(number);
        (Value Short, Value Long)[] pairs =
        [
            (XLogY(x, 3), XLogY(x, Number(3))), (XLogY(3, Abs(x)), XLogY(Number(3), Abs(x))),
            (XLog1pY(x, 3), XLog1pY(x, Number(3))), (XLog1pY(3, Abs(x)), XLog1pY(Number(3), Abs(x))),
            (LogAddExp(x, 1), LogAddExp(x, Number(1))), (LogAddExp2(x, 1), LogAddExp2(x, Number(1))), (Ldexp(x, -3), x / 8),
            (FMax(nan, 1), FMax(nan, Number(1))), (FMin(nan, 1), FMin(nan, Number(1))), (Heaviside(x, 0.25), Heaviside(x, Number(0.25))),
            (Hypot(3, x), Hypot(Number(3), x)), (Cast(IsClose(x, 2), DType.Float64), Cast(IsClose(x, Number(2)), DType.Float64)),
            (Cast(AllClose(x * 0, 0), DType.Float64), Number(1)), (Cast(Gcd(n, 10), DType.Float64), Number(2) + ZerosLike(Cast(n, DType.Float64))),
            (Cast(Lcm(n, 10), DType.Float64), graph.Constant(new[] { 20.0, 30 })),
            (Clip(x, min: -1), Maximum(x, -1)), (Clip(x, max: 1), Minimum(x, 1)),
        ];
        for (var i = 0; i < pairs.Length; i++) Expect.True(Run(pairs[i].Long).SequenceEqual(Run(pairs[i].Short)), $"pair {i}");
        Assert.Contains("no end for", Assert.Throws<GraphException>(() => Clip(x)).Message, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => Gcd(x, 2));
        Assert.Throws<GraphException>(() => LogAddExp(n, 2));
    }

    [Fact]
    public void A_norm_takes_its_axis_by_name()
    {
        var x = graph.Constant(new double[,] { { 3, 4 }, { 6, 8 } });
        Assert.Equal([5, 10], Run(Norm(x, axis: 1)));
        Assert.Equal([7, 14], Run(Norm(x, order: 1, axis: 1, keepDims: true)));
        Assert.Equal((Shape)new[] { 1, 1 }, Norm(x, keepDims: true).Shape);
    }

    [Fact]
    public void Normal_distributions_take_numbers()
    {
        var x = graph.Constant(new[] { 0.3, 1.2 });
        var (mean, deviation) = (graph.Constant(0.5), graph.Constant(2.0));
        Assert.Equal(Run(Cdf.Normal(x, mean, deviation)), Run(Cdf.Normal(x, 0.5, 2)));
        Assert.Equal(Run(Cdf.Normal(x)), Run(Cdf.Normal(x, 0, 1)));
        Assert.Equal(Run(InverseCdf.Normal(x / 2, mean, deviation)), Run(InverseCdf.Normal(x / 2, 0.5, 2)));
        Assert.Equal(Run(Divergence.Normal(x, deviation, mean, deviation)), Run(Divergence.Normal(x, deviation, 0.5, 2)));
        Assert.Throws<GraphException>(() => Cdf.Normal(x, 0, -1));
        Assert.Throws<GraphException>(() => InverseCdf.Normal(x, 0, 0));
        Assert.Throws<GraphException>(() => Divergence.Normal(x, deviation, 0, double.NaN));
    }

    [Fact]
    public void Loops_of_one_to_three_carries_tell_their_iterations()
    {
        var x = graph.Constant(1.0);
        While(a => a < 100, a => a * 2, x, out var one);
        While((a, b) => a < 100, (a, b) => (a * b, b), (x, x * 3), out var two, maximumIterations: 3);
        var (_, _, end) = While((a, b, c) => a < 100, (a, b, c) => (a * b, b, c + 1), (x, x * 3, x), out var three);
        Assert.Equal([7, 3, 5, 6], new[] { one, two, three, end }.SelectMany(Run));
    }

    [Fact]
    public void Scans_of_three_carries()
    {
        var (zero, xs) = (graph.Constant(0.0), graph.Constant(new[] { 1.0, 2, 3 }));
        var ((sum, squares, count), means) = Scan((s, q, n, x) => ((s + x, q + (x * x), n + 1), (s + x) / (n + 1)), (zero, zero, zero), xs);
        Assert.Equal([6, 14, 3, 1, 1.5, 2], new[] { sum, squares, count, means }.SelectMany(Run));
        var ((a, b, c), path) = Scan((a, b, c) => ((a + 1, b + a, c + b), c), (zero, zero, zero), length: 4);
        Assert.Equal([4, 6, 4, 0, 0, 0, 1], new[] { a, b, c, path }.SelectMany(Run));
    }

    [Fact]
    public void Custom_gradients_of_one_input_need_no_array()
    {
        var x = graph.Constant(new[] { 0.3, 1.7, -2.2 });
        var rounded = CustomGradient(v => Round(v), c => c.Adjoint, x);
        Assert.Equal([0, 2, -2], Run(rounded));
        Assert.Equal([0, 4, -4], Run(Gradient(Sum(rounded * rounded), x)));
        var wrong = CustomGradient(v => Round(v), c => Sum(c.Adjoint), x);
        Assert.Contains("custom_gradient", Assert.Throws<GraphException>(() => Gradient(Sum(wrong), x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_normal_density_takes_numbers()
    {
        var x = graph.Constant(new[] { 0.5, -1 });
        Assert.Equal(Run(LogDensity.Normal(x, graph.Constant(2.0), graph.Constant(3.0))), Run(LogDensity.Normal(x, 2, 3)), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(-0.5 * ((0.25 + Math.Log(2 * Math.PI))), Run(LogDensity.Normal(x))[0], 1e-14);
        Assert.Contains("the standard deviation is 0; it must be above 0", Assert.Throws<GraphException>(() => LogDensity.Normal(x, 0, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("Cast them", Assert.Throws<GraphException>(() => LogDensity.Normal(graph.Constant(3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_gives_part_of_itself()
    {
        Shape shape = ["batch", 3, 4];
        Assert.Equal((Shape)new[] { 3, 4 }, shape[1..]);
        Assert.Equal("[batch, 3]", shape[..^1].ToString());
        Assert.Equal(Shape.Scalar, shape[3..]);
        Assert.StartsWith("the shape [batch, 3, 4] has 3 axes; 2..5 is no range of them.", Assert.Throws<GraphException>(() => shape[2..5]).Message, StringComparison.Ordinal);
        Assert.StartsWith("the shape [batch, 3, 4] has 3 axes; there is no axis 3.", Assert.Throws<GraphException>(() => shape[3]).Message, StringComparison.Ordinal);
    }

    private Value Counting(params int[] shape) =>
        graph.Constant(TensorData.Create<double>([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => (double)i)], shape));

    private double[] Run(Value value)
    {
        using var session = new Session(graph);
        var result = session.Run(value);
        return [.. Enumerable.Range(0, result.Count).Select(result.At)];
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Vectorization;

public sealed class VectorizeTests
{
    private static readonly TensorData Rows = TensorData.FromArray(new double[,] { { 1, 2, 3 }, { -4, 5, 6 } });

    private readonly Graph graph = new();

    [Fact]
    public void A_function_of_a_row_gives_a_result_for_each_row()
    {
        var x = graph.Placeholder("x", ["batch", 3], DType.Float64);
        var w = graph.Constant([1.0, 10, 100]);
        var y = Vectorize(row => Sum(row * w), x);
        Assert.Equal(["batch"], y.Shape);
        Assert.Equal([321, 646], Elements(y, (x, Rows)));
    }

    [Fact]
    public void Examples_may_lie_along_any_axis()
    {
        var x = graph.Placeholder("x", [2, 3], DType.Float64);
        Assert.Equal([-3, 7, 9], Elements(Vectorize(column => Sum(column), x, axis: -1), (x, Rows)));
    }

    [Fact]
    public void An_input_without_an_axis_is_passed_whole()
    {
        var x = graph.Placeholder("x", [2, 3], DType.Float64);
        var m = graph.Constant([[1.0, 0, 0], [0, 1, 1]]);
        var y = Vectorize(v => [MatMul(v[1], v[0])], [x, m], [0, null])[0];
        Assert.Equal([1, 5, -4, 11], Elements(y, (x, Rows)));
    }

    [Fact]
    public void What_is_the_same_for_all_examples_is_repeated()
    {
        var x = graph.Placeholder("x", [2, 3], DType.Float64);
        var y = Vectorize(v => [graph.Constant([7.0, 8]), v[0]], [x]);
        Assert.Equal([7, 8, 7, 8], Elements(y[0]));
        Assert.Equal([1, 2, 3, -4, 5, 6], Elements(y[1], (x, Rows)));
    }

    [Fact]
    public void Gradients_taken_inside_are_those_of_each_example()
    {
        var x = graph.Placeholder("x", ["batch", 3], DType.Float64);
        var w = graph.Variable("w", [1.0, 2, 3]);
        var gradients = Vectorize(v => [Ops.Gradient(Square(Sum(v[0] * w) - 1), w)], [x])[0];
        Assert.Equal(["batch", 3], gradients.Shape);
        // 2 (x·w - 1) x with x·w = 14 and 24.
        Assert.Equal([26, 52, 78, -184, 230, 276], Elements(gradients, (x, Rows)));
    }

    [Fact]
    public void Stabilization_inside_does_not_see_the_examples()
    {
        // log(exp z) would simplify to z, and lose the example.
        var z = graph.Placeholder("z", [2], DType.Float64);
        var y = Vectorize(e => Ops.Gradient(1 / e, e), Exp(z));
        var slopes = Elements(y, (z, new[] { 0.0, 1 }));
        Assert.Equal(-1, slopes[0], 1e-14);
        Assert.Equal(-Math.Exp(-2), slopes[1], 1e-14);
    }

    [Fact]
    public void A_condition_that_differs_selects()
    {
        var x = graph.Placeholder("x", [3], DType.Float64);
        var y = Vectorize(e => Cond(e > 0, () => Sqrt(e), () => -e), x);
        var slope = Vectorize(e => Ops.Gradient(Cond(e > 0, () => Sqrt(e), () => -e), e), x);
        Assert.Equal([2, 1, 0], Elements(y, (x, new[] { 4.0, -1, 0 })));
        Assert.Equal([0.25, -1, -1], Elements(slope, (x, new[] { 4.0, -1, 0 })));
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Each_example_draws_its_own_numbers(Backend backend)
    {
        var x = graph.Placeholder("x", ["batch", 4]);
        var shared = RandomUniform(graph, [4], seed: 5);
        var own = Vectorize(v => v + RandomUniform(graph, [4], seed: 7), x);
        var same = Vectorize(v => v + shared, x);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var draws = session.Run([own, same], (x, new float[3, 4]));
        Assert.Equal(12, Enumerable.Range(0, 12).Select(draws[0].At).Distinct().Count());
        Assert.Equal(4, Enumerable.Range(0, 12).Select(draws[1].At).Distinct().Count());
    }

    [Fact]
    public void A_gradient_inside_sees_the_numbers_that_were_drawn()
    {
        var x = graph.Placeholder("x", [3, 4], DType.Float64);
        var both = Vectorize(
            v =>
            {
                var noise = RandomUniform(graph, [4], dtype: DType.Float64);
                return [noise, Ops.Gradient(Sum(v[0] * noise), v[0])];
            },
            [x]);
        using var session = new Session(graph);
        var results = session.Run(both, (x, new double[3, 4]));
        Assert.Equal(results[0].AsSpan<double>(), results[1].AsSpan<double>());
    }

    [Fact]
    public void A_gradient_of_ones_own_may_use_what_the_function_sees()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var scale = graph.Placeholder("scale", [2], DType.Float64);
        var y = Vectorize(v => [CustomGradient(u => Square(u[0]), c => [c.Adjoint * v[1] * c.Inputs[0]], v[0])], [x, scale])[0];
        var slope = Ops.Gradient(Sum(y), x);
        var twice = Vectorize(s => Ops.Gradient(CustomGradient(u => Square(u[0]), c => [c.Adjoint * s * c.Inputs[0]], s), s), scale);
        Assert.Equal([10, 40], Elements(slope, (x, new[] { 1.0, 2 }), (scale, new[] { 10.0, 20 })));
        Assert.Equal([100, 400], Elements(twice, (scale, new[] { 10.0, 20 })));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_index_outside_its_example_is_refused(bool rewrite)
    {
        var x = graph.Placeholder("x", [2, 3]);
        var at = graph.Placeholder("at", [2], DType.Int32);
        var taken = Vectorize(v => [Gather(v[0], v[1])], [x, at])[0];
        using var session = new Session(graph, new SessionOptions { Rewrite = rewrite });
        Assert.Equal([2f, 3f], session.Run(taken, (x, new float[,] { { 0, 1, 2 }, { 3, 4, 5 } }), (at, new[] { 2, 0 })).AsSpan<float>());
        var error = Assert.Throws<GraphException>(() => session.Run(taken, (x, new float[2, 3]), (at, new[] { 3, 0 })));
        Assert.Contains("whose extent is 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("Built at VectorizeTests.cs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_were_built_before_are_replaced()
    {
        var x = graph.Placeholder("x", [3], DType.Float64);
        var noise = RandomUniform(graph, [3], dtype: DType.Float64);
        var y = Sum(Square(x)) + Sum(noise * 0);
        var many = Vectorize([y, x * 2], (x, graph.Constant(Rows)));
        Assert.Equal([14, 77], Elements(many[0]));
        Assert.Equal([2, 4, 6, -8, 10, 12], Elements(many[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_vectorized_network_compiles(int threads)
    {
        var x = graph.Placeholder("x", ["batch", 19]);
        var weights = graph.Variable("w", Data.Rows(19, 23));
        var last = graph.Variable("v", Data.Row(23));
        Value Loss(Value row) => Square(Sum(Tanh(MatMul(row, weights)) * last) - 1);
        var each = Vectorize(v => Gradients(Loss(v[0]), weights, last), [x]);
        var together = Gradients(Sum(Vectorize(Loss, x)), weights, last);
        using var session = new Session(graph, new SessionOptions { Threads = threads });
        var results = session.Run([Sum(each[0], 0), together[0], Sum(each[1], 0), together[1]], (x, TensorData.FromArray(Data.Rows(37, 19))));
        for (var i = 0; i < 4; i += 2)
        {
            for (var k = 0; k < results[i].Count; k++) Assert.Equal(results[i + 1].At(k), results[i].At(k), 1e-3);
        }
    }

    [Fact]
    public void What_cannot_be_vectorized_is_refused()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var y = graph.Placeholder("y", [3, 2]);
        var v = graph.Variable("v", 0f);
        Errors.Throws("vectorize: 'x' float32[2, 3] holds 2 examples, 'y' float32[3, 2] holds 3; they must be equal. Name the axes along which examples lie, or null for an input that is passed whole. Built at {here}.", () => Vectorize(e => [e[0]], [x, y]));
        Errors.Throws("vectorize: every axis is null, so there are no examples; give the axis along which they lie for at least one input. Built at {here}.", () => Vectorize(e => [e[0]], [x], [null]));
        Errors.Throws("vectorize: 1 axes are given for 2 inputs; give one for each, null for an input that is passed whole. Built at {here}.", () => Vectorize(e => [e[0]], [x, y], [0]));
        Errors.Throws("vectorize: give at least one input. Built at {here}.", () => Vectorize(e => [x], []));
        Errors.Throws("vectorize: 'y' float32[3, 2] cannot replace 'x' float32[2, 3]; it must be float32[3, 2, 3]. Built at {here}.", () => Vectorize([x * 2], (x, y)));
        var error = Assert.Throws<GraphException>(() => Vectorize(e => Assign(v, Sum(e)).Outputs[0], x));
        Assert.Contains("variable 'v' cannot be assigned once for each example of a vectorized function", error.Message, StringComparison.Ordinal);
    }

    private static double[] Elements(Value value, params (Value, TensorData)[] feeds)
    {
        var slice = GraphSlice.Of([value.Node]);
        var data = AsWritten.Run(value, feeds.Where(f => slice.Contains(f.Item1.Node)));
        return [.. Enumerable.Range(0, data.Count).Select(data.At)];
    }

    private static class Data
    {
        public static float[][] Rows(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(r => Row(columns, r))];

        public static float[] Row(int columns, int row = 0) => [.. Enumerable.Range(0, columns).Select(c => MathF.Sin(1 + (row * columns) + c) / 4)];
    }

    [Fact]
    public void A_function_of_two_inputs_gets_an_example_of_each()
    {
        var x = graph.Placeholder("x", ["batch", 3], DType.Float64);
        var scale = graph.Placeholder("scale", ["batch"], DType.Float64);
        Assert.Equal([12, 70], Elements(Vectorize((row, s) => Sum(row) * s, x, scale), (x, Rows), (scale, new[] { 2.0, 10 })));
    }

    [Fact]
    public void An_assignment_inside_is_refused_though_nobody_reads_it()
    {
        var x = graph.Placeholder("x", [3]);
        var v = graph.Variable("v", 0f);
        Errors.Throws(
            "assign 'vectorize/v/assign': variable 'v' cannot be assigned once for each example of a vectorized function; assign outside the function. Built at {here}.",
            () => Vectorize(
                one =>
                {
                    Assign(v, one);
                    return one;
                },
                x));
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

public sealed class VjpTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Several_values_are_pulled_back_in_one_walk()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var w = graph.Placeholder("w", [], DType.Float64);
        var (a, b) = (x * w, Sum(x * x));
        var c = graph.Constant([10.0, 20]);
        var pulled = Vjp([a, b], [x, w], [c, graph.Constant(3.0)]);
        Assert.Equal([(10 * 5) + (3 * 2 * 1), (20 * 5) + (3 * 2 * 2)], Elements(pulled[0], (x, new[] { 1.0, 2 }), (w, 5.0)));
        Assert.Equal([50], Elements(pulled[1], (x, new[] { 1.0, 2 }), (w, 5.0)));
    }

    [Fact]
    public void A_value_may_depend_on_another()
    {
        var x = graph.Placeholder("x", [], DType.Float64);
        var a = x * x;
        var b = a * a;
        Assert.Equal([(2 * 3) + (4 * 27)], Elements(Vjp([a, b], [x], [graph.Constant(1.0), graph.Constant(1.0)])[0], (x, 3.0)));
        Assert.Equal([1 + 18], Elements(Vjp([a, b], [a], [graph.Constant(1.0), graph.Constant(1.0)])[0], (x, 3.0)));
    }

    [Fact]
    public void A_linearization_is_applied_in_both_directions()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var y = Stack([x[0] * x[1], Sin(x[0]), x[1]]);
        var map = Linearize(y, x);
        var feed = (x, (TensorData)new[] { 2.0, 3 });
        Assert.Equal([3, Math.Cos(2), 0], Elements(map.Jvp(graph.Constant([1.0, 0]))[0], feed));
        Assert.Equal([2, 0, 1], Elements(map.Jvp(graph.Constant([0.0, 1]))[0], feed));
        Assert.Equal([3 + (2 * Math.Cos(2)), 2 + 5], Elements(map.Vjp(graph.Constant([1.0, 2, 5]))[0], feed));
        Assert.Equal([0, 0], Elements(Linearize([y], [graph.Placeholder("z", [2], DType.Float64)], Disconnected.Zeros).Vjp(OnesLike(y))[0], feed));
    }

    [Fact]
    public void A_stable_form_is_found_once_for_a_linearization()
    {
        var x = graph.Placeholder("x", [], DType.Float64);
        var map = Linearize(1 / Exp(x), x);
        var reported = graph.StabilityReport.Count;
        Assert.Equal([-Math.Exp(-800)], Elements(map.Jvp(OnesLike(x))[0], (x, 800.0)));
        _ = map.Vjp(OnesLike(x));
        Assert.Equal(reported, graph.StabilityReport.Count);
    }

    [Fact]
    public void Modes_nest_in_any_order_to_any_depth()
    {
        // f = x³ sin x.
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = x * x * x * Sin(x);
        Func<Value, Value>[] modes = [v => Ops.Gradient(v, x), v => Jvp(v, x, OnesLike(x)), v => Vjp([v], [x], [OnesLike(v)])[0], v => Linearize(v, x).Jvp(OnesLike(x))[0], v => Jacobian(v, x)];
        const double At = 0.7;
        var expected = (6 * Math.Sin(At)) + (18 * At * Math.Cos(At)) - (9 * At * At * Math.Sin(At)) - (At * At * At * Math.Cos(At));
        foreach (var first in modes)
        {
            foreach (var second in modes)
            {
                foreach (var third in modes) Assert.Equal(expected, Elements(third(second(first(y))), (x, At))[0], 1e-11);
            }
        }
    }

    /// <summary>The squares of such factors are 0 in float32, and so is their product, or infinite.</summary>
    [Theory]
    [InlineData(Backend.Compiled, true)]
    [InlineData(Backend.Interpreted, true)]
    [InlineData(Backend.Interpreted, false)]
    public void Derivatives_of_a_product_out_of_range_are_right(Backend backend, bool rewrite)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["rows", 3]);
        var first = Gradient(Sum(Prod(x, 1)), x);
        var second = Gradient(Sum(first[.., 0]), x);
        using var session = new Session(graph, new SessionOptions { Backend = backend, Rewrite = rewrite });
        float[,] data = { { 1e-30f, 1e-30f, 2 }, { 1e-44f, 3, 2 }, { 1e-30f, 1e-30f, 1e-30f }, { 1e30f, 1e30f, 0.5f } };
        var results = session.Run([first, second], (x, data));
        for (var row = 0; row < 4; row++)
        {
            for (var by = 0; by < 3; by++)
            {
                var others = Enumerable.Range(0, 3).Where(k => k != by).Aggregate(1.0, (product, k) => product * data[row, k]);
                var mixed = by == 0 ? 0 : (double)data[row, 3 - by];
                Assert.Equal((float)others, results[0].AsSpan<float>()[(row * 3) + by], Math.Abs(others) * 1e-6);
                Assert.Equal((float)mixed, results[1].AsSpan<float>()[(row * 3) + by], mixed * 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Third_derivatives_of_a_product_see_its_zeros(int zeros)
    {
        var x = graph.Placeholder("x", [5], DType.Float64);
        var data = Enumerable.Range(0, 5).Select(i => i < zeros ? 0.0 : i - 1.5).ToArray();
        var third = Jacobian(Hessian(Prod(x), x), x);
        var actual = Elements(third, (x, data));
        for (var place = 0; place < 125; place++)
        {
            int[] by = [place / 25, place / 5 % 5, place % 5];
            var expected = by.Distinct().Count() < 3 ? 0 : Enumerable.Range(0, 5).Except(by).Aggregate(1.0, (product, i) => product * data[i]);
            Assert.Equal(expected, actual[place], 1e-12);
        }
    }

    [Fact]
    public void Contributions_that_go_nowhere_are_not_built()
    {
        var x = graph.Placeholder("x", [3, 4]);
        var w = graph.Placeholder("w", [4, 5]);
        var loss = Sum(MatMul(x, w) * 2);
        var before = graph.Nodes.Count;
        _ = Ops.Gradient(loss, w);
        Assert.Single(graph.Nodes.Skip(before), n => n.OpName == "dot");
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var x = graph.Placeholder("x", [2]);
        var y = graph.Placeholder("y", []);
        var a = x * 2;
        Errors.Throws("vjp: 1 cotangents are given for 2 values; give one for each. Built at {here}.", () => Vjp([a, y], [x], [x]));
        Errors.Throws("vjp: give at least one value to differentiate. Built at {here}.", () => Vjp([], [x], []));
        Errors.Throws($"vjp: the cotangent 'y' is float32[], but 'multiply' is float32[2]; they must be of one type and shape. Cast or broadcast the cotangent. 'multiply' was built at {a.Node.Origin}. Built at {{here}}.", () => Vjp([a], [x], [y]));
        Errors.Throws("Jvp: 2 tangents are given for 1 inputs; give one for each. Built at {here}.", () => Linearize(a, x).Jvp(x, x));
        Errors.Throws("linearize: an input is named twice; name each once. Built at {here}.", () => Linearize([a], x, x));
    }

    [Fact]
    public void What_nothing_depends_on_is_an_error_or_zeros()
    {
        var x = graph.Placeholder("x", [], DType.Float64);
        var (a, b) = (graph.Placeholder("a", [], DType.Float64), graph.Placeholder("b", [], DType.Float64));
        var one = OnesLike(x);
        Errors.Throws($"Vjp: none of 'a' (built at {a.Node.Origin}), 'b' (built at {b.Node.Origin}) depends on 'x' (built at {x.Node.Origin}), so they have no gradient with respect to it. Leave 'x' out, or ask for zeros with Disconnected.Zeros. Built at {{here}}.", () => Vjp([a, b], [x], [one, one]));
        Errors.Throws($"jvp: 'a' (built at {a.Node.Origin}) depends on none of 'x' (built at {x.Node.Origin}), so it has no derivative in that direction. Give tangents of values that it depends on, or ask for zeros with Disconnected.Zeros. Built at {{here}}.", () => Jvp(a, x, one));
        var steps = Cast(Cast(x, DType.Int32), DType.Float64);
        Assert.Contains("depends only through integers or bools on 'x'", Assert.Throws<GraphException>(() => Jvp(steps, x, one)).Message, StringComparison.Ordinal);
        Assert.Equal([0], Elements(Vjp([a, b], [x], [one, one], Disconnected.Zeros)[0]));
        Assert.Equal([0], Elements(Jvp([a], [(x, one)], Disconnected.Zeros)[0]));
        // Zero everywhere is not the same as undefined.
        Assert.Equal([0], Elements(Jvp(Floor(x), x, one), (x, 1.5)));
    }

    private static double[] Elements(Value value, params (Value, TensorData)[] feeds)
    {
        var slice = GraphSlice.Of([value.Node]);
        var data = AsWritten.Run(value, feeds.Where(f => slice.Contains(f.Item1.Node)));
        return [.. Enumerable.Range(0, data.Count).Select(data.At)];
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Loops;

/// <summary>Custom gradients in loops whose functions read what they are not given: values from outside, of the loop's function, of a loop around it.</summary>
public sealed class OuterReadsTests
{
    private readonly Graph graph = new();
    private readonly Value x;
    private readonly Value w;

    public OuterReadsTests() => (x, w) = (graph.Placeholder("x", [], DType.Float64), graph.Placeholder("w", [], DType.Float64));

    [Theory]
    [InlineData("from outside")]
    [InlineData("from outside, first")]
    [InlineData("computed outside")]
    [InlineData("of the iteration")]
    [InlineData("part of an input")]
    [InlineData("of a loop around")]
    [InlineData("in a loop that ends by itself")]
    [InlineData("the result itself")]
    public void Derivatives_are_those_of_the_function_in_both_modes_and_to_second_order(string read)
    {
        var steps = graph.Placeholder("steps", [3], DType.Float64);
        var outer = Sin(w) + 1.5;
        Value Own(Value h, Value factor) => CustomGradient(
            v => Sin(v[0]) * factor, c => [read == "from outside, first" ? factor * (Cos(c.Inputs[0]) * c.Adjoint) : c.Adjoint * Cos(c.Inputs[0]) * factor], c => c.Tangents[0] * Cos(c.Inputs[0]) * factor, h);
        Value Plain(Value h, Value factor) => Sin(h) * factor;
        Value Loop(Func<Value, Value, Value> f) => read switch
        {
            "from outside" or "from outside, first" => Scan(h => (f(h, StopGradient(w)), h), x, 3).Carry,
            "computed outside" => Scan(h => (f(h, StopGradient(outer * 2)), h), x, 3).Carry,
            "of the iteration" => Scan(h => (f(h, StopGradient(Exp(h / 4))), h), x, 3).Carry,
            "part of an input" => Scan((h, s) => (f(h, StopGradient(s + 1)), h), x, steps).Carry,
            "of a loop around" => Scan(h => (Scan(g => (f(g, StopGradient(h * w)), g), h, 2).Carry, h), x, 2).Carry,
            "in a loop that ends by itself" => While(h => Abs(h) < 5, h => f(h, StopGradient(w)) + (1.2 * h), x, 9),
            _ => Scan(h => (CustomGradient(v => v[0] * w, c => [f == Own ? w : StopGradient(w) * c.Adjoint / c.Adjoint], c => StopGradient(w) * c.Tangents[0] / c.Tangents[0], h), h), x, 1).Carry,
        };
        var (own, plain) = (Loop(Own), Loop(Plain));
        var (reverse, expected) = (Gradient(own, x), Gradient(plain, x));
        var one = graph.Constant(1.0);
        (Value, TensorData)[] feeds = [(x, 0.7), (w, 1.3), (steps, new double[] { 0.2, -0.4, 0.9 })];
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            Assert.Equal(Run(plain), Run(own), 1e-12);
            Assert.Equal(Run(expected), Run(reverse), 1e-12);
            Assert.NotEqual(0, Run(reverse));
            Assert.Equal(Run(expected), Run(Jvp([own], [(x, one)])[0]), 1e-12);
            if (read == "the result itself") continue;
            Assert.Equal(Run(Gradient(expected, x)), Run(Gradient(reverse, x)), 1e-11);
            Assert.Equal(Run(Gradient(expected, x)), Run(Jvp([reverse], [(x, one)])[0]), 1e-11);

            double Run(Value value) => session.Run(value, feeds).Item<double>();
        }
    }

    [Fact]
    public void What_is_read_gets_no_gradient()
    {
        var y = Scan(h => (CustomGradient(v => v[0] * w, c => [c.Adjoint * w], h), h), x, 2).Carry;
        Assert.Equal(0.0, AsWritten.Run(Gradients(y, new GradientOptions { Disconnected = Disconnected.Zeros }, w)[0], (x, 2.0), (w, 3.0)).Item<double>());
        Assert.Equal(9.0, AsWritten.Run(Gradient(y, x), (x, 2.0), (w, 3.0)).Item<double>());
    }

    [Fact]
    public void Examples_side_by_side_read_what_each_of_them_has()
    {
        var (xs, ws) = (graph.Placeholder("xs", ["n"], DType.Float64), graph.Placeholder("ws", ["n"], DType.Float64));
        var slopes = Vectorize(v => [Gradient(Scan(h => (CustomGradient(u => u[0] * v[1], c => [c.Adjoint * v[1] * 2], h), h), v[0], 2).Carry, v[0])], [xs, ws])[0];
        var vectorized = Vectorize(v => [Scan(h => (CustomGradient(u => u[0] * v[1], c => [c.Adjoint * v[1] * 2], h), h), v[0], 2).Carry], [xs, ws])[0];
        using var session = new Session(graph);
        (Value, TensorData)[] feeds = [(xs, new double[] { 1, 2, 3 }), (ws, new double[] { 1, -1, 0.5 })];
        Assert.Equal([4, 4, 1], session.Run(slopes, feeds).AsSpan<double>());
        Assert.Equal([4, 4, 1], session.Run(Gradient(Sum(vectorized), xs), feeds).AsSpan<double>());
    }

    [Fact]
    public void A_function_may_build_what_it_does_not_return()
    {
        var y = Scan(h =>
        {
            var inside = Sin(h);
            return (CustomGradient(v => v[0] * v[0], c =>
            {
                _ = Exp(inside);
                return [c.Adjoint * c.Inputs[0] * 2];
            }, h), h);
        }, x, 2).Carry;
        Assert.Equal(32.0, AsWritten.Run(Gradient(y, x), (x, 2.0)).Item<double>());
    }

    [Fact]
    public void A_function_that_refuses_does_so_when_a_gradient_is_taken()
    {
        var y = Scan(h => (CustomGradient(v => v[0] * w, _ => throw new NotSupportedException("no gradient here"), h), h), x, 2).Carry;
        Assert.Equal(18.0, AsWritten.Run(y, (x, 2.0), (w, 3.0)).Item<double>());
        Assert.Equal("no gradient here", Assert.Throws<NotSupportedException>(() => Gradient(y, x)).Message);
    }

    [Fact]
    public void A_function_that_reads_something_else_each_time_is_refused()
    {
        var other = w;
        var y = Scan(h => (CustomGradient(v => v[0] * 2, c => [c.Adjoint * other], h), h), x, 2).Carry;
        other = x * w;
        var error = Assert.Throws<GraphException>(() => Gradient(y, x));
        Assert.StartsWith("custom_gradient: 'multiply", error.Message, StringComparison.Ordinal);
        Assert.Contains("is read by the gradient or tangent function of a CustomGradient in a loop, and was not when the loop was built, or is built after it. Let the function read the same values in each call", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_custom_gradient_that_a_gradient_function_builds_reads_only_what_it_is_given()
    {
        var y = Scan(h => (CustomGradient(v => v[0] * w, c => [c.Adjoint * CustomGradient(u => u[0] * w, d => [d.Adjoint * w], c.Inputs[0])], h), h), x, 2).Carry;
        var slope = Gradient(y, x);
        var error = Assert.Throws<GraphException>(() => Gradient(slope, x));
        Assert.StartsWith("multiply: 'w' (built at OuterReadsTests.cs:", error.Message, StringComparison.Ordinal);
        Assert.Contains("is read from outside of a loop by a CustomGradient that the gradient or tangent function of another one in it has built", error.Message, StringComparison.Ordinal);
    }
}

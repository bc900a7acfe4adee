using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Values computed anew from others.</summary>
public sealed class SubstituteTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Computes_what_the_function_would()
    {
        var (w, b, x) = (graph.Variable("w", [[1.0, -2], [0.5, 3]]), graph.Variable("b", [0.1, 0.2]), graph.Constant([[0.3, 0.7], [-1, 2], [0.4, 0.9]]));
        Value Loss(Value w, Value b)
        {
            var (h, _) = Scan(h => (Tanh(MatMul(h, w) + b), h), x, length: 3);
            return Mean(Checkpoint(v => Exp(MatMul(v, w)), h)) + Sum(Cond(Sum(b) > 1, () => b * 2, () => Square(b)));
        }

        Value v = graph.Variable("v", [[0.2, 0.4], [-0.1, 0.6]]), c = graph.Variable("c", [0.9, 0.8]);
        var (copied, direct) = (Substitute(Loss(w, b), (w, v), (b, c)), Loss(v, c));
        Value[] found = [copied, .. Gradients(copied, [v, c])], expected = [direct, .. Gradients(direct, [v, c])];
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var results = session.Run([.. found, .. expected]);
            for (var i = 0; i < 3; i++) Assert.Equal(results[i + 3].AsSpan<double>().ToArray(), results[i].AsSpan<double>().ToArray(), (p, q) => Math.Abs(p - q) < 1e-12);
        }
    }

    [Fact]
    public void Replaces_all_at_once_and_what_lies_between()
    {
        Value x = graph.Constant(2.0), y = graph.Constant(5.0);
        var z = x * x;
        using var session = new Session(graph);
        var results = session.Run([Substitute((3 * x) + y, (x, y), (y, x)), Substitute(z + x, (z, y)), Substitute(x, (x, y)), Substitute(y, (x, z)), Substitute(z, (x, x + 1))]);
        Assert.Equal([17, 7, 5, 5, 9], results.Select(r => r.Item<double>()));
        Assert.Same(y, Substitute(y, (x, z)));
    }

    [Fact]
    public void Random_numbers_that_do_not_depend_on_it_are_the_same()
    {
        Value x = graph.Constant(TensorData.Filled(DType.Float64, 1, 50)), y = graph.Constant(TensorData.Filled(DType.Float64, 2, 50));
        var dropped = x * RandomNormal(graph, [50], 3, DType.Float64);
        using var session = new Session(graph);
        var results = session.Run([dropped * 2, Substitute(dropped, (x, y))]);
        Assert.Equal(results[0].AsSpan<double>().ToArray(), results[1].AsSpan<double>().ToArray());
    }

    /// <summary>The gradient function reads the weight without being given it.</summary>
    [Fact]
    public void What_a_custom_gradient_reads_is_replaced_too()
    {
        Value x = graph.Constant(2.0), w = graph.Variable("w", 3.0), v = graph.Constant(7.0), u = graph.Constant(11.0);
        var y = CustomGradient(a => a * a, c => c.Adjoint * w, x);
        var once = Substitute(y, (w, v));
        using var session = new Session(graph);
        var results = session.Run([Gradient(y, x), Gradient(once, x), Gradient(Substitute(once, (v, u)), x), Gradient(Substitute(Square(y), (w, v)), x)]);
        Assert.Equal([3, 7, 11, 56], results.Select(r => r.Item<double>()));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var w = graph.Variable("w", [1f, 2f]);
        var (x, y) = (graph.Constant([1.0, 2]), Sum(w));
        Errors.Throws("substitute: 'w' is float32[2], its replacement 'constant_1' float64[2]; they must be of one type and shape. Cast, reshape or broadcast the replacement. Built at {here}.", () => Substitute(y, (w, x)));
        Errors.Throws("substitute: 'w' is replaced twice; give one replacement for each value. Built at {here}.", () => Substitute(y, (w, w + 1), (w, w + 2)));
        var stored = Assign(w, w * 2).Outputs[0];
        Assert.StartsWith(
            "substitute: 'sum_1' depends on what is replaced through the assignment 'w/assign' (built at SubstituteTests.cs:",
            Assert.Throws<GraphException>(() => Substitute(Sum(stored), (w, w + 1))).Message);
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

public sealed class JacobianTests
{
    private readonly Graph graph = new();

    public static TheoryData<DifferentiationMode> Modes => [DifferentiationMode.Cheaper, DifferentiationMode.Forward, DifferentiationMode.Reverse];

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_jacobian_has_the_axes_of_both(DifferentiationMode mode)
    {
        var x = graph.Placeholder("x", [3], DType.Float64);
        var y = Stack([x * Sum(x), Sin(x)]);
        var jacobian = Jacobian(y, x, new JacobianOptions { Mode = mode });
        Assert.Equal([2, 3, 3], jacobian.Shape);
        double[] at = [1, 2, 3];
        Assert.Equal(
            [.. from i in Enumerable.Range(0, 3) from k in Enumerable.Range(0, 3) select at[i] + (i == k ? 6 : 0), .. from i in Enumerable.Range(0, 3) from k in Enumerable.Range(0, 3) select i == k ? Math.Cos(at[i]) : 0],
            Elements(jacobian, (x, at)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Extents_may_be_symbols(DifferentiationMode mode)
    {
        var x = graph.Placeholder("x", ["n"], DType.Float64);
        var w = graph.Placeholder("w", [2], DType.Float64);
        var y = x * x * w[0] + w[1];
        Assert.Equal(["n", 2], Jacobian(y, w).Shape);
        Assert.Equal([4, 1, 9, 1, 16, 1], Elements(Jacobian(y, w, new JacobianOptions { Mode = mode }), (x, new[] { 2.0, 3, 4 }), (w, new[] { 5.0, 6 })));
        Assert.Equal([20, 0, 0, 0, 30, 0, 0, 0, 40], Elements(Jacobian(y, x, new JacobianOptions { Mode = mode }), (x, new[] { 2.0, 3, 4 }), (w, new[] { 5.0, 6 })));
    }

    /// <summary>Of one element the only direction is 1: what is built is the plain derivative, as exact as that is.</summary>
    [Theory]
    [InlineData(DifferentiationMode.Forward)]
    [InlineData(DifferentiationMode.Reverse)]
    public void One_element_needs_no_basis(DifferentiationMode mode)
    {
        var (x, one) = (graph.Placeholder("x", []), graph.Placeholder("one", [1, 1]));
        var options = new JacobianOptions { Mode = mode };
        Value[] jacobians = [Jacobian(x - Atan(x), x, options), Jacobian(one * Sum(one), one, options), Jacobian(Stack([x, x * x]), x, new JacobianOptions { Mode = DifferentiationMode.Forward })];
        Assert.DoesNotContain(graph.Nodes, n => n.OpName == "iota");
        Assert.Equal([1, 1, 1, 1], jacobians[1].Shape);
        using var session = new Session(graph);
        var results = session.Run(jacobians, (x, 1e-3f), (one, new float[,] { { 3 } }));
        Assert.Equal(1e-6, results[0].At(0), 1e-12);
        Assert.Equal(6, results[1].At(0));
        Assert.Equal([1, 2e-3], [results[2].At(0), results[2].At(1)], (a, b) => Math.Abs(a - b) < 1e-8);
    }

    [Fact]
    public void The_cheaper_mode_is_chosen()
    {
        var x = graph.Placeholder("x", [4]);
        var tall = Concat([x, x * x]);
        Assert.True(GoesForward(tall));
        Assert.False(GoesForward(tall[..3]));
        // Forward mode would fail for want of a tangent function.
        Assert.False(GoesForward(CustomGradient(v => Concat([v[0], v[0]]), c => [c.Adjoint[..4] + c.Adjoint[4..]], x)));

        bool GoesForward(Value y)
        {
            var before = graph.Nodes.Count;
            _ = Jacobian(y, x);
            return graph.Nodes.Skip(before).Any(n => n.Name.Contains("/tangent", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Himmelblau_has_its_hessian_at_the_minima(Backend backend)
    {
        var p = graph.Placeholder("p", [2], DType.Float64);
        var (x, y) = (p[0], p[1]);
        var loss = Square((x * x) + y - 11) + Square(x + (y * y) - 7);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var hessian = Hessian(loss, p);
        var product = HessianVectorProduct(loss, p, graph.Constant([1.0, -2]));
        foreach (var (a, b) in new[] { (3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126) })
        {
            var results = session.Run([hessian, product], (p, new[] { a, b }));
            double[] expected = [(12 * a * a) + (4 * b) - 42, 4 * (a + b), 4 * (a + b), (12 * b * b) + (4 * a) - 26];
            for (var i = 0; i < 4; i++) Assert.Equal(expected[i], results[0].At(i), 1e-9);
            Assert.Equal(expected[0] - (2 * expected[1]), results[1].At(0), 1e-9);
            Assert.Equal(expected[2] - (2 * expected[3]), results[1].At(1), 1e-9);
        }
    }

    [Fact]
    public void A_linear_loss_has_a_hessian_of_zeros()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        Assert.Equal([0, 0, 0, 0], Elements(Hessian(Sum(x * 3), x)));
        Assert.Equal([0, 0], Elements(HessianVectorProduct(Sum(x * 3), x, OnesLike(x))));
    }

    [Fact]
    public void A_hessian_goes_through_a_gradient_of_ones_own()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var y = CustomGradient(v => Sum(v[0] * v[0] * v[0]), c => [c.Adjoint * 3 * c.Inputs[0] * c.Inputs[0]], x);
        var loss = Square(y);
        // y = x³ + z³: 2 y' y'ᵀ + 2 y y''.
        Assert.Equal([2 * ((9 * 1) + (9 * 6)), 2 * 3 * 12, 2 * 3 * 12, 2 * ((9 * 12) + (12 * 12))], Elements(Hessian(loss, x), (x, new[] { 1.0, 2 })));
        Assert.Equal([198, 576], Elements(HessianVectorProduct(loss, x, graph.Constant([1.0, 1])), (x, new[] { 1.0, 2 })));
    }

    [Fact]
    public void Jacobians_nest()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var y = x[0] * x[0] * x[1] * x;
        // y₀ = a³b, y₁ = a²b².
        double[] third =
        [
            // ∂²y₀ by (a, b), each by (a, b): 6ab·, …
            6 * 3, 6 * 2, 6 * 2, 0, 6 * 2, 0, 0, 0,
            0, 4 * 3, 4 * 3, 4 * 2, 4 * 3, 4 * 2, 4 * 2, 0,
        ];
        var modes = new[] { DifferentiationMode.Forward, DifferentiationMode.Reverse };
        foreach (var first in modes)
        {
            foreach (var second in modes)
            {
                foreach (var last in modes)
                {
                    var nested = Jacobian(Jacobian(Jacobian(y, x, Of(first)), x, Of(second)), x, Of(last));
                    Assert.Equal([2, 2, 2, 2], nested.Shape);
                    Assert.Equal(third, Elements(nested, (x, new[] { 2.0, 3 })));
                }
            }
        }

        static JacobianOptions Of(DifferentiationMode mode) => new() { Mode = mode };
    }

    [Fact]
    public void Per_example_gradients_add_up_to_the_gradient_of_the_sum()
    {
        var x = graph.Placeholder("x", ["batch", 3], DType.Float64);
        var t = graph.Placeholder("t", ["batch"], DType.Float64);
        var w = graph.Variable("w", [0.5, -0.25, 1]);
        var each = PerExampleGradients(v => Square(Tanh(Sum(v[0] * w)) - v[1]), [x, t], w)[0];
        var sum = Ops.Gradient(Sum(Square(Tanh(MatMul(x, w)) - t)), w);
        Assert.Equal(["batch", 3], each.Shape);
        (Value, TensorData)[] feeds = [(x, TensorData.FromArray(new double[,] { { 1, 2, 3 }, { -1, 0, 1 } })), (t, new[] { 0.5, -0.5 })];
        var (rows, total) = (Elements(each, feeds), Elements(sum, feeds));
        for (var k = 0; k < 3; k++) Assert.Equal(total[k], rows[k] + rows[3 + k], 1e-12);
    }

    [Fact]
    public void A_disconnected_jacobian_is_an_error_or_zeros()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var y = graph.Placeholder("y", [1], DType.Float64) * 2;
        var error = Assert.Throws<GraphException>(() => Jacobian(y, x));
        Assert.StartsWith(
            $"jacobian: 'multiply' (built at {y.Node.Origin}) does not depend on 'x' (built at {x.Node.Origin}), so it has no derivatives with respect to it. Leave 'x' out, or ask for zeros with JacobianOptions {{ Disconnected = Disconnected.Zeros }}. Built at JacobianTests.cs:",
            error.Message, StringComparison.Ordinal);
        Assert.StartsWith("jacobian: ", Assert.Throws<GraphException>(() => Jacobian(graph.Placeholder("z", [7], DType.Float64), x)).Message, StringComparison.Ordinal);
        Assert.Equal([0, 0], Elements(Jacobian(y, x, new JacobianOptions { Disconnected = Disconnected.Zeros })));
    }

    [Fact]
    public void A_Hessian_of_what_has_none_is_refused_in_its_own_words()
    {
        var (x, u) = (graph.Placeholder("x", [2]), graph.Placeholder("u", [2]));
        var (line, y) = (x.Node.Origin.ToString(), Square(x));
        Errors.Throws(
            $"hessian: '{y.Name}' (built at {y.Node.Origin}) has shape [2]; only a scalar has a Hessian. Reduce it with Sum or Mean, or take the Jacobian of a Jacobian. Built at {{here}}.",
            () => Hessian(y, x));
        var loss = Sum(y);
        Errors.Throws(
            $"hessian: '{loss.Name}' (built at {loss.Node.Origin}) does not depend on 'u' (built at {line}), so it has no derivatives with respect to it. Leave 'u' out. Built at {{here}}.",
            () => Hessian(loss, u));
    }

    private static double[] Elements(Value value, params (Value, TensorData)[] feeds)
    {
        var slice = GraphSlice.Of([value.Node]);
        var data = AsWritten.Run(value, feeds.Where(f => slice.Contains(f.Item1.Node)));
        return [.. Enumerable.Range(0, data.Count).Select(data.At)];
    }
}

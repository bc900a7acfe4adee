using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

public class GradientTests
{
    private readonly Graph graph = new();

    [Fact]
    public void A_polynomial_has_its_derivatives_to_any_order()
    {
        var x = Scalar("x");
        var y = (x * x) + (x * x * x) + 5;
        var first = Ops.Gradient(y, x);
        var second = Ops.Gradient(first, x);
        var third = Ops.Gradient(second, x);
        Assert.Equal([16, 14, 6], [At(first, (x, 2)), At(second, (x, 2)), At(third, (x, 2))]);
    }

    [Fact]
    public void Contributions_over_several_paths_are_added()
    {
        var x = Scalar("x");
        var a = Sin(x);
        var y = (a * a) + (a * x) + x;
        Assert.Equal((2 * Math.Sin(0.7) * Math.Cos(0.7)) + (Math.Cos(0.7) * 0.7) + Math.Sin(0.7) + 1, At(Ops.Gradient(y, x), (x, 0.7)), 1e-12);
    }

    [Fact]
    public void Repeated_axes_are_summed()
    {
        var x = graph.Placeholder("x", [2, 3], DType.Float64);
        var row = graph.Placeholder("row", [3], DType.Float64);
        var column = graph.Placeholder("column", [2, 1], DType.Float64);
        var scalar = Scalar("scalar");
        var gradients = Gradients(Sum(x * row * column * scalar), row, column, scalar);
        (Value, TensorData)[] feeds =
        [
            (x, TensorData.FromArray(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } })), (row, new[] { 1.0, 2, 3 }),
            (column, TensorData.FromArray(new double[,] { { 1 }, { 2 } })), (scalar, 2.0),
        ];
        Assert.Equal([18, 24, 30], Elements(gradients[0], feeds));
        Assert.Equal([28, 64], Elements(gradients[1], feeds));
        Assert.Equal([78], Elements(gradients[2], feeds));
        Assert.Equal([2, 1], gradients[1].Shape);
    }

    [Fact]
    public void Symbolic_axes_are_summed()
    {
        var x = graph.Placeholder("x", ["batch", 2], DType.Float64);
        var b = graph.Placeholder("b", [2], DType.Float64);
        var gradient = Ops.Gradient(Mean(Square(x + b)), b);
        var data = TensorData.FromArray(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } });
        Assert.Equal([7, 9], Elements(gradient, (x, data), (b, new[] { 3.0, 4 })));
    }

    [Fact]
    public void Derivatives_by_a_value_computed_by_what_is_rewritten_can_be_differentiated_by_it_again()
    {
        var x = Scalar("x");
        var y = Log(1 + Exp(x));
        var loss = y * y * y;
        var first = Ops.Gradient(loss, y);
        var both = Gradients(loss, x, y);
        var softplus = Math.Log(1 + Math.Exp(0.7));
        Assert.Equal(6 * softplus, At(Ops.Gradient(first, y), (x, 0.7)), 1e-12);
        Assert.Equal(6 * softplus, At(Jvp(first, y, graph.Constant(1.0)), (x, 0.7)), 1e-12);
        Assert.Equal(6 * softplus, At(Hessian(loss, y), (x, 0.7)), 1e-12);
        Assert.Equal(6 * softplus, At(Ops.Gradient(both[1], y), (x, 0.7)), 1e-12);
        Assert.Equal(6 * softplus, At(Linearize(first, y).Vjp(graph.Constant(1.0))[0], (x, 0.7)), 1e-12);
        Assert.Equal(3 * softplus * softplus, At(both[0], (x, 800)) / Math.Pow(800 / softplus, 2), 1e-9);
        var slope = 1 / (1 + Math.Exp(-0.7));
        Assert.Equal(6 * softplus * slope, At(Ops.Gradient(first, x), (x, 0.7)), 1e-12);
    }

    [Fact]
    public void A_value_computed_between_has_a_gradient_of_its_own()
    {
        var x = Scalar("x");
        var e = Exp(x);
        var y = Log(e) * x;
        var gradients = Gradients(y, e, x);
        // Through e only: x / e; through both: log(e) + x.
        Assert.Equal(0.5 / Math.Exp(0.5), At(gradients[0], (x, 0.5)), 1e-12);
        Assert.Equal(1, At(gradients[1], (x, 0.5)), 1e-12);
    }

    [Fact]
    public void Two_values_that_compute_the_same_are_two_values()
    {
        var x = Scalar("x");
        var (a, b) = (x * x, x * x);
        var gradients = Gradients(a * b * Log(Exp(x)), a, b);
        Assert.Equal([27, 27], [At(gradients[0], (x, 3)), At(gradients[1], (x, 3))]);
    }

    [Fact]
    public void A_value_that_changes_nothing_is_still_itself()
    {
        var x = Scalar("x");
        var a = x * 1;
        Assert.Equal(3, At(Ops.Gradient(a * x * Log(Exp(x)) / x, a), (x, 3)), 1e-12);
    }

    [Fact]
    public void An_upstream_gradient_stands_for_the_rest_of_the_loss()
    {
        var x = graph.Placeholder("x", [3], DType.Float64);
        var upstream = graph.Placeholder("upstream", [3], DType.Float64);
        var gradient = Ops.Gradient(x * x, x, new GradientOptions { Upstream = upstream });
        Assert.Equal([2, 8, 18], Elements(gradient, (x, new[] { 1.0, 2, 3 }), (upstream, new[] { 1.0, 2, 3 })));
    }

    [Fact]
    public void The_gradient_of_a_value_by_itself_is_one()
    {
        var x = Scalar("x");
        Assert.Equal(1, At(Ops.Gradient(x, x)));
    }

    [Fact]
    public void Gradients_carry_the_line_of_what_they_were_made_from()
    {
        var x = Scalar("x");
        var y = Sin(x);
        var gradient = Ops.Gradient(y * 2, x);
        Assert.Equal(y.Node.Origin.ToString(), gradient.Node.Origin.ToString());
        Assert.StartsWith("gradients/", gradient.Name);
    }

    [Fact]
    public void Steps_and_stopped_values_have_gradient_zero()
    {
        var x = Scalar("x");
        Assert.Equal(0, At(Ops.Gradient(Floor(x), x), (x, 1.5)));
        Assert.Equal(0, At(Ops.Gradient(StopGradient(x * x), x), (x, 1.5)));
        Assert.Equal(2.25, At(Ops.Gradient(StopGradient(x * x) * x, x), (x, 1.5)));
    }

    [Fact]
    public void A_stopped_value_needs_no_derivative_of_what_follows_it()
    {
        var (x, y) = (Scalar("x"), Scalar("y"));
        var gradients = Ops.Gradients(Ops.Zeta(StopGradient(Square(x)) + 1, y), [x, y]);
        Assert.Equal(0, At(gradients[0], (x, 1.0), (y, 2.0)));
        // -2·(ζ(3) - 1)
        Assert.Equal(-0.4041138063191885, At(gradients[1], (x, 1.0), (y, 2.0)), 1e-14);
    }

    [Fact]
    public void A_disconnected_value_is_an_error_or_gets_zeros()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var y = Scalar("y") * 2;
        Refuses("gradients: 'multiply' (built at GradientTests.cs:LINE) does not depend on 'x' (built at GradientTests.cs:LINE), so it has no gradient with respect to it. Leave 'x' out, or ask for zeros with GradientOptions { Disconnected = Disconnected.Zeros }. Built at GradientTests.cs:LINE.", () => Gradients(y, x));
        Assert.Equal([0, 0], Elements(Gradients(y, new GradientOptions { Disconnected = Disconnected.Zeros }, x)[0]));
    }

    [Fact]
    public void A_derivative_that_has_come_out_constant_has_the_derivative_zero()
    {
        var (x, z) = (Scalar("x"), Scalar("z"));
        var s = Sigmoid(x);
        foreach (var y in new[] { Log(s / (1 - s)), Log(Exp(x)), 3 * x, x })
        {
            var slope = Ops.Gradient(y, x);
            Assert.Equal(0, At(Ops.Gradient(slope, x), (x, 2.0)));
            Assert.Equal(0, At(Ops.Gradient(Ops.Gradient(slope, x), x), (x, 2.0)));
            Assert.Equal(0, At(Ops.Jvp(slope, x, OnesLike(x)), (x, 2.0)));
            Assert.Throws<GraphException>(() => Ops.Gradient(slope, z));
        }
        Assert.Equal(0, At(Ops.Gradient(Ops.Jvp(3 * x, x, OnesLike(x)), x), (x, 2.0)));
    }

    [Fact]
    public void A_dependence_through_integers_is_no_gradient()
    {
        var x = Scalar("x");
        var y = Cast(Cast(x, DType.Int32), DType.Float64);
        var error = Assert.Throws<GraphException>(() => Gradients(y, x));
        Assert.Contains("depends only through integers or bools on 'x'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_differentiated_is_refused()
    {
        var v = graph.Placeholder("v", [2, 3]);
        var n = graph.Placeholder("n", [], DType.Int32);
        var s = graph.Placeholder("s", []);
        Refuses("gradients: 'v' has shape [2, 3], and only a scalar has a gradient without more said. Reduce it with Sum or Mean, or give an upstream gradient of its shape in GradientOptions. 'v' was built at GradientTests.cs:LINE. Built at GradientTests.cs:LINE.", () => Gradients(v, v));
        Refuses("gradients: the value to differentiate, 'n', is int32; gradients flow only through float32 and float64. Cast it where it is built, at GradientTests.cs:LINE. Built at GradientTests.cs:LINE.", () => Gradients(n, s));
        Refuses("gradients: the value to differentiate by, 'n', is int32; gradients flow only through float32 and float64. Cast it where it is built, at GradientTests.cs:LINE. Built at GradientTests.cs:LINE.", () => Gradients(s, n));
        Refuses("gradients: the upstream gradient 's' is float32[], but 'v' is float32[2, 3]; they must be of one type and shape. Cast or broadcast the upstream gradient. 'v' was built at GradientTests.cs:LINE. Built at GradientTests.cs:LINE.", () => Gradients(v, new GradientOptions { Upstream = s }, v));
        Refuses("Gradients: the value to differentiate by 'other' belongs to another graph (built at GradientTests.cs:LINE); use a value of this graph.", () => Gradients(s, new Graph().Placeholder("other", [])));
    }

    [Fact]
    public void A_deep_graph_is_differentiated_without_recursion()
    {
        var x = Scalar("x");
        var y = x;
        for (var i = 0; i < 20_000; i++) y = Sin(y);
        Assert.True(At(Ops.Gradient(y, x), (x, 0.5)) > 0);
    }

    private Value Scalar(string name) => graph.Placeholder(name, [], DType.Float64);

    private static void Refuses(string message, Func<object> action) => Assert.Equal(message, Numberless(action).Message);

    private static GraphException Numberless(Func<object> action)
    {
        var error = Assert.Throws<GraphException>(() => { _ = action(); });
        return new GraphException(System.Text.RegularExpressions.Regex.Replace(error.Message, "GradientTests.cs:[0-9]+", "GradientTests.cs:LINE"));
    }

    private static double At(Value value, params (Value, double)[] feeds) =>
        Elements(value, [.. feeds.Select(f => (f.Item1, (TensorData)f.Item2))])[0];

    private static double[] Elements(Value value, params (Value, TensorData)[] feeds)
    {
        var slice = GraphSlice.Of([value.Node]);
        var data = AsWritten.Run(value, feeds.Where(f => slice.Contains(f.Item1.Node)));
        return [.. Enumerable.Range(0, data.Count).Select(data.At)];
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

public sealed class GradientCheckTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Right_gradients_pass()
    {
        var x = graph.Placeholder("x", ["batch", 3]);
        var w = graph.Variable("w", [0.5f, -1f, 2f]);
        var loss = Mean(Square(Tanh(MatMul(x, w)))) + Sum(Softmax(w, 0) * 3f);
        Assert.InRange(GradientCheck.Verify(loss, [w, x], (x, new float[,] { { 1, 2, 3 }, { -1, 0.5f, 0.25f } })), 0, 1e-8);
    }

    [Fact]
    public void Variables_are_as_the_session_has_them()
    {
        var w = graph.Variable("w", 0f);
        using var session = new Session(graph);
        session.Write(w, 3f);
        // Right at 3, wrong at 0.
        var own = CustomGradient(v => v[0] * v[0], c => [c.Adjoint * Maximum(c.Inputs[0], 1f) * 2], w);
        GradientCheck.Verify(session, own, [w], new GradientCheckOptions());
        Assert.Throws<GraphException>(() => GradientCheck.Verify(own, [w]));
        Assert.Equal(3f, session.Read(w).Item<float>());
    }

    [Fact]
    public void The_worst_element_of_a_wrong_gradient_is_named()
    {
        var x = graph.Placeholder("x", [2, 2]);
        var y = CustomGradient(v => Square(v[0]), c => [c.Adjoint * (2 * c.Inputs[0] + graph.Constant([[0f, 0.1f], [0f, 5f]]))], x);
        var loss = Sum(y);
        var error = Assert.Throws<GraphException>(() => GradientCheck.Verify(loss, [x], (x, new float[,] { { 1, 2 }, { 3, 4 } })));
        Assert.Equal(
            $"gradient check: the gradient of '{loss.Name}' (built at {loss.Node.Origin}) with respect to 'x' (built at {x.Node.Origin}) is 13 at element [1, 1], where 'x' is 4; central differences give 8. "
            + "It is the worst of 2 wrong elements among 4. Correct the gradient function; if the value has a kink there, check at another point.",
            System.Text.RegularExpressions.Regex.Replace(error.Message, @"give 8\.0000\d*|give 7\.9999\d*", "give 8"));
    }

    [Fact]
    public void A_value_of_any_shape_is_checked_by_any_value()
    {
        var x = graph.Placeholder("x", [3]);
        var between = Exp(x) + 1;
        var y = Stack([between * between, Sin(between)]);
        GradientCheck.Verify(y, [between], (x, new float[] { 0, 0.5f, -1 }));
        var wrong = CustomGradient(v => v[0] * 2, c => [c.Adjoint], between);
        Assert.Contains($"with respect to '{between.Name}'", Assert.Throws<GraphException>(() => GradientCheck.Verify(wrong, [between], (x, new float[] { 0, 0.5f, -1 }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_numbers_stay_while_elements_are_moved()
    {
        var x = graph.Placeholder("x", [20]);
        GradientCheck.Verify(Sum(Square(Dropout(x, 0.5, seed: 3))), [x], (x, Enumerable.Range(0, 20).Select(i => 1f + i).ToArray()));
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_is_wrong()
    {
        var x = graph.Placeholder("x", []);
        var y = CustomGradient(v => v[0] * 2, c => [c.Adjoint * float.NaN], x);
        Assert.Contains("is NaN at element []", Assert.Throws<GraphException>(() => GradientCheck.Verify(y, [x], (x, 1f))).Message, StringComparison.Ordinal);
    }
}

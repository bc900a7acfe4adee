namespace GraphGrad.Tests.Models;

public sealed class GradientClippingTests
{
    private readonly Graph graph = new();

    [Fact]
    public void A_long_gradient_keeps_its_direction()
    {
        var (a, b) = (graph.Constant([3f, 0f]), graph.Constant([[0.0, 4.0]]));
        var clipped = GradientClipping.ByGlobalNorm([a, b], 1, epsilon: 0);
        using var session = new Session(graph);
        Assert.Equal(5, session.Run(GradientClipping.GlobalNorm([a, b])).Item<double>(), 1e-12);
        var results = session.Run(clipped);
        Assert.Equal([0.6f, 0f], results[0].AsSpan<float>());
        Assert.Equal(0.8, results[1].At(1), 1e-12);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void A_short_gradient_stays_as_it_is(double limit)
    {
        using var session = new Session(graph);
        Assert.Equal([3f, 4f], session.Run(GradientClipping.ByGlobalNorm([graph.Constant([3f, 4f])], limit, epsilon: 0)[0]).AsSpan<float>());
    }

    [Fact]
    public void The_order_of_the_norm_may_be_chosen()
    {
        Value[] gradients = [graph.Constant([3.0, -4.0]), graph.Constant(5.0)];
        using var session = new Session(graph);
        Assert.Equal(5, session.Run(GradientClipping.GlobalNorm(gradients, double.PositiveInfinity)).Item<double>());
        Assert.Equal(12, session.Run(GradientClipping.GlobalNorm(gradients, 1)).Item<double>());
        Assert.Equal(-4 / 12.000001, session.Run(GradientClipping.ByGlobalNorm(gradients, 1, order: 1)[0]).At(1), 1e-15);
    }

    [Fact]
    public void Gradients_at_the_limits_are_what_is_documented()
    {
        using var session = new Session(graph);
        Assert.Equal([0f, 0f], session.Run(GradientClipping.ByGlobalNorm([graph.Constant([1e30f, 1f])], 1)[0]).AsSpan<float>());
        Assert.Equal([0f, 0f], session.Run(GradientClipping.ByGlobalNorm([graph.Constant([0f, 0f])], 1)[0]).AsSpan<float>());
        Assert.Equal([float.NaN, float.NaN], session.Run(GradientClipping.ByGlobalNorm([graph.Constant([float.NaN, 1f])], 1)[0]).AsSpan<float>());
        Assert.Equal([-1f, float.NaN, 0.5f, 1f], session.Run(GradientClipping.ByValue([graph.Constant([float.NegativeInfinity, float.NaN, 0.5f, 2f])], 1)[0]).AsSpan<float>());
    }

    [Fact]
    public void A_clipped_step_is_no_longer_than_the_limit()
    {
        var w = graph.Variable("w", [100f, -100f]);
        var step = new GradientDescent(1).Apply(GradientClipping.ByGlobalNorm(Ops.Gradients(Ops.Sum(Ops.Square(w)), w), 0.5), [w]);
        using var session = new Session(graph);
        session.Run(step);
        Assert.Equal(100 - (0.5 / Math.Sqrt(2)), session.Read(w).At(0), 1e-4);
    }

    [Fact]
    public void Senseless_limits_are_refused()
    {
        var g = graph.Constant([1f]);
        Errors.Throws("GradientClipping.ByGlobalNorm: the limit of the global norm is 0; it must be positive. Built at {here}.", () => GradientClipping.ByGlobalNorm([g], 0));
        Errors.Throws("GradientClipping.ByGlobalNorm: epsilon is -1; it must not be negative. Built at {here}.", () => GradientClipping.ByGlobalNorm([g], 1, epsilon: -1));
        Errors.Throws("GradientClipping.ByValue: the limit of the value is NaN; it must be positive. Built at {here}.", () => GradientClipping.ByValue([g], double.NaN));
        Errors.Throws("GradientClipping.ByGlobalNorm: there is no gradient; give at least one. Built at {here}.", () => GradientClipping.ByGlobalNorm([], 1));
        Errors.Throws("GradientClipping.GlobalNorm: there is no gradient; give at least one. Built at {here}.", () => GradientClipping.GlobalNorm([]));
    }
}

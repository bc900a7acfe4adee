using static GraphGrad.Ops;

namespace GraphGrad.Tests;

public sealed class ControlTests
{
    private readonly Graph graph = new();

    [Theory]
    [InlineData(0f, 1f, 0f)]
    [InlineData(4f, 2f, 0.25f)]
    public void A_branch_not_taken_has_a_gradient_of_zero(float at, float expected, float slope)
    {
        // d/dx of sqrt(x) is infinite at 0, where the other branch is taken.
        var x = graph.Placeholder("x", []);
        var y = Cond(Greater(x, Scalar(x, 0)), () => Sqrt(x), () => OnesLike(x));
        Assert.Equal(expected, AsWritten.Run(y, (x, at)).Item<float>());
        Assert.Equal(slope, AsWritten.Run(Gradient(y, x), (x, at)).Item<float>());
    }

    [Fact]
    public void A_stopped_gradient_counts_as_constant()
    {
        var x = graph.Placeholder("x", []);
        Assert.Equal(3f, AsWritten.Run(Gradient(x * StopGradient(x), x), (x, 3f)).Item<float>());
    }

    [Fact]
    public void A_custom_gradient_replaces_the_function_s_own()
    {
        var (x, y) = (graph.Placeholder("x", []), graph.Placeholder("y", []));
        var z = CustomGradient(v => v[0] * v[1], c => [c.Adjoint * 100, null], x, y);
        var options = new GradientOptions { Disconnected = Disconnected.Zeros };
        var gradients = Gradients(z * 2, options, x, y);
        Assert.Equal(12f, AsWritten.Run(z, (x, 3f), (y, 4f)).Item<float>());
        Assert.Equal(200f, AsWritten.Run(gradients[0], (x, 3f), (y, 4f)).Item<float>());
        Assert.Equal(0f, AsWritten.Run(gradients[1], (x, 3f), (y, 4f)).Item<float>());
    }

    [Fact]
    public void What_a_selection_did_not_take_passes_a_custom_gradient_as_zero()
    {
        var x = graph.Placeholder("x", [3]);
        var own = CustomGradient(v => Sin(v[0]), c => [c.Adjoint / c.Inputs[0] * 2], Log(x));
        var ofAll = CustomGradient(v => Sin(v[0]), c => [Sum(c.Adjoint) * c.Inputs[0]], x);
        var gradients = new[] { own, ofAll }.Select(y => Gradient(Sum(Where(x > 1, y, 0)), x));
        var (elementwise, mixing) = (AsWritten.Run(gradients.First(), (x, new float[] { 0, 1, 2 })), AsWritten.Run(gradients.Last(), (x, new float[] { 0, 1, 2 })));
        Assert.Equal([0, 0], elementwise.AsSpan<float>()[..2]);
        Assert.Equal(1 / Math.Log(2), elementwise.At(2), 1e-6);
        Assert.Equal([0, 1, 2], mixing.AsSpan<float>());
    }

    [Fact]
    public void Refusals_of_cond()
    {
        var x = graph.Placeholder("x", [2]);
        var flags = graph.Placeholder("flags", [2], DType.Bool);
        var flag = graph.Placeholder("flag", [], DType.Bool);
        Errors.Throws(
            "cond: the condition 'flags' bool[2] is not a scalar bool; reduce it with Any or All, or select elementwise with Where. Built at {here}.",
            () => Cond(flags, x, x));
        Errors.Throws(
            "cond: the branches 'x' float32[2] and 'y' float32[3] must be of one type and shape; cast, broadcast or reshape one of them. Built at {here}.",
            () => Cond(flag, x, graph.Placeholder("y", [3])));
    }

    [Fact]
    public void Refusals_of_custom_gradients()
    {
        var x = graph.Placeholder("x", [2]);
        Errors.Throws(
            "custom_gradient 'custom_gradient': the gradient function returned 0 values for 1 inputs; return one for each, null where there is none. "
            + "Built at {here}.",
            () => Gradient(Sum(CustomGradient(v => v[0], _ => [], x)), x));
        Errors.Throws(
            "custom_gradient 'custom_gradient_1': the gradient function returned 'gradients/sum' float32[] for input 0 'x' float32[2]; a gradient has the "
            + "type and shape of its input. Reduce, broadcast or cast it. Built at {here}.",
            () => Gradient(Sum(CustomGradient(v => v[0], c => [Sum(c.Adjoint)], x)), x));
        Errors.Throws(
            "custom_gradient 'custom_gradient_2': forward differentiation needs a tangent function, and none was given; pass one to CustomGradient. "
            + "Built at {here}.",
            () => Jvp(CustomGradient(v => v[0], c => [c.Adjoint], x), (x, OnesLike(x))));
        Errors.Throws(
            "custom_gradient 'custom_gradient_3': the tangent function returned 'tangents/sum' float32[] for the result float32[2]; a tangent has the type and "
            + "shape of the result. Reduce, broadcast or cast it. Built at {here}.",
            () => Jvp(CustomGradient(v => v[0], c => [c.Adjoint], c => Sum(c.Tangents[0]), x), (x, OnesLike(x))));
        Errors.Throws("custom_gradient: give at least one input. Built at {here}.", () => CustomGradient(v => x, c => []));
    }
}

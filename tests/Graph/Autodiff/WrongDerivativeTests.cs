using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

/// <summary>Wrong uses of derivatives, loops and functions of the user's own say what, why and where, while the graph is built, and leave the graph usable.</summary>
public sealed class WrongDerivativeTests
{
    private const string At = " Built at WrongDerivativeTests.cs:";

    public static TheoryData<string, string> Cases => new()
    {
        { "no direction", "jvp: no direction is given; give at least one value with its tangent." + At },
        { "no value", "gradients: no value to differentiate by is given; give at least one, such as the variables of the loss." + At },
        { "no vector", "hessian_vector_product: no value to differentiate by is given; give at least one, with its vector." + At },
        { "no weights", "per_example_gradients: no value to differentiate by is given; give at least one, such as the weights." + At },
        { "no example", "depends on no example, so that its gradients would all be the same. Make it of what the function is called with." + At },
        { "nothing to check", "gradient check: no value to differentiate by is given, so there is nothing to check; give at least one. Called at WrongDerivativeTests.cs:" },
        { "linearize apart", " does not depend on 'z' (built at WrongDerivativeTests.cs:" },
        { "linearize one input apart", "linearize: none of 'multiply' (built at WrongDerivativeTests.cs:" },
        { "linearize one value apart", "linearize: 'multiply_1' (built at WrongDerivativeTests.cs:" },
        { "cond branch null", "Cond: what the second function returned is null; give a value of this graph." + At },
        { "cond assigns", "cond: 'w/assign' assigns a variable inside the function, and no run would carry it out; return the value of either branch, and assign what comes out." + At },
        { "custom assigns", "assigns a variable inside the function, and no run would carry it out; return what the variable shall be, and assign it outside." + At },
        { "custom gradient assigns", "assigns a variable inside the function, and no run would carry it out; return what the variable shall be, and assign it outside." + At },
        { "custom gradient null", "custom_gradient: the gradient function returned null; return the gradient of the input, float32[2], such as ZerosLike(c.Inputs[0]) where it is zero." + At },
        { "custom gradients null", "custom_gradient 'custom_gradient': the gradient function returned null; return 1 gradients, one for each input." + At },
        { "custom tangent null", "custom_gradient 'custom_gradient': the tangent function returned null; return the tangent of the result, float32[2]." + At },
        { "checkpoint to null", "Checkpoint: the result of a checkpoint's function is null; give a value of this graph." + At },
        { "fixed point null", "FixedPoint: what the function of a fixed point returned is null; give a value of this graph." + At },
        { "placeholder unnamed", "placeholder: the name is empty; give one by which messages can call it." + At },
        { "variable unnamed", "variable: the name is empty; give one by which messages can call it." + At },
        { "scope unnamed", "scope: the name is empty; give one by which messages can call it." + At },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Wrong_uses_are_refused(string name, string message)
    {
        var graph = new Graph();
        var (x, z) = (graph.Placeholder("x", [2]), graph.Placeholder("z", [3]));
        var (y, w) = (x * x, graph.Variable("w", [1f, 2f]));
        Func<object?> wrong = name switch
        {
            "no direction" => () => Jvp(y),
            "no value" => () => Gradients(Sum(y)),
            "no vector" => () => HessianVectorProduct(Sum(y), [], []),
            "no weights" => () => PerExampleGradients(v => Square(v[0]), [x]),
            "no example" => () => PerExampleGradients(v => Sum(x * w), [x], w),
            "nothing to check" => () => GradientCheck.Verify(Sum(y), [], (x, new[] { 1f, 2 })),
            "linearize apart" => () => Linearize(y, z),
            "linearize one input apart" => () => Linearize([y], x, z),
            "linearize one value apart" => () => Linearize([z * 2, y], x),
            "cond branch null" => () => Cond(Sum(x) > 0, () => x, () => null!),
            "cond assigns" => () => Cond(Sum(x) > 0, () => Assign(w, x) is null ? x : y, () => x),
            "custom assigns" => () => CustomGradient(v => Assign(w, v) is null ? x : v * v, c => c.Adjoint, x),
            "custom gradient assigns" => () => Gradient(Sum(CustomGradient(v => v * v, c => Assign(w, c.Adjoint) is null ? x : c.Adjoint, x)), x),
            "custom gradient null" => () => Gradient(Sum(CustomGradient(v => v * v, c => null!, x)), x),
            "custom gradients null" => () => Gradient(Sum(CustomGradient(v => v[0] * v[0], c => (Value?[])null!, [x])), x),
            "custom tangent null" => () => Jvp(CustomGradient(v => v * v, c => c.Adjoint, c => null!, x), x, x),
            "checkpoint to null" => () => Checkpoint(v => (Value)null!, [x]),
            "fixed point null" => () => FixedPoint(v => null!, x),
            "placeholder unnamed" => () => graph.Placeholder(" ", [2]),
            "variable unnamed" => () => graph.Variable(string.Empty, 1f),
            _ => () => graph.Scope(string.Empty),
        };
        Assert.Contains(message, Assert.Throws<GraphException>(wrong).Message, StringComparison.Ordinal);
        using var session = new Session(graph);
        Assert.Equal([2f, 6f], session.Run(Gradient(Sum(y), x), (x, new[] { 1f, 3f })).AsSpan<float>().ToArray());
    }

    [Fact]
    public void Linearized_values_that_do_not_move_are_zero_on_request()
    {
        var graph = new Graph();
        var (x, z) = (graph.Placeholder("x", [2]), graph.Placeholder("z", [3]));
        var map = Linearize([x * x], [x, z], Disconnected.Zeros);
        using var session = new Session(graph);
        Assert.Equal([0f, 0f, 0f], session.Run(map.Vjp(OnesLike(x))[1], (x, new[] { 1f, 3f })).AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_requirement_is_told_as_a_sentence()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        using var session = new Session(graph);
        Errors.Throws("require 'require': x must be above 0. Built at {here}.", () => session.Run(Require(x, x > 0, "x must be above 0"), (x, -1f)));
    }

    [Fact]
    public void What_is_computed_is_not_fed()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        var y = x * x;
        using var session = new Session(graph);
        Assert.Contains(
            "'multiply' is computed (by multiply), and only placeholders are fed; make it a placeholder, or fetch it. Built at WrongDerivativeTests.cs:",
            Assert.Throws<GraphException>(() => session.Run(y + 1, (y, 1f))).Message,
            StringComparison.Ordinal);
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>What a function that is given returns, or options say, is checked while the graph is built.</summary>
public sealed class WrongUseTests
{
    private readonly Graph graph = new();

    public static TheoryData<string, string> Cases => new()
    {
        { "scan of negative length", "scan: the length is -3; it must be at least 0. Built at WrongUseTests.cs:" },
        { "negative count", "repeat: the count -1 for 'x' float32[2] is negative. Built at WrongUseTests.cs:" },
        { "tolerance", "FixedPoint: ImplicitOptions.Tolerance is -1; it must be a number above 0. Built at WrongUseTests.cs:" },
        { "iterations", "root: ImplicitOptions.MaximumIterations is 0; it must be at least 1. Built at WrongUseTests.cs:" },
        { "map", "ConjugateGradients: the map returned 'conjugate_gradients/while/slice' float32[1] for float32[2]; it must keep type and shape, as a symmetric matrix does. Cast, reshape or broadcast what it returns. Built at WrongUseTests.cs:" },
        { "null result", "CustomGradient: the result of a custom gradient's function is null; give a value of this graph. Built at WrongUseTests.cs:" },
        { "null output", " is null; give a value of this graph. Built at WrongUseTests.cs:" },
        { "null carries", "scan: the function returned null for the carries; return an array with one for each. Built at WrongUseTests.cs:" },
        { "null outputs", "scan: the function returned null for the outputs; return an empty array where there are none. Built at WrongUseTests.cs:" },
        { "null data", "placeholder 'x' is fed null; feed data. Built at WrongUseTests.cs:" },
        { "null placeholder", "Run: the fed value is null; give a value of this graph. Built at WrongUseTests.cs:" },
        { "null example", "Vectorize: the result of the vectorized function is null; give a value of this graph. Built at WrongUseTests.cs:" },
        { "foreign gradient", "Gradient: what the gradient function of 'custom_gradient' returned, 'elsewhere' belongs to another graph (built at WrongUseTests.cs:" },
        { "class numbers as floats", "Losses.CategoricalCrossEntropyFromLogits: the prediction 'x' has shape [2], the target 'labels' []; they must be equal. Reshape one of them, or cast the target to int32 if it holds class numbers." },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Wrong_uses_are_refused(string name, string message)
    {
        var x = graph.Placeholder("x", [2]);
        Func<object> wrong = name switch
        {
            "scan of negative length" => () => Scan(h => (h, h), x, length: -3),
            "negative count" => () => Repeat(x, -1, 0),
            "tolerance" => () => FixedPoint(v => v / 2, x, new ImplicitOptions { Tolerance = -1 }),
            "iterations" => () => Root(v => v / 2, x, new ImplicitOptions { MaximumIterations = 0 }),
            "map" => () => ConjugateGradients(v => v[..1], x),
            "null result" => () => CustomGradient(v => null!, c => c.Adjoint, x),
            "null output" => () => Scan((h, v) => (h, null!), graph.Constant(0f), x),
            "null carries" => () => Scan((c, v) => (null!, c), [Sum(x)], [x]),
            "null outputs" => () => Scan((c, v) => (c, null!), [Sum(x)], [x]),
            "null data" => () => GradientCheck.Verify(Sum(x * x), [x], (x, (TensorData)null!)),
            "null placeholder" => () => new Session(graph).Run(x * x, (null!, new[] { 1f, 2f })),
            "null example" => () => Vectorize(v => (Value)null!, x),
            "foreign gradient" => () => Gradient(Sum(CustomGradient(v => v * 2, c => new Graph().Placeholder("elsewhere", [2]), x)), x),
            _ => () => Losses.CategoricalCrossEntropyFromLogits(x, graph.Placeholder("labels", [])),
        };
        Assert.Contains(message, Assert.Throws<GraphException>(wrong).Message, StringComparison.Ordinal);
    }
}

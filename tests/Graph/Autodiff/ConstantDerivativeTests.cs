using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

/// <summary>Constants can be differentiated by as anything else, also after a derivative by something else that has been stabilized.</summary>
public sealed class ConstantDerivativeTests
{
    private static readonly Dictionary<string, Func<Value, Value, Value>> Functions = new()
    {
        ["log sigmoid beside a function of the constant"] = (x, c) => (Log(Sigmoid(x)) * Tanh(c)) + Sin(c * x),
        ["1 / exp"] = (x, c) => Exp(c) / Exp(x * c),
        ["log of a product of constants"] = (x, c) => Log(Exp(x) * (c * c)) * Sin(c),
        ["a sum"] = (x, c) => Log(Sigmoid(x)) * (x + c + 3 + Exp(c)),
        ["a quotient"] = (x, c) => Log(Sigmoid(x / c)) / (c + 1),
        ["a root of a square"] = (x, c) => Log(Sigmoid(x)) * Sqrt(Square(c)),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Fact]
    public void A_deep_function_of_a_constant_comes_back_without_recursion()
    {
        var graph = new Graph();
        var (x, c) = (graph.Placeholder("x", [], DType.Float64), graph.Constant(1.0));
        var deep = c;
        for (var i = 0; i < 20_000; i++) deep = Sin(deep);
        var slope = Gradient(Log(Sigmoid(x)) * deep, x);
        Assert.NotEmpty(graph.StabilityReport);
        using var session = new Session(graph);
        Assert.True(session.Run(Gradient(slope, c), (x, 0.4)).Item<double>() > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_derivative_of_a_derivative_is_that_by_a_placeholder(string name)
    {
        var graph = new Graph();
        var (x, p) = (graph.Placeholder("x", [], DType.Float64), graph.Placeholder("p", [], DType.Float64));
        var c = graph.Constant(0.7);
        using var session = new Session(graph);
        Assert.Equal(Mixed(p), Mixed(c), 1e-10);
        Assert.NotEmpty(graph.StabilityReport);

        double Mixed(Value by)
        {
            var slope = Gradient(Functions[name](x, by), x);
            (Value, TensorData)[] feeds = by == c ? [(x, 0.4)] : [(x, 0.4), (p, 0.7)];
            var mixed = Gradient(slope, by);
            Assert.Equal(session.Run(mixed, feeds).Item<double>(), session.Run(Jvp(slope, by, graph.Constant(1.0)), feeds).Item<double>(), 1e-10);
            return session.Run(mixed, feeds).Item<double>();
        }
    }
}

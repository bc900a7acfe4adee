using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

/// <summary>What a selection does not take contributes exactly zero, however singular its derivatives are.</summary>
public class MaskTests
{
    private readonly Graph graph = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    // Each at x = [-1, 0, 4]: the function, and its gradient.
    private static readonly Dictionary<string, (Func<Value, Value> Build, double[] Gradient)> Cases = new()
    {
        ["log"] = (x => Where(x > 0, Log(x), 0), [0, 0, 0.25]),
        ["sqrt"] = (x => Where(x > 0, Sqrt(x), 0), [0, 0, 0.25]),
        ["reciprocal"] = (x => Where(Equal(x, 0), 1, 1 / x), [-1, 0, -1.0 / 16]),
        ["chain"] = (x => Where(x > 0, Sqrt(Log(x + 1) + x), x), [1, 1, 1.2 / (2 * Math.Sqrt(Math.Log(5) + 4))]),
        ["nested"] = (x => Where(x > -2, Where(x > 0, Log(x), x * x), Sqrt(x)), [-2, 0, 0.25]),
        ["nested in the branch"] = (x => Where(x > 0, Sqrt(Where(x > 2, x, -x)), 0), [0, 0, 0.25]),
        ["two paths"] = (x => Where(x > 0, Log(x) * Sqrt(x), 0), [0, 0, (Math.Log(4) / 4) + 0.5]),
        ["a path taken besides"] = (x => SumOf(Exp(x), y => 3 * y, y => Where(x > 0, y, 0)), [3 / Math.E, 3, 4 * Math.Exp(4)]),
        ["a path taken before"] = (x => SumOf(Exp(x), y => Where(x > 0, y, 0), y => 3 * y), [3 / Math.E, 3, 4 * Math.Exp(4)]),
        ["safe norm"] = (x => Where(x * x > 0, Sqrt(x * x), 0), [-1, 0, 1]),
        ["selected outside and inside"] = (x => Where(x > 0, Pow(Where(x > 0, x, 1), 0.5), 0), [0, 0, 0.25]),
        ["reshaped"] = (x => Where(x > 0, Reshape(Log(Reshape(x, 3, 1)), 3), 0), [0, 0, 0.25]),
        ["indexed"] = (x => Where(x > 0, Log(x)[..], 0), [0, 0, 0.25]),
        ["atan2"] = (x => Where(x > 0, Atan2(x, x - x), 0), [0, 0, 0]),
        ["division of branches"] = (x => Where(x > 0, x / Sqrt(x), 0), [0, 0, 0.25]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Untaken_branches_contribute_zero(string name)
    {
        foreach (var stabilize in new[] { true, false })
        {
            var x = graph.Placeholder("x", [3], DType.Float64);
            var gradient = Gradients(Sum(Cases[name].Build(x)), new GradientOptions { Stabilize = stabilize }, x)[0];
            var data = AsWritten.Run(gradient, (x, new[] { -1.0, 0, 4 }));
            for (var i = 0; i < 3; i++) Assert.Equal(Cases[name].Gradient[i], data.At(i), 1e-12);
        }
    }

    [Fact]
    public void A_scalar_that_no_element_takes_gets_zero()
    {
        var s = graph.Placeholder("s", [], DType.Float64);
        var x = graph.Placeholder("x", [3], DType.Float64);
        var gradient = Ops.Gradient(Sum(Where(x > 10, x * Log(s), x)), s);
        Assert.Equal(0, AsWritten.Run(gradient, (s, 0.0), (x, new[] { 1.0, 2, 3 })).At(0));
    }

    [Fact]
    public void A_condition_for_all_elements_covers_a_reduction()
    {
        var x = graph.Placeholder("x", [3], DType.Float64);
        var square = Sum(x * x);
        var gradient = Ops.Gradient(Where(square > 0, Sqrt(square), 0), x);
        Assert.Equal([0, 0, 0], AsWritten.Run(gradient, (x, new double[3])).AsSpan<double>());
        Assert.Equal([1, 0, 0], AsWritten.Run(gradient, (x, new[] { 4.0, 0, 0 })).AsSpan<double>());
    }

    [Fact]
    public void Second_derivatives_are_zero_too()
    {
        var x = graph.Placeholder("x", [3], DType.Float64);
        var first = Ops.Gradient(Sum(Where(x > 0, Log(x), 0)), x);
        var second = Ops.Gradient(Sum(first), x);
        Assert.Equal([0, 0, -0.0625], AsWritten.Run(second, (x, new[] { -1.0, 0, 4 })).AsSpan<double>());
    }

    [Fact]
    public void Cond_takes_one_branch()
    {
        var x = graph.Placeholder("x", [], DType.Float64);
        var gradient = Ops.Gradient(Cond(x > 0, () => Log(x), () => x * 2), x);
        Assert.Equal(0.25, AsWritten.Run(gradient, (x, 4.0)).At(0));
        Assert.Equal(2, AsWritten.Run(gradient, (x, 0.0)).At(0));
    }

    // The second is built last, so its contribution arrives first.
    private static Value SumOf(Value y, Func<Value, Value> first, Func<Value, Value> second) => first(y) + second(y);
}

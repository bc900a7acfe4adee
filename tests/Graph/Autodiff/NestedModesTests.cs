using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

/// <summary>Derivatives of derivatives in all orders of modes, of functions that stability rules rewrite, some into constants.</summary>
public sealed class NestedModesTests
{
    private static readonly double[] Points = [-1.7, 0.3, 2.1];

    private static readonly Dictionary<string, Func<Func<Value, Value>, Func<Value, Value>>> Modes = new()
    {
        ["gradient"] = f => x => Ops.Gradient(Sum(f(x)), x),
        ["jvp"] = f => x => Jvp(f(x), x, OnesLike(x)),
        ["vjp"] = f => x => f(x) is var y ? Vjp(y, x, OnesLike(y)) : x,
        ["linearization, forward"] = f => x => Linearize(f(x), x).Jvp(OnesLike(x))[0],
        ["linearization, transposed"] = f => x => f(x) is var y ? Linearize(y, x).Vjp(OnesLike(y))[0] : x,
        ["jacobian"] = f => x => Sum(Ops.Jacobian(f(x), x), [.. Enumerable.Range(0, x.Rank)]),
        ["jacobian, forward"] = f => x => Sum(Ops.Jacobian(f(x), x, new JacobianOptions { Mode = DifferentiationMode.Forward }), [.. Enumerable.Range(0, x.Rank)]),
        ["examples"] = f => x => x.Rank == 0 ? Ops.Gradient(f(x), x) : Vectorize(v => Ops.Gradient(Sum(f(v)), v), x),
        ["examples, forward"] = f => x => x.Rank == 0 ? Jvp(f(x), x, OnesLike(x)) : Vectorize(v => Jvp(f(v), v, OnesLike(v)), x),
    };

    // With the derivatives of first to third order.
    private static readonly Dictionary<string, (Func<Value, Value> Build, Func<double, double>[] Derivatives)> Functions = new()
    {
        ["log(exp(x))"] = (x => Log(Exp(x)), [_ => 1, _ => 0, _ => 0]),
        ["log(s / (1 - s))"] = (x => Sigmoid(x) is var s ? Log(s / (1 - s)) : x, [_ => 1, _ => 0, _ => 0]),
        ["x"] = (x => x, [_ => 1, _ => 0, _ => 0]),
        ["log(1 + exp(x))"] = (x => Log(1 + Exp(x)), [S, x => S(x) * S(-x), x => S(x) * S(-x) * (S(-x) - S(x))]),
        ["1 / exp(x)"] = (x => 1 / Exp(x), [x => -Math.Exp(-x), x => Math.Exp(-x), x => -Math.Exp(-x)]),
        ["log(exp(x)) * sqrt(exp(x))"] = (x => Log(Exp(x)) * Sqrt(Exp(x)), [x => (1 + (x / 2)) * Math.Exp(x / 2), x => (1 + (x / 4)) * Math.Exp(x / 2), x => (6 + x) / 8 * Math.Exp(x / 2)]),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_in_any_order(string name)
    {
        foreach (var outer in Modes.Keys)
        {
            foreach (var inner in Modes.Keys) Check(name, [inner, outer]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Three_in_some_order(string name)
    {
        const int Seed = 20251128;
        var (random, modes) = (new Random(Seed), Modes.Keys.ToArray());
        for (var round = 0; round < 40; round++) Check(name, [.. Enumerable.Range(0, 3).Select(_ => modes[random.Next(modes.Length)])], $"seed {Seed}, round {round}");
    }

    [Fact]
    public void What_was_given_is_no_function_of_what_it_was_given_for()
    {
        var graph = new Graph();
        var (x, t) = (graph.Placeholder("x", [3]), graph.Placeholder("t", [3]));
        var tangent = Jvp(Log(Exp(x)), x, t);
        Assert.Throws<GraphException>(() => Ops.Gradient(Sum(t), x));
        using var session = new Session(graph);
        Assert.Equal([0, 0, 0], session.Run(Ops.Gradient(Sum(tangent), x), (x, new float[] { 1, 2, 3 }), (t, new float[] { 4, 5, 6 })).AsSpan<float>().ToArray());
        Assert.Equal([1, 1, 1], session.Run(Ops.Gradient(Sum(tangent), t), (x, new float[] { 1, 2, 3 }), (t, new float[] { 4, 5, 6 })).AsSpan<float>().ToArray());
    }

    private static void Check(string name, string[] modes, string how = "")
    {
        var (build, derivatives) = Functions[name];
        foreach (var shape in new Shape[] { [Points.Length], ["n"], [] })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", shape, DType.Float64);
            var function = modes.Aggregate(build, (f, mode) => Modes[mode](f));
            var text = $"{string.Join(" of ", modes.Reverse())} of {name}, {shape} {how}";
            Value y;
            try
            {
                y = function(x);
            }
            catch (GraphException refusal)
            {
                throw new Xunit.Sdk.XunitException($"{text}: {refusal.Message}");
            }
            using var session = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
            var actual = shape.Rank == 0 ? Array.ConvertAll(Points, p => session.Run(y, (x, p)).AsSpan<double>()[0]) : session.Run(y, (x, Points)).AsSpan<double>().ToArray();
            for (var i = 0; i < Points.Length; i++)
            {
                var right = derivatives[modes.Length - 1](Points[i]);
                Expect.True(Math.Abs(actual[i] - right) <= 1e-9 * (1 + Math.Abs(right)), $"{text}: {actual[i]} for {right}");
            }
        }
    }

    private static double S(double x) => 1 / (1 + Math.Exp(-x));
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Hazards;

/// <summary>Second derivatives of hazards, in float32, right to 1e-5: by both modes, compiled and interpreted.</summary>
public sealed class SecondDerivativeTests
{
    private static readonly float[] Points = [0, 1e-20f, 1e-6f, 1e-3f, -0.3f, 1, -2.5f, 9, 20, -40];

    private static readonly Dictionary<string, (Func<Value, Value> Build, Func<double, double> Right)> Cases = new()
    {
        ["1 / cosh(x)"] = (x => 1 / Cosh(x), x => (1 - (2 * Sech(x) * Sech(x))) * Sech(x)),
        ["1 - 1 / cosh(x)"] = (x => 1 - (1 / Cosh(x)), x => ((2 * Sech(x) * Sech(x)) - 1) * Sech(x)),
        ["1 - tanh(x / 2)^2"] = (x => 1 - Square(Tanh(x / 2)), x => (1 - (1.5 * Sech(x / 2) * Sech(x / 2))) * Sech(x / 2) * Sech(x / 2)),
        ["log(cosh(x))"] = (x => Log(Cosh(x)), x => Sech(x) * Sech(x)),
        ["log(2 * cosh(x))"] = (x => Log(2 * Cosh(x)), x => Sech(x) * Sech(x)),
        ["log(exp(x) + exp(-x))"] = (x => Log(Exp(x) + Exp(-x)), x => Sech(x) * Sech(x)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_derivatives_are_right(string name)
    {
        var (build, right) = Cases[name];
        foreach (var isOpen in new[] { false, true })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", isOpen ? ["n"] : [Points.Length]);
            var y = build(x);
            var slope = Ops.Gradient(Sum(y), x);
            Value[] seconds = [Ops.Gradient(Sum(slope), x), Jvp(slope, x, OnesLike(x)), Jvp(Jvp(y, x, OnesLike(x)), x, OnesLike(x))];
            foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
            {
                using var session = new Session(graph, new SessionOptions { Backend = backend, Threads = 1 });
                foreach (var second in seconds)
                {
                    var actual = session.Run(second, (x, Points)).AsSpan<float>().ToArray();
                    for (var i = 0; i < actual.Length; i++)
                    {
                        var exact = right(Points[i]);
                        Assert.True(Math.Abs(actual[i] - exact) <= 1e-5 * Math.Abs(exact) + 1.2e-38, $"{backend}, x = {Points[i]}: {actual[i]} for {exact}");
                    }
                }
            }
        }
    }

    private static double Sech(double x) => 1 / Math.Cosh(x);
}

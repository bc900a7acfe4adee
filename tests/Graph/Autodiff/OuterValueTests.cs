using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

/// <summary>Derivatives by what a function reads without being given it, which are the same whatever kind of node that is.</summary>
public sealed class OuterValueTests
{
    private const double At = 0.7;

    private static readonly ImplicitOptions Exactly = new() { Tolerance = 1e-14, MaximumIterations = 200 };

    private static readonly Dictionary<string, Func<Value, Value, Value>> Functions = new()
    {
        ["scan"] = (k, x) => Steps(k, x, (c, own) => Sin(c * own) + (c * k)),
        ["scan of a constant power"] = (k, x) => Steps(k, x, (c, own) => Pow(Abs(c) + 1, k) * 0.6),
        ["scan of what is made stable"] = (k, x) => Steps(k, x, (c, own) => (1 / Exp(k * c)) + Log(Exp(c * k) + 1)),
        ["scan in a scan"] = (k, x) => Steps(k, x, (c, own) => Steps(k, c, (d, inner) => Sin(d * k) + c)),
        ["scan of inputs"] = (k, x) => Sum(Scan((c, part) => (Tanh((c * k) + part), c * part * k), x, Stack([x, k, x * k])).Outputs),
        ["scan of a checkpoint"] = (k, x) => Steps(k, x, (c, own) => Checkpoint(v => Sin(v * k) + Square(k), c)),
        ["while"] = (k, x) => While(c => c < 40, c => (c * (1 + k)) + Sin(k), x, 30),
        ["cond"] = (k, x) => Cond(x > 0, () => Sin(k * x) * k, () => x),
        ["cond in a scan"] = (k, x) => Steps(k, x, (c, own) => Cond(c > 0, () => Sin(c * k) - k, () => Cos(c * k))),
        ["checkpoint"] = (k, x) => Checkpoint(v => Exp(Sin(v * k) * k), x),
        ["checkpoint in a checkpoint"] = (k, x) => Checkpoint(v => Checkpoint(u => Sin(u * k), v * k) * k, x),
        ["vectorize"] = (k, x) => Sum(Vectorize(v => Sin(v * k) + (v * v * k), Stack([x, x * 2, x + k]))),
        ["vectorize of a scan"] = (k, x) => Sum(Vectorize(v => Steps(k, v, (c, own) => Sin(c * k) + c), Stack([x, x * 2, x + k]))),
        ["vectorize of a checkpoint"] = (k, x) => Sum(Vectorize(v => Checkpoint(u => Sin(u * k) * k, v), Stack([x, x * 2]))),
        ["custom gradient"] = (k, x) => CustomGradient(v => Sin(v[0] * v[1]), c => [c.Adjoint * Cos(c.Inputs[0] * c.Inputs[1]) * c.Inputs[1], c.Adjoint * Cos(c.Inputs[0] * c.Inputs[1]) * c.Inputs[0]], c => Cos(c.Inputs[0] * c.Inputs[1]) * ((c.Inputs[1] * c.Tangents[0]) + (c.Inputs[0] * c.Tangents[1])), x, k) * k,
        ["custom gradient in a scan"] = (k, x) => Steps(k, x, (c, own) => k + CustomGradient(v => Sin(v * k), a => a.Adjoint * k * k, a => a.Tangents[0] * k * k, c)),
        ["fixed point"] = (k, x) => FixedPoint(z => (Cos(z * k) * 0.5) + (x * k * 0.3), x, Exactly),
        ["fixed point in a scan"] = (k, x) => Steps(k, x, (c, own) => FixedPoint(z => (Cos(z * k) * 0.5) + (c * k * 0.3), c, Exactly)),
        ["root"] = (k, x) => Root(z => (z * z * z) + (k * z) - x - k, x, Exactly),
        ["substitute"] = (k, x) => Substitute(Steps(k, x, (c, own) => Sin(c * k) + k), (x, x * k)),
        ["linearize"] = (k, x) => Linearize(Steps(k, x, (c, own) => Sin(c * k) + k), x).Jvp(k * x)[0] + Linearize(Steps(k, x, (c, own) => Sin(c * k) + k), x).Vjp(k)[0],
        ["gradients of examples"] = (k, x) => Sum(PerExampleGradients(v => Steps(k, v[0], (c, own) => Sin(c * k) + (k * x)), [Stack([x, x * 2, x + k])], k)[0]),
    };

    private static readonly Dictionary<string, Func<Graph, Value>> Kinds = new()
    {
        ["constant"] = g => g.Constant(At),
        ["one of a constant's"] = g => g.Constant([0.2, At])[1],
        ["repeated constant"] = g => Sum(BroadcastTo(g.Constant(At), [4])) / 4,
        ["view"] = g => Reshape(g.Variable("v", [At]), []),
        ["variable"] = g => g.Variable("v", At),
    };

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var function in Functions.Keys)
        {
            foreach (var kind in Kinds.Keys) cases.Add(function, kind);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Derivatives_do_not_depend_on_the_kind_of_what_is_read(string function, string kind)
    {
        var expected = Derivatives(Functions[function], g => g.Placeholder("k", [], DType.Float64));
        var actual = Derivatives(Functions[function], Kinds[kind]);
        var distances = expected.Zip(actual, (e, a) => Math.Abs(e - a) / (1 + Math.Abs(e))).ToArray();
        Expect.True(expected[1] != 0 && distances.All(d => d < 1e-9), $"{string.Join(" ", expected)} by a placeholder, {string.Join(" ", actual)}");
    }

    /// <summary>By a constant exponent that stands still the derivative of a power of a negative number is NaN, and is not asked for.</summary>
    [Theory]
    [InlineData("checkpoint")]
    [InlineData("scan")]
    [InlineData("fixed point")]
    public void A_power_of_a_negative_number_with_an_exponent_from_outside(string function)
    {
        var graph = new Graph();
        var (x, cube) = (graph.Placeholder("x", [], DType.Float64), graph.Constant(3.0));
        var y = function switch
        {
            "checkpoint" => Checkpoint(v => Pow(v, cube), x),
            "scan" => Scan(c => (Pow(c, cube), c), x, length: 1).Carry,
            _ => FixedPoint(z => Pow(x, cube) + (0 * Pow(z, cube)), x, Exactly),
        };
        using var session = new Session(graph);
        var results = session.Run([y, Gradient(y, x), Jvp(y, x, graph.Constant(1.0))], (x, -2.0));
        Assert.Equal([-8, 12, 12], results.Select(r => r.At(0)));
    }

    private static Value Steps(Value k, Value x, Func<Value, Value, Value> step) =>
        Scan(c =>
        {
            var next = step(c, k * 0.5);
            return (next, next);
        }, x, length: 3).Carry;

    /// <summary>The value, both modes' derivatives by k, the second, and those by x after k and k after x.</summary>
    private static double[] Derivatives(Func<Value, Value, Value> function, Func<Graph, Value> kind)
    {
        var graph = new Graph();
        var (k, x) = (kind(graph), graph.Placeholder("x", [], DType.Float64));
        var one = graph.Constant(1.0);
        var y = function(k, x);
        var byK = Gradient(y, k);
        var byX = Gradient(y, x);
        Value[] all = [y, byK, Jvp(y, k, one), Gradient(byK, k), Jvp(byK, k, one), Gradient(byX, k), Jvp(byX, k, one), Gradient(byK, x), Gradient(Jvp(y, x, one), k)];
        using var session = new Session(graph);
        (Value, TensorData)[] feeds = k.Node.OpName == "placeholder" ? [(x, 0.4), (k, At)] : [(x, 0.4)];
        return [.. session.Run(all, feeds).Select(r => r.At(0))];
    }
}

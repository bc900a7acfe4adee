using static GraphGrad.Ops;

namespace GraphGrad.Tests;

/// <summary>What stands for the arguments of a user's function, and what is built of it, is refused outside of that function, where it is used.</summary>
public sealed class ArgumentScopeTests
{
    private readonly Graph graph = new();
    private readonly Value x;
    private Value? kept;

    public ArgumentScopeTests() => x = graph.Placeholder("x", [3]);

    public static TheoryData<string> Functions => [.. Callers.Keys];

    private static Dictionary<string, Action<ArgumentScopeTests>> Callers => new()
    {
        ["scan"] = t => Scan((h, v) => (h + v, t.Keep(h * 2)), t.graph.Constant(0f), t.x),
        ["part of an input"] = t => Scan((h, v) => (h + t.Keep(v), h), t.graph.Constant(0f), t.x),
        ["condition"] = t => While(v => t.Keep(Sum(v)) < 9, v => v * 2, t.x),
        ["vectorize"] = t => Vectorize(v => t.Keep(v) * 2, t.x),
        // Its function is called on the solution, too.
        ["fixed point"] = t => FixedPoint(t.HalfAndKeepFirst, t.x),
        ["loop in a loop"] = t => Scan((h, v) => (h + While(w => w < 9, w => t.Keep(w * (h + 2)), v), h), t.graph.Constant(1f), t.x),
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void What_a_function_keeps_has_no_value_outside(string function)
    {
        Callers[function](this);
        var v = graph.Variable("v", new float[3]);
        foreach (Func<object?> use in new Func<object?>[]
        {
            () => Exp(kept!),
            () => Gradient(kept!, x),
            () => Scan((h, part) => (h + Sum(kept!), h), graph.Constant(0f), x),
            () => Assign(v, BroadcastTo(kept!, [3])),
            () => new Session(graph).Run(kept!, (x, new float[3])),
        })
        {
            var message = Assert.Throws<GraphException>(() => { _ = use(); }).Message;
            Assert.Contains($"'{kept!.Name}' {kept.Type} (built at ArgumentScopeTests.cs:", message);
            Assert.Contains("depends on what the function of a loop, or of Vectorize, is called with, and has a value only inside of it. Return from that function what you want to use outside.", message);
        }
        Errors.Throws(
            $"exp: '{kept!.Name}' {kept.Type} (built at {kept.Node.Origin}) depends on what the function of a loop, or of Vectorize, is called with, and has a value only inside of it. Return from that function what you want to use outside. Built at {{here}}.",
            () => Exp(kept!));
    }

    [Fact]
    public void A_loop_inside_may_use_what_the_one_around_it_is_called_with()
    {
        // h → h + Σ over parts of h·part
        var (end, _) = Scan((h, v) => (h + Scan((sum, part) => (sum + (h * part), h), graph.Constant(0f), x).Carry, v), graph.Constant(1f), x);
        Assert.Equal(343f, AsWritten.Run(end, (x, new[] { 1f, 2f, 3f })).Item<float>());
    }

    [Fact]
    public void What_depends_on_two_loops_ends_with_the_inner_one()
    {
        Scan(
            (h, v) =>
            {
                Scan((sum, part) => (sum + Keep(h * part), sum), graph.Constant(0f), x);
                Assert.Contains("has a value only inside of it", Assert.Throws<GraphException>(() => kept! + v).Message);
                return (h + v, h);
            },
            graph.Constant(1f), x);
    }

    [Fact]
    public void A_function_that_fails_ends_its_scope()
    {
        Assert.Throws<GraphException>(() => Scan((h, v) => (Keep(h + v), null!), graph.Constant(0f), x));
        Assert.Throws<GraphException>(() => Exp(kept!));
        Assert.Equal(new float[3], AsWritten.Run(Exp(x) - 1, (x, new float[3])).AsSpan<float>().ToArray());
    }

    [Fact]
    public void Gradients_of_ones_own_read_one_example_from_outside_of_what_they_are_given()
    {
        // y = 3·v² with the gradient 3·v·w of each example's own w.
        var w = graph.Placeholder("w", [3]);
        var y = Vectorize((v, own) => CustomGradient(u => u * u * 3, c => c.Adjoint * c.Inputs[0] * own * 3, v), x, w);
        var slope = Gradient(Sum(y), x);
        Assert.Equal([15f, 36f, 63f], AsWritten.Run(slope, (x, new[] { 1f, 2f, 3f }), (w, new[] { 5f, 6f, 7f })).AsSpan<float>().ToArray());
    }

    private Value HalfAndKeepFirst(Value value)
    {
        kept ??= value;
        return value / 2;
    }

    private Value Keep(Value value) => kept = value;
}

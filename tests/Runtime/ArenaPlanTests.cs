using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

public sealed class ArenaPlanTests
{
    private readonly Graph graph = new();

    [Fact]
    public void What_is_told_is_what_a_run_holds()
    {
        var (x, step) = Network(checkpointed: false);
        using var session = new Session(graph, new SessionOptions { Threads = 2 });
        var told = session.Explain(step).Arena(("batch", 96));
        var function = session.Compile([x], [step]);
        var result = new float[64 * 64];
        function.Feed<float>(new float[96 * 64]).Fetch(result.AsSpan()).Run();
        Assert.Equal(function.ArenaBytes, told.Bytes);
        Assert.Equal(0, told.LoopBytes);
        Assert.StartsWith($"arena: {told.Bytes:N0} bytes; without sharing ", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_checkpoint_saves_is_seen()
    {
        var (_, kept) = Network(checkpointed: false);
        var (_, again) = Network(checkpointed: true);
        using var session = new Session(graph);
        var (before, after) = (session.Explain(kept).Arena(("batch", 256)).Bytes, session.Explain(again).Arena(("batch", 256)).Bytes);
        Expect.True(after < 0.8 * before, $"{after} bytes with checkpoints, {before} without");
    }

    [Fact]
    public void Places_overlap_only_in_different_steps()
    {
        var (_, step) = Network(checkpointed: true);
        using var session = new Session(graph);
        var plan = session.Explain(step).Arena(("batch", 256));
        var shared = 0;
        foreach (var (a, b) in plan.Places.SelectMany((a, i) => plan.Places.Skip(i + 1).Select(b => (a, b))))
        {
            if (a.Offset >= b.Offset + b.Bytes || b.Offset >= a.Offset + a.Bytes) continue;
            Expect.True(a.LastStep < b.FirstStep || b.LastStep < a.FirstStep, $"{a} and {b}");
            shared++;
        }
        Assert.InRange(shared, 1, int.MaxValue);
        Assert.All(plan.Places, p => Assert.InRange(p.Offset + p.Bytes, 0, plan.Bytes));
        Assert.Contains(plan.Places, p => p.Holds.Contains(", then ", StringComparison.Ordinal));
    }

    [Fact]
    public void Bodies_of_loops_count()
    {
        var (h, xs, w) = (graph.Placeholder("h", [32, 64]), graph.Placeholder("xs", ["steps", 32, 64]), graph.Placeholder("w", [64, 64]));
        var (last, _) = Scan((h, x) => (Tanh(MatMul(h, w) + x), h), h, xs);
        using var session = new Session(graph);
        var gradient = Gradient(Sum(last), w);
        var few = session.Explain(gradient).Arena(("steps", 10));
        var many = session.Explain(gradient).Arena(("steps", 20));
        Assert.InRange(few.LoopBytes, 32 * 64 * 4, few.Bytes);
        Assert.InRange(many.LoopBytes - few.LoopBytes, 0, 1024);
        Assert.InRange(many.Bytes - few.Bytes, 10 * 32 * 64 * 4, 10 * 32 * 64 * 4 * 5);
        Assert.Contains($"{many.LoopBytes:N0} of them for the bodies of loops", many.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_of_small_tensors_has_no_arena()
    {
        var x = graph.Placeholder("x", [3]);
        using var session = new Session(graph);
        var plan = session.Explain(Exp(x) * 2).Arena();
        Assert.Equal((0, 0), (plan.Bytes, plan.Places.Count));
        Assert.Equal("arena: 0 bytes\n", plan.ToString());
    }

    [Theory]
    [InlineData("", "how large the arena is depends on 'batch', which has no extent yet; give one, as in Arena((\"batch\", 64)).")]
    [InlineData("rows", "the program has no symbol 'rows' in its shapes, but 'batch'; give their extents.")]
    [InlineData("-", "the extent -1 of 'batch' is negative; give 0 or more.")]
    [InlineData("batch batch", "the symbol 'batch' is given two extents; give one.")]
    public void Extents_are_checked(string symbols, string message)
    {
        var (_, step) = Network(checkpointed: false);
        using var session = new Session(graph);
        var explained = session.Explain(step);
        var extents = symbols == "-" ? [("batch", -1)] : symbols.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => (s, 4)).ToArray();
        Assert.Equal(message, Assert.Throws<GraphException>(() => explained.Arena(extents)).Message);
    }

    [Fact]
    public void An_explanation_prints_graphs_and_kernels()
    {
        var x = graph.Placeholder("x", [100_000]);
        using var session = new Session(graph);
        var text = session.Explain(1 / Exp(x)).ToString();
        Assert.Contains("as written:\nx: float32[100000] = placeholder()\n", text, StringComparison.Ordinal);
        Assert.Contains("rewritten:\nx: float32[100000] = placeholder()\n", text, StringComparison.Ordinal);
        Assert.Contains("kernels:\nstep 1: kernel ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_explanation_says_what_runs_once()
    {
        var x = graph.Placeholder("x", ["batch", 100]);
        var w = graph.Variable("w", Initializers.GlorotUniform(graph, [100, 100], seed: 1));
        var mask = Sin(Iota(graph, [100], dtype: DType.Float32));
        var norms = Sqrt(Sum(w * w, 0));
        var y = MatMul(x * mask, w) / norms;
        var step = Assign(w, w - Gradient(Mean(Square(y)), w));
        using var session = new Session(graph);
        var inference = session.Explain(y);
        Assert.Matches(@"step \d \(once\): kernel .*sin", inference.Kernels);
        Assert.Matches(@"step \d \(once, until a variable is written\): kernel ", inference.Kernels);
        Assert.Matches(@"step \d: product ", inference.Kernels);
        Assert.Contains("<br>once\"]", inference.KernelsMermaid, StringComparison.Ordinal);
        Assert.Contains("\\nonce, until a variable is written\"", inference.KernelsDot, StringComparison.Ordinal);
        // A step that writes the variable leaves nothing that is made of it.
        var training = session.Explain(step).Kernels;
        Assert.Contains(" (once): ", training, StringComparison.Ordinal);
        Assert.DoesNotContain("until a variable is written", training, StringComparison.Ordinal);
        // One delegate computes all of a small program anew.
        Assert.DoesNotContain("once", session.Explain(Sum(Sin(Iota(graph, [8], dtype: DType.Float32)) * graph.Placeholder("s", [8]))).Kernels, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawings_of_kernels_quote_names()
    {
        var w = graph.Variable("w \"<b>\\", new float[100, 100]);
        using var session = new Session(graph);
        var drawn = session.Explain(MatMul(w, w));
        Assert.Contains("[label=\"w \\\"<b>\\\\\\nfloat32[100, 100]\", shape=invhouse]", drawn.KernelsDot, StringComparison.Ordinal);
        Assert.Contains("[/\"w #quot;#lt;b#gt;\\ float32[100, 100]\"/]", drawn.KernelsMermaid, StringComparison.Ordinal);
    }

    private (Value X, Value Gradient) Network(bool checkpointed)
    {
        var x = graph.Placeholder(checkpointed ? "xs" : "x", ["batch", 64]);
        var weights = Enumerable.Range(0, 9).Select(i => graph.Variable($"w{i}{checkpointed}", Initializers.GlorotUniform(graph, [64, 64], seed: i))).ToArray();
        var h = x;
        for (var i = 0; i < 9; i += 3)
        {
            Value Block(Value v) => weights[i..(i + 3)].Aggregate(v, (value, w) => Tanh(MatMul(value, w)));
            h = checkpointed ? Checkpoint(Block, h) : Block(h);
        }
        return (x, Gradient(Mean(Square(h)), weights[0]));
    }
}

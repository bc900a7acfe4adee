using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Loops;

public sealed class ScanTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Running_sums_from_either_end(bool reverse)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n", 2], DType.Float64);
        var (last, sums) = Scan((c, part) => (c + part, c * 10 + part), graph.Constant([0.0, 1.0]), x, reverse);
        var results = LoopRuns.Everywhere([last, sums], (x, new TensorData(new double[] { 1, 2, 3, 4, 5, 6 }, [3, 2])));
        Assert.Equal([9, 13], results[0]);
        Assert.Equal(reverse ? [81, 112, 53, 74, 5, 16] : [1, 12, 13, 34, 45, 76], results[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_inputs_side_by_side(bool reverse)
    {
        var graph = new Graph();
        Value xs = graph.Constant([1.0, 2, 3]), ys = graph.Constant([4.0, 5, 6]);
        var (last, outputs) = Scan((h, x, y) => (h * 10 + x, h + y), graph.Constant(7.0), (xs, ys), reverse);
        var ((a, b), pairs) = Scan((a, b, x, y) => ((a + x, b * y), a - b), (graph.Constant(0.0), graph.Constant(1.0)), (xs, ys), reverse);
        var results = LoopRuns.Everywhere([last, outputs, a, b, pairs]);
        Assert.Equal([reverse ? 7321 : 7123], results[0]);
        Assert.Equal(reverse ? [736, 78, 13] : [11, 76, 718], results[1]);
        Assert.Equal([6], results[2]);
        Assert.Equal([120], results[3]);
        Assert.Equal(reverse ? [-25, -3, -1] : [-1, -3, -17], results[4]);
    }

    [Fact]
    public void Nothing_to_run_along_leaves_the_carry()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n"], DType.Float64);
        var (last, outputs) = Scan((c, part) => (c * part, c), graph.Constant(7.0), x);
        var results = LoopRuns.Everywhere([last, outputs, Ops.Gradient(last, graph.Constant(7.0), new GradientOptions { Disconnected = Disconnected.Zeros })], (x, new TensorData(Array.Empty<double>(), [0])));
        Assert.Equal([7], results[0]);
        Assert.Empty(results[1]);
    }

    [Fact]
    public void Carries_may_change_places_and_outputs_may_repeat()
    {
        var graph = new Graph();
        var (carries, outputs) = Scan(
            (c, _) => ([c[1], c[0], c[2] + c[0]], [c[0], c[0], c[2]]),
            [graph.Constant(1.0), graph.Constant(2.0), graph.Constant(0.0)], [], 5);
        var results = LoopRuns.Everywhere([.. carries, .. outputs]);
        Assert.Equal([2], results[0]);
        Assert.Equal([1], results[1]);
        Assert.Equal([7], results[2]);
        Assert.Equal([1, 2, 1, 2, 1], results[3]);
        Assert.Equal([1, 2, 1, 2, 1], results[4]);
        Assert.Equal([0, 1, 3, 4, 6], results[5]);
    }

    [Fact]
    public void A_recurrent_cell_is_what_it_is_unrolled()
    {
        var (looped, feeds) = Cell(unrolled: false, out var wrt);
        var (plain, plainFeeds) = Cell(unrolled: true, out var plainWrt);
        var a = LoopRuns.Everywhere([looped, .. Gradients(looped, wrt)], feeds);
        var b = LoopRuns.Everywhere([plain, .. Gradients(plain, plainWrt)], plainFeeds);
        for (var i = 0; i < a.Length; i++) Same(b[i], a[i], 1e-11);
    }

    [Fact]
    public void A_training_step_runs_two_loops_and_keeps_only_the_product_with_the_state_inside()
    {
        var (looped, _) = Cell(unrolled: false, out var wrt);
        using var session = new Session(looped.Graph);
        var rewritten = session.Explain([looped, .. Gradients(looped, wrt)]).Rewritten;
        var loops = rewritten.Nodes.Where(n => n.Op is LoopOp).ToArray();
        Assert.Equal(2, loops.Length);
        Assert.All(loops, loop => Assert.Single(((LoopOp)loop.Op).Body.Nodes, n => n.Op is DotOp));
        // Inputs by weights, and back; the gradients of both weights as one product each.
        Assert.Equal(4, rewritten.Nodes.Count(n => n.Op is DotOp));
        Assert.DoesNotContain(rewritten.Nodes, n => n.Outputs.Any(o => o.Shape.Rank == 3 && o.Shape[1].Is(5) && o.Shape[2].Is(5)));
    }

    [Fact]
    public void What_nobody_reads_is_not_carried()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4], DType.Float64);
        var (carries, _) = Scan((c, p) => ([c[0] + p[0], Sin(c[1] * p[0])], [Cos(c[1])]), [graph.Constant(0.0), graph.Constant(1.0)], [x]);
        using var session = new Session(graph);
        var loop = Assert.Single(session.Explain(carries[0]).Rewritten.Nodes, n => n.Op is LoopOp);
        Assert.Equal((1, 1), (((LoopOp)loop.Op).Carries, loop.Outputs.Count));
    }

    [Fact]
    public void Both_modes_agree_and_second_derivatives_too()
    {
        var (looped, feeds) = Cell(unrolled: false, out var wrt);
        var (plain, plainFeeds) = Cell(unrolled: true, out var plainWrt);
        var a = LoopRuns.Everywhere(Derivatives(looped, wrt), feeds);
        var b = LoopRuns.Everywhere(Derivatives(plain, plainWrt), plainFeeds);
        for (var i = 0; i < a.Length; i++) Same(b[i], a[i], 1e-10);

        static Value[] Derivatives(Value loss, Value[] wrt)
        {
            var forward = Jvp([loss], [.. wrt.Select(w => (w, Cos(w)))])[0];
            var gradients = Gradients(loss, wrt);
            var dot = gradients.Zip(wrt, (g, w) => Sum(g * Sin(w + 1))).Aggregate((s, t) => s + t);
            var second = Gradients(dot, wrt);
            var mixed = Jvp([dot], [.. wrt.Select(w => (w, Cos(w)))])[0];
            var turned = Gradients(forward, wrt);
            var twice = Jvp([forward], [.. wrt.Select(w => (w, Cos(w * 2)))])[0];
            return [forward, mixed, twice, .. second, .. turned];
        }
    }

    [Fact]
    public void Gradients_agree_with_differences()
    {
        var (loss, feeds) = Cell(unrolled: false, out var wrt);
        Assert.InRange(GradientCheck.Verify(loss, wrt, feeds), 0, 1e-6);
    }

    [Fact]
    public void Only_what_is_asked_for_moves()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4], DType.Float64);
        var w = graph.Placeholder("w", [], DType.Float64);
        var (carries, outputs) = Scan(
            (c, p) => ([c[0] * w + p[0], c[1] + 1L], [Sin(c[0]) * Cast(c[1], DType.Float64)]),
            [graph.Constant(0.5), graph.Constant(0L)], [x]);
        var y = carries[0] * 3 + Sum(outputs[0]);
        var results = LoopRuns.Everywhere([y, Ops.Gradient(y, w), Ops.Gradient(y, x), Ops.Jvp(y, w, graph.Constant(1.0))], (x, LoopRuns.Data(4, 4)), (w, 0.7));
        Assert.Equal(results[1][0], results[3][0], 1e-12);
        var point = LoopRuns.Numbers(4, 4);
        Assert.Equal((At(0.7 + 1e-6) - At(0.7 - 1e-6)) / 2e-6, results[1][0], 1e-7);

        double At(double weight)
        {
            var (c, sum) = (0.5, 0.0);
            for (var i = 0; i < 4; i++)
            {
                sum += Math.Sin(c) * i;
                c = (c * weight) + point[i];
            }
            return (c * 3) + sum;
        }
    }

    [Fact]
    public void Scans_nest()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3, 4], DType.Float64);
        var w = graph.Placeholder("w", [], DType.Float64);
        var (last, _) = Scan((c, row) => (Scan((d, e) => (Tanh(d * w + e), d), c, row).Carry * 1.5, c), graph.Constant(0.1), x);
        var plain = graph.Constant(0.1);
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 4; j++) plain = Tanh(plain * w + x[i, j]);
            plain *= 1.5;
        }
        Value[] Both(Value y) => [y, .. Gradients(y, x, w), .. Gradients(Ops.Gradient(y, w), x, w), Ops.Jvp(y, w, graph.Constant(1.0))];
        var results = LoopRuns.Everywhere([.. Both(last), .. Both(plain)], (x, LoopRuns.Data(5, 3, 4)), (w, 0.8));
        for (var i = 0; i < results.Length / 2; i++) Same(results[(results.Length / 2) + i], results[i], 1e-11);
    }

    [Fact]
    public void Examples_run_side_by_side()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [5, 3], DType.Float64);
        var start = graph.Placeholder("start", [5], DType.Float64);
        Value[] One(Value[] v)
        {
            var (last, outputs) = Scan((c, p) => (Sin(c) + p, c * p), v[0], v[1]);
            return [last, outputs];
        }

        var all = Vectorize(One, [start, x]);
        var alone = Enumerable.Range(0, 5).Select(i => One([start[i], x[i]])).ToArray();
        var results = LoopRuns.Everywhere([.. all, .. alone.SelectMany(a => a)], (x, LoopRuns.Data(6, 5, 3)), (start, LoopRuns.Data(7, 5)));
        Same([.. Enumerable.Range(0, 5).SelectMany(i => results[2 + (2 * i)])], results[0], 1e-14);
        Same([.. Enumerable.Range(0, 5).SelectMany(i => results[3 + (2 * i)])], results[1], 1e-14);
    }

    [Fact]
    public void Each_iteration_draws_its_own_numbers_and_the_way_back_sees_the_same()
    {
        var graph = new Graph();
        var w = graph.Placeholder("w", [], DType.Float64);
        var outputs = Scan((c, _) => (c, [w * RandomUniform(graph, [2], dtype: DType.Float64)]), [w], [], 3).Outputs[0];
        var results = LoopRuns.Everywhere([outputs, Ops.Gradient(Sum(outputs), w)], (w, 2.0));
        Assert.Equal(6, results[0].Distinct().Count());
        Assert.Equal(results[0].Sum() / 2, results[1][0], 1e-12);
    }

    [Fact]
    public void A_loop_of_a_branch_that_is_not_taken_does_not_run_and_poisons_nothing()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = Cond(x > 0, () => Scan((c, _) => (Log(c), c), x, graph.Constant([1.0, 1.0])).Carry, () => x * 2);
        var results = LoopRuns.Everywhere([y, Ops.Gradient(y, x)], (x, -3.0));
        Assert.Equal([-6], results[0]);
        Assert.Equal([2], results[1]);
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_failure_in_the_body_names_the_line_and_leaves_the_session_usable(Backend backend)
    {
        var graph = new Graph();
        var places = graph.Placeholder("places", [3], DType.Int64);
        var (last, _) = Scan((c, place) => (c + Gather(graph.Constant([1f, 2f]), place, 0), c), graph.Constant(0f), places);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var error = Assert.Throws<GraphException>(() => session.Run(last, (places, new long[] { 0, 5, 0 })));
        Assert.Contains("Built at ScanTests.cs:", error.Message, StringComparison.Ordinal);
        Assert.Equal(5f, session.Run(last, (places, new long[] { 1, 0, 1 })).Item<float>());
    }

    [Fact]
    public void A_checkpoint_keeps_what_the_loop_reads_and_runs_it_again()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [50, 8], DType.Float64);
        var w = graph.Placeholder("w", [], DType.Float64);
        Value Loss(Value[] v) => Sum(Scan((c, p) => (Sin(c * w) + p, c), ZerosLike(v[0][0]), v[0]).Carry);
        var (plain, again) = (Loss([x]), Checkpoint(v => Loss(v), [x]));
        var results = LoopRuns.Everywhere([plain, again, .. Gradients(plain, x, w), .. Gradients(again, x, w)], (x, LoopRuns.Data(9, 50, 8)), (w, 0.9));
        Assert.Equal(results[0], results[1]);
        Same(results[2], results[4], 1e-12);
        Same(results[3], results[5], 1e-12);
    }

    private static (Value Loss, (Value, TensorData)[] Feeds) Cell(bool unrolled, out Value[] wrt)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [6, 3, 4], DType.Float64);
        var h = graph.Placeholder("h", [3, 5], DType.Float64);
        var (wx, wh, b) = (graph.Placeholder("wx", [4, 5], DType.Float64), graph.Placeholder("wh", [5, 5], DType.Float64), graph.Placeholder("b", [5], DType.Float64));
        Value Step(Value state, Value part) => Tanh(MatMul(part, wx) + MatMul(state, wh) + b);
        Value last;
        Value sum;
        if (unrolled)
        {
            (last, sum) = (h, null!);
            for (var t = 0; t < 6; t++)
            {
                last = Step(last, x[t]);
                sum = sum is null ? Sum(Square(last)) : sum + Sum(Square(last));
            }
        }
        else
        {
            (last, var outputs) = Scan((c, part) => Step(c, part) is var next ? (next, next) : default, h, x);
            sum = Sum(Square(outputs));
        }
        wrt = [x, h, wx, wh, b];
        return (sum + Sum(last * last[0]), [(x, LoopRuns.Data(1, 6, 3, 4)), (h, LoopRuns.Data(2, 3, 5)), (wx, LoopRuns.Data(3, 4, 5)), (wh, LoopRuns.Data(4, 5, 5)), (b, LoopRuns.Data(5, 5))]);
    }

    private static void Same(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++) Expect.True(LoopRuns.Close(expected[k], actual[k], tolerance), $"element {k}: {expected[k]} expected, {actual[k]} found");
    }
}

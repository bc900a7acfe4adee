using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using GraphGrad.Execution;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Rows that stay apart go through all iterations of a loop on one thread, and give the same bits as all rows together.</summary>
public sealed class LoopPartsTests
{
    private const int Length = 5, Rows = 50, Inputs = 20, Units = 37;

    private readonly Graph graph = new();
    private readonly Random random = new(1);
    private readonly List<(Value Placeholder, TensorData Data)> feeds = [];

    public static TheoryData<VectorWidth> Widths => [.. Enum.GetValues<VectorWidth>().Where(w => w.IsAccelerated())];

    /// <summary>Gates are parts of wider rows, their gradients are padded to these, and what the derivative needs is kept of every iteration.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Sequences_of_recurrent_cells_stay_apart(VectorWidth width)
    {
        var x = Fed("x", Length, Rows, Inputs);
        var gru = Gru(x, [new RecurrentWeights(Fed("wx", 3 * Units, Inputs), Fed("wh", 3 * Units, Units), Fed("bx", 3 * Units), Fed("bh", 3 * Units))]).Output;
        var lstm = Lstm(x, [new RecurrentWeights(Fed("vx", 4 * Units, Inputs), Fed("vh", 4 * Units, Units), Fed("cx", 4 * Units), Fed("ch", 4 * Units))]).Output;
        var loss = Mean(Square(gru)) + Mean(Square(lstm));
        Value[] fetches = [gru, lstm, .. Gradients(loss, [.. feeds.Select(f => f.Placeholder)])];
        Assert.All(Bodies(fetches), b => Assert.NotNull(b.Body.IndependentRows));
        Assert.Contains(Bodies(fetches), b => LoopParts.Of(b.Loop, b.Body, _ => 0, threads: 2).Length == 2);
        SameOnThreads(fetches, width);
    }

    [Fact]
    public void Each_row_draws_its_own_numbers()
    {
        var h = Fed("h", Rows, Units);
        var (last, states) = Scan(c => (Tanh(Dropout(c, 0.3, seed: 7) + RandomNormal(graph, [Rows, Units])) is var next ? (next, next) : default), h, 40);
        Assert.Equal(3, LoopParts.Of(Assert.Single(Bodies([last, states])).Loop, Bodies([last, states])[0].Body, _ => 0, threads: 3).Length);
        SameOnThreads([last, states], VectorWidths.Widest);
    }

    /// <summary>A state that is also put out, twice, and one that only comes from the iteration before.</summary>
    [Fact]
    public void What_is_copied_is_copied_row_by_row()
    {
        var (h, w) = (Fed("h", Rows, Units), Fed("w", Units, Units));
        var (carries, outputs) = Scan((c, _) => ([Tanh(MatMul(c[0], w)), c[0]], [c[0], c[0], c[1]]), [h, h + 1], [], Length);
        Value[] fetches = [.. carries, .. outputs];
        Assert.NotNull(Assert.Single(Bodies(fetches)).Body.IndependentRows);
        SameOnThreads(fetches, VectorWidths.Widest);
    }

    [Fact]
    public void Rows_that_meet_do_not_stay_apart()
    {
        var (h, w) = (Fed("h", Rows, Units), Fed("w", Rows, Rows));
        Func<Value, Value>[] mixing = [c => Softmax(c, axis: 0) * 2, c => Tanh(MatMul(w, c)), c => Sin(c - Mean(c)), c => Sin(c + Roll(c, 1, 0))];
        foreach (var body in mixing)
        {
            var last = Scan(c => (body(c), c), h, Length).Carry;
            Assert.Null(Assert.Single(Bodies([last])).Body.IndependentRows);
            SameOnThreads([last], VectorWidths.Widest);
        }
    }

    /// <summary>Windows that are read in place are summed in another order than packed ones, and Winograd's products are others; either way rows stay together.</summary>
    [Theory]
    [InlineData(16, 7, 5, 2)]
    [InlineData(32, 5, 3, 4)]
    [InlineData(16, 14, 3, 4)]
    [InlineData(32, 14, 3, 2)]
    public void Convolutions_give_the_same_bits_on_any_number_of_threads(int channels, int extent, int kernel, int images)
    {
        var (x, w) = (Fed("x", images, channels, extent, extent), Fed("w", channels, channels, kernel, kernel));
        var last = Scan(c => (Tanh(Conv2d(c, w, padding: kernel / 2)), Sum(c)), x, 2).Carry;
        SameOnThreads([last], VectorWidths.Widest);
    }

    [Fact]
    public void Rows_that_go_their_own_way_can_be_cancelled()
    {
        var v = graph.Variable("v", TensorData.Create(new double[Rows * Units], [Rows, Units]));
        var step = Assign(v, Scan(c => (Cos(c) + v, c[0, 0]), v, 5_000_000).Carry);
        using var session = new Session(graph, new SessionOptions { Threads = 2 });
        using var source = new CancellationTokenSource();
        // From a thread of its own: a timer may wait for a pool thread until the loop is over.
        var canceller = new Thread(() =>
        {
            Thread.Sleep(50);
            source.Cancel();
        });
        canceller.Start();
        Assert.Throws<OperationCanceledException>(() => session.Run(step, 1, cancellation: source.Token));
        canceller.Join();
    }

    private (Operations.LoopOp Loop, CompiledProgram Body)[] Bodies(Value[] fetches) =>
    [
        .. Pipeline.Compile(CompiledPlan.SourceOf(SliceAnalysis.Analyze(graph, fetches, [])), new CompilerOptions { Verify = true, Unroll = false })
            .Steps.OfType<LoopStep>().Select(s => (s.Loop, s.Body)),
    ];

    private void SameOnThreads(Value[] fetches, VectorWidth width)
    {
        var expected = Results(1);
        Assert.Equal(expected, Results(2));
        Assert.Equal(expected, Results(3));

        byte[] Results(int threads)
        {
            using var session = new Session(graph, new SessionOptions { Threads = threads, Width = width, Unroll = false });
            return [.. session.Run(fetches, [.. feeds]).SelectMany(r => r.Bytes.ToArray())];
        }
    }

    private Value Fed(string name, params int[] extents)
    {
        var data = new float[extents.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < data.Length; i++) data[i] = ((2 * random.NextSingle()) - 1) / 2;
        var value = graph.Placeholder(name, [.. extents.Select(e => (Dim)e)]);
        feeds.Add((value, TensorData.Create(data, extents)));
        return value;
    }
}

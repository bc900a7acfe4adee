using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Passes;
using GraphGrad.Execution;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>What is done slice by slice, or computed a second time, takes less memory and gives what the interpreter gives.</summary>
public sealed class SlicingTests
{
    private readonly Graph graph = new();
    private readonly Random random = new(1);

    public static TheoryData<VectorWidth> Widths => [.. Enum.GetValues<VectorWidth>().Where(w => w.IsAccelerated())];

    /// <summary>Scores, weights and their gradients of all heads would take 6 MB.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Attention_keeps_the_scores_of_a_few_heads_at_a_time(VectorWidth width)
    {
        var (q, k, v, g) = (Fed("q", 2, 3, 256, 16), Fed("k", 2, 3, 256, 16), Fed("v", 2, 3, 256, 16), Fed("g", 2, 3, 256, 16));
        var y = MatMul(Softmax(MatMul(q.Value, Transpose(k.Value, 0, 1, 3, 2)) * 0.25f), v.Value);
        Value[] fetches = [y, .. Gradients(Sum(y * g.Value), q.Value, k.Value, v.Value)];
        var arena = Agree(width, fetches, [q, k, v, g]);
        Assert.InRange(arena, 1, 6 * 256 * 256 * 4);
    }

    [Fact]
    public void Each_thread_has_as_many_heads_of_its_own()
    {
        var (q, k, v, g) = (Fed("q", 2, 3, 256, 16), Fed("k", 2, 3, 256, 16), Fed("v", 2, 3, 256, 16), Fed("g", 2, 3, 256, 16));
        var y = MatMul(Softmax(MatMul(q.Value, Transpose(k.Value, 0, 1, 3, 2)) * 0.25f), v.Value);
        var group = Assert.Single(Compile([y, .. Gradients(Sum(y * g.Value), q.Value, k.Value, v.Value)]).Slices);
        Assert.Equal([1, 2, 3], new[] { 1, 2, 3 }.Select(threads => group.Cut(_ => 0, threads).PerSlice));
    }

    /// <summary>Batch axes that do not lie as one in memory are cut along the first.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Heads_that_are_views_are_cut_by_the_batch(VectorWidth width)
    {
        var x = Fed("x", 7, 128, 3 * 4 * 8);
        var parts = Split(x.Value, 3, axis: 2).Select(p => Transpose(Reshape(p, 7, 128, 4, 8), 0, 2, 1, 3)).ToArray();
        var y = MatMul(Softmax(MatMul(parts[0], Transpose(parts[1], 0, 1, 3, 2))), parts[2]);
        Value[] fetches = [y, Gradient(Sum(Square(y)), x.Value)];
        Assert.InRange(Agree(width, fetches, [x]), 1, (7 * 4 * 128 * 128 * 4 * 3 / 2) + (3 * 7 * 128 * 96 * 4));
    }

    /// <summary>The activation of 1003 rows, and its gradient, are made of a few rows at a time; sums over the rows go on from slice to slice.</summary>
    [Theory]
    [InlineData(1003)]
    [InlineData(1024)]
    public void A_wide_layer_keeps_what_went_into_its_activation(int rows)
    {
        foreach (var width in Enum.GetValues<VectorWidth>().Where(w => w.IsAccelerated()))
        {
            var (x, w1, w2) = (Fed($"x{width}", rows, 40), Fed($"up{width}", 40, 700), Fed($"down{width}", 700, 24));
            var loss = Mean(Square(MatMul(Gelu(MatMul(x.Value, w1.Value)), w2.Value)));
            Value[] fetches = [loss, .. Gradients(loss, w1.Value, w2.Value, x.Value)];
            Assert.InRange(Agree(width, fetches, [x, w1, w2]), 1, rows * 700 * 4 * 3 / 2);
        }
    }

    [Fact]
    public void A_batch_that_is_not_known_is_cut_when_it_is()
    {
        var x = graph.Placeholder("x", ["batch", 64]);
        var (w1, w2) = (graph.Variable("w1", Numbers(64, 1024)), graph.Variable("w2", Numbers(1024, 32)));
        var y = MatMul(Gelu(MatMul(x, w1)), w2);
        var step = new GradientDescent(0.01f).Minimize(Mean(Square(y)));
        using var compiled = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        foreach (var batch in new[] { 1000, 3, 1536, 1, 257 })
        {
            var data = Numbers(batch, 64);
            Near(interpreted.Run(y, step, (x, data)), compiled.Run(y, step, (x, data)));
            foreach (var w in new[] { w1, w2 }) Near(interpreted.Read(w), compiled.Read(w));
        }
    }

    [Fact]
    public void What_needs_little_memory_is_neither_sliced_nor_repeated()
    {
        var (x, w1, w2) = (Fed("x", 64, 40), Fed("up", 40, 300), Fed("down", 300, 24));
        var loss = Mean(Square(MatMul(Gelu(MatMul(x.Value, w1.Value)), w2.Value)));
        Assert.Empty(Compile([loss, .. Gradients(loss, w1.Value, w2.Value)]).Slices);
    }

    /// <summary>16 channels of 112×112 are 800 KB, which a product of 16 terms must not read for every few of 96 results.</summary>
    [Fact]
    public void Products_of_few_terms_are_not_sliced_where_that_takes_longer()
    {
        var (x, w, b) = (Fed("x", 1, 16, 112, 112), Fed("w", 96, 16, 1, 1), Fed("b", 96, 1, 1));
        Value[] fetches = [Relu(Conv2d(x.Value, w.Value) + b.Value)];
        var source = CompiledPlan.SourceOf(SliceAnalysis.Analyze(graph, fetches, []));
        var few = Pipeline.Compile(source, new CompilerOptions { Verify = true, Width = VectorWidth.Vector256 });
        Assert.NotEmpty(few.Slices);
        Assert.Equal(few.Steps.Length, new FramePlan(few, new Dictionary<string, long>(), 1).Launches.Length);
        Agree(VectorWidths.Widest, fetches, [x, w, b]);
        var (y, up, down) = (Fed("y", 1536, 512), Fed("up", 512, 2048), Fed("down", 2048, 64));
        var many = Compile([MatMul(Gelu(MatMul(y.Value, up.Value)), down.Value)]);
        Assert.InRange(new FramePlan(many, new Dictionary<string, long>(), 1).Launches.Length, many.Steps.Length + 1, 1000);
    }

    /// <summary>Rows that are joined because they fill no whole vectors.</summary>
    [Fact]
    public void A_layer_of_odd_width_is_sliced()
    {
        var (x, up, bias, down) = (Fed("x", 10_000, 64), Fed("up", 64, 100), Fed("bias", 100), Fed("down", 100, 10));
        Value[] fetches = [MatMul(Relu(MatMul(x.Value, up.Value) + bias.Value), down.Value)];
        var program = Compile(fetches);
        Assert.Contains(program.Steps.OfType<KernelStep>(), s => s.Kernel.Source.Name.EndsWith("/repeated", StringComparison.Ordinal));
        Assert.InRange(new FramePlan(program, new Dictionary<string, long>(), 1).Launches.Length, program.Steps.Length + 1, 1000);
        Agree(VectorWidths.Widest, fetches, [x, up, bias, down]);
    }

    /// <summary>How many rows a slice has depends on the number of threads: a row at its end is added up like any other.</summary>
    [Theory]
    [InlineData(182, 7231, 1)]
    [InlineData(1773, 2410, 1)]
    [InlineData(665, 2364, 2)]
    [InlineData(65, 8081, 5)]
    public void Rows_at_the_end_of_a_slice_are_added_up_like_others(int rows, int inner, int columns)
    {
        var (x, w) = (Fed("x", rows, inner), Fed("w", inner, columns));
        Value[] fetches = [MatMul(Softmax(x.Value), w.Value), MatMul(Tanh(x.Value) * x.Value, w.Value)];
        var found = new[] { 1, 2, 3, 5, 7 }.Select(threads =>
        {
            using var session = new Session(graph, new SessionOptions { Threads = threads });
            return Array.ConvertAll(session.Run(fetches, x, w), f => f.AsSpan<float>().ToArray());
        }).ToArray();
        foreach (var other in found[1..])
        {
            for (var i = 0; i < fetches.Length; i++) Assert.Equal(found[0][i], other[i]);
        }
    }

    [Fact]
    public void A_kernel_that_runs_twice_is_compiled_once()
    {
        var (x, w1, w2) = (Fed("x", 1024, 64), Fed("up", 64, 1024), Fed("down", 1024, 64));
        var loss = Mean(Square(MatMul(Gelu(MatMul(x.Value, w1.Value)), w2.Value)));
        var program = Compile([loss, .. Gradients(loss, w1.Value, w2.Value)]);
        var kernels = program.Steps.OfType<KernelStep>().Select(s => s.Kernel).ToArray();
        Assert.NotEmpty(program.Slices);
        foreach (var same in kernels.GroupBy(k => k.Source.Name).Where(g => g.Count() > 1)) Assert.Single(same.Select(k => k.Body).Distinct());
    }

    private CompiledProgram Compile(Value[] fetches) =>
        Pipeline.Compile(CompiledPlan.SourceOf(SliceAnalysis.Analyze(graph, fetches, [])), new CompilerOptions { Verify = true });

    private (Value Value, TensorData Data) Fed(string name, params int[] extents) =>
        (graph.Placeholder(name, [.. extents.Select(e => (Dim)e)]), Numbers(extents));

    private TensorData Numbers(params int[] extents)
    {
        var data = new float[extents.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < data.Length; i++) data[i] = ((2 * random.NextSingle()) - 1) / 2;
        return TensorData.Create(data, extents);
    }

    /// <summary>Compares with the interpreter on one thread and two, and gives the bytes of the arena without what steps need for themselves.</summary>
    private long Agree(VectorWidth width, Value[] fetches, (Value Value, TensorData Data)[] feeds)
    {
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        var expected = interpreted.Run(fetches, feeds);
        foreach (var threads in new[] { 1, 2 })
        {
            using var compiled = new Session(graph, new SessionOptions { Threads = threads, Width = width });
            foreach (var (e, a) in expected.Zip(compiled.Run(fetches, feeds))) Near(e, a);
        }
        return BufferPlan.Assign(Compile(fetches).Arena, [], 1, _ => 0, g => g.Cut(_ => 0), out _, out _);
    }

    private static void Near(TensorData expected, TensorData actual)
    {
        var e = expected.AsSpan<float>();
        var a = actual.AsSpan<float>();
        Assert.Equal(e.Length, a.Length);
        var largest = 0f;
        foreach (var x in e) largest = Math.Max(largest, Math.Abs(x));
        for (var i = 0; i < e.Length; i++) Expect.True(Math.Abs(e[i] - a[i]) <= 2e-5f * largest, $"{e[i]} and {a[i]} at {i}");
    }
}

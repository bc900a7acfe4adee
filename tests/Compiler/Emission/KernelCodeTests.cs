using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Machine code is made once for all kernels that do the same with other buffers.</summary>
public sealed class KernelCodeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Layers_share_their_code(bool isResidual)
    {
        var (few, many) = (Network(layers: 8, isResidual), Network(layers: 40, isResidual));
        Assert.InRange(many.Length, 3 * few.Length, int.MaxValue);
        // Where groups end may differ.
        Assert.InRange(Bodies(many), 1, Bodies(few) + 2);
    }

    [Fact]
    public void Loops_share_their_code()
    {
        var (few, many) = (Recurrences(layers: 3), Recurrences(layers: 9));
        Assert.InRange(many.Length, 2 * few.Length, int.MaxValue);
        Assert.Equal(Bodies(few), Bodies(many));
    }

    [Fact]
    public void Other_functions_and_extents_are_other_code()
    {
        var graph = new Graph();
        Value[] xs = [graph.Placeholder("a", [100_000]), graph.Placeholder("b", [100_000]), graph.Placeholder("c", [100_000]), graph.Placeholder("d", ["n", 64])];
        var kernels = Kernels(xs, [Tanh(xs[0]), Sigmoid(xs[1]), Tanh(xs[2]), Tanh(xs[3])]);
        Assert.Equal((4, 3), (kernels.Length, Bodies(kernels)));
    }

    /// <summary>Kernels with the same code report failures of their own.</summary>
    [Fact]
    public void An_index_out_of_range_is_reported_where_it_is()
    {
        var graph = new Graph();
        var (table, other) = (graph.Placeholder("table", [70_000]), graph.Placeholder("other", [70_000]));
        var (rows, others) = (graph.Placeholder("rows", ["n"], DType.Int64), graph.Placeholder("others", ["n"], DType.Int64));
        Value[] fetches = [Gather(table, rows), Gather(other, others)];
        Assert.Equal(1, Bodies(Kernels([table, other, rows, others], fetches)));
        using var session = new Session(graph);
        var (data, good, bad) = (new float[70_000], new long[100], new long[100]);
        bad[70] = -1;
        var first = Assert.Throws<GraphException>(() => session.Run(fetches, (table, data), (other, data), (rows, bad), (others, good))).Message;
        var second = Assert.Throws<GraphException>(() => session.Run(fetches, (table, data), (other, data), (rows, good), (others, bad))).Message;
        Assert.Contains($"'{fetches[0].Name}'", first, StringComparison.Ordinal);
        Assert.Contains($"'{fetches[1].Name}'", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_code_computes_what_the_interpreter_does()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n", 24]);
        Value[] ys = [.. Enumerable.Range(0, 6).Select(i => Softmax(Sum(Tanh(x + i), 1, keepDims: true) * x))];
        Value[] fetches = [.. ys, Gradient(ys.Select(y => Sum(Square(y))).Aggregate((a, b) => a + b), x)];
        var data = new float[37, 24];
        for (var i = 0; i < data.Length; i++) data[i / 24, i % 24] = MathF.Sin(i);
        using var compiled = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        var (own, right) = (compiled.Run(fetches, (x, data)), interpreted.Run(fetches, (x, data)));
        for (var f = 0; f < fetches.Length; f++)
        {
            foreach (var (a, b) in own[f].AsSpan<float>().ToArray().Zip(right[f].AsSpan<float>().ToArray())) Assert.Equal(b, a, 1e-5f);
        }
    }

    private static int Bodies(CompiledKernel[] kernels) => kernels.Select(k => k.Body).Distinct().Count();

    private static CompiledKernel[] Network(int layers, bool isResidual)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 16]);
        var weights = Enumerable.Range(0, layers).Select(i => graph.Placeholder($"w{i}", [16, 16])).ToArray();
        var h = x;
        foreach (var w in weights) h = isResidual ? h + Relu(MatMul(h, w)) : Tanh(MatMul(h, w));
        return Kernels([x, .. weights], [.. Gradients(Mean(Square(h)), weights)]);
    }

    private static CompiledKernel[] Recurrences(int layers)
    {
        var graph = new Graph();
        var (h, x) = (graph.Placeholder("h", ["batch", 8]), graph.Placeholder("x", ["time", 8]));
        var weights = Enumerable.Range(0, layers).Select(i => graph.Placeholder($"w{i}", [8, 8])).ToArray();
        var y = h;
        foreach (var w in weights) y = Scan((state, part) => (Tanh(MatMul(state, w)) + part, state), y, x).Carry;
        return Kernels([h, x, .. weights], Gradients(Sum(y), weights));
    }

    private static CompiledKernel[] Kernels(Value[] feeds, Value[] fetches)
    {
        var slice = GraphSlice.Of(fetches.Select(f => f.Node));
        var source = new ProgramSource(slice, [.. feeds.Where(f => slice.Contains(f.Node))], fetches, [], []);
        var program = Pipeline.Compile(source, new CompilerOptions { Unroll = false, Verify = true });
        return [.. Of(program)];

        static IEnumerable<CompiledKernel> Of(CompiledProgram program) =>
            program.Steps.SelectMany(s => s is LoopStep loop ? Of(loop.Body) : s is KernelStep kernel ? [kernel.Kernel] : []);
    }
}

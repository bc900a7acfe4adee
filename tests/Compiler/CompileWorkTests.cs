using GraphGrad.Compilation;
using GraphGrad.Compilation.Unrolling;
using Xunit.Abstractions;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler;

/// <summary>Rewriting and lowering take work in proportion to the size of a program, as far as memory that is allocated on the way tells.</summary>
public sealed class CompileWorkTests(ITestOutputHelper output)
{
    // Four times as large, and a half more: tables that double.
    private const double MostForFourTimes = 6;

    [Fact]
    public void Deep_networks() => AssertInProportion(20, (graph, count) =>
    {
        var x = graph.Placeholder("x", ["batch", 16]);
        var weights = Weights(graph, count);
        var h = x;
        foreach (var w in weights) h = Tanh(MatMul(h, w));
        return [Mean(Square(h)), .. Gradients(Mean(Square(h)), weights)];
    });

    [Fact]
    public void Deep_networks_of_residuals() => AssertInProportion(20, (graph, count) =>
    {
        var x = graph.Placeholder("x", ["batch", 16]);
        var weights = Weights(graph, count);
        var h = x;
        foreach (var w in weights) h = h + Relu(MatMul(LayerNorm(h), w));
        return [Mean(Square(h)), .. Gradients(Mean(Square(h)), weights)];
    });

    [Fact]
    public void Recurrences_step_by_step() => AssertInProportion(15, (graph, count) =>
    {
        var (x, w) = (graph.Placeholder("x", ["batch", count, 8]), graph.Placeholder("w", [8, 8]));
        var h = x[.., 0, ..];
        for (var step = 1; step < count; step++) h = Tanh(MatMul(h, w) + x[.., step, ..]);
        return [Gradient(Mean(Square(h)), w)];
    });

    [Fact]
    public void Optimizers_of_many_tensors() => AssertInProportion(15, (graph, count) =>
    {
        var x = graph.Placeholder("x", ["batch", 8]);
        var losses = Enumerable.Range(0, count).Select(i => Mean(Square(MatMul(x, graph.Variable($"w{i}", new float[8, 8])))));
        new Adam(0.01f).Minimize(losses.Aggregate((a, b) => a + b));
        return [];
    });

    [Fact]
    public void Many_results() => AssertInProportion(60, (graph, count) =>
    {
        var x = graph.Placeholder("x", ["batch", 64]);
        return [.. Enumerable.Range(0, count).Select(i => Sum(Tanh(x * (i + 1)), 1))];
    });

    /// <summary>That a program is too large to be one delegate is found before all of its elements have been built.</summary>
    [Fact]
    public void Programs_too_large_for_one_delegate()
    {
        Tried(100);
        var (small, large) = (Tried(100), Tried(400));
        output.WriteLine($"{small:N0} bytes, {large:N0} for four times as much");
        Assert.InRange(large, 1, 1.5 * small);

        static long Tried(int count)
        {
            var graph = new Graph();
            Value[] factors = [.. Enumerable.Range(0, count).Select(i => graph.Placeholder($"m{i}", [6, 6]))];
            var product = factors.Aggregate(MatMul);
            var source = new ProgramSource(GraphSlice.Of([product.Node]), factors, [product], [], []);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.False(Unroller.Fits(source));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static Value[] Weights(Graph graph, int count) => [.. Enumerable.Range(0, count).Select(i => graph.Placeholder($"w{i}", [16, 16]))];

    private void AssertInProportion(int count, Func<Graph, int, Value[]> build)
    {
        // What is made once in a process does not count.
        Allocated(count, build);
        var (small, large) = (Allocated(count, build), Allocated(4 * count, build));
        output.WriteLine($"{small:N0} bytes, {large:N0} for four times as much: {large / (double)small:F2}");
        Assert.InRange(large / (double)small, 1, MostForFourTimes);
    }

    private static long Allocated(int count, Func<Graph, int, Value[]> build)
    {
        var graph = new Graph();
        var fetches = build(graph, count);
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        var before = GC.GetAllocatedBytesForCurrentThread();
        if (fetches.Length > 0) session.Explain(fetches);
        else session.Explain(graph.Nodes[^1]);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

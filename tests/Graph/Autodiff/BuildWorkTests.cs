using Xunit.Abstractions;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

/// <summary>Building derivatives takes work in proportion to the size of a program, as far as memory that is allocated on the way tells.</summary>
public sealed class BuildWorkTests(ITestOutputHelper output)
{
    // Four times as large, and a quarter more: tables that double.
    private const double MostForFourTimes = 5;

    [Fact]
    public void Hessian_vector_products_by_many_weights() => AssertInProportion(10, (graph, count) =>
    {
        var (loss, weights) = Network(graph, graph.Placeholder("x", ["batch", 8]), count);
        HessianVectorProduct(loss, weights, weights);
    });

    [Fact]
    public void Directions_of_many_values() => AssertInProportion(40, (graph, count) =>
    {
        var (loss, weights) = Network(graph, graph.Placeholder("x", ["batch", 8]), count);
        Jvp(Gradients(loss, weights), [(weights[0], weights[1])]);
    });

    [Fact]
    public void Linear_maps_of_many_values() => AssertInProportion(10, (graph, count) =>
    {
        var (loss, weights) = Network(graph, graph.Placeholder("x", ["batch", 8]), count);
        Linearize(Gradients(loss, weights), weights);
    });

    [Fact]
    public void Gradients_for_each_example_by_many_weights() => AssertInProportion(10, (graph, count) =>
    {
        var weights = Weights(graph, count);
        PerExampleGradients(v => Loss(v[0], weights), [graph.Placeholder("x", ["batch", 8])], weights);
    });

    [Fact]
    public void Checkpoints_one_after_another() => AssertInProportion(10, (graph, count) =>
    {
        var weights = Weights(graph, count);
        var (h, mask) = (graph.Placeholder("x", ["batch", 8]), graph.Placeholder("mask", ["batch", 8]));
        foreach (var w in weights) h = Checkpoint(v => v[0] + (Gelu(MatMul(v[0], w)) * v[1]), h, StopGradient(mask));
        Gradients(Mean(Square(h)), weights);
    });

    private static (Value Loss, Value[] Weights) Network(Graph graph, Value x, int count)
    {
        var weights = Weights(graph, count);
        return (Loss(x, weights), weights);
    }

    private static Value Loss(Value x, Value[] weights)
    {
        foreach (var w in weights) x = Tanh(MatMul(x, w));
        return Mean(Square(x));
    }

    private static Value[] Weights(Graph graph, int count) => [.. Enumerable.Range(0, count).Select(i => graph.Placeholder($"w{i}", [8, 8]))];

    private void AssertInProportion(int count, Action<Graph, int> build)
    {
        // What is made once in a process does not count.
        Allocated(count, build);
        var (small, large) = (Allocated(count, build), Allocated(4 * count, build));
        output.WriteLine($"{small:N0} bytes, {large:N0} for four times as much: {large / (double)small:F2}");
        Assert.InRange(large / (double)small, 1, MostForFourTimes);
    }

    private static long Allocated(int count, Action<Graph, int> build)
    {
        var graph = new Graph();
        var before = GC.GetAllocatedBytesForCurrentThread();
        build(graph, count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

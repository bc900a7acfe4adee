using GraphGrad.Compilation;
using GraphGrad.Execution;
using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Loops;

/// <summary>What leaves a loop reads stacks of what its iterations compute.</summary>
public sealed class LoopFissionTests
{
    /// <summary>Each gate's gradient is padded to the width of all; only the sum of them is as wide as that.</summary>
    [Fact]
    public void Gradients_of_gates_are_stacked_without_the_zeros_around_them()
    {
        const int units = 5;
        var graph = new Graph();
        Value Fed(string name, params int[] extents) => graph.Placeholder(name, [.. extents.Select(e => (Dim)e)], DType.Float64);
        var (x, wx, wh, bx, bh) = (Fed("x", 9, 3, 4), Fed("wx", 3 * units, 4), Fed("wh", 3 * units, units), Fed("bx", 3 * units), Fed("bh", 3 * units));
        var states = Gru(x, [new RecurrentWeights(wx, wh, bx, bh)]).Output;
        Value[] fetches = [states, .. Gradients(Sum(Square(states)), x, wx, wh, bx, bh)];
        var options = new CompilerOptions();
        var source = Pipeline.Rewrite(CompiledPlan.SourceOf(SliceAnalysis.Analyze(graph, fetches, [])), Pipeline.RunnerOf(options), options);
        var backward = Assert.Single(source.Nodes, n => n.Op is LoopOp { IsReversed: true });
        var outputs = ((LoopOp)backward.Op).Body.Results.Outputs;
        Assert.NotEmpty(outputs);
        Assert.DoesNotContain(outputs, o => o.Node.Op is PadOp);
        LoopRuns.Everywhere(
            fetches, (x, LoopRuns.Data(1, 9, 3, 4)), (wx, LoopRuns.Data(2, 3 * units, 4)), (wh, LoopRuns.Data(3, 3 * units, units)),
            (bx, LoopRuns.Data(4, 3 * units)), (bh, LoopRuns.Data(5, 3 * units)));
    }
}

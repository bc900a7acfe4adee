using GraphGrad.Compilation;
using GraphGrad.Execution;
using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Loops;

/// <summary>Matrices that a loop's products sum along are transposed before it.</summary>
public sealed class LoopCapturesTests
{
    private readonly Graph graph = new();

    /// <summary>The gradient's product reads the other side of the weights than the loop's own; of each there is one in a loop.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Products_of_a_long_loop_read_along_columns(bool transposed)
    {
        var (h, w, x) = (Fed("h", 3, 4), Fed("w", 4, 4), Fed("x", 9, 3, 4));
        var weights = transposed ? Transpose(w) : w;
        var (last, states) = Scan((c, p) => (Tanh(MatMul(c, weights) + p), c), h, x);
        Value[] fetches = [last, states, .. Gradients(Sum(last) + Sum(Square(states)), w, h, x)];
        var loops = Loops(fetches);
        Assert.Equal(2, loops.Length);
        foreach (var loop in loops)
        {
            Assert.All(loop.Body.Nodes.Where(n => n.Op is DotOp), n => Assert.Equal(0, SummedAxis(n)));
            Assert.InRange(loop.Captures, 1, 2);
        }
        LoopRuns.Everywhere(fetches, (h, LoopRuns.Data(1, 3, 4)), (w, LoopRuns.Data(2, 4, 4)), (x, LoopRuns.Data(3, 9, 3, 4)));
    }

    [Fact]
    public void A_short_loop_packs_them()
    {
        var (h, w) = (Fed("h", 3, 4), Fed("w", 4, 4));
        var last = Scan(c => (Sin(MatMul(c, Transpose(w))), c), h, 7).Carry;
        var loop = Assert.Single(Loops([last]));
        Assert.Equal(1, SummedAxis(Assert.Single(loop.Body.Nodes, n => n.Op is DotOp)));
        Assert.Equal(1, loop.Captures);
    }

    private LoopOp[] Loops(Value[] fetches)
    {
        var options = new CompilerOptions();
        var source = Pipeline.Rewrite(CompiledPlan.SourceOf(SliceAnalysis.Analyze(graph, fetches, [])), Pipeline.RunnerOf(options), options);
        return [.. source.Nodes.Select(n => n.Op).OfType<LoopOp>()];
    }

    /// <summary>Along which axis of the matrix in memory a product sums its right operand.</summary>
    private static int SummedAxis(Node product)
    {
        var (right, axis) = (product.Inputs[1], ((DotOp)product.Op).RightContract[0]);
        for (; right.Node.Op is TransposeOp; axis = 1 - axis) right = right.Node.Inputs[0];
        Assert.IsType<PlaceholderOp>(right.Node.Op);
        return axis;
    }

    private Value Fed(string name, params int[] extents) => graph.Placeholder(name, [.. extents.Select(e => (Dim)e)], DType.Float64);
}

using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Expressions whose parts are read many times: as trees they would be larger than any memory.</summary>
public sealed class SharedExpressionTests
{
    /// <summary>2^200 paths lead to the index. Each step shares the list of loops of the one before, so none is searched for twice.</summary>
    [Fact]
    public void What_an_expression_depends_on_is_found_once()
    {
        var b = new ScalarBuilder();
        var (rows, along, other) = (new LoopAxis("i", 5, reduced: false), new LoopAxis("r", 4, reduced: true), new LoopAxis("s", 4, reduced: true));
        var start = b.Convert(DType.Float32, b.Add(b.LoopIndex(rows), b.LoopIndex(along)));
        var x = start;
        for (var step = 0; step < 200; step++) x = b.Multiply(x, x);

        Assert.Same(start.Loops, x.Loops);
        Assert.True(ScalarGraph.DependsOn(x, rows));
        Assert.True(ScalarGraph.DependsOn(x, along));
        Assert.False(ScalarGraph.DependsOn(x, other));
        Assert.False(x.IsOfRow);
    }

    /// <summary>What was reduced, or kept, in a row changes with the loops around it.</summary>
    [Fact]
    public void What_belongs_to_a_row_depends_on_every_loop_over_rows()
    {
        var b = new ScalarBuilder();
        var (rows, along) = (new LoopAxis("i", 5, reduced: false), new LoopAxis("r", 4, reduced: true));
        var kept = b.Load(DType.Float32, new TensorBuffer(-1, new TensorType(DType.Float32, [4]), BufferKind.Scratch, 0, "row"), b.LoopIndex(along));
        var elsewhere = b.Load(DType.Float32, new TensorBuffer(0, new TensorType(DType.Float32, [4]), BufferKind.Feed, 0, "x"), b.LoopIndex(along));
        var sum = b.Add(b.Accumulated(DType.Float32, new KernelReduction(ReductionKind.Sum, DType.Float32, elsewhere, "sum")), b.Float32(1));

        Assert.True(ScalarGraph.DependsOn(b.Negate(kept), rows));
        Assert.True(ScalarGraph.DependsOn(b.Negate(sum), rows));
        Assert.False(ScalarGraph.DependsOn(sum, along));
        Assert.False(ScalarGraph.DependsOn(b.Negate(elsewhere), rows));
    }

    /// <summary>It took 15 s to lower: each loop was looked for along every path through the powers and their gradients.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Skewness_of_short_rows(int row)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", row]);
        var centered = x - Mean(x, 1, keepDims: true);
        var skewness = Mean(Pow(centered, 3), 1) / Pow(Mean(Square(centered), 1), 1.5);
        var gradient = Gradient(Sum(skewness), x);
        float[,] data = row == 3 ? new float[,] { { 1, 2, 4 }, { 0.5f, -3, 7 }, { -2, 8, 0 } } : new float[,] { { 1, 2, 4, 3 }, { 0.5f, -3, 7, 1 }, { -2, 8, 0, 5 } };

        using var session = new Session(graph);
        var results = session.Run([skewness, gradient], [], (x, data));

        for (var i = 0; i < 3; i++)
        {
            var mean = Enumerable.Range(0, row).Average(j => (double)data[i, j]);
            var d = Enumerable.Range(0, row).Select(j => data[i, j] - mean).ToArray();
            var (second, third) = (d.Average(e => e * e), d.Average(e => e * e * e));
            Assert.Equal(third / Math.Pow(second, 1.5), results[0].At(i), 1e-5);
            for (var j = 0; j < row; j++)
                Assert.Equal(3 * (d[j] * d[j] - second - (third * d[j] / second)) / (row * Math.Pow(second, 1.5)), results[1].At((i * row) + j), 1e-5);
        }
    }
}

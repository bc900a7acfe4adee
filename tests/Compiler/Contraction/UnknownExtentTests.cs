using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Emission;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Runs alone: it counts code that any other test may emit.</summary>
[CollectionDefinition(nameof(UnknownExtentTests), DisableParallelization = true)]
public sealed class UnknownExtentCollection;

[Collection(nameof(UnknownExtentTests))]
public sealed class UnknownExtentTests
{
    [Fact]
    public void A_new_batch_size_emits_no_code()
    {
        var graph = new Graph();
        var (x, labels) = (graph.Placeholder("x", ["batch", 37]), graph.Placeholder("labels", ["batch"], DType.Int64));
        var (w1, w2) = (graph.Variable("w1", new float[37, 45]), graph.Variable("w2", new float[45, 10]));
        var loss = Losses.CategoricalCrossEntropyFromLogits(MatMul(Tanh(MatMul(x, w1)), w2), labels);
        var step = new GradientDescent(0.1f).Minimize(loss);
        using var session = new Session(graph);
        Run(64);
        var emitted = DotKernel.Get(DType.Float32, VectorWidths.Widest).Emitted;
        foreach (var batch in new[] { 1, 2, 3, 5, 7, 8, 11, 12, 13, 16, 23, 24, 25, 31, 32, 33, 48, 50, 63, 65, 95, 96, 97, 100, 128, 131, 200, 255, 256, 1000 }) Run(batch);
        Assert.Equal(emitted, DotKernel.Get(DType.Float32, VectorWidths.Widest).Emitted);

        void Run(int batch) => session.Run(step, (x, new float[batch, 37]), (labels, new long[batch]));
    }
}

using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Slide;
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
        var emitted = Emitted();
        foreach (var batch in new[] { 1, 2, 3, 5, 7, 8, 11, 12, 13, 16, 23, 24, 25, 31, 32, 33, 48, 50, 63, 65, 95, 96, 97, 100, 128, 131, 200, 255, 256, 1000 }) Run(batch);
        Assert.Equal(emitted, Emitted());

        void Run(int batch) => session.Run(step, (x, new float[batch, 37]), (labels, new long[batch]));
    }

    [Fact]
    public void Images_of_a_new_size_emit_no_code()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 5, "height", "width"]);
        Value Weights(string name, Shape shape) => graph.Variable(name, Initializers.GlorotUniform(graph, shape, seed: 1));
        var h = Relu(Conv2d(x, Weights("w1", [9, 5, 3, 3]), padding: 1));
        h = Relu(Conv2d(h, Weights("w2", [20, 9, 3, 3]), stride: 2));
        h = ConvTranspose2d(h, Weights("w3", [20, 7, 2, 2]), stride: 2);
        var step = new GradientDescent(0.1f).Minimize(Mean(Square(h)));
        using var session = new Session(graph);
        Run(4, 28, 28);
        var emitted = Emitted();
        foreach (var (batch, height, width) in new[] { (1, 3, 3), (5, 30, 28), (7, 33, 37), (2, 64, 5), (3, 5, 64), (4, 40, 40), (1, 101, 17), (1, 17, 101), (2, 55, 47), (9, 23, 23), (1, 128, 128) }) Run(batch, height, width);
        Assert.Equal(emitted, Emitted());

        void Run(int batch, int height, int width) => session.Run(step, (x, new float[batch, 5, height, width]));
    }

    /// <summary>How many pieces of code there are when no more are under way.</summary>
    private static int Emitted()
    {
        CodePreparation.Done.Wait();
        return DotKernel.Get(DType.Float32, VectorWidths.Widest).Emitted + SlideKernel.Get(DType.Float32, VectorWidths.Widest).Emitted;
    }
}

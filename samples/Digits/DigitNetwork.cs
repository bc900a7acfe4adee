using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>Two convolutions with pooling and a linear layer, and one step of Adam; the batch is as large as its feed.</summary>
internal sealed class DigitNetwork
{
    public DigitNetwork(int seed)
    {
        Pixels = Graph.Placeholder("pixels", ["batch", DigitImages.PixelCount], range: (0, 1));
        Labels = Graph.Placeholder("labels", ["batch"], DType.Int32, range: (0, 9));
        Rate = Graph.Placeholder("rate", []);

        var images = Reshape(Pixels, [Pixels.Shape[0], 1, 8, 8]);
        var fine = MaxPool2d(Relu(Convolution("conv1", images, 16, seed)), 2);
        var coarse = MaxPool2d(Relu(Convolution("conv2", fine, 32, seed + 1)), 2);
        var features = Reshape(coarse, [Pixels.Shape[0], 32 * 2 * 2]);
        var w = Graph.Variable("linear/w", Initializers.GlorotUniform(Graph, [32 * 2 * 2, 10], seed + 2));
        var b = Graph.Variable("linear/b", Initializers.Zeros(Graph, [10]));
        var logits = Linear(features, w, b);

        Loss = Losses.CategoricalCrossEntropyFromLogits(logits, Labels);
        Predictions = ArgMax(logits, axis: 1);
        Accuracy = Mean(Cast(Equal(Predictions, Cast(Labels, DType.Int64)), DType.Float32));
        Step = new Adam(Rate).Minimize(Loss);
    }

    public Graph Graph { get; } = new();

    public Value Pixels { get; }

    public Value Labels { get; }

    public Value Rate { get; }

    public Value Loss { get; }

    public Value Predictions { get; }

    public Value Accuracy { get; }

    public Node Step { get; }

    private Value Convolution(string name, Value x, int outputs, int seed)
    {
        var w = Graph.Variable($"{name}/w", Initializers.HeUniform(Graph, [outputs, x.Shape[1], 3, 3], seed));
        var b = Graph.Variable($"{name}/b", Initializers.Zeros(Graph, [outputs]));
        return Conv2d(x, w, b, padding: 1);
    }
}

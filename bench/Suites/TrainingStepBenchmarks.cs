using BenchmarkDotNet.Attributes;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.Suites;

/// <summary>A training step of a classifier 784-128-10 with ReLU, batch 64, cross-entropy and Adam, on one thread.</summary>
public class TrainingStepBenchmarks
{
    private const int Batch = 64;

    private Session session = null!;
    private Node step = null!;
    private (Value Placeholder, TensorData Data)[] feeds = [];

    /// <summary>Which backend runs.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>Builds the graph and runs it once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 784]);
        var labels = graph.Placeholder("labels", ["batch"], DType.Int32);
        var hidden = Relu(Linear(x, Weights("w1", 784, 128), graph.Variable("b1", Initializers.Zeros(graph, [128]))));
        var logits = Linear(hidden, Weights("w2", 128, 10), graph.Variable("b2", Initializers.Zeros(graph, [10])));
        step = new Adam(0.001).Minimize(Losses.CategoricalCrossEntropyFromLogits(logits, labels));
        var random = new Random(1);
        feeds =
        [
            (x, TensorData.Create<float>([.. Enumerable.Range(0, Batch * 784).Select(_ => random.NextSingle())], Batch, 784)),
            (labels, TensorData.FromArray(Enumerable.Range(0, Batch).Select(i => i % 10).ToArray())),
        ];
        session = new Session(graph, new SessionOptions { Backend = Backend, Threads = 1 });
        Step();

        Variable Weights(string name, int inputs, int outputs) =>
            graph.Variable(name, Initializers.HeUniform(graph, [inputs, outputs], seed: outputs));
    }

    /// <summary>One step.</summary>
    [Benchmark]
    public void Step() => session.Run(step, feeds);

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void Cleanup() => session.Dispose();
}

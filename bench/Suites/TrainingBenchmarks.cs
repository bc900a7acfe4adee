using BenchmarkDotNet.Attributes;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.Suites;

/// <summary>Whole training steps: forward, backward and the optimizer's update.</summary>
public class TrainingBenchmarks
{
    private const int StepsOfSmallModels = 1000;

    private Session session = null!;
    private Node step = null!;
    private (Value, TensorData)[] feeds = [];

    /// <summary>Compiled or interpreted.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>How many threads a run may use.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Gradient descent on a function of two variables.</summary>
    [GlobalSetup(Target = nameof(Himmelblau))]
    public void SetUpHimmelblau()
    {
        var graph = new Graph();
        var p = graph.Variable("p", [0f, 0f]);
        var (x, y) = (p[0], p[1]);
        var loss = Square((x * x) + y - 11) + Square(x + (y * y) - 7);
        Start(graph, new GradientDescent(0.001f).Minimize(loss));
    }

    /// <summary>Four points, two features.</summary>
    [GlobalSetup(Target = nameof(LogisticRegression))]
    public void SetUpLogisticRegression()
    {
        var graph = new Graph();
        var x = graph.Constant(new float[,] { { 1, 1 }, { 1, 0 }, { 0, 1 }, { 0, 0 } });
        var labels = graph.Constant([0f, 1f, 0f, 1f]);
        var (w, b) = (graph.Variable("w", [0.1f, -0.1f]), graph.Variable("b", 0f));
        var loss = Losses.BinaryCrossEntropy(Sigmoid(Sum(x * w, 1) + b), labels);
        Start(graph, new GradientDescent(0.01f).Minimize(loss));
    }

    /// <summary>64-32-10, batch 32, Adam.</summary>
    [GlobalSetup(Target = nameof(SmallPerceptron))]
    public void SetUpSmallPerceptron() => SetUpPerceptron(32, 64, 32, 10);

    /// <summary>784-128-10, batch 64, Adam.</summary>
    [GlobalSetup(Target = nameof(Perceptron))]
    public void SetUpPerceptron() => SetUpPerceptron(64, 784, 128, 10);

    /// <summary>784-512-512-10, batch 128, Adam.</summary>
    [GlobalSetup(Target = nameof(LargePerceptron))]
    public void SetUpLargePerceptron() => SetUpPerceptron(128, 784, 512, 512, 10);

    /// <summary>One of a thousand steps run together.</summary>
    [Benchmark(OperationsPerInvoke = StepsOfSmallModels)]
    public void Himmelblau() => session.Run(step, StepsOfSmallModels);

    /// <summary>One of a thousand steps run together.</summary>
    [Benchmark(OperationsPerInvoke = StepsOfSmallModels)]
    public void LogisticRegression() => session.Run(step, StepsOfSmallModels);

    /// <summary>One step.</summary>
    [Benchmark]
    public void SmallPerceptron() => session.Run(step, feeds);

    /// <summary>One step.</summary>
    [Benchmark]
    public void Perceptron() => session.Run(step, feeds);

    /// <summary>One step.</summary>
    [Benchmark]
    public void LargePerceptron() => session.Run(step, feeds);

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void CleanUp() => session.Dispose();

    private void SetUpPerceptron(int batch, params int[] widths)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", widths[0]]);
        var labels = graph.Placeholder("labels", ["batch"], DType.Int64);
        var logits = x;
        for (var layer = 1; layer < widths.Length; layer++)
        {
            var w = graph.Variable($"w{layer}", Initializers.HeNormal(graph, [widths[layer - 1], widths[layer]], seed: layer));
            var b = graph.Variable($"b{layer}", new float[widths[layer]]);
            if (layer > 1) logits = Relu(logits);
            logits = Linear(logits, w, b);
        }
        var random = new Random(1);
        var images = new float[batch, widths[0]];
        for (var i = 0; i < images.Length; i++) images[i / widths[0], i % widths[0]] = random.NextSingle();
        long[] numbers = [.. Enumerable.Range(0, batch).Select(_ => random.NextInt64(widths[^1]))];
        Start(graph, new Adam(0.001f).Minimize(Losses.CategoricalCrossEntropyFromLogits(logits, labels)), (x, images), (labels, numbers));
    }

    private void Start(Graph graph, Node training, params (Value, TensorData)[] data)
    {
        (step, feeds) = (training, data);
        session = new Session(graph, new SessionOptions { Backend = Backend, Threads = Threads });
        session.Initialize();
    }
}

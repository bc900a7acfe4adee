using BenchmarkDotNet.Attributes;

namespace GraphGrad.Bench.Suites;

/// <summary>What calling costs beside computing: a program that adds two numbers.</summary>
[MemoryDiagnoser]
public class SessionBenchmarks
{
    private readonly float[] data = [1];
    private readonly float[] result = new float[1];
    private readonly TensorData tensor = new[] { 1f };
    private Session session = null!;
    private CompiledFunction function = null!;
    private Value x = null!;
    private Value y = null!;
    private Node step = null!;

    /// <summary>Compiled or interpreted.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>Builds the program.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var graph = new Graph();
        x = graph.Placeholder("x", [1]);
        y = x + 1;
        var counter = graph.Variable("counter", [0f]);
        step = Ops.AssignAdd(counter, graph.Constant([1f]));
        session = new Session(graph, new SessionOptions { Backend = Backend });
        function = session.Compile([x], [y]);
        session.Initialize();
    }

    /// <summary>A run with a feed and a fetch as tensors.</summary>
    [Benchmark]
    public TensorData RunWithTensors() => session.Run(y, (x, tensor));

    /// <summary>The same through a compiled function, on spans.</summary>
    [Benchmark]
    public void RunWithSpans() => function.Run<float, float>(data, result);

    /// <summary>A run that feeds and fetches nothing.</summary>
    [Benchmark]
    public void RunStep() => session.Run(step);

    /// <summary>One of a thousand steps run together.</summary>
    [Benchmark(OperationsPerInvoke = 1000)]
    public void RunStepTimes() => session.Run(step, 1000);

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void CleanUp() => session.Dispose();
}

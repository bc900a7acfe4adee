using BenchmarkDotNet.Attributes;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.Suites;

/// <summary>An elementwise chain, GELU written with tanh over 2^20 numbers, forward and with its gradient.</summary>
public class ElementwiseBenchmarks
{
    private readonly float[] input = new float[1 << 20];
    private readonly float[] result = new float[1 << 20];
    private Session session = null!;
    private CompiledFunction forward = null!;
    private CompiledFunction gradient = null!;

    /// <summary>Which backend runs.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>Builds the graph and runs it once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < input.Length; i++) input[i] = (random.NextSingle() * 8) - 4;
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n"]);
        var y = GeluTanh(x);
        session = new Session(graph, new SessionOptions { Backend = Backend, Threads = 1 });
        forward = session.Compile([x], [y]);
        gradient = session.Compile([x], [Gradient(Sum(y), x)]);
        Forward();
        ForwardAndGradient();
    }

    /// <summary>The function.</summary>
    [Benchmark]
    public void Forward() => forward.Run<float, float>(input, result);

    /// <summary>Its derivative at every number.</summary>
    [Benchmark]
    public void ForwardAndGradient() => gradient.Run<float, float>(input, result);

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void Cleanup() => session.Dispose();
}

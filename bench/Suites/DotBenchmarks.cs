using BenchmarkDotNet.Attributes;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.Suites;

/// <summary>The product of two square float32 matrices, on one thread.</summary>
public class DotBenchmarks
{
    private float[] left = [];
    private float[] right = [];
    private float[] result = [];
    private Session session = null!;
    private CompiledFunction product = null!;

    /// <summary>Rows and columns.</summary>
    [Params(16, 64, 256, 1024)]
    public int Size { get; set; }

    /// <summary>Which backend runs.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>Builds the graph and runs it once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        left = [.. Enumerable.Range(0, Size * Size).Select(_ => random.NextSingle() - 0.5f)];
        right = [.. Enumerable.Range(0, Size * Size).Select(_ => random.NextSingle() - 0.5f)];
        result = new float[Size * Size];
        var graph = new Graph();
        var a = graph.Placeholder("a", [Size, Size]);
        var b = graph.Placeholder("b", [Size, Size]);
        session = new Session(graph, new SessionOptions { Backend = Backend, Threads = 1 });
        product = session.Compile([a, b], [MatMul(a, b)]);
        Product();
    }

    /// <summary>One product.</summary>
    [Benchmark]
    public void Product() => product.Run<float, float, float>(left, right, result);

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void Cleanup() => session.Dispose();
}

using BenchmarkDotNet.Attributes;

namespace GraphGrad.Bench.Suites;

/// <summary>Products of square matrices; 2·Size³ operations each.</summary>
public class DotBenchmarks
{
    private Workbench workbench = null!;

    /// <summary>Compiled or interpreted.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>How many threads a run may use.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Rows and columns.</summary>
    [Params(128, 512, 2048)]
    public int Size { get; set; }

    /// <summary>Builds the product.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var graph = new Graph();
        var (a, b) = (graph.Placeholder("a", [Size, Size]), graph.Placeholder("b", [Size, Size]));
        workbench = new Workbench([a, b], [Ops.MatMul(a, b)], new SessionOptions { Backend = Backend, Threads = Threads });
    }

    /// <summary>a · b.</summary>
    [Benchmark]
    public void MatMul() => workbench.Run();

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void CleanUp() => workbench.Dispose();
}

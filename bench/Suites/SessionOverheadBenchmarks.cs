using BenchmarkDotNet.Attributes;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.Suites;

/// <summary>What a call costs beside its arithmetic: gradient descent on Himmelblau's function, one call a step and one call for many.</summary>
public class SessionOverheadBenchmarks
{
    private const int StepsPerCall = 1000;

    private Session session = null!;
    private Node step = null!;

    /// <summary>Which backend runs.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>Builds the graph and runs it once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var graph = new Graph();
        var p = graph.Variable("p", [0f, 0f]);
        var (x, y) = (p[0], p[1]);
        var loss = Square((x * x) + y - 11) + Square(x + (y * y) - 7);
        step = new GradientDescent(0.001).Minimize(loss);
        session = new Session(graph, new SessionOptions { Backend = Backend, Threads = 1 });
        OneStep();
    }

    /// <summary>One call, one step.</summary>
    [Benchmark]
    public void OneStep() => session.Run(step);

    /// <summary>A thousand steps in one call; the figure is for one of them.</summary>
    [Benchmark(OperationsPerInvoke = StepsPerCall)]
    public void StepInALoop() => session.Run(step, times: StepsPerCall);

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void Cleanup() => session.Dispose();
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using GraphGrad.Bench.SideBySide.Workloads;
using static GraphGrad.Ops;
using Median = GraphGrad.Bench.SideBySide.Median;

namespace GraphGrad.Bench.Compilation;

/// <summary>What one fresh process measures of itself, printed as one JSON object of milliseconds.</summary>
internal static class CompileProbe
{
    public const string CommandName = "compile-probe";
    public const string FirstResult = "first_result", Cold = "cold", Warm = "warm", OtherSession = "other_session", NewBatch = "new_batch";

    private const int SteadyRuns = 5;

    public static IReadOnlyList<string> Names { get; } = [FirstResult, Cold, Warm, NewBatch];

    public static void Run(string name)
    {
        var figures = name switch
        {
            FirstResult => new JsonObject { [FirstResult] = MeasureFirstResult() },
            Cold => new JsonObject { [Cold] = Compile("transformer-train") },
            Warm => MeasureWarm(),
            _ => new JsonObject { [NewBatch] = MeasureNewBatch() },
        };
        Console.WriteLine(figures.ToJsonString());
    }

    private static double MeasureFirstResult()
    {
        var graph = new Graph();
        var p = graph.Variable("p", [0f, 0f]);
        var (x, y) = (p[0], p[1]);
        var loss = Square((x * x) + y - 11) + Square(x + (y * y) - 7);
        var step = new GradientDescent(0.01f).Minimize(loss);
        using var session = new Session(graph);
        session.Run(step, times: 100);
        _ = session.Read(p).AsSpan<float>()[0];
        return (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds;
    }

    private static JsonObject MeasureWarm()
    {
        Compile("mlp-small");
        return new JsonObject { [Warm] = Compile("transformer-train"), [OtherSession] = Compile("transformer-train") };
    }

    /// <summary>From a defined graph to the end of its first run, less what a run takes: machine code is made at the first call.</summary>
    private static double Compile(string workload)
    {
        var definition = Catalogue.All.Single(w => w.Name == workload).Define();
        using var session = new Session(definition.Graph);
        session.Initialize();
        var feeds = definition.Feeds.Select(f => (f.Placeholder, TensorData.FromArray(Shaped(f)))).ToArray();
        var start = Stopwatch.GetTimestamp();
        session.Run(definition.Target!, feeds);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds - Steady(() => session.Run(definition.Target!, feeds));
    }

    private static double MeasureNewBatch()
    {
        var graph = new Graph();
        var (x, labels) = (graph.Placeholder("x", ["batch", 784]), graph.Placeholder("labels", ["batch"], DType.Int64));
        var (w1, b1) = (graph.Variable("w1", Initializers.HeNormal(graph, [784, 128], seed: 1)), graph.Variable("b1", new float[128]));
        var (w2, b2) = (graph.Variable("w2", Initializers.HeNormal(graph, [128, 10], seed: 2)), graph.Variable("b2", new float[10]));
        var loss = Losses.CategoricalCrossEntropyFromLogits(Linear(Relu(Linear(x, w1, b1)), w2, b2), labels);
        var step = new Adam(0.001f).Minimize(loss);
        using var session = new Session(graph);
        // The first change of size runs code for the first time that later ones find compiled.
        foreach (var batch in new[] { 64, 32, 16 }) Steady(Step(batch));
        var run = Step(48);
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds - Steady(run);

        Action Step(int batch)
        {
            (Value, TensorData)[] feeds = [(x, new float[batch, 784]), (labels, new long[batch])];
            return () => session.Run(step, feeds);
        }
    }

    private static double Steady(Action run)
    {
        var times = new double[SteadyRuns];
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Median.Of(times);
    }

    private static Array Shaped((Value Placeholder, Array Data) feed)
    {
        var extents = feed.Placeholder.Shape.Select(d => (int)d.Value).ToArray();
        var array = Array.CreateInstance(feed.Data.GetType().GetElementType()!, extents);
        Buffer.BlockCopy(feed.Data, 0, array, 0, Buffer.ByteLength(feed.Data));
        return array;
    }
}

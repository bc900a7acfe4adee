using System.Diagnostics;
using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>
/// Gradient descent written by hand: the gradient and the assignment are graph, so thirty thousand steps are one call. With a
/// fixed rate the last digits stay out of reach: steps end below the spacing of the numbers. A rate that starts larger and decays
/// gets closer.
/// </summary>
internal static class HimmelblauGd
{
    private const int Steps = 30_000, TraceEvery = 2_000;
    private const double Rate = 0.001, FirstRate = 0.012, Decay = 0.9998;

    public static void Run(SampleRun run)
    {
        double[] start = [0, 0];

        var graph = new Graph();
        var p = graph.Variable("p", start);
        var f = Himmelblau(p);
        var step = AssignSub(p, Rate * Gradient(f, p));

        // The same, with a rate that a second variable remembers and each step shrinks.
        var q = graph.Variable("q", start);
        var rate = graph.Variable("rate", FirstRate);
        var fOfQ = Himmelblau(q);
        var decayingStep = Group(AssignSub(q, rate * Gradient(fOfQ, q)), Assign(rate, rate * Decay));

        using var session = run.Open(graph);
        session.Run(step, times: 1);
        session.Initialize(p);

        var trace = new List<double[]> { Row(0) };
        var watch = Stopwatch.StartNew();
        session.Run(step, times: Steps, traceEvery: TraceEvery, trace: done => trace.Add(Row(done)));
        var nanoseconds = watch.Elapsed.TotalNanoseconds / Steps;
        session.Run(decayingStep, times: Steps);
        var ends = session.Run([f, fOfQ]);

        var figures = run.Figures;
        figures.Set("x0", start);
        figures.Set("rate", Rate);
        figures.Set("steps", Steps);
        figures.Set("first_rate", FirstRate);
        figures.Set("decay", Decay);
        figures.Set("x", session.Read(p));
        figures.Set("f", ends[0]);
        figures.Set("trace", trace);
        figures.Set("x_decayed", session.Read(q));
        figures.Set("f_decayed", ends[1]);
        figures.Set("ns_per_step", nanoseconds);

        run.Tell(["step", "x", "y", "f"], trace.Select(row => row.Cast<object>().ToArray()));
        run.Tell(
            ($"rate {Rate}: x", AllDigits(session.Read(p))),
            ("f(x)", ends[0]),
            ($"rate {FirstRate} · {Decay}^t: x", AllDigits(session.Read(q))),
            ("f(x) ", ends[1]),
            ("time of a step", $"{nanoseconds:F1} ns"));

        double[] Row(long done) => [done, .. SampleRun.Numbers(session.Read(p)), session.Run(f).Item<double>()];
    }

    private static string AllDigits(TensorData point) => string.Join(", ", SampleRun.Numbers(point));

    /// <summary>(x² + y - 11)² + (x + y² - 7)², which is 0 at four points.</summary>
    internal static Value Himmelblau(Value point)
    {
        var (x, y) = (point[0], point[1]);
        return Square(x * x + y - 11) + Square(x + y * y - 7);
    }
}

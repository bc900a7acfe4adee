using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Hazards;

/// <summary>Runs a hazard in float32 and compares value and derivatives with the true ones.</summary>
internal static class HazardRun
{
    private const double Tolerance = 1e-5;
    private const double LeastNormal = 1.1754944e-38;

    /// <summary>What is wrong on any backend and in any mode of differentiation, lazily.</summary>
    public static IEnumerable<string> Everywhere(Hazard hazard)
    {
        foreach (var (backend, forward) in new[] { (Backend.Compiled, false), (Backend.Interpreted, false), (Backend.Compiled, true) })
        {
            foreach (var (_, text) in Faults(hazard, hazard.Naive.Build, new SessionOptions { Backend = backend, Threads = 1 }, stabilize: true, forward))
                yield return $"{hazard.Name}, {backend}{(forward ? ", forward" : string.Empty)}: {text}";
        }
    }

    /// <summary>How many points are right, in both modes of differentiation, on the compiled backend.</summary>
    public static int Right(Hazard hazard, bool rewritten)
    {
        var options = new SessionOptions { Backend = rewritten ? Backend.Compiled : Backend.Interpreted, Rewrite = rewritten, Threads = 1 };
        var wrong = Faults(hazard, hazard.Naive.Build, options, rewritten, forward: false).Select(f => f.Point).ToHashSet();
        if (rewritten) wrong.UnionWith(Faults(hazard, hazard.Naive.Build, options, stabilize: true, forward: true).Select(f => f.Point));
        return hazard.Points.Length - wrong.Count;
    }

    /// <summary>What is wrong at which points; empty if all is right.</summary>
    public static List<(int Point, string Text)> Faults(Hazard hazard, Func<Value[], Value> build, SessionOptions session, bool stabilize, bool forward)
    {
        var graph = new Graph();
        var batched = hazard.IsElementwise;
        var count = hazard.Points.Length;
        Value[] inputs = [.. hazard.Points[0].Select((x, i) => graph.Placeholder("xyzw"[i].ToString(), batched ? [count] : x.Length == 1 ? [] : [x.Length]))];
        var y = build(inputs);
        Value[] slopes = forward ? [.. inputs.Select(x => Ops.Jvp(y, x, Ops.OnesLike(x)))]
            : Ops.Gradients(Ops.Sum(y), new GradientOptions { Stabilize = stabilize, Disconnected = Disconnected.Zeros }, inputs);
        using var run = new Session(graph, session);
        var faults = new List<(int, string)>();
        if (batched)
        {
            var results = run.Run([y, .. slopes], [.. inputs.Select((x, i) => (x, (TensorData)hazard.Points.Select(p => p[i][0]).ToArray()))]);
            for (var p = 0; p < count; p++) Compare(p, results[0].At(results[0].Count == 1 ? 0 : p), (i, _) => results[1 + i].At(p));
            return faults;
        }
        for (var p = 0; p < count; p++)
        {
            var results = run.Run([y, .. slopes], [.. inputs.Select((x, i) => (x, hazard.Points[p][i] is [var number] ? (TensorData)number : hazard.Points[p][i]))]);
            Compare(p, results[0].At(0), (i, e) => results[1 + i].At(e));
        }
        return faults;

        void Compare(int p, double value, Func<int, int, double> slope)
        {
            var point = hazard.Points[p];
            var truth = Truth(hazard, p);
            var text = string.Empty;
            if (!Close(value, truth.Value)) text += $" value {value:G7} for {truth.Value:G7}";
            for (var i = 0; i < point.Length; i++)
            {
                // Forward mode moves all elements of a vector at once.
                if (forward && point[i].Length > 1) continue;
                for (var e = 0; e < point[i].Length; e++)
                {
                    if (!Close(slope(i, e), truth.Slopes[i][e])) text += $" d/d{"xyzw"[i]}{(point[i].Length > 1 ? $"[{e}]" : "")} {slope(i, e):G7} for {truth.Slopes[i][e]:G7}";
                }
            }
            if (text.Length > 0) faults.Add((p, $"({string.Join("; ", point.Select(x => string.Join(", ", x)))}){text}"));
        }
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Hazard, (double, double[][])?[]> Truths = [];

    private static (double Value, double[][] Slopes) Truth(Hazard hazard, int point)
    {
        var known = Truths.GetValue(hazard, h => new (double, double[][])?[h.Points.Length]);
        return (known[point] ??= Hazards.Truth.Of(hazard, hazard.Points[point]));
    }

    /// <summary>Right to the tolerance; absolutely where float32 has no normal number for it, and anything where it overflows.</summary>
    private static bool Close(double actual, double expected) =>
        Math.Abs(expected) > float.MaxValue || Math.Abs(actual - expected) <= Tolerance * Math.Max(Math.Abs(expected), LeastNormal / Tolerance);
}

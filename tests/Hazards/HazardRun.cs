namespace GraphGrad.Tests.Hazards;

/// <summary>Runs a hazard in float32 and compares value and derivatives with the true ones.</summary>
internal static class HazardRun
{
    private const double Tolerance = 1e-5;
    private const double LeastNormal = 1.1754944e-38;

    /// <summary>What is wrong on any backend and in any mode of differentiation, lazily.</summary>
    public static IEnumerable<string> Everywhere(Hazard hazard)
    {
        foreach (var (backend, forward, batch) in new[] { (Backend.Compiled, false, false), (Backend.Interpreted, false, false), (Backend.Compiled, true, false), (Backend.Compiled, false, true) })
        {
            if (batch && !hazard.InBatches) continue;
            foreach (var (_, text) in Faults(hazard, new SessionOptions { Backend = backend, Threads = 1 }, stabilize: true, forward, batch))
                yield return $"{hazard.Name}, {backend}{(forward ? ", forward" : string.Empty)}{(batch ? ", batch" : string.Empty)}: {text}";
        }
    }

    /// <summary>How many points are right on the compiled backend: in both modes of differentiation, and as a batch.</summary>
    public static int Right(Hazard hazard, bool rewritten)
    {
        var options = new SessionOptions { Backend = rewritten ? Backend.Compiled : Backend.Interpreted, Rewrite = rewritten, Threads = 1 };
        var wrong = Faults(hazard, options, rewritten).Select(f => f.Point).ToHashSet();
        if (rewritten) wrong.UnionWith(Faults(hazard, options, stabilize: true, forward: true).Select(f => f.Point));
        if (rewritten && hazard.InBatches) wrong.UnionWith(Faults(hazard, options, stabilize: true, batch: true).Select(f => f.Point));
        return hazard.Points.Length - wrong.Count;
    }

    /// <summary>What is wrong at which points; empty if all is right.</summary>
    /// <param name="hazard">The expression and its points.</param>
    /// <param name="session">How it runs.</param>
    /// <param name="stabilize">Whether it is brought into its stable form before it is differentiated.</param>
    /// <param name="forward">Whether it is differentiated in forward mode.</param>
    /// <param name="batch">Whether all points are the examples of one batch, of a number that the graph does not know; vectors are its rows.</param>
    public static List<(int Point, string Text)> Faults(Hazard hazard, SessionOptions session, bool stabilize, bool forward = false, bool batch = false)
    {
        var graph = new Graph();
        var together = hazard.IsElementwise || batch;
        var inRows = batch && !hazard.IsElementwise;
        var count = hazard.Points.Length;
        Value[] inputs = [.. hazard.Points[0].Select((x, i) => graph.Placeholder("xyzw"[i].ToString(), ExtentsOf(x)))];
        var y = hazard.Naive.Build(inputs, inRows);
        Value[] slopes = forward ? [.. inputs.Select(x => Ops.Jvp(y, x, Ops.OnesLike(x)))]
            : Ops.Gradients(Ops.Sum(y), new GradientOptions { Stabilize = stabilize, Disconnected = Disconnected.Zeros }, inputs);
        using var run = new Session(graph, session);
        var faults = new List<(int, string)>();
        if (together)
        {
            var results = run.Run([y, .. slopes], [.. inputs.Select((x, i) => (x, Data(i)))]);
            for (var p = 0; p < count; p++) Compare(p, results[0].At(results[0].Count == 1 ? 0 : p), (i, e) => results[1 + i].At((p * hazard.Points[0][i].Length) + e));
            return faults;
        }
        for (var p = 0; p < count; p++)
        {
            var results = run.Run([y, .. slopes], [.. inputs.Select((x, i) => (x, hazard.Points[p][i] is [var number] ? (TensorData)number : hazard.Points[p][i]))]);
            Compare(p, results[0].At(0), (i, e) => results[1 + i].At(e));
        }
        return faults;

        Shape ExtentsOf(float[] x) => inRows ? ["batch", x.Length] : batch ? ["batch"] : together ? [count] : x.Length == 1 ? [] : [x.Length];

        TensorData Data(int input)
        {
            var numbers = hazard.Points.SelectMany(p => p[input]).ToArray();
            return inRows ? TensorData.Create<float>(numbers, count, hazard.Points[0][input].Length) : numbers;
        }

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

using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Hazards;

/// <summary>The stability report of every hazard, its inputs declared to lie where its points do, against 80 digits.</summary>
public sealed class HazardReportTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names => [.. HazardTable.Everything.Select(h => h.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_goes_wrong_is_reported_and_what_is_reported_is_so(string name)
    {
        var hazard = HazardTable.Everything.Single(h => h.Name == name);
        var graph = new Graph();
        Value[] inputs = [.. hazard.Points[0].Select((x, i) =>
        {
            var numbers = hazard.Points.SelectMany(p => p[i]).ToArray();
            return graph.Placeholder("xyzw"[i].ToString(), x.Length == 1 ? [] : [x.Length], range: (numbers.Min(), numbers.Max()));
        })];
        var y = hazard.Naive.Build(inputs);
        using var session = new Session(graph);
        var report = session.Stability(y);

        var written = HazardRun.Faults(hazard, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false }, stabilize: false);
        if (written.Exists(f => f.Text.Contains(" value ", StringComparison.Ordinal))) Assert.NotEmpty(report);

        foreach (var entry in report.Where(e => e.Witness is not null))
        {
            var actual = session.Run(y, [.. entry.Witness!]).At(0);
            var truth = Truth(hazard, [.. entry.Witness!.Select(w => w.Data.AsSpan<float>().ToArray())]);
            // Where the function has no value a rewritten one may take its limit.
            var isRight = truth is { } exact ? Math.Abs(exact) <= float.MaxValue && Math.Abs(actual - exact) <= (Tolerance * Math.Abs(exact)) + (exact == 0 ? 1e-12 : 1.2e-38) : double.IsFinite(actual);
            Expect.True(isRight == !entry.IsOpen, $"{entry}: {actual} for {truth}");
        }
    }

    /// <summary>Null where function or derivative are not defined, or beyond all numbers.</summary>
    private static double? Truth(Hazard hazard, float[][] point)
    {
        try
        {
            return Hazards.Truth.Of(hazard, point).Value;
        }
        catch (Exception error) when (error is ArithmeticException or PrecisionException or InvalidOperationException)
        {
            return null;
        }
    }
}

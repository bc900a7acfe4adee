using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>
/// 1/exp(x) at x = 100 in float32: exp overflows, and its gradient -exp(x)/exp(x)² is ∞/∞. Others ask for a gradient written by
/// hand; GraphGrad sees the pattern, brings it into its stable form before it differentiates, and reports what it did.
/// </summary>
internal static class Unstable
{
    public static void Run(SampleRun run)
    {
        const float at = 100;

        var graph = new Graph();
        var x = graph.Placeholder("x", []);

        var written = 1 / Exp(x);
        var asWritten = Gradient(written, x, new GradientOptions { Stabilize = false });

        // By hand: the gradient of 1/exp(x) is -1/exp(x), whatever exp(x) became.
        var byHand = CustomGradient(v => 1 / Exp(v[0]), c => [-c.Adjoint * Exp(-c.Inputs[0])], x);
        var custom = Gradient(byHand, x, new GradientOptions { Stabilize = false });

        // Gradients are stabilized unless told otherwise, and so is what a session runs.
        var same = 1 / Exp(x);
        var automatic = Gradient(same, x);

        using var literal = run.Open(graph, rewrite: false);
        using var session = run.Open(graph);
        var numbers = literal.Run([written, asWritten, byHand, custom], (x, at))
            .Concat(session.Run([same, automatic], (x, at)))
            .Select(result => (double)result.Item<float>()).ToArray();
        var report = graph.StabilityReport.Select(record => record.ToString()).Distinct().ToArray();

        var figures = run.Figures;
        figures.Set("x", at);
        figures.Set("as_written", numbers[..2]);
        figures.Set("custom", numbers[2..4]);
        figures.Set("automatic", numbers[4..]);
        figures.Set("report", report);
        run.Tell(
            ["1/exp(x) at x = 100", "value", "gradient"],
            [["as written", numbers[0], numbers[1]], ["custom gradient", numbers[2], numbers[3]], ["automatic", numbers[4], numbers[5]]]);
        foreach (var line in report) run.Say(line);
    }
}

using GraphGrad.Samples.Drawing;
using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>Logistic regression with the loss as textbooks write it; GraphGrad brings it into a form that cannot overflow.</summary>
internal static class Logistic
{
    private const int Steps = 10_000, TraceEvery = 500;
    private const double Rate = 0.01;

    public static void Run(SampleRun run)
    {
        double[][] points = [[1, 1], [1, 0], [0, 1], [0, 0]];
        double[] classes = [0, 1, 0, 1];
        double[] firstWeights = [0.3, -0.2];
        const double firstBias = 0.1;

        var graph = new Graph();
        var x = graph.Constant(points);
        var y = graph.Constant(classes);
        var w = graph.Variable("w", firstWeights);
        var b = graph.Variable("b", firstBias);
        var p = Sigmoid(MatMul(x, w) + b);
        var loss = -Mean(y * Log(p) + (1 - y) * Log(1 - p));
        var step = new GradientDescent(Rate).Minimize(loss);

        using var session = run.Open(graph);
        var losses = new List<double> { session.Run(loss).Item<double>() };
        session.Run(step, times: Steps, traceEvery: TraceEvery, trace: _ => losses.Add(session.Run(loss).Item<double>()));

        var figures = run.Figures;
        figures.Set("x", points);
        figures.Set("labels", classes);
        figures.Set("w0", firstWeights);
        figures.Set("b0", firstBias);
        figures.Set("rate", Rate);
        figures.Set("steps", Steps);
        figures.Set("losses", losses);
        figures.Set("w", session.Read(w));
        figures.Set("b", session.Read(b));
        figures.Set("p", session.Run(p));
        run.Tell(
            ("loss before", losses[0]),
            ("loss after 10,000 steps", losses[^1]),
            ("w", session.Read(w)),
            ("b", session.Read(b)),
            ("labels", classes),
            ("p", session.Run(p)));
        run.Save("logistic.svg", new Chart("Logistic regression on four points", "step", "loss") { YRange = (0, Math.Ceiling(losses.Max() * 10) / 10) }
            .Line("loss", [.. losses.Select((value, i) => ((double)i * TraceEvery, value))], dots: true)
            .ToSvg());
    }
}

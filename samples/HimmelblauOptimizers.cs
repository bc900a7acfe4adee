using GraphGrad.Samples.Drawing;
using GraphGrad.Samples.Running;

namespace GraphGrad.Samples;

/// <summary>Seven optimizers side by side: from one start with each of them, and from four starts into four different minima.</summary>
internal static class HimmelblauOptimizers
{
    private const int Steps = 2_000;

    public static void Run(SampleRun run)
    {
        double[] origin = [0, 0];
        (string Name, double Rate, Func<LearningRate, Optimizer> Create)[] optimizers =
        [
            ("gradient descent", 0.01, rate => new GradientDescent(rate)),
            ("momentum", 0.002, rate => new Momentum(rate)),
            ("nesterov", 0.002, rate => new Nesterov(rate)),
            ("adam", 0.05, rate => new Adam(rate)),
            ("adamw", 0.05, rate => new AdamW(rate)),
            ("rmsprop", 0.01, rate => new RmsProp(rate)),
            ("adagrad", 0.5, rate => new Adagrad(rate)),
        ];
        double[][] starts = [[1, 0], [-2, 2], [-4, 0], [4, 0]];

        var paths = optimizers.Select(o => Follow(run, o.Name, origin, o.Rate, o.Create)).ToList();
        paths.AddRange(starts.Select(start => Follow(run, "adam", start, 0.05, rate => new Adam(rate))));

        run.Figures.Set("x0", origin);
        run.Figures.Set("steps", Steps);
        run.Figures.Set("runs", paths.Select(path => path.ToFigures()));
        run.Tell(["optimizer", "rate", "start", "end", "f(end)"], paths.Select(p => new object[] { p.Name, p.Rate, p.Start, p.End, p.Height }));

        run.Figures.Set("svg_optimizers", run.Save("himmelblau-optimizers.svg", Draw("From (0, 0) with seven optimizers", paths.Take(optimizers.Length), path => path.Name)));
        run.Figures.Set("svg_minima", run.Save("himmelblau-minima.svg", Draw("Into each of the four minima, by Adam", paths.Skip(optimizers.Length), path => $"from ({path.Start[0]}, {path.Start[1]})")));
    }

    private static Descent Follow(SampleRun run, string name, double[] start, double rate, Func<LearningRate, Optimizer> create)
    {
        var graph = new Graph();
        var p = graph.Variable("p", start);
        var f = HimmelblauGd.Himmelblau(p);
        var step = create(rate).Minimize(f);

        using var session = run.Open(graph);
        var points = new List<double[]> { start };
        session.Run(step, times: Steps, traceEvery: 1, trace: _ => points.Add(session.Read(p).AsSpan<double>().ToArray()));
        return new Descent(name, rate, start, points, session.Run(f).Item<double>());
    }

    private static string Draw(string title, IEnumerable<Descent> paths, Func<Descent, string> caption)
    {
        var chart = new Chart(title, "x", "y") { Width = 780, Height = 720, XRange = (-5, 5), YRange = (-5, 5) }
            .Contours(
                (x, y) => Math.Pow((x * x) + y - 11, 2) + Math.Pow(x + (y * y) - 7, 2),
                0.5, 2, 6, 14, 28, 50, 80, 120, 170, 240, 330, 450);
        foreach (var path in paths) chart.Line(caption(path), [.. path.Points.Select(p => (p[0], p[1]))]);
        return chart
            .Mark(3, 2, "(3, 2)")
            .Mark(-2.805118, 3.131312, "(-2.81, 3.13)")
            .Mark(-3.779310, -3.283186, "(-3.78, -3.28)")
            .Mark(3.584428, -1.848127, "(3.58, -1.85)")
            .ToSvg();
    }

    private sealed record Descent(string Name, double Rate, double[] Start, List<double[]> Points, double Height)
    {
        public double[] End => Points[^1];

        public Figures ToFigures()
        {
            var figures = new Figures();
            figures.Set("name", Name);
            figures.Set("rate", Rate);
            figures.Set("start", Start);
            figures.Set("x", End);
            figures.Set("f", Height);
            return figures;
        }
    }
}

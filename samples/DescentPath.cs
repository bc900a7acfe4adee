using GraphGrad.Samples.Drawing;
using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>Fifteen steps down a parabola, drawn as a curve with the path on it.</summary>
internal static class DescentPath
{
    public static void Run(SampleRun run)
    {
        const double start = 5, rate = 0.3;
        const int steps = 15;

        var graph = new Graph();
        var x = graph.Variable("x", start);
        var step = new GradientDescent(rate).Minimize(Square(x));

        using var session = run.Open(graph);
        var path = new List<double> { start };
        session.Run(step, times: steps, traceEvery: 1, trace: _ => path.Add(session.Read(x).Item<double>()));

        var curve = Enumerable.Range(0, 221).Select(i => -5.5 + (i * 0.05)).Select(at => (at, at * at));
        var svg = new Chart("Gradient descent on x², rate 0.3", "x", "x²") { XRange = (-5.5, 5.5), YRange = (0, 30) }
            .Line("x²", [.. curve])
            .Line("path", [.. path.Select(at => (at, at * at))], dots: true)
            .ToSvg();

        var figures = run.Figures;
        figures.Set("x0", start);
        figures.Set("rate", rate);
        figures.Set("steps", steps);
        figures.Set("path", path);
        run.Tell(["step", "x", "x²"], path.Select((at, i) => new object[] { i, at, at * at }));
        figures.Set("svg", run.Save("descent-path.svg", svg));
    }
}

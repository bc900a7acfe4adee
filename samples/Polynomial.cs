using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>The smallest program: a function of one number, and its derivative.</summary>
internal static class Polynomial
{
    public static void Run(SampleRun run)
    {
        const double at = 2;

        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = Square(x) + x * x * x + 5;
        var derivative = Gradient(y, x);

        using var session = run.Open(graph);
        var results = session.Run([y, derivative], (x, at));

        run.Figures.Set("x", at);
        run.Figures.Set("y", results[0]);
        run.Figures.Set("dy_dx", results[1]);
        run.Tell(("x", at), ("y = x² + x³ + 5", results[0]), ("dy/dx = 2x + 3x²", results[1]));
    }
}

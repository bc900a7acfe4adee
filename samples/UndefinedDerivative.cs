using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>
/// The length of a vector, √Σx², has no derivative at the origin: the rules of calculus give 0/0 there. A custom gradient
/// says what to use instead.
/// </summary>
internal static class UndefinedDerivative
{
    public static void Run(SampleRun run)
    {
        double[] origin = [0, 0], elsewhere = [3, -4];

        var graph = new Graph();
        var x = graph.Placeholder("x", [2], DType.Float64);
        var plain = Gradient(Length(x), x);
        var length = CustomGradient(v => Length(v[0]), c => [Where(Equal(c.Result, 0), 0, c.Adjoint * c.Inputs[0] / c.Result)], x);
        var custom = Gradient(length, x);

        using var session = run.Open(graph);
        var atOrigin = session.Run([plain, custom], (x, origin));
        var atPoint = session.Run([plain, custom], (x, elsewhere));

        var figures = run.Figures;
        figures.Set("x", origin);
        figures.Set("plain", atOrigin[0]);
        figures.Set("custom", atOrigin[1]);
        figures.Set("x_elsewhere", elsewhere);
        figures.Set("plain_elsewhere", atPoint[0]);
        figures.Set("custom_elsewhere", atPoint[1]);
        run.Tell(
            ["gradient of √Σx²", "at (0, 0)", "at (3, -4)"],
            [["plain", atOrigin[0], atPoint[0]], ["custom", atOrigin[1], atPoint[1]]]);
    }

    private static Value Length(Value x) => Sqrt(Sum(x * x));
}

using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>A layer of one's own is a function that builds graph: here sin(x · w), without a bias.</summary>
internal static class SinLayer
{
    internal static readonly double[][] Inputs = [[-1, 0, 1], [2, 3, 4], [-1, -5, 2]];
    internal static readonly double[][] Weights = [[0.4, -0.3], [-0.2, 0.6], [0.1, 0.5]];

    public static void Run(SampleRun run)
    {
        var graph = new Graph();
        var x = graph.Constant(Inputs);
        var w = graph.Variable("w", Weights);
        var output = Layer(x, w);
        var loss = Sum(Square(output));
        var gradients = Gradients(loss, w, x);

        using var session = run.Open(graph);
        var results = session.Run([output, loss, gradients[0], gradients[1]]);

        var figures = run.Figures;
        figures.Set("x", Inputs);
        figures.Set("w", Weights);
        figures.Set("loss", results[1]);
        figures.Set("grad_w", results[2]);
        figures.Set("grad_x", results[3]);
        run.Tell(("output = sin(x · w)", results[0]), ("loss = Σ output²", results[1]), ("grad w", results[2]), ("grad x", results[3]));
    }

    internal static Value Layer(Value x, Value w) => Sin(MatMul(x, w));
}

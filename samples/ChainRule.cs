using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>The derivative through two maps is the product of their derivatives.</summary>
internal static class ChainRule
{
    public static void Run(SampleRun run)
    {
        const double input = 3, weight1 = 2, bias1 = 1, weight2 = 5, bias2 = -4;

        var graph = new Graph();
        var x1 = graph.Constant(input);
        var (w1, b1) = (graph.Variable("w1", weight1), graph.Variable("b1", bias1));
        var (w2, b2) = (graph.Variable("w2", weight2), graph.Variable("b2", bias2));
        var y1 = x1 * w1 + b1;
        var y2 = y1 * w2 + b2;

        var inner = Gradient(y1, w1);
        var outer = Gradient(y2, y1);
        var whole = Gradient(y2, w1);

        using var session = run.Open(graph);
        var results = session.Run([inner, outer, whole, outer * inner]);

        var figures = run.Figures;
        figures.Set("x1", input);
        figures.Set("w1", weight1);
        figures.Set("b1", bias1);
        figures.Set("w2", weight2);
        figures.Set("b2", bias2);
        figures.Set("dy1_dw1", results[0]);
        figures.Set("dy2_dy1", results[1]);
        figures.Set("dy2_dw1", results[2]);
        run.Tell(
            ("dy1/dw1 = x1", results[0]),
            ("dy2/dy1 = w2", results[1]),
            ("dy2/dw1", results[2]),
            ("dy2/dy1 · dy1/dw1", results[3]));
    }
}

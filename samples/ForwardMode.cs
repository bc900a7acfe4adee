using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>
/// Forward differentiation carries a direction through the graph: the derivative of one number costs one pass. A gradient by
/// it takes a pass for each number that the loss depends on, here with the direction as a feed.
/// </summary>
internal static class ForwardMode
{
    public static void Run(SampleRun run)
    {
        const double at = 2;

        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = Sigmoid(x);
        var dy = Jvp(y, x, OnesLike(x));

        var layerInput = graph.Constant(SinLayer.Inputs);
        var weights = graph.Constant(SinLayer.Weights);
        var loss = Sum(Square(SinLayer.Layer(layerInput, weights)));

        using var session = run.Open(graph);
        var results = session.Run([y, dy], (x, at));
        var gradW = ByDirections(session, loss, weights);
        var gradX = ByDirections(session, loss, layerInput);

        var figures = run.Figures;
        figures.Set("at", at);
        figures.Set("x", SinLayer.Inputs);
        figures.Set("w", SinLayer.Weights);
        figures.Set("y", results[0]);
        figures.Set("dy", results[1]);
        figures.Set("grad_w", gradW);
        figures.Set("grad_x", gradX);
        run.Tell(("sigmoid(2)", results[0]), ("its derivative", results[1]), ("sin layer: grad w", gradW), ("sin layer: grad x", gradX));
    }

    private static TensorData ByDirections(Session session, Value loss, Value wrt)
    {
        var direction = wrt.Graph.Placeholder("direction", wrt.Shape, wrt.DType);
        var along = Jvp(loss, wrt, direction);
        int[] extents = [.. wrt.Shape.Select(d => (int)d.Value)];
        var gradient = new double[extents.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < gradient.Length; i++)
        {
            var unit = new double[gradient.Length];
            unit[i] = 1;
            gradient[i] = session.Run(along, (direction, TensorData.Create<double>(unit, extents))).Item<double>();
        }
        return TensorData.Create<double>(gradient, extents);
    }
}

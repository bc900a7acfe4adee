using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>Gradients of a loss by the parameters of a layer; and of a vector of losses, given an upstream vector.</summary>
internal static class SoftmaxMse
{
    public static void Run(SampleRun run)
    {
        double[][] inputs = [[0.5, -1.2, 0.3, 2.0], [1.5, 0.7, -0.4, -0.9], [-0.8, 0.1, 1.1, 0.6]];
        double[][] weights = [[0.2, -0.5], [1.3, 0.4], [-0.7, 0.9], [0.1, -1.1]];
        double[] bias = [0.05, -0.15];
        int[] classes = [0, 1, 1];
        double[] weightOfRow = [1, 2, -0.5];

        var graph = new Graph();
        var x = graph.Constant(inputs);
        var w = graph.Variable("w", weights);
        var b = graph.Variable("b", bias);
        var labels = graph.Constant(classes);

        var probabilities = Softmax(Linear(x, w, b));
        var errors = Losses.MeanSquaredError(probabilities, OneHot(labels, 2, DType.Float64), Reduction.None);
        var rowLosses = Mean(errors, axis: 1);
        var loss = Mean(rowLosses);
        var gradients = Gradients(loss, w, b);

        // A vector of losses has no gradient; its product with an upstream vector has.
        var upstream = graph.Constant(weightOfRow);
        var weighted = Gradients(rowLosses, new GradientOptions { Upstream = upstream }, w, b);

        using var session = run.Open(graph);
        var results = session.Run([loss, gradients[0], gradients[1], rowLosses, weighted[0], weighted[1]]);

        var figures = run.Figures;
        figures.Set("x", inputs);
        figures.Set("w", weights);
        figures.Set("b", bias);
        figures.Set("labels", TensorData.FromArray(classes));
        figures.Set("upstream", weightOfRow);
        string[] names = ["loss", "grad_w", "grad_b", "row_losses", "grad_w_upstream", "grad_b_upstream"];
        foreach (var (name, result) in names.Zip(results)) figures.Set(name, result);
        run.Tell([.. names.Zip(results, (name, result) => (name, (object)result))]);
    }
}

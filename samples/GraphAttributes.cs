using GraphGrad.Samples.Running;
using static GraphGrad.Ops;

namespace GraphGrad.Samples;

/// <summary>What a PyTorch user knows as attributes of a tensor, in a static graph.</summary>
internal static class GraphAttributes
{
    public static void Run(SampleRun run)
    {
        double[][] inputs = [[1, 2], [3, 4]], weights = [[0.5, -1], [2, 0.25]];

        var graph = new Graph();
        var x = graph.Constant(inputs);
        var w = graph.Variable("w", weights);
        var y = w * x;
        var loss = Sum(Square(y));

        var gradient = Gradient(loss, w);

        // y counts as a constant here, so the derivative of y · w by w is y.
        var detached = Gradient(Sum(StopGradient(y) * w), w);

        using var session = run.Open(graph);
        var lossAlone = session.Run(loss);
        var results = session.Run([y, loss, gradient, detached]);

        var figures = run.Figures;
        figures.Set("x", inputs);
        figures.Set("w", weights);
        figures.Set("requires_grad", w.Trainable);
        figures.Set("no_grad", lossAlone);
        figures.Set("grad", results[2]);
        figures.Set("grad_fn", loss.Node.OpName);
        figures.Set("is_leaf", w.Node.Inputs.Count == 0);
        figures.Set("detach", results[3]);
        figures.Set("item", results[1].Item<double>());
        figures.Set("tolist", results[0]);
        run.Tell(
            ["in PyTorch", "in GraphGrad", "here"],
            [
                ["w.requires_grad", "variable.Trainable: what an optimizer moves unless told otherwise", w.Trainable],
                ["torch.no_grad()", "nothing to do: a run computes what is fetched, and gradients are nodes", lossAlone],
                ["loss.backward(); w.grad", "Gradient(loss, w): a value like any other", results[2]],
                ["loss.grad_fn", "value.Node: operation, inputs and line of code", $"{loss.Node.OpName}, {loss.Node.Origin}"],
                ["w.is_leaf", "value.Node.Inputs.Count == 0", w.Node.Inputs.Count == 0],
                ["y.detach()", "StopGradient(y)", results[3]],
                ["loss.item()", "data.Item<double>()", results[1].Item<double>()],
                ["y.tolist()", "data.AsSpan<double>(), or data.ToTensor<double>()", results[0]],
            ]);
    }
}

using System.Text.Json.Nodes;
using GraphGrad.Tests.Samples;
using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Samples;

/// <summary>The sample <c>himmelblau-optimizers</c>: each of its runs, by TorchSharp's optimizer.</summary>
internal static class HimmelblauTwins
{
    private static readonly Dictionary<string, Func<Parameter[], double, optim.Optimizer>> Optimizers = new()
    {
        ["gradient descent"] = (p, rate) => optim.SGD(p, rate),
        ["momentum"] = (p, rate) => optim.SGD(p, rate, momentum: 0.9),
        ["nesterov"] = (p, rate) => optim.SGD(p, rate, momentum: 0.9, nesterov: true),
        ["adam"] = (p, rate) => optim.Adam(p, lr: rate),
        ["adamw"] = (p, rate) => optim.AdamW(p, lr: rate, weight_decay: 0.01),
        ["rmsprop"] = (p, rate) => optim.RMSProp(p, lr: rate),
        ["adagrad"] = (p, rate) => optim.Adagrad(p, lr: rate),
    };

    /// <summary>For each run the figures that the sample has: where it ends and how high.</summary>
    public static (string Figure, Tensor Numbers)[] Follow(JsonObject figures)
    {
        var steps = (int)figures.Number("steps");
        return [.. figures["runs"]!.AsArray().SelectMany((run, i) =>
        {
            var figure = run!.AsObject();
            var p = new Parameter(SampleTwins.Leaf(figure, "start").detach());
            var optimizer = Optimizers[(string)figure["name"]!]([p], figure.Number("rate"));
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                SampleTwins.Himmelblau(p).backward();
                optimizer.step();
            }
            return new[] { ($"runs/{i}/x", p.detach()), ($"runs/{i}/f", SampleTwins.Himmelblau(p)) };
        })];
    }
}

using GraphGrad.Operations;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>What only differentiation looks at disappears. Never applied to a graph that may still be differentiated.</summary>
internal static class DerivativeRules
{
    private static readonly Pattern X = Any("x");

    public static readonly RuleSet Forget = new("differentiation is over")
    {
        { "stop_gradient(x) => x", StopGradient(X), m => m[X], Soundness.Exact },
        { "custom_gradient(y, …) => y", NodeWhere("custom_gradient(y, …)", (node, _) => node.Op is CustomGradientOp), m => m.Root.Node.Inputs[0], Soundness.Exact },
        { "checkpoint(y, …) => y", NodeWhere("checkpoint(y, …)", (node, _) => node.Op is CheckpointOp), m => m.Root.Node.Inputs[0], Soundness.Exact },
    };
}

using GraphGrad.Operations;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Computing once, while the graph is compiled, what depends on constants only.</summary>
internal static class FoldingRules
{
    // Larger constants would cost more memory than computing them costs time.
    private const int Limit = 1024;

    // The interpreter's functions and those of kernels may round differently.
    public static readonly RuleSet All = new("constant folding")
    {
        { "f(constants) => constant", NodeWhere("f(constants)", IsFoldable), m => Fold(m.Root), Soundness.Rounding },
    };

    private static bool IsFoldable(Node node, Match match) =>
        node.Inputs.Count > 0 && node.Outputs.Count == 1 && !node.Op.IsStateful
        // A repeated constant is cheaper to read than a stored one; a loop's body is a program that only a plan runs.
        && node.Op is not BroadcastOp and not LoopOp
        && node.Inputs.All(i => i.Node.Op is ConstantOp && match.MayLookInto(i))
        && node.Output.Shape is { IsStatic: true } shape && shape.ElementCount.Value <= Limit;

    // A function of numbers keeps the digits that float64 gives it.
    private static double? Number(Node node)
    {
        if (node.Output.DType != DType.Float32 || node.Output.Rank != 0 || node.Op is not (FloatUnaryOp or NumberUnaryOp or NumberBinaryOp or FloatBinaryOp)) return null;
        var inputs = new TensorData[node.Inputs.Count];
        var graph = new Graph();
        for (var i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i] is not { Rank: 0, DType: DType.Float32, Node.Op: ConstantOp constant } || !constant.TryNumber(out var operand)) return null;
            inputs[i] = operand;
        }
        using var origin = graph.WithOrigin(node.Origin);
        var number = ConstantEvaluation.Run(graph.Add(node.Op, [.. inputs.Select(i => graph.Constant(i))]).Node, inputs).At(0);
        return float.IsNormal((float)number) ? number : null;
    }

    private static Value? Fold(Value value)
    {
        var node = value.Node;
        try
        {
            if (Number(node) is { } number) return value.Graph.Add(ConstantOp.Of(DType.Float32, number), []);
            return value.Graph.Constant(ConstantEvaluation.Run(node, [.. node.Inputs.Select(i => ((ConstantOp)i.Node.Op).Data)]));
        }
        catch (GraphException)
        {
            // The data is wrong, for example a division of integers by zero: the run reports it if it gets there.
            return null;
        }
    }
}

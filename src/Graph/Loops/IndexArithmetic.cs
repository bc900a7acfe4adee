using System.Diagnostics.CodeAnalysis;
using GraphGrad.Operations;
using GraphGrad.Rewriting;

namespace GraphGrad.Loops;

/// <summary>
/// What is nearer computed in a loop's body than read from outside: views, small constants, and numbers that follow from an index. While a derivative by them may still be
/// asked for, a loop reads them as all else; they are copied when the program is rewritten to run.
/// </summary>
internal static class IndexArithmetic
{
    // Larger constants stay where they are and are read in place.
    private const int LargestCopiedConstant = 64;

    /// <summary>A view of what lies outside, or numbers that follow from the index: in memory they would take room and time.</summary>
    public static bool Contains(Node node) =>
        node.Op is IotaOp or SizeOp or ConstantOp { Data.Count: <= LargestCopiedConstant } || node.Op.KindAt(node) is OpKind.View or OpKind.Alias;

    /// <summary>Whether a value follows from small constants alone.</summary>
    public static bool IsKnown(Value value) => Contains(value.Node) && value.Node.ControlInputs.Count == 0 && value.Node.Inputs.All(IsKnown);

    /// <summary>The elements of a known value, if they and what they come from are few.</summary>
    public static bool TryData(Value value, [NotNullWhen(true)] out TensorData? data)
    {
        data = (value.Node.Op as ConstantOp)?.Data;
        if (data is not null) return true;
        if (value.Shape is not { IsStatic: true } shape || shape.ElementCount.Value > LargestCopiedConstant) return false;
        var inputs = new TensorData[value.Node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!TryData(value.Node.Inputs[i], out var input)) return false;
            inputs[i] = input;
        }
        data = ConstantEvaluation.Run(value.Node, inputs);
        return true;
    }
}

using GraphGrad.Operations;

namespace GraphGrad.Printing;

/// <summary>A function that is composed of several ops, as users call it: <c>mean(x)</c> for the quotient of a sum and a count.</summary>
/// <param name="Name">Its name; empty for what adds nothing to its operand, as a factor of 1 or another element type.</param>
/// <param name="Operand">What it is applied to.</param>
/// <param name="Attributes">What else it is given, as in <c>mean(x; axes [0])</c>.</param>
internal sealed record Idiom(string Name, Value Operand, string Attributes = "")
{
    /// <summary>The function of which a value is the result; null if it is that of an op.</summary>
    public static Idiom? Find(Value value)
    {
        var node = value.Node;
        if (node.Op is ReduceOp reduce && reduce.Axes.Count == node.Inputs[0].Rank) return new Idiom(node.OpName, node.Inputs[0]);
        // The derivative of a loss by itself, which every gradient begins with.
        if (node.Op is MultiplyOp && node.Name.StartsWith("gradients/", StringComparison.Ordinal))
        {
            for (var i = 0; i < 2; i++)
            {
                if (IsOne(node.Inputs[i]) && node.Inputs[1 - i].Shape.Equals(value.Shape)) return new Idiom(string.Empty, node.Inputs[1 - i]);
            }
        }
        if (node.Op is CastOp && value.DType.IsFloat()) return new Idiom(string.Empty, node.Inputs[0]);
        if (node.Op is not DivideOp) return null;
        var (dividend, divisor) = (Through(node.Inputs[0]), Through(node.Inputs[1]));
        if (dividend.Node.Op is ReduceOp { Kind: ReductionKind.Sum } sum && CountOf(divisor) is { } count && count.Equals(Extents(dividend.Node, sum)))
            return new Idiom("mean", dividend.Node.Inputs[0], sum.Axes.Count == dividend.Node.Inputs[0].Rank ? string.Empty : $"; {sum.Attributes}");
        if (dividend.Node.Op is ExpOp && divisor.Node.Op is ReduceOp { Kind: ReductionKind.Sum } total && Through(divisor.Node.Inputs[0]) == dividend
            && dividend.Node.Inputs[0].Node is { Op: SubtractOp } shifted && Through(shifted.Inputs[1]).Node is { Op: ReduceOp { Kind: ReductionKind.Maximum } } greatest
            && Through(greatest.Inputs[0]) == Through(shifted.Inputs[0]))
            return new Idiom("softmax", shifted.Inputs[0], shifted.Inputs[0].Rank == 1 ? string.Empty : $"; {total.Attributes}");
        return null;
    }

    /// <summary>What is repeated, given axes of extent 1, or held against gradients.</summary>
    private static Value Through(Value value)
    {
        value = value.AsWritten;
        while (value.Node.Op is BroadcastOp or StopGradientOp or CustomGradientOp { Rule.IsKnown: true } || (value.Node.Op is ReshapeOp && value.Node.Inputs[0].Shape.ElementCount.Equals(value.Shape.ElementCount)))
            value = value.Node.Inputs[0].AsWritten;
        return value;
    }

    private static bool IsOne(Value value) => Through(value).Node.Op is ConstantOp constant && constant.Data.TryUniform(out var number) && number == 1;

    private static Dim? CountOf(Value divisor)
    {
        while (divisor.Node.Op is CastOp) divisor = divisor.Node.Inputs[0];
        return divisor.Node.Op switch
        {
            SizeOp size => size.Dim,
            ConstantOp constant when constant.Data.TryUniform(out var number) && number == Math.Floor(number) => (Dim)(long)number,
            _ => default(Dim?),
        };
    }

    private static Dim Extents(Node sum, ReduceOp op) => op.Axes.Aggregate((Dim)1, (product, axis) => product * sum.Inputs[0].Shape[axis]);
}

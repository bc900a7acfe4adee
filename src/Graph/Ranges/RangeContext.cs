using GraphGrad.Operations;

namespace GraphGrad.Ranges;

/// <summary>What an op's range rule sees: the node, and where the elements of values before it lie.</summary>
/// <param name="Node">The node.</param>
/// <param name="RangeOf">Where values before it lie.</param>
/// <param name="Depth">How many assumptions the ranges rest on.</param>
internal sealed record RangeContext(Node Node, Func<Value, Interval> RangeOf, int Depth = 0)
{
    private const int MostAssumptions = 3;
    private const int MostNodes = 4;

    /// <summary>Where the elements of an input lie.</summary>
    public Interval this[int input] => RangeOf(Node.Inputs[input]);

    /// <summary>Where a value lies if another one, from which it may be computed by a few elementwise ops, lies between bounds.</summary>
    public Interval Assuming(Value subject, Interval bounds, Value value)
    {
        return Depth == MostAssumptions ? RangeOf(value) : Restricted(value, MostNodes);

        Interval Restricted(Value other, int nodes)
        {
            if (ReferenceEquals(other, subject)) return RangeOf(other).Within(bounds.Low, bounds.High);
            return nodes > 0 && other.Node is { Op: ElementwiseOp op, Outputs.Count: 1 } && other.DType != DType.Bool
                ? op.Range(new RangeContext(other.Node, v => Restricted(v, nodes - 1), Depth + 1)) : RangeOf(other);
        }
    }

    /// <summary>Whether two inputs are one value.</summary>
    public bool AreSame(int first, int second) => ReferenceEquals(Node.Inputs[first], Node.Inputs[second]);
}

using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>The float64 twins of values, in the graph that a program is copied to.</summary>
internal sealed class WideCopy(GraphCopy copy)
{
    private readonly Dictionary<Value, Value> chains = [];
    private readonly Dictionary<Value, Value> wholes = [];

    /// <summary>An elementwise chain in float64, down to its leaves, which are converted.</summary>
    public Value Chain(Value value) => Of(value, chains, ElementChain.IsInner);

    /// <summary>All that a value is computed from in float64, down to feeds and variables.</summary>
    public Value Whole(Value value) => Of(value, wholes, v => v.DType is DType.Float32 or DType.Bool && v.Node.Op is not ConstantOp && !SmallProgram.IsLeaf(v));

    private Value Of(Value value, Dictionary<Value, Value> known, Func<Value, bool> isInner)
    {
        if (known.TryGetValue(value, out var found)) return found;
        Value result;
        if (ElementChain.TryNumber(value, out var number)) result = Ops.BroadcastTo(copy.Target.Constant(number), value.Shape);
        else if (!isInner(value)) result = value.DType.IsFloat() ? Ops.Cast(copy[value], DType.Float64) : copy[value];
        else if (ChainTrial.Wide(value.Node) is { } op) result = copy.Target.Add(op, [.. value.Node.Inputs.Select(i => Of(i, known, isInner))]);
        else result = Of(value.Node.Inputs[0], known, isInner);
        known.Add(value, result);
        return result;
    }
}

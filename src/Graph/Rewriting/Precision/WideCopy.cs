using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>The float64 twins of values, in the graph that a program is copied to.</summary>
internal sealed class WideCopy(GraphCopy copy)
{
    private readonly Dictionary<Value, Value> chains = [];
    private readonly Dictionary<Value, Value> wholes = [];
    private readonly Dictionary<Value, Value> disturbed = [];
    private readonly HashSet<Value> refinedChains = [];
    private readonly HashSet<Value> refinedWholes = [];

    /// <summary>An elementwise chain in float64, down to its leaves, which are converted.</summary>
    public Value Chain(Value value) => Of(value, chains, ElementChain.IsInner);

    /// <summary>All that a value is computed from in float64, down to feeds and variables.</summary>
    public Value Whole(Value value) => Of(value, wholes, IsInside);

    /// <summary>The same with all results moved by more than rounding moves them (<see cref="Disturbance"/>).</summary>
    public Value Disturbed(Value value) => Of(value, disturbed, IsInside);

    /// <summary>Takes powers for what a chain of one leaf yields, wherever it is read from now on.</summary>
    /// <param name="part">The chain.</param>
    /// <param name="expansions">The powers.</param>
    /// <param name="isWhole">Whether for <see cref="Whole"/>, else for <see cref="Chain"/>.</param>
    public void Refine(ElementChain part, Expansion[] expansions, bool isWhole)
    {
        var result = part.Values[^1];
        if (!(isWhole ? refinedWholes : refinedChains).Add(result)) return;
        var elsewhere = isWhole ? Whole(result) : Chain(result);
        (isWhole ? wholes : chains)[result] = Selected(part, expansions, elsewhere, isWhole);
    }

    /// <summary>The powers of a chain's leaf where they serve, else what is given.</summary>
    public Value Selected(ElementChain chain, Expansion[] expansions, Value elsewhere, bool isWhole = false)
    {
        var leaf = Wide(chain.Leaves[0]);
        var factor = chain.Size is { } size ? Expansion.PowerOf(Wide(size), chain.PowerOfSize!.Value) : null;
        return expansions.Aggregate(elsewhere, (other, expansion) => expansion.Select(leaf, factor, other));

        Value Wide(Value value) => isWhole ? Whole(value) : Chain(value);
    }

    /// <summary>
    /// A float64 result that is zero where it is what rounding leaves of a difference: 2^-50 of its operands, where a product of two float32
    /// numbers, which is exact, differs from another by 2^-48 at the least. Below it, not at it: an infinite result is all of an infinite operand.
    /// </summary>
    public static Value Settled(Value result) => result.Node switch
    {
        { Op: AddOp or SubtractOp, Inputs: [var x, _] } => Ops.Where(Ops.Abs(result) < Ops.Abs(x) * Math.ScaleB(1, -50), 0, result),
        { Op: NegateOp, Inputs: [var x] } => -Settled(x),
        { Op: MultiplyOp, Inputs: [{ Node.Op: AddOp or SubtractOp } x, var y] } => Settled(x) * y,
        { Op: MultiplyOp, Inputs: [var x, { Node.Op: AddOp or SubtractOp } y] } => x * Settled(y),
        { Op: DivideOp, Inputs: [{ Node.Op: AddOp or SubtractOp } x, var y] } => Settled(x) / y,
        _ => result,
    };

    private static bool IsInside(Value value) => value.DType is DType.Float32 or DType.Float64 or DType.Bool && value.Node.Op is not ConstantOp && !SmallProgram.IsLeaf(value);

    private Value Of(Value value, Dictionary<Value, Value> known, Func<Value, bool> isInner)
    {
        if (known.TryGetValue(value, out var found)) return found;
        Value result;
        if (ElementChain.TryNumber(value, out var number)) result = Ops.BroadcastTo(copy.Target.Constant(number), value.Shape);
        else if (!isInner(value)) result = value.DType.IsFloat() ? Ops.Cast(copy[value], DType.Float64) : copy[value];
        else if (ChainTrial.Wide(value.Node) is { } op) result = copy.Target.Add(op, Operands(value.Node));
        else result = Of(value.Node.Inputs[0], known, isInner);
        if (known == disturbed && isInner(value) && Disturbance.Rounds(value.Node)) result = Disturbance.Of(value.Node, result, known.Count);
        known.Add(value, result);
        return result;

        Value[] Operands(Node node)
        {
            Value[] operands = [.. node.Inputs.Select(i => Of(i, known, isInner))];
            if (known == disturbed && Disturbance.OfTerms(node, copy.Target) is { } factors) operands[0] *= factors;
            return operands;
        }
    }
}

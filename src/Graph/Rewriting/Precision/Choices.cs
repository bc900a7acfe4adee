using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Comparisons and signs that rounding decides, as which of two centers is nearer to a point, or on which side of its kink relu(x · a - b) is: float32 and float64 choose
/// differently there, the derivative goes to one operand or to another, and neither is wrong. Such points are no evidence, unless float32 yields NaN or infinity there.
/// </summary>
internal static class Choices
{
    // What is compared may be off by some dozens of roundings.
    private const double Nearness = 1.0 / (1 << 18);

    // Below, float32 has not all of its digits.
    private const double Smallest = 1.2e-38;

    // Leaves that are moved by so much may take x · a as far from b as its rounding does: 8 halves of a last place, each leaf another number of times.
    private const double Step = 8.0 / (1 << 24);

    /// <summary>Whether a value is one that rounding may decide.</summary>
    public static bool IsChoice(Value value) => value.Node is { Op: ComparisonOp or SignOp, Inputs: [{ DType: DType.Float32 }, ..] };

    /// <summary>What the choices are told from: the leaves, once for float32, once for float64, and with extents that are open twice in float64 with all of them moved, one way and the other.</summary>
    /// <param name="types">The type of each leaf; integers and bools stay.</param>
    /// <param name="leaves">The elements of each leaf.</param>
    /// <param name="isOpen">Whether there may be any number of elements.</param>
    public static double[][] Data(IReadOnlyList<DType> types, double[][] leaves, bool isOpen)
    {
        return !isOpen ? [.. leaves, .. leaves] : [.. leaves, .. leaves, .. leaves.Select((x, leaf) => Moved(x, leaf, Step)), .. leaves.Select((x, leaf) => Moved(x, leaf, -Step))];

        double[] Moved(double[] x, int leaf, double step) => types[leaf].IsFloat() ? Array.ConvertAll(x, e => e * (1 + (step * Disturbance.Part(leaf)))) : x;
    }

    /// <summary>
    /// Where one of the values in float64 is another than in float32, and what is compared is equal but for rounding, or both beyond float32, or in another order where the leaves are
    /// moved by their last places: 1 - x · a changes its sign there, x - atan(x) does not. Nothing if nothing is compared.
    /// </summary>
    /// <param name="values">The values of a program.</param>
    /// <param name="narrow">Their copies in float32.</param>
    /// <param name="wide">Their copies in float64, in the same graph.</param>
    /// <param name="moved">The same of moved leaves, one way and the other; none where all extents are known: there the side of a kink on which the exact result is counts.</param>
    /// <param name="isWhole">Whether one element is meant for all, else each for itself.</param>
    /// <returns>What computes it, the result last.</returns>
    public static IReadOnlyList<Value> Of(IEnumerable<Value> values, IReadOnlyDictionary<Value, Value> narrow, IReadOnlyDictionary<Value, Value> wide, (IReadOnlyDictionary<Value, Value> Up, IReadOnlyDictionary<Value, Value> Down)? moved, bool isWhole)
    {
        Value[] choices = [.. values.Where(IsChoice)];
        if (choices.Length == 0) return [];
        var graph = narrow[choices[0]].Graph;
        var known = graph.Nodes.Count;
        Value? any = null;
        foreach (var choice in choices)
        {
            var inputs = choice.Node.Inputs;
            var isOpen = choice.Node.Op is ComparisonOp ? IsTie(inputs) : null;
            if (moved is var (above, below))
            {
                var (up, down) = (Difference(above), Difference(below));
                var turns = Ops.Or(Ops.And(up >= 0.0, down <= 0.0), Ops.And(up <= 0.0, down >= 0.0));
                isOpen = isOpen is null ? turns : Ops.Or(isOpen, turns);
            }
            if (isOpen is null) continue;
            var (inFloat32, inFloat64) = (narrow[choice], wide[choice]);
            var isDecided = Ops.And(isOpen, Ops.NotEqual(Ops.Cast(inFloat32, inFloat64.DType), inFloat64));
            if (isWhole) isDecided = Ops.Any(isDecided);
            any = any is null ? isDecided : Ops.Or(any, isDecided);

            Value Difference(IReadOnlyDictionary<Value, Value> of) => inputs.Count == 1 ? of[inputs[0]] : of[inputs[0]] - of[inputs[1]];
        }
        return [.. graph.Nodes.Skip(known).Select(n => n.Output)];

        Value IsTie(IReadOnlyList<Value> inputs)
        {
            var (x, y) = (Ops.Abs(wide[inputs[0]]), Ops.Abs(wide[inputs[1]]));
            var isNear = Ops.Abs(wide[inputs[0]] - wide[inputs[1]]) <= Ops.Maximum(x, y) * Nearness;
            // Beside a number it is no tie: whether 1 - cos(x) > 0 holds is not left to underflow.
            return inputs.Any(i => i.Node.Op is ConstantOp) ? isNear : Ops.Or(isNear, Ops.Or(Ops.Minimum(x, y) > float.MaxValue, Ops.Maximum(x, y) < Smallest));
        }
    }
}

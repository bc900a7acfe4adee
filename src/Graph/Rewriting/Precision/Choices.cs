using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Comparisons that rounding decides, as which of two centers is nearer to a point: float32 and float64 choose differently there, the derivative of an extremum
/// goes to one operand or to another, and neither is wrong. Such points are no evidence, unless float32 yields NaN or infinity there.
/// </summary>
internal static class Choices
{
    // What is compared may be off by some dozens of roundings.
    private const double Nearness = 1.0 / (1 << 18);

    // Below, float32 has not all of its digits.
    private const double Smallest = 1.2e-38;

    /// <summary>Where a comparison in float64 holds and in float32 does not, or the reverse, and both operands are equal but for rounding, or both beyond float32; nothing if no floats are compared.</summary>
    /// <param name="values">The values of a program.</param>
    /// <param name="narrow">Their copies in float32.</param>
    /// <param name="wide">Their copies in float64, in the same graph.</param>
    /// <param name="isWhole">Whether one element is meant for all, else each for itself.</param>
    /// <returns>What computes it, the result last.</returns>
    public static IReadOnlyList<Value> Of(IEnumerable<Value> values, IReadOnlyDictionary<Value, Value> narrow, IReadOnlyDictionary<Value, Value> wide, bool isWhole)
    {
        Value[] comparisons = [.. values.Where(v => v.Node.Op is ComparisonOp && v.Node.Inputs[0].DType == DType.Float32)];
        if (comparisons.Length == 0) return [];
        var graph = narrow[comparisons[0]].Graph;
        var known = graph.Nodes.Count;
        Value? any = null;
        foreach (var comparison in comparisons)
        {
            var inputs = comparison.Node.Inputs;
            var (x, y) = (Ops.Abs(wide[inputs[0]]), Ops.Abs(wide[inputs[1]]));
            var isNear = Ops.Abs(wide[inputs[0]] - wide[inputs[1]]) <= Ops.Maximum(x, y) * Nearness;
            // Beside a number it is no tie: whether 1 - cos(x) > 0 holds is not left to underflow.
            if (!inputs.Any(i => i.Node.Op is ConstantOp)) isNear = Ops.Or(isNear, Ops.Or(Ops.Minimum(x, y) > float.MaxValue, Ops.Maximum(x, y) < Smallest));
            var isDecided = Ops.And(isNear, Ops.NotEqual(narrow[comparison], wide[comparison]));
            if (isWhole) isDecided = Ops.Any(isDecided);
            any = any is null ? isDecided : Ops.Or(any, isDecided);
        }
        return [.. graph.Nodes.Skip(known).Select(n => n.Output)];
    }
}

using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A float64 result that is zero where it is no more than rounding leaves of it: below 2^-50 of an error bound that runs beside it, to first order, as in <see cref="RoundingErrors"/>.
/// So the second derivative of a log-sum of exponentials in the direction in which all of them grow is 0, not 1e-17. What is float32, and a product of two such numbers, is exact; what a
/// divisor lacks is left out, for the terms of a sum often have it in common.
/// </summary>
internal sealed class SettledResult
{
    private const double Digits = 1.0 / (1L << 50);

    // The bound of each value in units of its rounding; null if it is exact.
    private readonly Dictionary<Value, Value?> errors = [];

    private SettledResult()
    {
    }

    /// <summary>The result where it is more than the bound, else 0.</summary>
    public static Value Of(Value result) =>
        new SettledResult().Error(result) is { } error && HasSum(result, []) ? Ops.Where(Ops.And(Ops.Abs(result) < error * Digits, Ops.IsFinite(error)), 0, result) : result;

    private static bool HasSum(Value value, HashSet<Value> seen) =>
        IsInside(value) && seen.Add(value) && (value.Node.Op is AddOp or SubtractOp or ReduceOp { Kind: ReductionKind.Sum } || value.Node.Inputs.Any(i => HasSum(i, seen)));

    private static bool IsInside(Value value) => value.DType == DType.Float64 && value.Node.Op is not (ConstantOp or CastOp or SizeOp);

    private Value? Error(Value value)
    {
        if (!IsInside(value)) return null;
        if (!errors.TryGetValue(value, out var error)) errors.Add(value, error = Of(value.Node));
        return error;
    }

    private Value? Of(Node node)
    {
        var (op, inputs, result) = (node.Op, node.Inputs, node.Output);
        Value?[] own = [.. inputs.Select(Error)];
        switch (op)
        {
            case NegateOp or AbsOp: return own[0];
            case BroadcastOp or ReshapeOp or TransposeOp or SliceOp: return own[0] is { } moved ? result.Graph.Add(op, [moved]) : null;
            case PadOp or ConcatenateOp: return Array.TrueForAll(own, e => e is null) ? null : result.Graph.Add(op, [.. own.Select((e, i) => e ?? Nothing(inputs[i]))]);
            case SelectOp: return own[1] is null && own[2] is null ? null : Ops.Where(inputs[0], own[1] ?? Nothing(inputs[1]), own[2] ?? Nothing(inputs[2]));
            case MaximumOp or MinimumOp: return own[0] is null && own[1] is null ? null : Ops.Where(Ops.Equal(inputs[0], result), own[0] ?? Nothing(inputs[0]), own[1] ?? Nothing(inputs[1]));
            // What two inexact operands lack is more than the sum rounds.
            case AddOp or SubtractOp: return own is [{ } x, { } y] ? Ops.Maximum(x, y) : Largest([.. own, Rounding(result)]);
            case MultiplyOp when inputs.All(IsSingle): return null;
            case MultiplyOp when own.Any(e => e is not null): return Largest([Times(own[0], inputs[1]), Times(own[1], inputs[0])]);
            case DivideOp when own[0] is { } dividend: return dividend / Ops.Abs(inputs[1]);
            case ExpOp when own[0] is { } exponent: return result * Ops.Maximum(exponent, 1);
            case LogOp when own[0] is { } argument: return Ops.Maximum(argument / Ops.Abs(inputs[0]), Rounding(result));
            case DotOp when inputs.All(IsSingle): return null;
            case DotOp: return Sum([Product(own[0], inputs[1], 0), Product(own[1], inputs[0], 1)]);
            // A sum of exact numbers counts as exact: of labels it is.
            case ReduceOp { Kind: ReductionKind.Sum } sum: return own[0] is { } terms ? Greatest(sum, terms) : null;
            // An extremum has the error of the element that it is.
            case ReduceOp { Kind: ReductionKind.Maximum or ReductionKind.Minimum } extremum: return own[0] is { } each ? Greatest(extremum, Ops.Where(Ops.Equal(inputs[0], Ops.Reshape(result, Reductions.Kept(inputs[0].Shape, extremum))), each, 0)) : null;
            // Where it is its own element, no other one counts, and nothing is rounded: of -3e20 the rounding alone would swallow every exponential.
            case CumulateOp { Kind: CumulationKind.LogSumExp } when own[0] is null: return Ops.Where(Ops.Equal(inputs[0], result), 0, Rounding(result));
            default: return Rounding(result);
        }

        Value Greatest(ReduceOp reduce, Value each) => result.Graph.Add(reduce with { Kind = ReductionKind.Maximum }, [each]);

        Value? Product(Value? error, Value factor, int place) => error is null ? null : result.Graph.Add(op, place == 0 ? [error, Ops.Abs(factor)] : [Ops.Abs(factor), error]);
    }

    /// <summary>Whether a value has no more digits than float32.</summary>
    private static bool IsSingle(Value value) => value.Node switch
    {
        { Op: CastOp, Inputs: [var x] } => x.DType is DType.Float32 or DType.Bool,
        { Op: ConstantOp { Data: var data } } => data.TryUniform(out var number) && (float)number == number,
        { Op: BroadcastOp or ReshapeOp or TransposeOp or SliceOp or NegateOp or AbsOp, Inputs: [var x] } => IsSingle(x),
        { Op: SelectOp, Inputs: [_, var x, var y] } => IsSingle(x) && IsSingle(y),
        { Op: MaximumOp or MinimumOp, Inputs: [var x, var y] } => IsSingle(x) && IsSingle(y),
        _ => false,
    };

    // Infinity, as what masks a score, is exact.
    private static Value Rounding(Value result) => Ops.Where(Ops.IsFinite(result), Ops.Abs(result), 0);

    private static Value? Times(Value? error, Value factor) => error is null ? null : error * Ops.Abs(factor);

    private static Value Nothing(Value like) => Ops.BroadcastTo(Ops.Scalar(like, 0), like.Shape);

    private static Value? Sum(Value?[] errors) => errors.OfType<Value>().ToArray() is { Length: > 0 } some ? some.Aggregate((x, y) => x + y) : null;

    private static Value? Largest(Value?[] errors) => errors.OfType<Value>().ToArray() is { Length: > 0 } some ? some.Aggregate(Ops.Maximum) : null;
}

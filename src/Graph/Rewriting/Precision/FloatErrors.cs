using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A bound of what float64 loses in a program of elementwise ops, computed beside it (Wilkinson's running error analysis, to first order): a few products where a disturbed program (<see cref="Disturbance"/>)
/// would compute every function once more. Each rounded result counts as moved by 2^-46 of itself, as there. For functions whose slope is known without much work.
/// </summary>
internal sealed class FloatErrors
{
    private const double ErfSlope = 1.1283791670955126;

    // Below any square of a float64 that is not zero, and above what overflows a quotient.
    private static readonly double Least = Math.ScaleB(1, -500);

    // The bound of each value; null if it is exact.
    private readonly Dictionary<Value, Value?> errors = [];
    private bool isKnown = true;
    private bool hasFunction;

    private FloatErrors()
    {
    }

    /// <summary>The bound; null where the program has an op of which nothing is known here, or no function, which is as quickly computed again.</summary>
    public static Value? Of(Value result)
    {
        var bounds = new FloatErrors();
        var error = bounds.Error(result);
        return bounds is { isKnown: true, hasFunction: true } ? error : null;
    }

    private Value? Error(Value value)
    {
        if (!isKnown || value.DType != DType.Float64 || value.Node.Op is ConstantOp or SourceOp || value.Node is { Op: CastOp, Inputs: [{ DType: not DType.Float64 }] }) return null;
        if (!errors.TryGetValue(value, out var error)) errors.Add(value, error = Of(value.Node));
        return error;
    }

    private Value? Of(Node node)
    {
        var (inputs, result) = (node.Inputs, node.Output);
        Value?[] own = [.. inputs.Select(Error)];
        hasFunction |= node.Op is FloatUnaryOp and not SqrtOp;
        switch (node.Op)
        {
            case NegateOp or AbsOp: return own[0];
            case BroadcastOp: return own[0] is { } repeated ? Ops.BroadcastTo(repeated, result.Shape) : null;
            case AddOp or SubtractOp: return Sum(own[0], own[1], Disturbance.SizeOf(result));
            case MultiplyOp: return Sum(Times(own[0], inputs[1]), Times(own[1], inputs[0]), Disturbance.SizeOf(result));
            case DivideOp: return Sum(Over(own[0], Ops.Abs(inputs[1])), Over(Times(own[1], result), Ops.Abs(inputs[1])), Disturbance.SizeOf(result));
            case SqrtOp: return Sum(Over(own[0], Ops.Maximum(result * 2, Least)), Disturbance.SizeOf(result));
            case SinOp or CosOp or TanhOp or AtanOp or AsinhOp: return Sum(own[0], Disturbance.SizeOf(result));
            case ErfOp: return Sum(own[0] is { } argument ? argument * ErfSlope : null, Disturbance.SizeOf(result));
            case AsinOp or AcosOp: return Sum(Over(own[0], Ops.Sqrt(Ops.Maximum((1 - Ops.Abs(inputs[0])) * (1 + Ops.Abs(inputs[0])), Least))), Disturbance.SizeOf(result));
            case ExpOp or SigmoidOp: return Sum(Times(own[0], result), Disturbance.SizeOf(result), result.Graph.Constant(Disturbance.Vanished));
            case Expm1Op: return Sum(Times(own[0], result + 1), Disturbance.SizeOf(result));
            case LogOp: return Sum(Over(own[0], Ops.Abs(inputs[0])), Disturbance.SizeOf(result));
            case Log1pOp: return Sum(Over(own[0], Ops.Abs(inputs[0] + 1)), Disturbance.SizeOf(result));
            default:
                isKnown = false;
                return null;
        }
    }

    private static Value? Times(Value? error, Value factor) => error is null ? null : error * Ops.Abs(factor);

    private static Value? Over(Value? error, Value divisor) => error is null ? null : error / divisor;

    private static Value? Sum(params Value?[] errors) => errors.OfType<Value>().Aggregate((x, y) => x + y);
}

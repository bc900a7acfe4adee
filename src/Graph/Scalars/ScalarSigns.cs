using GraphGrad.Operations;

namespace GraphGrad.Scalars;

/// <summary>What the form of a scalar says of its sign; NaN counts as either.</summary>
internal static class ScalarSigns
{
    // An expression as deep as this is not looked through, for it may be large.
    private const int MostDepth = 6;

    /// <summary>Whether a float is never above zero.</summary>
    public static bool IsNeverPositive(Scalar x) => IsNeverPositive(x, MostDepth);

    private static bool IsNeverPositive(Scalar x, int depth) => depth > 0 && x.Op switch
    {
        ScalarOp.Constant => Number(x) <= 0,
        ScalarOp.Negate => IsNeverNegative(x.Arguments[0], depth - 1),
        ScalarOp.Minimum => x.Arguments.Any(a => IsNeverPositive(a, depth - 1)),
        ScalarOp.Maximum or ScalarOp.Add => x.Arguments.All(a => IsNeverPositive(a, depth - 1)),
        ScalarOp.Multiply => (IsNeverPositive(x.Arguments[0], depth - 1) && IsNeverNegative(x.Arguments[1], depth - 1))
            || (IsNeverNegative(x.Arguments[0], depth - 1) && IsNeverPositive(x.Arguments[1], depth - 1)),
        // An element less the greatest of all.
        ScalarOp.Subtract => x.Arguments[1] is { Op: ScalarOp.Accumulated, Payload: IScalarReduction { Kind: ReductionKind.Maximum } greatest } && ReferenceEquals(greatest.Body, x.Arguments[0]),
        _ => false,
    };

    private static bool IsNeverNegative(Scalar x, int depth) => depth > 0 && x.Op switch
    {
        ScalarOp.Constant => Number(x) >= 0,
        ScalarOp.Absolute or ScalarOp.SquareRoot => true,
        ScalarOp.Negate => IsNeverPositive(x.Arguments[0], depth - 1),
        ScalarOp.Maximum => x.Arguments.Any(a => IsNeverNegative(a, depth - 1)),
        ScalarOp.Multiply => ReferenceEquals(x.Arguments[0], x.Arguments[1]) || x.Arguments.All(a => IsNeverNegative(a, depth - 1)),
        ScalarOp.Minimum or ScalarOp.Add or ScalarOp.Divide => x.Arguments.All(a => IsNeverNegative(a, depth - 1)),
        _ => false,
    };

    private static double Number(Scalar constant) => constant.Type switch
    {
        DType.Float32 => constant.Float32,
        DType.Float64 => constant.Float64,
        _ => double.NaN,
    };
}

using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// How far the result of an op may be from the exact one in double-double arithmetic, to first order: what the op itself rounds, and what its operands lack,
/// as much as the function magnifies it; but for divisors, for what a divisor lacks is often the same in all terms of a sum. What is fed has no error.
/// </summary>
internal static class RoundingErrors
{
    /// <summary>Of a sum, relative.</summary>
    public const double OfSum = 1.0 / (1L << 52) / (1L << 52);

    // Of products and quotients.
    private const double OfFactor = 8 * OfSum;

    // Of functions, and from where on an operand is less exact than these are.
    private const double OfFunction = 256 * OfSum;

    // Far from the digits that there are, and from where a function bends.
    private const double Step = 1.0 / (1L << 40);

    /// <summary>The bound of an element.</summary>
    /// <param name="op">The op.</param>
    /// <param name="x">Its operands.</param>
    /// <param name="errors">Their bounds.</param>
    /// <param name="result">What it makes of them.</param>
    public static double Of(ElementwiseOp op, DoubleDouble[] x, double[] errors, DoubleDouble result)
    {
        var size = Math.Abs(result.High);
        switch (op)
        {
            case AddOp or SubtractOp: return errors[0] + errors[1] + (OfSum * size);
            case MultiplyOp: return OfProduct(x[0].High, errors[0], x[1].High, errors[1]);
            case DivideOp: return (errors[0] / Math.Abs(x[1].High)) + (OfFactor * size);
            case NegateOp or AbsOp or CastOp: return errors[0];
            case SelectOp: return x[0].IsZero ? errors[2] : errors[1];
            case MaximumOp or MinimumOp: return Math.Max(errors[0], errors[1]);
            case ExpOp: return size * (errors[0] + (OfFactor * (1 + Math.Abs(x[0].High))));
            case LogOp: return (errors[0] / Math.Abs(x[0].High)) + (OfFactor * size);
            default: return (OfFunction * size) + Magnified(op, x, errors, result);
        }
    }

    /// <summary>The bound of a product.</summary>
    public static double OfProduct(double x, double error, double y, double other) => Math.Abs(x * other) + Math.Abs(y * error) + (OfFactor * Math.Abs(x * y));

    private static double Magnified(ElementwiseOp op, DoubleDouble[] x, double[] errors, DoubleDouble result)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var size = Math.Abs(x[i].High);
            if (!(errors[i] > OfFunction * size) || size == 0) continue;
            DoubleDouble[] moved = [.. x];
            moved[i] = x[i] * (1 + Step);
            var change = Math.Abs((op.Precise(moved)!.Value - result).High) / (size * Step) * errors[i];
            if (double.IsFinite(change)) sum += change;
        }
        return sum;
    }
}

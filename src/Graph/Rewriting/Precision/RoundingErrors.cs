using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// How far the result of an op may be from the exact one in double-double arithmetic, to first order: what the op itself rounds, and what its operands lack,
/// as much as the function magnifies it; but for divisors, and for what a root is divided by, as long as they lack few digits, for what a divisor lacks is often the same in all terms of a sum: both terms
/// of a derivative of asin near 1 lack a digit of 1 / sqrt(1 - x²), and their difference does not. What is fed has no error. What comes near the end of the range of double lacks its second part.
/// </summary>
internal static class RoundingErrors
{
    // Of second parts.
    private const double Last = 1.0 / (1L << 50);

    // Of exponentials and logarithms; of other functions, and from where on an operand is less exact than these are.
    private const double OfLogarithm = 8.0 / (1L << 52) / (1L << 52);
    private const double OfFunction = 32 * OfLogarithm;

    // What a divisor may lack of itself.
    private const double LargestOfDivisor = 1.0 / (1L << 40);

    // Below the first, second parts leave the range, and the second is more than they are.
    private static readonly double LeastOfPairs = Math.ScaleB(1, -900);
    private static readonly double LostPart = Math.ScaleB(1, -1000);

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
            case AddOp or SubtractOp: return errors[0] + errors[1] + OfSum(x[0], op is AddOp ? x[1] : -x[1]);
            case MultiplyOp: return OfProduct(x[0], errors[0], x[1], errors[1]);
            case DivideOp: return Math.Max((errors[0] / Math.Abs(x[1].High)) + OfQuotient(x[0], x[1], result) + (size * OfDivisor(x[1], errors[1])), IsNothing(x[0], errors[0]) ? 0 : Lost(size));
            case RsqrtOp: return size * (OfFunction + OfDivisor(x[0], errors[0]));
            case NegateOp or AbsOp or CastOp: return errors[0];
            case SelectOp: return x[0].IsZero ? errors[2] : errors[1];
            case MaximumOp or MinimumOp: return Math.Max(errors[0], errors[1]);
            case ExpOp: return Math.Max(size * (errors[0] + (OfLogarithm * Math.Min(1, Math.Abs(x[0].High)) * (1 + Math.Abs(x[0].High)))), x[0].IsFinite ? Lost(size) : 0);
            case LogOp: return (errors[0] / Math.Abs(x[0].High)) + (OfLogarithm * size);
            case Log1pOp: return (errors[0] / Math.Abs((x[0] + 1).High)) + (OfFunction * size);
            // Made of terms of size 1 and more, also where it vanishes.
            case LogGammaOp or DigammaOp: return (OfFunction * Math.Max(size, 1)) + Magnified(op, x, errors, result);
            default: return Math.Max((OfFunction * size) + Magnified(op, x, errors, result), op is PowOp or SigmoidOp or ErfcOp or GeluOp or GeluSlopeOp or SechOp or BesselK0Op or BesselK1Op ? Lost(size) : 0);
        }
    }

    /// <summary>What a sum rounds: the sum of second parts, which may be as small as they like.</summary>
    public static double OfSum(DoubleDouble x, DoubleDouble y)
    {
        if (x.Low == 0 && y.Low == 0) return 0;
        // What the sum of the first parts rounds is a second part (Knuth).
        var sum = x.High + y.High;
        var part = sum - x.High;
        var rest = (x.High - (sum - part)) + (y.High - part);
        return Last * (Math.Abs(rest) + Math.Abs(x.Low) + Math.Abs(y.Low));
    }

    /// <summary>The bound of a product: it rounds second parts, too, and leaves their product out.</summary>
    public static double OfProduct(DoubleDouble x, double error, DoubleDouble y, double other)
    {
        var cross = Math.Abs(x.High * y.Low) + Math.Abs(x.Low * y.High);
        var own = cross == 0 ? 0 : (Last * (cross + Math.Abs(Math.FusedMultiplyAdd(x.High, y.High, -(x.High * y.High))))) + Math.Abs(x.Low * y.Low);
        return Math.Max(Math.Abs(x.High * other) + Math.Abs(y.High * error) + own, IsNothing(x, error) || IsNothing(y, other) ? 0 : Lost(Math.Abs(x.High * y.High)));
    }

    private static bool IsNothing(DoubleDouble x, double error) => x.IsZero && error == 0;

    /// <summary>What is lost where the range of double ends.</summary>
    private static double Lost(double size) => size < LeastOfPairs ? LostPart : 0;

    private static double OfDivisor(DoubleDouble x, double error) => error / Math.Abs(x.High) is var relative && relative > LargestOfDivisor ? relative : 0;

    private static double OfQuotient(DoubleDouble x, DoubleDouble y, DoubleDouble quotient) =>
        Last * (Math.Abs(quotient.Low) + ((Math.Abs(x.Low) + Math.Abs(quotient.High * y.Low)) / Math.Abs(y.High)));

    private static double Magnified(ElementwiseOp op, DoubleDouble[] x, double[] errors, DoubleDouble result)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var size = Math.Abs(x[i].High);
            if (!(errors[i] > OfFunction * size)) continue;
            DoubleDouble[] moved = [.. x];
            // What has vanished may be as much as its error: of a root that is not nothing.
            moved[i] = size == 0 ? errors[i] : x[i] * (1 + Step);
            var change = Math.Abs((op.Precise(moved)!.Value - result).High) * (size == 0 ? 1 : errors[i] / (size * Step));
            if (double.IsFinite(change)) sum += change;
        }
        return sum;
    }
}

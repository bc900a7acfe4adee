namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// log(x / (1 - x)), elementwise, the inverse of <see cref="Sigmoid"/>: -∞ at 0, +∞ at 1, NaN outside, as the gradient; keeps its digits near ½, where it is ±log(1 + |2x - 1| / min(x, 1 - x)).
    /// </summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="epsilon">If given, x is first cut off to [epsilon, 1 - epsilon].</param>
    /// <exception cref="GraphException">x is neither float32 nor float64, or epsilon is not in [0, ½].</exception>
    public static Value Logit(Value x, double? epsilon = null)
    {
        RequireFloat("logit", x);
        if (epsilon is not (null or (>= 0 and <= 0.5)))
            throw x.Graph.Error("logit", $"epsilon for '{x.Name}' is {epsilon}; it must be in 0 … 0.5.");
        var inner = InnerPrecision.OfElements(x);
        x = inner.Enter(x);
        var p = epsilon is { } e ? Clip(x, e, 1 - e) : x;
        var (isUpper, isEnd) = (p >= 0.5, Or(Equal(p, 0), Equal(p, 1)));
        var within = Where(isEnd, 0.5, p);
        // Not a constant: the gradient is NaN outside, too.
        if (epsilon is null) within = Where(Or(p < 0, p > 1), p * double.NaN, within);
        // The odds less 1, of what is likelier: near ½ the difference is exact, near an end so is the distance from it.
        var odds = Log1p(Where(isUpper, (2 * within) - 1, 1 - (2 * within)) / Where(isUpper, 1 - within, within));
        // What has the right value and gradient at the ends.
        var end = Where(isEnd, p, 0.5);
        return inner.Leave(Where(isEnd, Where(isUpper, Reciprocal(1 - end), -Reciprocal(end * end)), Where(isUpper, odds, -odds)));
    }

    /// <summary>x · log y, elementwise with broadcasting, and 0 where x is 0, whatever y, except for NaN.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value XLogY(Value x, Value y) => TimesLog(x, y, Log(Where(Vanishes(x, y, y), 1, y)), y);

    /// <summary>x · log y for a number y; see <see cref="XLogY(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">x is not a float.</exception>
    public static Value XLogY(Value x, double y) => XLogY(x, x.Number(y));

    /// <summary>x · log y for a number x; see <see cref="XLogY(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">y is not a float.</exception>
    public static Value XLogY(double x, Value y) => XLogY(y.Number(x), y);

    /// <summary>x · log(1 + y), elementwise with broadcasting, and 0 where x is 0, whatever y, except for NaN.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value XLog1pY(Value x, Value y) => TimesLog(x, y, Log1p(Where(Vanishes(x, y, y + 1), 0, y)), y + 1);

    /// <summary>x · log(1 + y) for a number y; see <see cref="XLog1pY(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">x is not a float.</exception>
    public static Value XLog1pY(Value x, double y) => XLog1pY(x, x.Number(y));

    /// <summary>x · log(1 + y) for a number x; see <see cref="XLog1pY(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">y is not a float.</exception>
    public static Value XLog1pY(double x, Value y) => XLog1pY(y.Number(x), y);

    /// <summary>-x · log x, elementwise: 0 at 0, with gradient ∞; -∞ below, with gradient NaN; NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value Entr(Value x)
    {
        RequireFloat("entr", x);
        // A logarithm takes as long as some eight multiply-adds.
        var inner = InnerPrecision.Of([x.Shape.ElementCount * 8], x);
        x = inner.Enter(x);
        var (isNegative, isZero) = (x < 0, Equal(x, 0));
        var isInner = Not(x <= 0);
        // One logarithm for both: below 0 of 0·y, whose gradient is 0/0, of a y that is finite.
        var log = Log(Where(isInner, x, Where(isNegative, Reciprocal(Where(isNegative, x, 0) - 1) * 0, 1)));
        // What has the right value and the right gradient: √x at 0, where it rises infinitely.
        var edge = Where(isZero, Pow(Where(isZero, x, 1), 0.5), log);
        return inner.Leave(Where(isInner, -(Where(isInner, x, 1) * log), edge));
    }

    private static Value TimesLog(Value x, Value y, Value log, Value argument) => Where(Vanishes(x, y, argument), 0, x * log);

    /// <summary>Where x is 0 and the logarithm of the argument no number: the product is 0 and not NaN.</summary>
    private static Value Vanishes(Value x, Value y, Value argument)
    {
        RequireFloat("x log y", x);
        return And(Equal(x, 0), And(Equal(y, y), Or(argument <= 0, IsInf(argument))));
    }
}

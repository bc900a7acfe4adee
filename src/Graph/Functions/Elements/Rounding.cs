namespace GraphGrad;

public static partial class Ops
{
    /// <summary>x - trunc(x), elementwise: what stands behind the point, with the sign of x; NaN for ±∞. The gradient is 1.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value Frac(Value x)
    {
        RequireFloat("frac", x);
        return x - Trunc(x);
    }

    /// <summary>
    /// x rounded to so many decimal places, halves to the even one, as round(x · 10^d) / 10^d; negative places round to tens and hundreds. The
    /// gradient is 0.
    /// </summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value Round(Value x, int decimals)
    {
        var scale = Math.Pow(10, Math.Abs(decimals));
        return decimals switch
        {
            0 => Round(x),
            > 0 => Round(x * scale) / scale,
            _ => Round(x / scale) * scale,
        };
    }

    /// <summary>
    /// The quotient rounded down, elementwise with broadcasting; C#'s <c>/</c> of integers truncates instead. Floats: the exact quotient
    /// rounded down, even where x / y rounds up to a whole number; x / 0 is ±∞ or NaN, ±∞ / y is NaN. Integers: a divisor of 0 is an error when it is run. The
    /// gradient is 0.
    /// </summary>
    /// <exception cref="GraphException">The types differ, are bool, or the shapes do not broadcast.</exception>
    public static Value FloorDivide(Value x, Value y)
    {
        if (!x.DType.IsFloat()) return (x / y) - Cast(And(NotEqual(x % y, 0), NotEqual(x < 0, y < 0)), x.DType);
        var remainder = x % y;
        var below = And(NotEqual(remainder, 0), NotEqual(remainder < 0, y < 0));
        // x less its remainder is a multiple of y, so this quotient is whole but for its rounding.
        var whole = Round(((x - remainder) / y) - Where(below, OnesLike(y), ZerosLike(y)));
        return Where(Equal(y, 0), StopGradient(x / y), whole);
    }

    /// <summary>The quotient rounded down, with a number of x's element type.</summary>
    /// <exception cref="GraphException">The number does not fit the element type of x, or x is bool.</exception>
    public static Value FloorDivide(Value x, double y) => FloorDivide(x, x.Number(y));

    /// <summary>The quotient rounded down, of a number of y's element type.</summary>
    /// <exception cref="GraphException">The number does not fit the element type of y, or y is bool.</exception>
    public static Value FloorDivide(double x, Value y) => FloorDivide(y.Number(x), y);

    /// <summary>
    /// What the division rounded down leaves, elementwise with broadcasting: x - y · floor(x / y), with the sign of y, as Python's <c>%</c>;
    /// <see cref="Remainder(Value, Value)"/> has the sign of x. Floats: NaN if y is 0 or x infinite. Integers: a divisor of 0 is an error when it
    /// is run.
    /// </summary>
    /// <exception cref="GraphException">The types differ, are bool, or the shapes do not broadcast.</exception>
    public static Value FloorRemainder(Value x, Value y)
    {
        var remainder = x % y;
        return Where(And(NotEqual(remainder, 0), NotEqual(remainder < 0, y < 0)), remainder + y, remainder);
    }

    /// <summary>What the division rounded down leaves, with a number of x's element type.</summary>
    /// <exception cref="GraphException">The number does not fit the element type of x, or x is bool.</exception>
    public static Value FloorRemainder(Value x, double y) => FloorRemainder(x, x.Number(y));

    /// <summary>What the division rounded down leaves, of a number of y's element type.</summary>
    /// <exception cref="GraphException">The number does not fit the element type of y, or y is bool.</exception>
    public static Value FloorRemainder(double x, Value y) => FloorRemainder(y.Number(x), y);
}

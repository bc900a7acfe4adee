namespace GraphGrad;

public static partial class Ops
{
    private const double Ln2 = 0.6931471805599453;

    /// <summary>2 to the power x, elementwise: 0 at -∞, +∞ at +∞; whole powers are exact; NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value Exp2(Value x) => Pow(2, x);

    /// <summary>
    /// log(e^x + e^y), elementwise with broadcasting, without overflow: max(x, y) + softplus(-|x - y|). Two infinities of one sign give that
    /// infinity; NaN if either is NaN.
    /// </summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogAddExp(Value x, Value y) => LogAdd("logaddexp", x, y, 1);

    /// <summary>log(e^x + e^y) for a number y; see <see cref="LogAddExp(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">x is not a float.</exception>
    public static Value LogAddExp(Value x, double y) => LogAddExp(x, x.Number(y));

    /// <summary>log2(2^x + 2^y), elementwise with broadcasting, without overflow; at infinities and NaN as <see cref="LogAddExp(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogAddExp2(Value x, Value y) => LogAdd("logaddexp2", x, y, Ln2);

    /// <summary>log2(2^x + 2^y) for a number y; see <see cref="LogAddExp2(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">x is not a float.</exception>
    public static Value LogAddExp2(Value x, double y) => LogAddExp2(x, x.Number(y));

    /// <summary>x · 2^exponent, elementwise with broadcasting.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="exponent">A whole number each, of any number type.</param>
    /// <exception cref="GraphException">x is not a float, the exponent is bool, or the shapes do not broadcast.</exception>
    public static Value Ldexp(Value x, Value exponent)
    {
        RequireFloat("ldexp", x);
        return x * Exp2(Cast(exponent, x.DType));
    }

    /// <summary>x · 2^exponent for a whole number.</summary>
    /// <exception cref="GraphException">x is not a float.</exception>
    public static Value Ldexp(Value x, int exponent) => Ldexp(x, RequireFloat("ldexp", x).Number(exponent));

    private static Value LogAdd(string function, Value x, Value y, double rate)
    {
        RequireFloat(function, x);
        // Smooth where x = y, so that every derivative is right there too. Of equal infinities the difference would be NaN.
        var difference = Where(And(Equal(x, y), IsInf(x)), 0, x - y);
        var isFirst = x > y;
        var below = Where(isFirst, -difference, difference);
        var added = rate == 1 ? Softplus(below) : Softplus(below * rate) / rate;
        return Where(isFirst, x, y) + added;
    }

    /// <summary>The value, refused if it is no float: in the name of the function that the user called, and before that builds values the user does not know.</summary>
    private static Value RequireFloat(string function, Value x) =>
        x.DType.IsFloat() ? x : throw x.Graph.Error(function, $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");
}

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Bool: whether the sign bit is set, elementwise: true for -0 too, and for a NaN that carries it.</summary>
    /// <exception cref="GraphException">x is bool.</exception>
    public static Value SignBit(Value x) => x.DType switch
    {
        DType.Float32 => Bitcast(x, DType.Int32) < 0,
        DType.Float64 => Bitcast(x, DType.Int64) < 0,
        _ => x < 0,
    };

    /// <summary>|x| with the sign of another number, elementwise with broadcasting; the sign of a zero counts. The derivative by x is 0 at 0.</summary>
    /// <exception cref="GraphException">x or the sign is not a float, or the shapes do not broadcast.</exception>
    public static Value CopySign(Value x, Value sign)
    {
        RequireFloat("copysign", x);
        RequireFloat("copysign", sign);
        var magnitude = Abs(x);
        return Where(SignBit(sign), -magnitude, magnitude);
    }

    /// <summary>|x| with the sign of a number.</summary>
    /// <exception cref="GraphException">x is not a float.</exception>
    public static Value CopySign(Value x, double sign)
    {
        RequireFloat("copysign", x);
        return double.IsNegative(sign) ? -Abs(x) : Abs(x);
    }

    /// <summary>The step function, elementwise with broadcasting: 0 below zero, 1 above, <paramref name="atZero"/> at ±0; 0 for NaN.</summary>
    /// <exception cref="GraphException">The types differ or are bool, or the shapes do not broadcast.</exception>
    public static Value Heaviside(Value x, Value atZero) => Where(Equal(x, 0), atZero, Cast(x > 0, x.DType));

    /// <summary>The step function: 0 below zero, 1 above, a number at ±0; 0 for NaN.</summary>
    /// <exception cref="GraphException">x is bool, or its type does not hold the number.</exception>
    public static Value Heaviside(Value x, double atZero) => Heaviside(x, x.Number(atZero));

    /// <summary>Bool: x is +∞, elementwise.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value IsPositiveInfinity(Value x) => And(IsInf(x), x > 0);

    /// <summary>Bool: x is -∞, elementwise.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value IsNegativeInfinity(Value x) => And(IsInf(x), x < 0);
}

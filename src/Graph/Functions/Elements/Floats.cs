namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// x = mantissa · 2^exponent with ½ ≤ |mantissa| &lt; 1, elementwise, exactly. 0, ±∞ and NaN are their own mantissa, with exponent 0. The
    /// gradient goes through the mantissa, the exponent being constant between powers of two.
    /// </summary>
    /// <returns>The mantissa, of x's type, and the exponent, int32.</returns>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static (Value Mantissa, Value Exponent) Frexp(Value x)
    {
        RequireFloat("frexp", x);
        var (integer, places, bias) = Layout(x.DType);
        // Into the middle of the range, so that the power of two to divide by is a normal number.
        var (small, large) = (Abs(x) < Math.ScaleB(1, 1 - bias), Abs(x) >= 2);
        var (up, down) = (places + 1, bias / 2);
        var scaled = Where(small, x * Math.ScaleB(1, up), Where(large, x * Math.ScaleB(1, -down), x));
        var field = ShiftRight(Bitcast(Abs(scaled), integer), scaled.Graph.Constant(TensorData.Filled(integer, places)));
        var exponent = field - (double)(bias - 1);
        var power = Bitcast(ShiftLeft((2 * bias) - 1 - field, field.Number(places)), x.DType);
        var isWhole = And(IsFinite(x), NotEqual(x, 0));
        var moved = exponent + Where(small, field.Number(-up), Where(large, field.Number(down), field.Number(0)));
        return (Where(isWhole, scaled * power, x), Cast(Where(isWhole, moved, 0), DType.Int32));
    }

    /// <summary>The next number after x in the direction of another, elementwise with broadcasting; no gradient flows. NaN if either is NaN.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NextAfter(Value x, Value toward)
    {
        RequireFloat("next after", x);
        var bits = Bitcast(x, Layout(x.DType).Integer);
        // The bits of numbers of one sign are in the order of their magnitudes.
        var outward = Equal(toward > x, x > 0);
        var next = Bitcast(bits + Where(outward, bits.Number(1), bits.Number(-1)), x.DType);
        var least = CopySign(Scalar(x, x.DType == DType.Float32 ? float.Epsilon : double.Epsilon), toward);
        var apart = Where(Equal(x, 0), least, next);
        return Where(Equal(x, toward), toward, Where(Or(IsNaN(x), IsNaN(toward)), double.NaN, apart));
    }

    private static (DType Integer, int Places, int Bias) Layout(DType type) => type == DType.Float32 ? (DType.Int32, 23, 127) : (DType.Int64, 52, 1023);
}

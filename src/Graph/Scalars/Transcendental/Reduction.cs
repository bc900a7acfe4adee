namespace GraphGrad.Scalars;

/// <summary>Reduction of angles to a quadrant.</summary>
internal static class Reduction
{
    // 1/(2π) in pieces of 29 bits and a last of 53. The product of a float32 with a piece is exact in float64.
    private static readonly double[] TurnPieces =
    [
        0.15915494272485375, 3.6704158115630214e-10, 5.690025167992954e-19, 1.4703036846932608e-27, 2.5867171752090537e-36, 9.458140970740169e-46,
    ];

    /// <summary>
    /// q (an integer of x's size, to be taken modulo 4), r and low of x = q·π/2 + r + low; in float32 low is null unless
    /// asked for, as rounding r costs sine and cosine half a unit in the last place.
    /// </summary>
    public static (Scalar Q, Scalar R, Scalar? Low) ToQuadrant(ScalarBuilder b, Scalar x, bool withLow = false) =>
        x.Type == DType.Float32 ? Single(b, x, withLow) : Double(b, x);

    /// <summary>
    /// Of every float32. Whole turns are dropped from the product with each piece of 1/(2π), exactly; what is left of all
    /// pieces is the angle in turns to 2^-53. The bits reach as far as 2^128·2^-53 needs (Payne and Hanek, 1983).
    /// </summary>
    private static (Scalar Q, Scalar R, Scalar? Low) Single(ScalarBuilder b, Scalar x, bool withLow)
    {
        var wide = b.Convert(DType.Float64, x);
        var parts = new Scalar[TurnPieces.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var product = b.Multiply(wide, b.Float64(TurnPieces[i]));
            // The last piece's product is below a turn.
            parts[i] = i + 1 < parts.Length ? b.Subtract(product, b.RoundToEven(product)) : product;
        }
        var turns = parts[0];
        foreach (var part in parts[1..]) turns = b.Add(turns, part);
        var quarters = b.RoundToEven(b.Multiply(turns, b.Float64(4)));
        // Summed again with the quarters taken off first: near a multiple of π/2 every sum is then exact.
        var rest = b.FusedMultiplyAdd(quarters, b.Float64(-0.25), parts[0]);
        foreach (var part in parts[1..]) rest = b.Add(rest, part);
        var angle = b.Multiply(rest, b.Float64(2 * Math.PI));
        var r = b.Convert(DType.Float32, angle);
        var low = withLow ? b.Convert(DType.Float32, b.Subtract(angle, b.Convert(DType.Float64, r))) : null;
        // In the low bits of a shifted float32, which is cheaper than a saturating conversion.
        var shifted = b.Add(b.Convert(DType.Float32, quarters), b.Float32((float)FloatFormat.Of(DType.Float32).RoundingShift));
        return (b.Bitcast(DType.Int32, shifted), r, low);
    }

    /// <summary>Up to 2^50 by subtraction of multiples of π/2, beyond by <see cref="LargeAngles"/>.</summary>
    private static (Scalar Q, Scalar R, Scalar? Low) Double(ScalarBuilder b, Scalar x)
    {
        var (q, r, low) = Moderate(b, x);
        var (largeQ, largeR, largeLow) = LargeAngles.ToQuadrant(b, x);
        var magnitude = b.Absolute(x);
        var large = b.And(b.LessThan(b.Float64(1L << 50), magnitude), b.LessThan(magnitude, b.Float64(double.PositiveInfinity)));
        return (b.Select(large, largeQ, q), b.Select(large, largeR, r), b.Select(large, largeLow, low));
    }

    /// <summary>π/2 in three float64 parts (Cody and Waite): exact to 2^-110 for |x| below 2^51.</summary>
    private static (Scalar Q, Scalar R, Scalar Low) Moderate(ScalarBuilder b, Scalar x)
    {
        var shift = b.Float64(FloatFormat.Of(DType.Float64).RoundingShift);
        var shifted = b.FusedMultiplyAdd(x, b.Float64(2 / Math.PI), shift);
        var n = b.Negate(b.Subtract(shifted, shift));
        var first = b.FusedMultiplyAdd(n, b.Float64(1.5707963267948966), x);
        var r = b.FusedMultiplyAdd(n, b.Float64(6.123233995736766e-17), first);
        var lost = b.FusedMultiplyAdd(n, b.Float64(6.123233995736766e-17), b.Subtract(first, r));
        var rest = b.FusedMultiplyAdd(n, b.Float64(-1.4973849048591698e-33), lost);
        return (b.Bitcast(DType.Int64, shifted), r, rest);
    }
}

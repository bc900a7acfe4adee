namespace GraphGrad.Scalars;

/// <summary>
/// What is left of an angle: x = q·π/2 + r + low with |r| ≤ π/4 and low below half a unit in the last place of r. Of q, an
/// integer of x's size, the last two bits count.
/// </summary>
internal readonly record struct Quadrant(Scalar Q, Scalar R, Scalar Low);

/// <summary>Reduction of angles to a quadrant.</summary>
internal static class Reduction
{
    // 1/(2π) in pieces of 29 bits and a last of 53. The product of a float32 with a piece is exact in float64.
    private static readonly double[] TurnPieces =
    [
        0.15915494272485375, 3.6704158115630214e-10, 5.690025167992954e-19, 1.4703036846932608e-27, 2.5867171752090537e-36, 9.458140970740169e-46,
    ];

    /// <summary>
    /// A function of an angle by its reduction: moderate angles by subtraction of multiples of π/2, the rare large ones at
    /// several times the cost.
    /// </summary>
    public static Scalar Of(ScalarBuilder b, Scalar x, Func<Quadrant, Scalar> function)
    {
        var single = x.Type == DType.Float32;
        var magnitude = b.Absolute(x);
        // To 2^16 the multiple of π/2 has at most 16 bits in float32; ±∞ and NaN become NaN on the moderate way.
        var large = b.And(
            b.LessThan(b.Number(x.Type, single ? 1 << 16 : 1L << 50), magnitude),
            b.LessThan(magnitude, b.Number(x.Type, double.PositiveInfinity)));
        return b.SelectRare(large, function(single ? LargeSingle(b, x) : LargeAngles.ToQuadrant(b, x)), function(Moderate(b, x)));
    }

    /// <summary>π/2 in three parts (Cody and Waite). With a fused product the first difference is exact.</summary>
    private static Quadrant Moderate(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (high, middle, rest) = format.IsSingle
            ? (1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15)
            : (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33);
        var shift = b.Number(x.Type, format.RoundingShift);
        var shifted = b.FusedMultiplyAdd(x, b.Number(x.Type, 2 / Math.PI), shift);
        var n = b.Subtract(shifted, shift);
        var first = b.FusedMultiplyAdd(n, b.Number(x.Type, -high), x);
        var second = b.Multiply(n, b.Number(x.Type, middle));
        var r = b.Subtract(first, second);
        // What the difference lost, nothing near a multiple of π/2, and what the product did.
        var lost = b.Subtract(b.Subtract(first, r), second);
        var error = b.FusedMultiplyAdd(n, b.Number(x.Type, middle), b.Negate(second));
        var low = b.FusedMultiplyAdd(n, b.Number(x.Type, -rest), b.Subtract(lost, error));
        return new(b.Bitcast(format.Integer, shifted), r, low);
    }

    /// <summary>
    /// Of every finite float32. Whole turns are dropped from the product with each piece of 1/(2π), exactly; what is left of
    /// all pieces is the angle in turns to 2^-53. The bits reach as far as 2^128·2^-53 needs (Payne and Hanek, 1983).
    /// </summary>
    private static Quadrant LargeSingle(ScalarBuilder b, Scalar x)
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
        var low = b.Convert(DType.Float32, b.Subtract(angle, b.Convert(DType.Float64, r)));
        return new(b.Convert(DType.Int32, quarters), r, low);
    }
}

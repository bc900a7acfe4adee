namespace GraphGrad.Scalars;

/// <summary>
/// Sine, cosine and tangent: x = q·π/2 + r with |r| ≤ π/4, then polynomials in r², fitted by the Remez exchange for the
/// least relative error, chosen and signed by the quadrant q.
/// </summary>
internal static class Trigonometric
{
    // (sin r - r) / r³ and (cos r - 1 + r²/2) / r⁴; relative error of the function at most 0.03 units in the last place.
    private static readonly double[] Sine32 = [-0.000195152199, 0.0083321603, -0.166666552];

    private static readonly double[] Cosine32 = [2.44330604e-05, -0.00138873153, 0.0416666456];

    // (tan r - r) / r³.
    private static readonly double[] Tangent32 =
        [0.00437744521, 8.72274977e-05, 0.0108375764, 0.0212815329, 0.0540600382, 0.13332662, 0.333333492];

    private static readonly double[] Sine64 =
    [
        1.589619590321078e-10, -2.5050747195887644e-08, 2.7557313617953376e-06, -0.00019841269829580347, 0.008333333333322108, -0.1666666666666663,
    ];

    private static readonly double[] Cosine64 =
    [
        -1.1358514299080965e-11, 2.08757004233117e-09, -2.75573141762952e-07, 2.4801587288841594e-05, -0.001388888888887304, 0.041666666666666595,
    ];

    /// <summary>sin x.</summary>
    public static Scalar Sin(ScalarBuilder b, Scalar x) => KeepZero(b, x, Reduction.Of(b, x, a => OfQuadrant(b, a.Q, a)));

    /// <summary>cos x = sin(x + π/2).</summary>
    public static Scalar Cos(ScalarBuilder b, Scalar x) => Reduction.Of(b, x, a => OfQuadrant(b, b.Add(a.Q, b.Constant(a.Q.Type, 1)), a));

    /// <summary>tan x: tan r, in odd quadrants -1 / tan r; in float64 tan r = sin r / cos r.</summary>
    public static Scalar Tan(ScalarBuilder b, Scalar x) => KeepZero(b, x, Reduction.Of(b, x, a =>
    {
        var even = IsEven(b, a.Q);
        if (x.Type == DType.Float32)
        {
            var (one, tail) = (b.Number(x.Type, 1), TanTail(b, a.R, a.Low));
            var tangent = b.Add(a.R, tail);
            var lost = b.Subtract(tail, b.Subtract(tangent, a.R));
            var quotient = b.Divide(b.Select(even, tangent, b.Negate(one)), b.Select(even, one, tangent));
            // -1 / (t + lost) = q + q²·lost, q = -1 / t; where q is t, the same term is too small to change it.
            return b.FusedMultiplyAdd(b.Multiply(quotient, quotient), lost, quotient);
        }
        var (sine, cosine) = (SinNear(b, a.R, a.Low), CosNear(b, a.R, a.Low));
        return b.Divide(b.Select(even, sine, b.Negate(cosine)), b.Select(even, cosine, sine));
    }));

    /// <summary>The sign of zero, which the reduction does not keep.</summary>
    private static Scalar KeepZero(ScalarBuilder b, Scalar x, Scalar result) => b.Select(b.Equal(x, b.Number(x.Type, 0)), x, result);

    /// <summary>sin and cos by the quadrant: s, c, -s, -c.</summary>
    private static Scalar OfQuadrant(ScalarBuilder b, Scalar q, Quadrant angle)
    {
        var (sin, cos) = (SinNear(b, angle.R, angle.Low), CosNear(b, angle.R, angle.Low));
        var format = FloatFormat.Of(sin.Type);
        var value = b.Bitcast(format.Integer, b.Select(IsEven(b, q), sin, cos));
        var half = b.And(q, b.Constant(format.Integer, 2));
        var sign = b.ShiftLeft(half, b.Constant(format.Integer, format.Integer == DType.Int32 ? 30 : 62));
        return b.Bitcast(sin.Type, b.Xor(value, sign));
    }

    private static Scalar IsEven(ScalarBuilder b, Scalar q) =>
        b.Equal(b.And(q, b.Constant(q.Type, 1)), b.Constant(q.Type, 0));

    /// <summary>sin(r + low) = sin r + low·cos r.</summary>
    private static Scalar SinNear(ScalarBuilder b, Scalar r, Scalar low)
    {
        var z = b.Multiply(r, r);
        var tail = b.Polynomial(z, r.Type == DType.Float32 ? Sine32 : Sine64);
        return b.Add(r, b.FusedMultiplyAdd(b.Multiply(z, r), tail, b.Multiply(low, HalfSquareFrom1(b, z))));
    }

    /// <summary>cos(r + low) = cos r - low·sin r, with 1 - r²/2 summed without loss.</summary>
    private static Scalar CosNear(ScalarBuilder b, Scalar r, Scalar low)
    {
        var z = b.Multiply(r, r);
        var tail = b.Multiply(b.Multiply(z, z), b.Polynomial(z, r.Type == DType.Float32 ? Cosine32 : Cosine64));
        tail = b.FusedMultiplyAdd(b.Negate(r), low, tail);
        var one = b.Number(r.Type, 1);
        var w = HalfSquareFrom1(b, z);
        // 1 - w - z/2 is what the rounding of w lost.
        var lost = b.FusedMultiplyAdd(z, b.Number(r.Type, -0.5), b.Subtract(one, w));
        return b.Add(w, b.Add(lost, tail));
    }

    /// <summary>tan(r + low) - r = tan r - r + low·(1 + tan² r), in float32.</summary>
    private static Scalar TanTail(ScalarBuilder b, Scalar r, Scalar low)
    {
        var z = b.Multiply(r, r);
        return b.FusedMultiplyAdd(b.Multiply(z, r), b.Polynomial(z, Tangent32), b.FusedMultiplyAdd(low, z, low));
    }

    private static Scalar HalfSquareFrom1(ScalarBuilder b, Scalar z) =>
        b.FusedMultiplyAdd(z, b.Number(z.Type, -0.5), b.Number(z.Type, 1));
}

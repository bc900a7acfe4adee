namespace GraphGrad.Scalars;

/// <summary>
/// The error function and its complement. Near 0 erf x = x + x·P(x²); beyond, erf x = 1 - e^L(x) with L fitted to log erfc, and
/// erfc x = e^-x² times what is tabulated in float32, in float64 R(s) / (x + 2), s = (x - 2)/(x + 2), after Shepherd and Laframboise (Mathematics of Computation 36,
/// 1981). Other polynomials are fitted by the Remez exchange.
/// </summary>
internal static class ErrorFunction
{
    /// <summary>Where e^L(x) rounds to 0 beside 1.</summary>
    public const double ErfLimit64 = 5.95;

    // P on [0, 1]; relative error 0.01 units in the last place in float32, 0.03 in float64.
    private static readonly double[] Near32 = [7.85350348e-05, -0.000801009592, 0.00518831797, -0.0268538073, 0.112835854, -0.37612626, 0.128379166];

    // L on [1, 4]; erf to 0.01 units in the last place.
    private static readonly double[] LogErfc32 = [0.000186360994, -0.00294748368, 0.0218373816, -0.103105366, -0.6381464, -1.12708831, -0.000341737556];

    // e^(x²)·erfc x for x in [0, 10.3]; relative error 0.1 · 2^-24 besides the coefficients' rounding.
    private static readonly TabulatedFunction Scaled32 = new(
        1.45f,
        1,
        new(0.88204205f, 1.2122614f, 1.5542623f, 1.8860211f, 2.411518f, 3.1021137f, 3.7614582f, 4.4476395f, 5.47864f,
            6.9663687f, 8.326983f, 9.5891075f, 0f, 0.2635648f, 0.434548f, 0.60209763f),
        new(0.010356774f, 0.003990694f, 0.0016748786f, 0.0007450544f, 0.00025553966f, 7.09001e-05f, 2.3119605e-05f, 8.682627e-06f, 2.4670371e-06f,
            5.788762e-07f, 1.7658762e-07f, 6.377618e-08f, 0.11024378f, 0.06822f, 0.03856314f, 0.022275623f),
        new(-0.022663476f, -0.009992024f, -0.00459577f, -0.0023022878f, -0.00087157235f, -0.00028104577f, -0.00010972942f, -4.656338e-05f, -1.556982e-05f,
            -4.090628e-06f, -1.4783676e-06f, -6.542566e-07f, -0.28476065f, -0.1297446f, -0.0775724f, -0.047965214f),
        new(0.049010497f, 0.023802046f, 0.012060274f, 0.0066109705f, 0.0028176075f, 0.0010698128f, 0.0004820725f, 0.00023307205f, 9.1138754e-05f,
            2.9722625e-05f, 1.2703345e-05f, 6.4320807e-06f, 0.49769917f, 0.23353684f, 0.14721783f, 0.095844254f),
        new(-0.09952068f, -0.053673584f, -0.030172803f, -0.018197713f, -0.008934243f, -0.0040117307f, -0.0020850203f, -0.0011521272f, -0.0005371064f,
            -0.0002172381f, -0.000109473855f, -6.329416e-05f, -0.75208706f, -0.3851319f, -0.257441f, -0.17736383f),
        new(0.18583985f, 0.112674154f, 0.07101867f, 0.047542095f, 0.027183153f, 0.014585336f, 0.008806698f, 0.005590336f, 0.0031251805f,
            0.0015729292f, 0.0009370186f, 0.00061980233f, 0.9999945f, 0.56861126f, 0.4063189f, 0.29847795f),
        new(-0.31320164f, -0.21710189f, -0.15564121f, -0.11696212f, -0.07895549f, -0.051263325f, -0.036253616f, -0.02659201f, -0.017927544f,
            -0.011283474f, -0.007966749f, -0.006038294f, -1.1283791f, -0.72756475f, -0.5627273f, -0.44575897f),
        new(0.46209675f, 0.3758584f, 0.31292593f, 0.26813513f, 0.2175857f, 0.17360999f, 0.14517316f, 0.12386201f, 0.10134373f,
            0.08017776f, 0.06727601f, 0.058521654f, 1f, 0.7603717f, 0.6508509f, 0.56686836f));

    /// <summary>P on [0, 1].</summary>
    public static double[] Near64 { get; } =
    [
        -7.779114403486529e-10, 1.3710792295046609e-08, -1.6206270619939728e-07, 1.644712598203375e-06, -1.4924711852507963e-05,
        0.00012055293553695607, -0.0008548325928546569, 0.005223977606102704, -0.026866170643109602, 0.11283791670944174,
        -0.3761263890318352, 0.12837916709551256,
    ];

    /// <summary>L on [1, 5.95]; erf to 0.15 units in the last place.</summary>
    public static double[] LogErfc64 { get; } =
    [
        1.769906665911855e-11, -6.516341305899641e-10, 1.0900436394864562e-08, -1.0819237081088511e-07, 6.875614209617337e-07,
        -2.672080203644526e-06, 3.6078768175692433e-06, 2.8005325336202433e-05, -0.000230659804585264, 0.0009199569974758756,
        -0.00209878667192616, 0.0005840715391427293, 0.018865380313864585, -0.10263764801996918, -0.6366675793648473,
        -1.1283687120753692, -1.0636045361829322e-06,
    ];

    /// <summary>R for x in [0, 27.3]; relative error 0.08 units in the last place.</summary>
    public static double[] Scaled64 { get; } =
    [
        -6.0374166733486859e-09, -1.5069993252788466e-08, 2.4854696124072439e-08, 1.1261523352914707e-07, 4.4493513497240966e-08,
        -3.2119529782541606e-07, -6.1575570719211252e-07, -3.6742286516191424e-09, 2.0300667576472037e-06, 3.6479652781166145e-06,
        -1.1379433512233054e-06, -1.6122673842255871e-05, -2.1692420361211316e-05, 3.4149352606722101e-05, 0.00014446995406878094,
        3.4371363057292258e-05, -0.00066307339767708346, -0.00083729605555691634, 0.0030906120504907556, 0.0064791850673894128,
        -0.021510661889121162, -0.036442231506871557, 0.27947209255604871, -0.68716068441381062, 1.021582705242023,
    ];

    /// <summary>erf x.</summary>
    public static Scalar Erf(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var one = b.Number(x.Type, 1);
        var magnitude = b.Absolute(x);
        var bounded = format.AtMost(b, magnitude, format.IsSingle ? 4 : ErfLimit64);
        var logErfc = b.Polynomial(bounded, format.IsSingle ? LogErfc32 : LogErfc64);
        var far = format.CopySign(b, b.Subtract(one, Exponentials.ScaledExp(b, logErfc, 1)), x);
        var near = b.FusedMultiplyAdd(x, b.Polynomial(b.Multiply(x, x), format.IsSingle ? Near32 : Near64), x);
        return b.Select(b.LessThan(magnitude, one), near, far);
    }

    /// <summary>erfc x.</summary>
    public static Scalar Erfc(ScalarBuilder b, Scalar x)
    {
        var tail = x.Type == DType.Float32 ? Tail32(b, b.Absolute(x)) : Tail64(b, b.Absolute(x));
        return b.Select(b.LessThan(x, b.Number(x.Type, 0)), b.Subtract(b.Number(x.Type, 2), tail), tail);
    }

    private static Scalar Tail32(ScalarBuilder b, Scalar x)
    {
        var magnitude = b.Minimum(x, b.Float32(10.1f));
        var minus = b.Negate(magnitude);
        var exponent = b.Multiply(minus, magnitude);
        return Exponentials.TimesExp(b, Scaled32.Of(b, magnitude), exponent, b.FusedMultiplyAdd(minus, magnitude, b.Negate(exponent)));
    }

    private static Scalar Tail64(ScalarBuilder b, Scalar x)
    {
        var (one, two) = (b.Float64(1), b.Float64(2));
        var magnitude = b.Minimum(x, b.Float64(27.3));
        var (sum, difference) = (b.Add(magnitude, two), b.Subtract(magnitude, two));
        var inverse = b.Divide(one, sum);
        var s = b.Multiply(difference, inverse);
        // R and R·inverse in two parts each.
        var (slope, constant) = (b.Polynomial(s, Scaled64.AsSpan(..^1)), b.Float64(Scaled64[^1]));
        var r = b.FusedMultiplyAdd(slope, s, constant);
        var rLost = b.FusedMultiplyAdd(slope, s, b.Subtract(constant, r));
        var scaled = b.Multiply(r, inverse);
        var scaledLost = b.FusedMultiplyAdd(rLost, inverse, b.FusedMultiplyAdd(r, inverse, b.Negate(scaled)));
        // Relative errors go into the exponent, 1 + e being e^e to rounding: what the inverse, x² and s lost. R changes with s by
        // about -0.6R.
        var sumLost = b.Subtract(magnitude, b.Subtract(sum, two));
        var minusInverse = b.Negate(inverse);
        var inverseLost = b.FusedMultiplyAdd(minusInverse, sumLost, b.FusedMultiplyAdd(minusInverse, sum, one));
        var square = b.Multiply(magnitude, magnitude);
        var squareLost = b.FusedMultiplyAdd(magnitude, magnitude, b.Negate(square));
        var sLost = b.FusedMultiplyAdd(difference, inverse, b.Negate(s));
        var low = b.FusedMultiplyAdd(inverseLost, b.FusedMultiplyAdd(s, b.Float64(-0.55), one), b.Negate(squareLost));
        low = b.FusedMultiplyAdd(sLost, b.Float64(-0.6), low);
        return Exponentials.TimesExp(b, scaled, scaledLost, b.Negate(square), low);
    }

    /// <summary>e^(x²)·erfc x for x from 0 to 27.4, in float64.</summary>
    public static Scalar ScaledErfcOfMagnitude(ScalarBuilder b, Scalar x)
    {
        var (two, sum) = (b.Float64(2), b.Add(x, b.Float64(2)));
        return b.Divide(b.Polynomial(b.Divide(b.Subtract(x, two), sum), Scaled64), sum);
    }

    /// <summary>e^(x²)·erfc x, in float64; beyond the range of R by the asymptotic series 1/(x√π) · Σ (-1)^k (2k - 1)!! / (2x²)^k.</summary>
    public static Scalar ScaledErfc(ScalarBuilder b, Scalar x)
    {
        const double end = 27.3;
        var format = FloatFormat.Of(DType.Float64);
        var (one, two) = (b.Float64(1), b.Float64(2));
        var magnitude = b.Absolute(x);
        var bounded = format.AtMost(b, magnitude, end);
        var near = ScaledErfcOfMagnitude(b, bounded);
        var inverse = b.Divide(one, format.AtLeast(b, magnitude, end));
        var series = b.Polynomial(b.Multiply(inverse, inverse), 10395.0 / 64, -945.0 / 32, 105.0 / 16, -15.0 / 8, 3.0 / 4, -0.5, 1);
        var far = b.Multiply(inverse, b.Multiply(series, b.Float64(1 / Math.Sqrt(Math.PI))));
        var positive = b.Select(b.LessThan(b.Float64(end), magnitude), far, near);
        // 2·e^(x²) - erfc of the opposite, with what the rounding of x² lost.
        var square = b.Multiply(bounded, bounded);
        var exp = Exponentials.Exp(b, square, b.FusedMultiplyAdd(bounded, bounded, b.Negate(square)));
        return b.Select(b.LessThan(x, b.Float64(0)), b.Subtract(b.Multiply(two, exp), positive), positive);
    }
}

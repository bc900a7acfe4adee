namespace GraphGrad.Scalars;

/// <summary>
/// The normal distribution's x·Φ(x) and its slope. Below 0 each is e^(-x²/2) times a function of |x| that changes slowly, tabulated in float32, and above 0
/// the rest to x or 1.
/// </summary>
internal static class NormalDistribution
{
    // Beyond, e^(-x²/2) rounds to 0 beside all other factors.
    private const double Limit32 = 14.8;
    private const double Limit64 = 38.75;

    // So the root of the slope is near the middle of its interval.
    private const float Shift = 1.125f;

    // The last is where the slope has its root.
    private static readonly LookupTable Centers = new(1.0951566f, 1.6294922f, 2.1098914f, 2.643146f, 3.334303f, 4.388792f, 5.3413253f, 6.330042f, 7.91676f,
            9.853089f, 11.918175f, 13.831646f, 0f, 0.24987775f, 0.5104083f, 0.75179154f);

    // x·e^(x²/2)·Φ(-x); relative error 0.5 · 2^-24 next to the root, 0.15 · 2^-24 elsewhere.
    private static readonly TabulatedFunction ScaledProduct = new(
        1,
        Shift,
        Centers,
        new(-0.0014509483f, -0.00025396535f, 0.00010057123f, 0.00019381964f, -2.0338035e-05f, -2.5773902e-06f, 2.616995e-06f, 2.5257555e-06f, -6.355872e-08f,
            6.2040804e-08f, 5.646244e-08f, 6.092538e-08f, -0.022272887f, -0.015496581f, -0.0016837145f, 0.047839157f),
        new(0.005006759f, 0.0017441611f, 0.0007202905f, 0.00030591383f, 0.00010661189f, 2.6466787e-05f, 8.693712e-06f, 3.4344896e-06f, 8.394059e-07f,
            1.9455604e-07f, 5.5196704e-08f, 2.5108394e-08f, 0.061794426f, 0.033619814f, 0.018017258f, 0.01080567f),
        new(-0.013228928f, -0.0050933063f, -0.0023463813f, -0.0010768167f, -0.0004178245f, -0.00012346823f, -4.8869708e-05f, -2.1185147e-05f, -6.0783573e-06f,
            -1.9094891e-06f, -7.0781374e-07f, -3.602975e-07f, -0.13292798f, -0.074967586f, -0.04271021f, -0.027066167f),
        new(0.031512715f, 0.013502939f, 0.0067938403f, 0.0034039035f, 0.0015295962f, 0.00053406967f, 0.00023686141f, 0.000113238915f, 4.1253785e-05f,
            1.4871536e-05f, 6.0017105e-06f, 2.9178782e-06f, 0.24999827f, 0.14904694f, 0.08952814f, 0.057247665f),
        new(-0.06549789f, -0.031695005f, -0.017694583f, -0.00989253f, -0.0050736824f, -0.0021247522f, -0.0010899529f, -0.00059702335f, -0.00026288646f,
            -0.000115115196f, -5.538458e-05f, -3.1035044e-05f, -0.39894226f, -0.25296748f, -0.16192022f, -0.10973727f),
        new(0.11084544f, 0.061439227f, 0.038477346f, 0.02424186f, 0.014337943f, 0.007285265f, 0.0043554343f, 0.002746689f, 0.0014701878f,
            0.00078619545f, 0.00045239218f, 0.00029241972f, 0.5f, 0.34023538f, 0.23415247f, 0.16951276f),
        new(0.2727473f, 0.3171892f, 0.3406554f, 0.35701162f, 0.36996493f, 0.38083065f, 0.38622025f, 0.38965178f, 0.3928598f,
            0.39495388f, 0.396191f, 0.39688888f, 0f, 0.103466436f, 0.17726418f, 0.22547838f));

    // (Φ(-x) - x·φ(x))·e^(x²/2); relative error 0.13 · 2^-24.
    private static readonly TabulatedFunction ScaledSlope = new(
        1,
        Shift,
        Centers,
        new(0.000818683f, 0.0004449002f, -0.00048625594f, -0.00047564323f, 2.9544808e-05f, -3.740694e-06f, -2.0293708e-05f, -8.30665e-06f, 3.7827775e-07f,
            2.2306395e-07f, 5.351207e-07f, -3.843331e-07f, 0.0369424f, 0.017656824f, 0.011101105f, 0.0017406602f),
        new(-0.0026597567f, -0.0010154347f, -0.0004507486f, -0.00023298779f, -8.437418e-05f, -2.4150062e-05f, -8.791306e-06f, -3.5333155e-06f, -1.2056987e-06f,
            -3.4542703e-07f, -1.1810215e-07f, -2.108329e-08f, -0.036771312f, -0.015029481f, -0.0082183825f, -0.0051637045f),
        new(0.007878299f, 0.0033611443f, 0.0017583754f, 0.0009056341f, 0.00037715878f, 0.00013699023f, 6.814328e-05f, 3.2072985e-05f, 9.931962e-06f,
            3.4160093e-06f, 6.32106e-07f, 1.3394814e-06f, 0.06392424f, 0.03696203f, 0.0221897f, 0.014313816f),
        new(-0.021832611f, -0.010565417f, -0.0058991485f, -0.003296033f, -0.0016912348f, -0.00070841063f, -0.00036352532f, -0.00019917035f, -8.765325e-05f,
            -3.840501e-05f, -1.848633e-05f, -1.0387697e-05f, -0.13307105f, -0.084321454f, -0.05397757f, -0.036581732f),
        new(0.055422742f, 0.030719958f, 0.019237187f, 0.012119511f, 0.0071695535f, 0.0036422599f, 0.0021767986f, 0.0013729446f, 0.0007352464f,
            0.00039321737f, 0.0002265544f, 0.00014597013f, 0.2500025f, 0.17011955f, 0.11707741f, 0.08475637f),
        new(-0.52513725f, -0.48069537f, -0.45722917f, -0.44087297f, -0.42791963f, -0.4170539f, -0.4116643f, -0.40823278f, -0.40502477f,
            -0.40293068f, -0.40169355f, -0.40099567f, -0.7978846f, -0.69441813f, -0.62062037f, -0.5724062f),
        new(-0.18785556f, -0.45541808f, -0.6802685f, -0.919392f, -1.2192372f, -1.6641012f, -2.0585725f, -2.4637654f, -3.1087065f,
            -3.8907297f, -4.7214212f, -5.489334f, 0.5f, 0.31438142f, 0.14367536f, -6.9343855e-09f));

    /// <summary>x·Φ(x); 0 at -∞.</summary>
    public static Scalar TimesProbability(ScalarBuilder b, Scalar x) =>
        b.Subtract(b.Maximum(x, b.Number(x.Type, -0.0)), Tail(b, x, ScaledProduct, (magnitude, scaled) => b.Multiply(magnitude, scaled)));

    /// <summary>Φ(x) + x·φ(x), the slope of x·Φ(x).</summary>
    public static Scalar SlopeOfTimesProbability(ScalarBuilder b, Scalar x)
    {
        var tail = Tail(b, x, ScaledSlope, (magnitude, scaled) => b.FusedMultiplyAdd(magnitude, b.Float64(-1 / Math.Sqrt(2 * Math.PI)), scaled));
        return b.Select(b.LessThan(x, b.Number(x.Type, 0)), tail, b.Subtract(b.Number(x.Type, 1), tail));
    }

    /// <summary>e^(-x²/2)·f(|x|).</summary>
    /// <param name="b">Where it is built.</param>
    /// <param name="x">The number.</param>
    /// <param name="f32">f in float32.</param>
    /// <param name="f64">f in float64, of |x| and e^(x²/2)·Φ(-|x|).</param>
    private static Scalar Tail(ScalarBuilder b, Scalar x, TabulatedFunction f32, Func<Scalar, Scalar, Scalar> f64)
    {
        var isSingle = x.Type == DType.Float32;
        var magnitude = b.Minimum(b.Absolute(x), b.Number(x.Type, isSingle ? Limit32 : Limit64));
        var factor = isSingle ? f32.Of(b, magnitude) : f64(magnitude, b.Multiply(ErrorFunction.ScaledErfcOfMagnitude(b, b.Multiply(magnitude, b.Float64(Math.Sqrt(0.5)))), b.Float64(0.5)));
        // -x²/2 in two parts.
        var half = b.Multiply(magnitude, b.Number(x.Type, -0.5));
        var exponent = b.Multiply(half, magnitude);
        return Exponentials.TimesExp(b, factor, exponent, b.FusedMultiplyAdd(half, magnitude, b.Negate(exponent)));
    }
}

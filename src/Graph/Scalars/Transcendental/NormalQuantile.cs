namespace GraphGrad.Scalars;

/// <summary>
/// The inverse error function and the quantiles of the normal distribution, in float64: erf⁻¹(x) = x·G(w), w = -log(1 - x²), after Giles
/// ("Approximating the erfinv function", 2010), with G by Chebyshev interpolation in w, and in √w for large w, as far as float64 has
/// tails.
/// </summary>
internal static class NormalQuantile
{
    private const double NearEnd = 4.5;

    // Each piece in a variable from -1 to 1; relative error at most a unit in the last place.
    private static readonly (double Center, double Scale, double[] Coefficients) Near =
        (2.25, 1 / 2.25, [
            -4.3830494981190225e-12, 1.4204975924487083e-11, 3.643642793897392e-11, -2.36330421510428e-10, 8.765612432023249e-11,
            2.087332950718427e-09, -5.060287210864798e-09, -9.062779180889564e-09, 6.629889821022798e-08, -5.3737870395040125e-08,
            -5.13606548446104e-07, 1.6005474312431418e-06, 1.4907820840615363e-06, -1.8636148524818423e-05, 2.6297936839141503e-05,
            0.00012434180498647744, -0.000547006773956325, 4.266537846396003e-05, 0.005664898852670905, -0.016777804467483406,
            -0.015974071767275527, 0.559080754833952, 1.4395086296840072,
        ]);

    // In √w.
    private static readonly (double From, double Center, double Scale, double[] Coefficients)[] Tails =
    [
        (2.1213203435596424, 3.0606601717798214, 1.0645774510538508, [
            -6.877910814133826e-10, 2.0743699576729234e-09, 2.0026814560071324e-09, -1.8521047237703295e-08, 3.1634035758257275e-08,
            2.1551291579404155e-08, -2.383916752729481e-07, 5.334063090017392e-07, -5.034274620732997e-08, -2.953030743469307e-06,
            7.964808625099972e-06, -4.377228663697333e-06, -3.037545727355643e-05, 9.891420905980034e-05, -0.00010869490416512805,
            -0.00016803624291249677, 0.0009583580694294748, -0.0022184732609791475, 0.0036485413405857284, -0.0052952290298419295,
            0.007210967053798497, 0.9419151910391721, 2.8937717173200346,
        ]),
        (4, 6.2, 0.45454545454545453, [
            -7.4040100226679015e-09, 1.410936356821572e-08, 2.5450192253946104e-08, -6.640333923300025e-08, -2.4068127435463083e-09,
            5.77180074065795e-08, 4.8804095929937725e-08, -1.137215924164723e-07, 1.7177683892491764e-08, 2.65160935532042e-08,
            4.6592357872722314e-08, -1.161529400781593e-07, 2.448561478147198e-07, -6.970572963408533e-07, 2.006740758129657e-06,
            -5.588628077256584e-06, 1.510171907346429e-05, -3.9258599464515505e-05, 9.649113895936861e-05, -0.00021591633754633642,
            0.000394275990849704, -0.0002942984668169172, -0.002390085927117036, 2.22070526659205, 6.061814944247817,
        ]),
        (8.4, 17.9, 0.10526315789473684, [
            -8.040325150464951e-09, 1.520177476417253e-08, 2.7627315734495436e-08, -5.256866886285291e-08, -7.613722933708874e-08,
            1.4382616739884828e-07, 5.277134359721514e-08, -1.034600069170529e-07, -1.8706155178928113e-07, 3.415751296160242e-07,
            -2.9810249839730383e-07, 5.080005698113136e-07, -1.032527714584818e-06, 1.7172443964788662e-06, -2.6857850113019394e-06,
            4.076262842113282e-06, -5.655469607822342e-06, 6.386211890280334e-06, -3.0743998865016374e-06, -1.3123656090322376e-05,
            6.509626863343202e-05, -0.00021001296776431994, 0.0005884240074887631, -0.001545608819463356, 0.003943552766305785,
            -0.010027335067167957, 9.526253371259953, 17.822702971942043,
        ]),
    ];

    /// <summary>The y with erf y = x; ±∞ at ±1, NaN beyond.</summary>
    public static Scalar ErfInverse(ScalarBuilder b, Scalar x)
    {
        var one = b.Float64(1);
        var y = b.Multiply(x, OfLog(b, b.Multiply(b.Subtract(one, x), b.Add(one, x)), tails: 2));
        var isEnd = b.Equal(b.Absolute(x), one);
        return b.Select(isEnd, b.Multiply(x, b.Float64(double.PositiveInfinity)), y);
    }

    /// <summary>The y that a normal number stays below with probability p: √2·erf⁻¹(2p - 1), with 1 - (2p - 1)² = 4p(1 - p) exact in the lower tail.</summary>
    public static Scalar Normal(ScalarBuilder b, Scalar p)
    {
        var (zero, one) = (b.Float64(0), b.Float64(1));
        var x = b.FusedMultiplyAdd(p, b.Float64(2), b.Float64(-1));
        var y = b.Multiply(b.Multiply(x, b.Float64(Math.Sqrt(2))), OfLog(b, b.Multiply(b.Multiply(p, b.Float64(4)), b.Subtract(one, p)), Tails.Length));
        var upper = b.Select(b.Equal(p, one), b.Float64(double.PositiveInfinity), y);
        return b.Select(b.Equal(p, zero), b.Float64(double.NegativeInfinity), upper);
    }

    /// <summary>G(-log u) for u in (0, 1]; NaN for negative u.</summary>
    private static Scalar OfLog(ScalarBuilder b, Scalar u, int tails)
    {
        var w = b.Negate(Logarithms.Log(b, u));
        var root = FloatFormat.Of(DType.Float64).AtMost(b, b.SquareRoot(w), 27.4);
        var tail = Piece(b, root, Tails[0].Center, Tails[0].Scale, Tails[0].Coefficients);
        foreach (var (from, center, scale, coefficients) in Tails[1..tails])
            tail = b.SelectRare(b.LessThan(b.Float64(from), root), Piece(b, root, center, scale, coefficients), tail);
        var near = Piece(b, w, Near.Center, Near.Scale, Near.Coefficients);
        return b.SelectRare(b.LessThan(b.Float64(NearEnd), w), tail, near);
    }

    private static Scalar Piece(ScalarBuilder b, Scalar x, double center, double scale, double[] coefficients) =>
        b.Polynomial(b.Multiply(b.Subtract(x, b.Float64(center)), b.Float64(scale)), coefficients);
}

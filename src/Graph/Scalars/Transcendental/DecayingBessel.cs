namespace GraphGrad.Scalars;

/// <summary>
/// The modified Bessel functions of the second kind of orders 0 and 1, in float64: to 2 by logarithm and polynomials in x², beyond e^-x/√x times a polynomial in
/// 1/x (Abramowitz and Stegun, 9.6.11, 9.6.13 and 9.7.2), all by Chebyshev interpolation of values of 50 digits.
/// </summary>
internal static class DecayingBessel
{
    private const double Far = 2;

    // K0(x) + log(x/2)·I0(x) and (K1(x) - log(x/2)·I1(x) - 1/x) / x, in x²/2 - 1; error 1 unit of the last place of 1.
    private static readonly double[][] Near =
    [
        [
            3.518631515854722e-14, 5.452564662772586e-12, 6.623013272794453e-10, 6.093361894172114e-08, 4.054506619949891e-06,
            0.0001828055582791554, 0.005053392643196092, 0.07177701034240509, 0.3404973210133806, -0.30362077291575545,
        ],
        [
            -1.7896636751980973e-15, -3.0892180791024413e-13, -4.2354774875777465e-11, -4.473708980740444e-09, -3.4958297951001923e-07,
            -1.910976234234459e-05, -0.0006724746609653153, -0.013254642948920608, -0.10866462148495122, -0.057455856135205326,
        ],
    ];

    // I0(x) and I1(x)/(x/2), in x²/2 - 1; relative error 2 units in the last place.
    private static readonly double[][] Growing =
    [
        [
            1.5591722255510926e-14, 2.5398791970311194e-12, 3.27324784353647e-10, 3.236227352376538e-08, 2.3575789878938216e-06,
            0.0001198206858163441, 0.0039285651056368085, 0.07358986836105334, 0.6358617281560686, 1.5660829297563506,
        ],
        [
            2.8065275772859074e-13, 4.063845518476954e-11, 4.582546977876082e-09, 3.883472817031361e-07, 2.3575789878939864e-05,
            0.0009585654865309953, 0.02357139063382085, 0.29435947344421337, 1.2717234563121371,
        ],
    ];

    // √x·e^x·K(x) in 4/x - 1; relative error 1 unit in the last place.
    private static readonly double[][] Tail =
    [
        [
            1.0926983537268735e-10, -1.7597528809195706e-10, -3.119936129682105e-10, 4.3927260002107633e-10, 8.133913205464114e-10,
            -1.2366923277096287e-09, 4.757544705776374e-11, -6.643878631843235e-10, 3.808399859919043e-09, -8.025205604904476e-09,
            1.7047535884249698e-08, -4.1056738724915364e-08, 1.02954317593912e-07, -2.689759865539584e-07, 7.427801232190096e-07,
            -2.1911673837417864e-06, 7.002245645755651e-06, -2.473520542848972e-05, 9.95605474202942e-05, -0.0004797690567328844,
            0.0030328918102753206, -0.031071461824889898, 1.2185953385133905,
        ],
        [
            -1.1931668393112158e-10, 1.9273808087540517e-10, 3.3867804167808003e-10, -4.77441121785095e-10, -8.908596710923906e-10,
            1.3615859404460648e-09, -8.336227195991456e-11, 7.966242798504094e-10, -4.331939985658629e-09, 9.213894020289533e-09,
            -1.9817577141591116e-08, 4.815434679085478e-08, -1.2203186351938403e-07, 3.230567198853934e-07, -9.067087633371393e-07,
            2.7300301043527215e-06, -8.961207387750025e-06, 3.2843866502355955e-05, -0.00013959021956272223, 0.0007357241548718385,
            -0.005566729880074588, 0.10334973775386565, 1.363151890371342,
        ],
    ];

    // x·√x·e^x·(K1(x) - K0(x)) in 4/x - 1; relative error 2 units in the last place.
    private static readonly double[] Difference =
    [
        -3.692244930443155e-10, 5.485347532538383e-10, 1.4804071157236351e-09, -2.0236862675521726e-09, -3.5644385085652456e-09,
        4.8010797285202305e-09, 3.507887524090834e-09, -3.777488955755565e-09, -6.6963913414238525e-09, 1.0252190733634864e-08,
        -1.011787255096759e-08, 2.3151176551034733e-08, -5.493286631468671e-08, 1.1927877621365826e-07, -2.6742739464633927e-07,
        6.261483905759712e-07, -1.5258274685969547e-06, 3.893476548652475e-06, -1.0491489018522165e-05, 3.0176353678106815e-05,
        -9.40301590603929e-05, 0.00032434644039515165, -0.0012809495087261103, 0.0061429223553958485, -0.04054140911678646,
        0.5782262074318057,
    ];

    /// <summary>e^x·(K1(x) - K0(x)), which far out is much smaller than either.</summary>
    public static Scalar ScaledDifference(ScalarBuilder b, Scalar x)
    {
        var isFar = b.LessThan(b.Float64(Far), x);
        var small = FloatFormat.Of(DType.Float64).AtMost(b, x, Far);
        var near = b.Subtract(Modified(b, small, 1, scaled: true), Modified(b, small, 0, scaled: true));
        var large = b.Select(isFar, x, b.Float64(Far));
        var inverse = b.Divide(b.Float64(1), large);
        var far = b.Multiply(b.Divide(b.Polynomial(b.FusedMultiplyAdd(inverse, b.Float64(4), b.Float64(-1)), Difference), b.SquareRoot(large)), inverse);
        return b.Select(b.Equal(x, b.Float64(0)), b.Float64(double.PositiveInfinity), b.Select(isFar, far, near));
    }

    /// <summary>K of an order 0 or 1, or e^x times it; +∞ at 0, NaN below.</summary>
    public static Scalar Modified(ScalarBuilder b, Scalar x, int order, bool scaled)
    {
        var one = b.Float64(1);
        var small = FloatFormat.Of(DType.Float64).AtMost(b, x, Far);
        var t = b.FusedMultiplyAdd(b.Multiply(small, small), b.Float64(0.5), b.Float64(-1));
        // log(x/2), of 2^60·x where x/2 may be denormal.
        var isTiny = b.LessThan(small, b.Float64(1e-300));
        var scaledLog = Logarithms.Log(b, b.Multiply(small, b.Select(isTiny, b.Float64(Math.ScaleB(1, 60)), b.Float64(0.5))));
        var log = b.Subtract(scaledLog, b.Select(isTiny, b.Float64(61 * 0.6931471805599453), b.Float64(0)));
        var (rest, growing) = (b.Polynomial(t, Near[order]), b.Polynomial(t, Growing[order]));
        var near = order == 0
            ? b.FusedMultiplyAdd(b.Negate(log), growing, rest)
            : b.FusedMultiplyAdd(b.Multiply(small, b.Float64(0.5)), b.Multiply(log, growing), b.FusedMultiplyAdd(small, rest, b.Divide(one, small)));
        if (scaled) near = b.Multiply(near, Exponentials.Exp(b, small));
        var isFar = b.LessThan(b.Float64(Far), x);
        var large = b.Select(isFar, x, b.Float64(Far));
        var far = b.Divide(b.Polynomial(b.FusedMultiplyAdd(b.Divide(one, large), b.Float64(4), b.Float64(-1)), Tail[order]), b.SquareRoot(large));
        if (!scaled) far = b.Multiply(far, Exponentials.ExpOfNegative(b, large));
        return b.Select(b.Equal(x, b.Float64(0)), b.Float64(double.PositiveInfinity), b.Select(isFar, far, near));
    }
}

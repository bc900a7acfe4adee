namespace GraphGrad.Scalars;

/// <summary>
/// Bessel functions of the first and second kind of orders 0 and 1, in float64. To 6 a polynomial in x², of J times the factors of its roots there; beyond
/// √(2/πx)·(P·cos χ - Q·sin χ) and √(2/πx)·(P·sin χ + Q·cos χ), χ = x - (2n + 1)·π/4, with P and Q polynomials in 1/x² (Abramowitz and Stegun, 9.1.10 to 9.1.13 and 9.2.5).
/// All by Chebyshev interpolation of values of 50 digits.
/// </summary>
internal static class OscillatingBessel
{
    private const double Far = 6;

    // The roots of J below 6, each with what its rounding lost.
    private static readonly (double Root, double Lost)[][] Roots =
        [[(2.404825557695773, -1.176691651530894e-16), (5.520078110286311, 8.088597146146722e-17)], [(3.8317059702075125, -1.5269184090088067e-16)]];

    // J0(x) / Π(x² - r²) and J1(x) / (x·Π(x² - r²)) over the roots r, in x²/18 - 1; relative error 4 and 7 units in the last place.
    private static readonly double[][] NearJ =
    [
        [
            4.1935059407098375e-16, -1.787121683804456e-14, 6.531953886225115e-13, -2.0284528766570934e-11, 5.263104137536587e-10,
            -1.1201566509491217e-08, 1.9115376799874176e-07, -2.540737306673268e-06, 2.531415275789996e-05, -0.0001792287580749945,
            0.0008320347890581551, -0.002204696491432354, 0.002430675493924603,
        ],
        [
            2.5741698609822647e-16, -1.1792774920890794e-14, 4.661493903144365e-13, -1.5763938033269438e-11, 4.491847882154619e-10,
            -1.0608600369039782e-08, 2.0354595501832912e-07, -3.094554542907672e-06, 3.610484244578488e-05, -0.00030977754159849865,
            0.0018410211581445692, -0.006920680877558077, 0.014068784747965768, -0.010875695570951574,
        ],
    ];

    // Y0(x) - 2/π·log x·J0(x) and (Y1(x) - 2/π·(log x·J1(x) - 1/x)) / x, in x²/18 - 1; error 3 units of the last place of 1.
    private static readonly double[][] NearY =
    [
        [
            -2.8960295201682197e-13, 1.2067675269644676e-11, -4.3003078100886693e-10, 1.2984096598856987e-08, -3.2628662532301996e-07,
            6.692190488505585e-06, -0.000109313583751779, 0.0013775449763471475, -0.012825198728186068, 0.08279745527591624,
            -0.33360014135756944, 0.6673124865861597, -0.15182922873915472, -0.9446076120040159, 0.23144649403798057,
        ],
        [
            -9.942987409033191e-15, 4.456361057924368e-13, -1.71890556072728e-11, 5.656791364049115e-10, -1.5629344089477673e-08,
            3.562697071305039e-07, -6.557583028093706e-06, 9.484358330854674e-05, -0.0010400145152791316, 0.008229262792587386,
            -0.04363349674993546, 0.13647459877549867, -0.186212417521995, -0.026212367438516446, 0.15342210591925187,
        ],
    ];

    // P in 72/x² - 1; relative error 1 unit in the last place.
    private static readonly double[][] FarP =
    [
        [
            1.6536109866084696e-13, -3.1286868105045177e-13, -3.963959151107006e-14, -1.3227502316580562e-13, 1.814268718946277e-12,
            -4.502188177190623e-12, 1.1475139795926316e-11, -3.648637801573743e-11, 1.2774187349591975e-10, -5.006101471246117e-10,
            2.284051994422095e-09, -1.2683259845092585e-08, 9.16995319304267e-08, -9.64007018091677e-07, 1.801462057593961e-05,
            -0.0009371922699207918, 0.9990437217524405,
        ],
        [
            -1.7481929140705567e-13, 3.3148715096593537e-13, 3.884796940977152e-14, 1.4742958765523457e-13, -1.9403236334665248e-12,
            4.83727477913795e-12, -1.2411273849009271e-11, 3.965420185320735e-11, -1.3967858594162915e-10, 5.518332656043591e-10,
            -2.5450185892388773e-09, 1.4347983560404262e-08, -1.0614576871448622e-07, 1.160293729183454e-06, -2.34981465308536e-05,
            0.001576609852414445, 1.0016013920824152,
        ],
    ];

    // x·Q in 72/x² - 1; relative error 2 units in the last place.
    private static readonly double[][] FarQ =
    [
        [
            8.330611788699921e-13, -1.45401718864952e-12, -8.946915932769674e-13, 7.747310773420926e-13, 6.384602605880932e-12,
            -1.3281602518126289e-11, 2.4944850483863288e-11, -7.066248286205291e-11, 2.1496995238048484e-10, -6.925643312411846e-10,
            2.4877639605130347e-09, -1.0228541106668015e-08, 4.988661781092704e-08, -3.0484940771714717e-07, 2.5441146427159604e-06,
            -3.361025567178156e-05, 0.0009408434207776135, -0.12402263373315181,
        ],
        [
            1.5345164815776598e-12, -2.7979722160963504e-12, -7.946750762981588e-13, -2.515080247303392e-13, 1.416015016257271e-11,
            -3.287375419500441e-11, 7.619084903073659e-11, -2.294674454073396e-10, 7.538087986115614e-10, -2.7278380686376665e-09,
            1.1314643125524494e-08, -5.5878838292530605e-08, 3.477638929267289e-07, -2.9883347335267037e-06, 4.167149481663863e-05,
            -0.001330078771720241, 0.3736248426032268,
        ],
    ];

    /// <summary>J of an order 0 or 1.</summary>
    public static Scalar J(ScalarBuilder b, Scalar x, int order)
    {
        var magnitude = b.Absolute(x);
        var isFar = b.LessThan(b.Float64(Far), magnitude);
        var (sine, cosine) = Parts(b, b.Select(isFar, magnitude, b.Float64(Far)), order);
        // √2·cos χ is cos x + sin x for order 0, sin x - cos x for order 1.
        var far = order == 0 ? b.Add(cosine.Sum, sine.Difference) : b.Subtract(sine.Sum, cosine.Difference);
        var result = b.Select(isFar, far, NearOfJ(b, FloatFormat.Of(DType.Float64).AtMost(b, magnitude, Far), order));
        result = b.Select(b.Equal(magnitude, b.Float64(double.PositiveInfinity)), b.Float64(0), result);
        return order == 0 ? result : b.Select(b.LessThan(x, b.Float64(0)), b.Negate(result), b.Select(b.Equal(x, b.Float64(0)), x, result));
    }

    /// <summary>Y of an order 0 or 1; -∞ at 0, NaN below.</summary>
    public static Scalar Y(ScalarBuilder b, Scalar x, int order)
    {
        var isFar = b.LessThan(b.Float64(Far), x);
        var (sine, cosine) = Parts(b, b.Select(isFar, x, b.Float64(Far)), order);
        var far = order == 0 ? b.Subtract(sine.Sum, cosine.Difference) : b.Negate(b.Add(sine.Difference, cosine.Sum));
        var small = FloatFormat.Of(DType.Float64).AtMost(b, x, Far);
        var rest = b.Polynomial(b.FusedMultiplyAdd(b.Multiply(small, small), b.Float64(1 / 18.0), b.Float64(-1)), NearY[order]);
        var product = b.Multiply(Logarithms.Log(b, small), NearOfJ(b, small, order));
        if (order == 1) (product, rest) = (b.Subtract(product, b.Divide(b.Float64(1), small)), b.Multiply(small, rest));
        var near = b.FusedMultiplyAdd(product, b.Float64(2 / Math.PI), rest);
        var result = b.Select(b.Equal(x, b.Float64(0)), b.Float64(double.NegativeInfinity), b.Select(isFar, far, near));
        return b.Select(b.Equal(x, b.Float64(double.PositiveInfinity)), b.Float64(0), result);
    }

    private static Scalar NearOfJ(ScalarBuilder b, Scalar x, int order)
    {
        var result = b.Polynomial(b.FusedMultiplyAdd(b.Multiply(x, x), b.Float64(1 / 18.0), b.Float64(-1)), NearJ[order]);
        foreach (var (root, lost) in Roots[order])
            result = b.Multiply(result, b.Multiply(b.Subtract(b.Subtract(x, b.Float64(root)), b.Float64(lost)), b.Add(x, b.Float64(root))));
        return order == 0 ? result : b.Multiply(result, x);
    }

    /// <summary>(P + Q) and (P - Q), times sin x and cos x over √(πx).</summary>
    private static ((Scalar Sum, Scalar Difference) Sine, (Scalar Sum, Scalar Difference) Cosine) Parts(ScalarBuilder b, Scalar x, int order)
    {
        var inverse = b.Divide(b.Float64(1), x);
        var t = b.FusedMultiplyAdd(b.Multiply(inverse, inverse), b.Float64(72), b.Float64(-1));
        var (p, q) = (b.Polynomial(t, FarP[order]), b.Multiply(b.Polynomial(t, FarQ[order]), inverse));
        var factor = b.Divide(b.Float64(1 / Math.Sqrt(Math.PI)), b.SquareRoot(x));
        var (sum, difference) = (b.Add(p, q), b.Subtract(p, q));
        var (sine, cosine) = (b.Multiply(Trigonometric.Sin(b, x), factor), b.Multiply(Trigonometric.Cos(b, x), factor));
        return ((b.Multiply(sum, sine), b.Multiply(difference, sine)), (b.Multiply(sum, cosine), b.Multiply(difference, cosine)));
    }
}

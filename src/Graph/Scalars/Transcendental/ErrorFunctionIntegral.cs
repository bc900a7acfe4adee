namespace GraphGrad.Scalars;

/// <summary>
/// e^(x²) times the repeated integrals of erfc of order 1 and 2 (DLMF 7.18.2), in float64: for positive x by a polynomial in (x - 2)/(x + 2), by Chebyshev interpolation of
/// values of 60 digits; for negative x by their recurrence, in which nothing cancels there.
/// </summary>
internal static class ErrorFunctionIntegral
{
    // (x + 2)^(n + 1) times the function; relative error 4 units in the last place.
    private static readonly double[][] Scaled =
    [
        [
            -2.8392064340692346e-09, -4.658055679677227e-09, 2.100424630549814e-08, 4.618135327828471e-08, -4.791005624467639e-08,
            -1.9202005956195667e-07, -6.593849430054122e-08, 3.472298333332199e-07, 6.092564382470428e-07, 2.689113168473426e-07,
            -1.0421312597691097e-06, -2.9295829168315604e-06, -2.4388643469776837e-06, 4.975043082578746e-06, 1.704134160183425e-05,
            1.3220847798215448e-05, -3.5784340005204555e-05, -0.00010499492977398791, -3.623595753084319e-05, 0.0003350764225795075,
            0.0006067695796572164, -0.0005504972984228812, -0.0031385021694865104, -0.0006968901742878585, 0.013747678421495135,
            0.010165719023599825, -0.0699746173929163, -0.029863139234754844, 0.4738714860943987, -0.9666327769698655, 0.8543716948279168,
        ],
        [
            -1.920499434063297e-08, -1.6560211827933875e-08, 1.6586498676246768e-07, 2.0006538709075904e-07, -5.642025035995137e-07,
            -1.0232056193684373e-06, 6.111685638263545e-07, 2.637087022127769e-06, 1.8638671820437143e-06, -1.8913588398901163e-06,
            -7.325552195126921e-06, -1.0096835673341124e-05, 1.8364928269287428e-06, 3.456310831357358e-05, 5.548960338363169e-05,
            -1.195850214364742e-05, -0.00019269841946293175, -0.00026849124384370964, 0.00021440373631178054, 0.0011977073700032799,
            0.0008988491950930466, -0.003030791674359725, -0.006607636565491332, 0.0047090014601361896, 0.028714914651876353,
            -0.0028315093415900642, -0.11766907486899866, 0.03264569334948739, 0.49626884052046644, -0.9619103257745986,
            0.6688440416564247,
        ],
    ];

    public static Scalar Of(ScalarBuilder b, Scalar x, int n)
    {
        // Beyond, all powers of x but the first vanish, and of infinity the polynomial's argument would be NaN.
        var bounded = FloatFormat.Of(DType.Float64).AtMost(b, b.Absolute(x), 1e300);
        var inverse = b.Divide(b.Float64(1), b.Add(bounded, b.Float64(2)));
        var positive = b.Polynomial(b.Multiply(b.Subtract(bounded, b.Float64(2)), inverse), Scaled[n - 1]);
        for (var i = 0; i <= n; i++) positive = b.Multiply(positive, inverse);
        var function = ErrorFunction.ScaledErfc(b, x);
        var negative = b.FusedMultiplyAdd(b.Negate(x), function, b.Float64(1 / Math.Sqrt(Math.PI)));
        if (n == 2) negative = b.Multiply(b.FusedMultiplyAdd(b.Multiply(x, b.Float64(-2)), negative, function), b.Float64(0.25));
        return b.Select(b.LessThan(x, b.Float64(0)), negative, positive);
    }
}

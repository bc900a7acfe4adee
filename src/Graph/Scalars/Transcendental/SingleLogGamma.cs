namespace GraphGrad.Scalars;

/// <summary>
/// The logarithm of the gamma function for float32, computed in float64 with a third of the terms that float64 needs: Stirling's series from 8 on, below at x + 8 less log(x·(x + 1)…(x + 7)), a polynomial
/// around its zeros 1 and 2, and of negative numbers by reflection (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, chapter 6).
/// </summary>
internal static class SingleLogGamma
{
    private const double HalfLogTwoPi = 0.9189385332046727, LogPi = 1.1447298858494002, StirlingFrom = 8, ZerosFrom = 0.8, ZerosTo = 2.3, Middle = 1.55;

    // log Γ(x) / ((x - 1)(x - 2)) in x - 1.55 on [0.8, 2.3], by Chebyshev interpolation; relative error 2.3e-10.
    private static readonly double[] NearZeros =
    [
        0.00015659239153797134, -0.00025709873744481624, 9.336187660710908e-05, -0.0001588195655060146, 0.0005510635415128208,
        -0.0009292260990210211, 0.0014608509323876672, -0.0025217678873704495, 0.0044466791284500755, -0.007949672829785967,
        0.014631616892503644, -0.028171659634839013, 0.058455793693248964, -0.13989545715299334, 0.4759844228060383,
    ];

    // B(2k) / (2k·(2k - 1)), from k = 4 down to 1: 6e-12 at 8.
    private static readonly double[] Stirling = [-1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12];

    /// <summary>log |Γ(x)| of a float64 that was a float32, with the digits of a float32.</summary>
    public static Scalar Of(ScalarBuilder b, Scalar x)
    {
        var (zero, one, eight) = (b.Float64(0), b.Float64(1), b.Float64(StirlingFrom));
        var isNegative = b.LessThan(x, zero);
        var y = b.Absolute(x);
        var isSmall = b.LessThan(y, eight);
        // y·(y + 7), (y + 1)·(y + 6) and so on differ by whole numbers.
        var ends = b.Multiply(y, b.Add(y, b.Float64(7)));
        var outer = b.Multiply(ends, b.Add(ends, b.Float64(6)));
        var inner = b.Multiply(b.Add(ends, b.Float64(10)), b.Add(ends, b.Float64(12)));
        var product = b.Select(isSmall, b.Multiply(outer, inner), one);
        var z = b.Select(isSmall, b.Add(y, eight), y);
        var inverse = b.Divide(one, z);
        var series = b.FusedMultiplyAdd(inverse, b.Polynomial(b.Multiply(inverse, inverse), Stirling), b.Float64(HalfLogTwoPi - 0.5));
        // The product overflows where log Γ does.
        var stirling = b.FusedMultiplyAdd(b.Subtract(z, b.Float64(0.5)), b.Subtract(Logarithms.LogOfNormal(b, z), one), series);
        // Γ(y)·Γ(-y) = -π / (y·sin(πy)).
        var reflected = b.Divide(product, b.Multiply(y, b.Absolute(Gamma.SinOfPi(b, y))));
        var rest = Logarithms.LogOfNormal(b, b.SelectRare(isNegative, reflected, product));
        var far = b.Select(isNegative, b.Add(b.Subtract(b.Float64(LogPi), stirling), rest), b.Subtract(stirling, rest));
        // (x - 1)(x - 2), of which both zeros are positive.
        var near = b.Multiply(b.FusedMultiplyAdd(x, b.Subtract(x, b.Float64(3)), b.Float64(2)), b.Polynomial(b.Subtract(x, b.Float64(Middle)), NearZeros));
        var result = b.Select(b.And(b.LessThan(b.Float64(ZerosFrom), x), b.LessThan(x, b.Float64(ZerosTo))), near, far);
        return b.Select(b.And(b.LessOrEqual(x, zero), b.Equal(b.Floor(x), x)), b.Float64(double.PositiveInfinity), result);
    }
}

namespace GraphGrad;

public static partial class Ops
{
    // (-1)^k / (2k + 1)!, from the highest down: the first left out is 2^-77 at |x| = 1.5.
    private static readonly double[] SphericalTaylor =
        [.. Enumerable.Range(0, 12).Reverse().Select(k => Enumerable.Range(1, k).Aggregate(1.0, (term, i) => -term / (2 * i * ((2 * i) + 1))))];

    /// <summary>
    /// The spherical Bessel function of the first kind of order 0, sin x / x, elementwise: 1 at 0, 0 at ±∞; NaN stays NaN. Near 0 the Taylor series, with its derivatives.
    /// </summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value SphericalBesselJ0(Value x)
    {
        RequireFloat("spherical_bessel_j0", x);
        var isNear = Abs(x) < 1.5;
        var square = Square(Where(isNear, x, 0));
        var series = ZerosLike(x) + SphericalTaylor[0];
        foreach (var coefficient in SphericalTaylor[1..]) series = (series * square) + coefficient;
        var isEnd = IsInf(x);
        var far = Where(isNear | isEnd, 1, x);
        return Where(isNear, series, Where(isEnd, 0, Sin(far) / far));
    }
}

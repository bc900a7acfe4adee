namespace GraphGrad;

public static partial class Ops
{
    // (-1)^k π^2k / (2k + 1)!, from the highest down: the first left out is 2^-69 at |x| = 1/2.
    private static readonly double[] SincTaylor =
        [.. Enumerable.Range(0, 13).Reverse().Select(k => Enumerable.Range(1, k).Aggregate(1.0, (term, i) => term * -(Math.PI * Math.PI) / (2 * i * ((2 * i) + 1))))];

    /// <summary>Degrees in radians, elementwise.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value DegToRad(Value x)
    {
        RequireFloat("degrees to radians", x);
        return x * (Math.PI / 180);
    }

    /// <summary>Radians in degrees, elementwise.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value RadToDeg(Value x)
    {
        RequireFloat("radians to degrees", x);
        return x * (180 / Math.PI);
    }

    /// <summary>
    /// sin(πx) / (πx), elementwise: 1 at 0, exactly 0 at other whole numbers; NaN at ±∞. Near 0 the Taylor series, with its derivatives.
    /// </summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value Sinc(Value x)
    {
        RequireFloat("sinc", x);
        var isNear = Abs(x) < 0.5;
        var near = Where(isNear, x, 0);
        var square = Square(near);
        var series = ZerosLike(x) + SincTaylor[0];
        foreach (var coefficient in SincTaylor[1..]) series = (series * square) + coefficient;
        // sin(πx) = ±sin(π(x - n)), n being x rounded: exact where πx is large.
        var far = Where(isNear, 1, x);
        var whole = Round(far);
        var sine = Sin((far - whole) * Math.PI);
        var isOdd = NotEqual(whole * 0.5, Floor(whole * 0.5));
        return Where(isNear, series, Where(isOdd, -sine, sine) / (far * Math.PI));
    }
}

using static GraphGrad.Tests.Exact.Elementary;

namespace GraphGrad.Tests.Exact;

/// <summary>A number with its derivative: what is computed from it carries both along, by the textbook's rules.</summary>
/// <param name="Value">The value.</param>
/// <param name="Slope">Its derivative by the variable.</param>
internal readonly record struct Dual(Real Value, Real Slope)
{
    public static implicit operator Dual(double number) => new(number, Real.Zero);

    public static Dual operator -(Dual x) => new(-x.Value, -x.Slope);

    public static Dual operator +(Dual x, Dual y) => new(x.Value + y.Value, x.Slope + y.Slope);

    public static Dual operator -(Dual x, Dual y) => new(x.Value - y.Value, x.Slope - y.Slope);

    public static Dual operator *(Dual x, Dual y) => new(x.Value * y.Value, (x.Slope * y.Value) + (x.Value * y.Slope));

    public static Dual operator /(Dual x, Dual y)
    {
        var quotient = x.Value / y.Value;
        return new(quotient, (x.Slope - (quotient * y.Slope)) / y.Value);
    }

    public static Dual Pi => new(Elementary.Pi, Real.Zero);

    public static Dual Exp(Dual x) => Elementary.Exp(x.Value) is var exp ? new(exp, exp * x.Slope) : default;

    public static Dual Log(Dual x) => new(Elementary.Log(x.Value), x.Slope / x.Value);

    /// <summary>The root; at 0 only if nothing moves there.</summary>
    public static Dual Sqrt(Dual x)
    {
        var root = Elementary.Sqrt(x.Value);
        return new(root, x.Slope.IsZero ? Real.Zero : x.Slope / root.Scale(1));
    }

    public static Dual Sin(Dual x) => SinCos(x.Value) is var (sin, cos) ? new(sin, cos * x.Slope) : default;

    public static Dual Cos(Dual x) => SinCos(x.Value) is var (sin, cos) ? new(cos, -(sin * x.Slope)) : default;

    public static Dual Tan(Dual x) => Sin(x) / Cos(x);

    public static Dual Atan(Dual x) => new(Elementary.Atan(x.Value), x.Slope / (1 + (x.Value * x.Value)));

    public static Dual Asin(Dual x) => Atan(x / Sqrt((1 - x) * (1 + x)));

    public static Dual Acos(Dual x) => new Dual(Elementary.Pi.Scale(-1), Real.Zero) - Asin(x);

    public static Dual Expm1(Dual x) => Exp(x) - 1;

    public static Dual Log1p(Dual x) => Log(1 + x);

    public static Dual Sinh(Dual x) => (Exp(x) - Exp(-x)) / 2;

    public static Dual Cosh(Dual x) => (Exp(x) + Exp(-x)) / 2;

    // By the exponential that does not overflow.
    public static Dual Tanh(Dual x) => x.Value.Sign < 0 ? -Tanh(-x) : Exp(-2 * x) is var exp ? (1 - exp) / (1 + exp) : default;

    public static Dual Sigmoid(Dual x) => x.Value.Sign < 0 ? Exp(x) is var exp ? exp / (1 + exp) : default : 1 / (1 + Exp(-x));

    public static Dual Softplus(Dual x) => x.Value.Sign > 0 ? x + Log(1 + Exp(-x)) : Log(1 + Exp(x));

    public static Dual Asinh(Dual x) => x.Value.Sign < 0 ? -Asinh(-x) : Log(x + Sqrt((x * x) + 1));

    public static Dual Acosh(Dual x) => Log(x + Sqrt((x * x) - 1));

    public static Dual Atanh(Dual x) => Log((1 + x) / (1 - x)) / 2;

    public static Dual Erf(Dual x) => new(Elementary.Erf(x.Value), Bell(x));

    public static Dual Erfc(Dual x) => new(Elementary.Erfc(x.Value), -Bell(x));

    public static Dual ErfInverse(Dual x) => Elementary.ErfcInverse(1 - x.Value) is var y ? new(y, Elementary.Exp(y * y) * Elementary.Sqrt(Elementary.Pi).Scale(-1) * x.Slope) : default;

    public static Dual NormalQuantile(Dual x) => ErfInverse((2 * x) - 1) * Sqrt(2);

    public static Dual LogGamma(Dual x) => new(GammaFamily.LogGamma(x.Value), GammaFamily.Polygamma(0, x.Value) * x.Slope);

    /// <summary>The derivative of an order of the digamma function.</summary>
    public static Dual Polygamma(int order, Dual x) => new(GammaFamily.Polygamma(order, x.Value), GammaFamily.Polygamma(order + 1, x.Value) * x.Slope);

    public static Dual BesselJ0(Dual x) => new(BesselFamily.Of(0, x.Value).J, -BesselFamily.Of(1, x.Value).J * x.Slope);

    public static Dual BesselJ1(Dual x) => new(BesselFamily.Of(1, x.Value).J, (BesselFamily.Of(0, x.Value).J - (BesselFamily.Of(1, x.Value).J / x.Value)) * x.Slope);

    public static Dual BesselY0(Dual x) => new(BesselFamily.Of(0, x.Value).Y, -BesselFamily.Of(1, x.Value).Y * x.Slope);

    public static Dual BesselY1(Dual x) => new(BesselFamily.Of(1, x.Value).Y, (BesselFamily.Of(0, x.Value).Y - (BesselFamily.Of(1, x.Value).Y / x.Value)) * x.Slope);

    public static Dual BesselI0(Dual x) => new(BesselFamily.Modified(0, Abs(x).Value), (x.Value.Sign * BesselFamily.Modified(1, Abs(x).Value)) * x.Slope);

    public static Dual BesselI1(Dual x)
    {
        var first = x.Value.Sign * BesselFamily.Modified(1, Abs(x).Value);
        return new(first, (BesselFamily.Modified(0, Abs(x).Value) - (first / x.Value)) * x.Slope);
    }

    public static Dual AiryAi(Dual x) => new(BesselFamily.Airy(x.Value, slope: false), BesselFamily.Airy(x.Value, slope: true) * x.Slope);

    /// <summary>The lower regularized incomplete gamma function, with its derivative by x.</summary>
    public static Dual GammaInc(double a, Dual x) =>
        new(BesselFamily.GammaInc(a, x.Value), Elementary.Exp((((Real)a - 1) * Elementary.Log(x.Value)) - x.Value - GammaFamily.LogGamma(a)) * x.Slope);

    /// <summary>The derivative by the shape of a gamma number at a constant probability; itself without a derivative.</summary>
    public static Dual GammaIncSlope(Real a, Real x) => new(BesselFamily.GammaIncSlope(a, x), Real.Zero);

    /// <summary>The same of a beta number by its first parameter, divided by 1 - x.</summary>
    public static Dual BetaIncSlope(Real a, Real b, Real x) => new(BesselFamily.BetaIncSlope(a, b, x), Real.Zero);

    public static Dual Abs(Dual x) => x.Value.Sign < 0 ? -x : x.Value.Sign == 0 ? new(Real.Zero, Real.Zero) : x;

    public static Dual Max(Dual x, Dual y) => (x.Value - y.Value).Sign switch { 0 => (x + y) / 2, < 0 => y, _ => x };

    public static Dual Min(Dual x, Dual y) => -Max(-x, -y);

    /// <summary>A power: by multiplication if the exponent is a small whole number, else by the logarithm of a positive base.</summary>
    public static Dual Pow(Dual x, Dual y)
    {
        if (y.Slope.IsZero && y.Value.ToDouble() is var n && Math.Abs(n) <= 64 && n == Math.Floor(n) && (y.Value - n).IsZero | y.Value.Error == Real.Exact)
        {
            Dual power = 1;
            for (var i = 0; i < Math.Abs(n); i++) power *= x;
            return n < 0 ? 1 / power : power;
        }
        return Exp(y * Log(x));
    }

    private static Real Bell(Dual x) => Elementary.Exp(-(x.Value * x.Value)).Scale(1) / Elementary.Sqrt(Elementary.Pi) * x.Slope;
}

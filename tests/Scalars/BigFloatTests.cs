using System.Numerics;
using GraphGrad.Rewriting.Precision;
using GraphGrad.Scalars;
using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Scalars;

/// <summary>
/// Multi-precision functions against those of <see cref="Real"/>, which are another's: its logarithm is an iteration on e^y, its sine doubles angles, its error function alternates. Each result must lie
/// within its own bound, and the bound must be near the last digit.
/// </summary>
public sealed class BigFloatTests
{
    // So many digits may be lost to the rounding of an argument's own operations.
    private const int Slack = 40;

    private static readonly double[] Numbers = [1e-30, 3.1e-9, 1e-4, 0.0371, 0.28, 0.71, 1, 1.03, 1.9, 7.3, 26, 300];

    private static readonly Dictionary<string, (Func<BigFloat, BigFloat> Function, Func<Dual, Dual> Exact, Func<double, bool> Admits)> Functions = new()
    {
        ["exp"] = (BigFloat.Exp, Dual.Exp, _ => true),
        ["expm1"] = (BigFloat.Expm1, Dual.Expm1, _ => true),
        ["log"] = (BigFloat.Log, Dual.Log, x => x > 0),
        ["log1p"] = (BigFloat.Log1p, Dual.Log1p, x => x > -1),
        ["log2"] = (BigFloat.Log2, x => Dual.Log(x) / Dual.Log(2), x => x > 0),
        ["log10"] = (BigFloat.Log10, x => Dual.Log(x) / Dual.Log(10), x => x > 0),
        ["sqrt"] = (BigFloat.Sqrt, Dual.Sqrt, x => x > 0),
        ["sin"] = (BigFloat.Sin, Dual.Sin, _ => true),
        ["cos"] = (BigFloat.Cos, Dual.Cos, _ => true),
        ["tan"] = (BigFloat.Tan, Dual.Tan, _ => true),
        ["atan"] = (BigFloat.Atan, Dual.Atan, _ => true),
        ["asin"] = (BigFloat.Asin, Dual.Asin, x => Math.Abs(x) < 1),
        ["acos"] = (BigFloat.Acos, Dual.Acos, x => Math.Abs(x) < 1),
        ["sinh"] = (BigFloat.Sinh, Dual.Sinh, _ => true),
        ["cosh"] = (BigFloat.Cosh, Dual.Cosh, _ => true),
        ["tanh"] = (BigFloat.Tanh, Dual.Tanh, _ => true),
        ["asinh"] = (BigFloat.Asinh, Dual.Asinh, _ => true),
        ["acosh"] = (BigFloat.Acosh, Dual.Acosh, x => x > 1),
        ["atanh"] = (BigFloat.Atanh, Dual.Atanh, x => Math.Abs(x) < 1),
        ["sigmoid"] = (BigFloat.Sigmoid, Dual.Sigmoid, _ => true),
        ["softplus"] = (BigFloat.Softplus, Dual.Softplus, _ => true),
        ["sech"] = (BigFloat.Sech, x => 1 / Dual.Cosh(x), _ => true),
        ["erf"] = (BigFloat.Erf, Dual.Erf, _ => true),
        ["erfc"] = (BigFloat.Erfc, Dual.Erfc, x => Math.Abs(x) < 30),
        ["erfcx"] = (BigFloat.ScaledErfc, x => Dual.Exp(x * x) * Dual.Erfc(x), x => Math.Abs(x) < 30),
        ["power"] = (x => BigFloat.Pow(x, -3), x => 1 / (x * x * x), _ => true),
        ["broken power"] = (x => BigFloat.Pow(x, 0.3), x => Dual.Exp(Dual.Log(x) * 0.3), x => x > 0),
        ["hypot"] = (x => BigFloat.Hypot(x, 3), x => Dual.Sqrt((x * x) + 9), _ => true),
        ["atan2"] = (x => BigFloat.Atan2(x, -2), x => x.Value.Sign < 0 ? Dual.Atan(x / -2) - Dual.Pi : Dual.Atan(x / -2) + Dual.Pi, _ => true),
        ["log-gamma"] = (BigFloat.LogGamma, x => new Dual(GammaFamily.LogGamma(x.Value), Real.Zero), x => x is > -20 and not -1),
        ["digamma"] = (BigFloat.Digamma, x => new Dual(GammaFamily.Polygamma(0, x.Value), Real.Zero), x => x is > -20 and not -1),
        ["polygamma"] = (x => BigFloat.Polygamma(3, x), x => new Dual(GammaFamily.Polygamma(3, x.Value), Real.Zero), x => x is > -20 and not -1),
        ["i0"] = (x => BigFloat.BesselI(0, x), Dual.BesselI0, _ => true),
        ["i1"] = (x => BigFloat.BesselI(1, x), Dual.BesselI1, _ => true),
        ["i0e"] = (x => BigFloat.ScaledBesselI(0, x), x => Dual.Exp(-Dual.Abs(x)) * Dual.BesselI0(x), _ => true),
        ["i1e"] = (x => BigFloat.ScaledBesselI(1, x), x => Dual.Exp(-Dual.Abs(x)) * Dual.BesselI1(x), _ => true),
        ["i0e moment"] = (x => BigFloat.ScaledBesselMoment(2, x), x => Dual.Exp(-x) * ((2 * (Dual.BesselI0(x) - Dual.BesselI1(x))) - (Dual.BesselI1(x) / x)), x => x > 0),
        ["erfcx integral"] = (x => BigFloat.ScaledErfcIntegral(2, x), x => ((Dual.Exp(x * x) * Dual.Erfc(x) * ((2 * x * x) + 1)) - (2 * x / Dual.Sqrt(Dual.Pi))) / 4, x => Math.Abs(x) < 30),
        ["j0"] = (x => BigFloat.BesselJ(0, x), Dual.BesselJ0, x => x > 0),
        ["j1"] = (x => BigFloat.BesselJ(1, x), Dual.BesselJ1, x => x > 0),
        ["y0"] = (x => BigFloat.BesselY(0, x), Dual.BesselY0, x => x > 0),
        ["y1"] = (x => BigFloat.BesselY(1, x), Dual.BesselY1, x => x > 0),
        ["k0"] = (x => BigFloat.BesselK(0, x), x => Decaying(0, x.Value, isScaled: false), x => x is > 0 and < 100),
        ["k1"] = (x => BigFloat.BesselK(1, x), x => Decaying(1, x.Value, isScaled: false), x => x is > 0 and < 100),
        ["k0e"] = (x => BigFloat.ScaledBesselK(0, x), x => Decaying(0, x.Value, isScaled: true), x => x is > 0 and < 100),
        ["k1e"] = (x => BigFloat.ScaledBesselK(1, x), x => Decaying(1, x.Value, isScaled: true), x => x is > 0 and < 100),
        ["k difference"] = (BigFloat.ScaledBesselKDifference, x => Decaying(1, x.Value, isScaled: true) - Decaying(0, x.Value, isScaled: true), x => x is > 0 and < 100),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_lie_within_their_bounds_and_these_near_the_last_digit(string name)
    {
        var (function, exact, admits) = Functions[name];
        // Stirling's series of the witness ends after a number of terms, and its integrals have some 80 digits.
        foreach (var precision in name.Contains("gamma", StringComparison.Ordinal) || name.StartsWith('k') ? [192] : new[] { 192, 700 })
        {
            Real.Precision = precision + 300;
            try
            {
                foreach (var x in Numbers.SelectMany(x => new[] { x, -x }).Where(admits))
                {
                    var right = exact(new Dual(x, Real.Zero)).Value;
                    MultiPrecision.With(precision, () => Check(name, precision, x, function(x), right), out _);
                }
            }
            finally
            {
                Real.Precision = 0;
            }
        }
    }

    private static Dual Decaying(int order, Real x, bool isScaled) => new(BesselFamily.K(order, x, isScaled), Real.Zero);

    [Fact]
    public void Pi_and_logarithms_have_the_digits_that_are_known()
    {
        AssertDigits("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798", BigFloat.Pi);
        AssertDigits("0.69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699641868754", BigFloat.Log(2));
        AssertDigits("2.71828182845904523536028747135266249775724709369995957496696762772407663035354759457138217852516642742", BigFloat.Exp(1));
        // -γ
        AssertDigits("-0.57721566490153286060651209008240243104215933593992359880576723488486772677766467093694706329174674951", BigFloat.Digamma(1));

        static void AssertDigits(string digits, BigFloat number) => MultiPrecision.With(
            400,
            () =>
            {
                var (mantissa, exponent) = number;
                var decimals = digits.Length - digits.IndexOf('.', StringComparison.Ordinal) - 1;
                var expected = BigInteger.Parse(digits.Replace(".", string.Empty, StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
                // In units of 10^-decimals, of which the digits cut off are less than one, and the default precision leaves 2^-230 of the number.
                var units = mantissa * BigInteger.Pow(10, decimals) / BigInteger.Pow(2, (int)-exponent);
                Expect.True(BigInteger.Abs(units - expected) <= BigInteger.Pow(10, decimals) >> 230, $"{units} for {expected}");
                return 0;
            },
            out _);
    }

    /// <summary>0 or a number of 2^2000, of which nobody knows more: no steps of 1 lead from there to where a series serves.</summary>
    [Fact]
    public void Gamma_functions_of_vague_numbers_are_unknown()
    {
        var vague = BigFloat.Exp(2000) - BigFloat.Exp(2000);
        Assert.All([BigFloat.LogGamma(vague), BigFloat.Digamma(vague), BigFloat.Polygamma(2, vague)], result => Assert.True(result.IsUnknown));
        Assert.False(BigFloat.Digamma(vague + BigFloat.Exp(3000)).IsUnknown);
    }

    [Fact]
    public void What_cancels_says_how_much_is_left()
    {
        BigFloat x = 1e-40;
        var difference = BigFloat.Exp(x) - BigFloat.Exp(-x) - (x * 2);
        // The result is 3e-121, 2^-400: 256 digits know only that it is small, 700 know it.
        Assert.True(difference.Accuracy < 1);
        MultiPrecision.With(
            700,
            () =>
            {
                var exact = BigFloat.Exp(x) - BigFloat.Exp(-x) - (x * 2);
                Assert.InRange(exact.Accuracy, 200, 320);
                Assert.Equal(1e-120 / 3, exact.ToDouble(), 1e-130);
                return 0;
            },
            out _);
    }

    [Fact]
    public void What_may_be_zero_divides_nothing_and_a_comparison_of_it_is_a_guess()
    {
        var zero = BigFloat.Log(BigFloat.Exp(0.1)) - (BigFloat)0.1;
        Assert.True((BigFloat.One / zero).IsUnknown);
        Assert.True(BigFloat.Log(zero).IsUnknown);
        MultiPrecision.With(256, () => zero > 0, out var hasGuessed);
        Assert.True(hasGuessed);
        MultiPrecision.With(256, () => (BigFloat)0.1 > 0, out hasGuessed);
        Assert.False(hasGuessed);
        Assert.Equal(double.PositiveInfinity, (BigFloat.One / BigFloat.Zero).ToDouble());
    }

    [Fact]
    public void The_range_is_that_of_no_double()
    {
        var large = BigFloat.Exp(1e9);
        Assert.Equal(1e9, BigFloat.Log(large).ToDouble());
        Assert.Equal(0.5, (large / (large + large)).ToDouble());
        Assert.Equal(double.PositiveInfinity, large.ToDouble());
        Assert.Equal(double.MaxValue, large.High);
        Assert.Equal(0, BigFloat.Exp(-1e30).ToDouble());
        Assert.Equal(1e-300, ((BigFloat)1e-300 * 1e-300 / 1e-300).ToDouble());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0.0)]
    public void Ends_are_those_of_double(double x)
    {
        BigFloat y = x;
        Assert.Equal(Math.Exp(x), BigFloat.Exp(y).ToDouble());
        Assert.Equal(Math.Log(x), BigFloat.Log(y).ToDouble());
        Assert.Equal(Math.Tanh(x), BigFloat.Tanh(y).ToDouble());
        Assert.Equal(Math.Sinh(x), BigFloat.Sinh(y).ToDouble());
        Assert.Equal(Math.Atan(x), BigFloat.Atan(y).ToDouble());
        Assert.Equal(Math.Sqrt(x), BigFloat.Sqrt(y).ToDouble());
        Assert.Equal(Math.Cos(x), BigFloat.Cos(y).ToDouble());
        Assert.Equal(Math.Acosh(x), BigFloat.Acosh(y).ToDouble());
        Assert.Equal(x + 1, (y + 1).ToDouble());
        Assert.Equal(x * x, (y * y).ToDouble());
        Assert.Equal(1 / x, (1 / y).ToDouble());
        Assert.Equal(Math.Pow(x, 2), BigFloat.Pow(y, 2).ToDouble());
        Assert.Equal(Math.Pow(2, x), BigFloat.Pow(2, y).ToDouble());
        Assert.Equal(Math.Atan2(x, 1), BigFloat.Atan2(y, 1).ToDouble());
        Assert.Equal(Math.Max(x, 1), (y.IsNaN || y > 1 ? y : 1).ToDouble());
    }

    private static int Check(string name, int precision, double x, BigFloat result, Real right)
    {
        var (mantissa, exponent) = result;
        var off = new Real(mantissa, exponent, Real.Exact) - right;
        Expect.True(result.IsFinite && off.Log2 <= Math.Max(result.Error, off.Error) + 1, $"{name}({x}) is off by 2^{off.Log2}, its bound is 2^{result.Error}, at {precision} digits");
        Expect.True(result.Accuracy > precision - Slack, $"{name}({x}) = {result.ToDouble()} has {result.Accuracy} of {precision} digits");
        return 0;
    }
}

using GraphGrad.Scalars;
using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Scalars;

/// <summary>Double-double functions against exact ones: 28 digits at least, near zeros and far out.</summary>
public sealed class DoubleDoubleTests
{
    private const double Tolerance = 1e-28;
    private const int Bits = 700;

    private static readonly double[] Numbers = [1e-30, 3.1e-9, 1e-4, 0.0371, 0.28, 0.4, 0.71, 1.03, 1.9, 2.6, 7.3, 26, 300];

    private static readonly Dictionary<string, (Func<DoubleDouble, DoubleDouble> Function, Func<Dual, Dual> Exact, Func<double, bool> Admits)> Functions = new()
    {
        ["exp"] = (DoubleDouble.Exp, Dual.Exp, _ => true),
        ["expm1"] = (DoubleDouble.Expm1, Dual.Expm1, _ => true),
        ["log"] = (DoubleDouble.Log, Dual.Log, x => x > 0),
        ["log1p"] = (DoubleDouble.Log1p, Dual.Log1p, x => x > -1),
        ["sqrt"] = (DoubleDouble.Sqrt, Dual.Sqrt, x => x > 0),
        ["sin"] = (DoubleDouble.Sin, Dual.Sin, _ => true),
        ["cos"] = (DoubleDouble.Cos, Dual.Cos, _ => true),
        ["tan"] = (DoubleDouble.Tan, Dual.Tan, _ => true),
        ["atan"] = (DoubleDouble.Atan, Dual.Atan, _ => true),
        ["asin"] = (DoubleDouble.Asin, Dual.Asin, x => Math.Abs(x) < 1),
        ["acos"] = (DoubleDouble.Acos, Dual.Acos, x => Math.Abs(x) < 1),
        ["sinh"] = (DoubleDouble.Sinh, Dual.Sinh, _ => true),
        ["cosh"] = (DoubleDouble.Cosh, Dual.Cosh, _ => true),
        ["tanh"] = (DoubleDouble.Tanh, Dual.Tanh, _ => true),
        ["asinh"] = (DoubleDouble.Asinh, Dual.Asinh, _ => true),
        ["acosh"] = (DoubleDouble.Acosh, Dual.Acosh, x => x > 1),
        ["atanh"] = (DoubleDouble.Atanh, Dual.Atanh, x => Math.Abs(x) < 1),
        ["sigmoid"] = (DoubleDouble.Sigmoid, Dual.Sigmoid, _ => true),
        ["softplus"] = (DoubleDouble.Softplus, Dual.Softplus, _ => true),
        ["sech"] = (DoubleDouble.Sech, x => 1 / Dual.Cosh(x), _ => true),
        ["erf"] = (DoubleDouble.Erf, Dual.Erf, x => Math.Abs(x) < 20),
        ["erfc"] = (DoubleDouble.Erfc, Dual.Erfc, x => Math.Abs(x) < 20),
        ["erfcx"] = (DoubleDouble.ScaledErfc, x => Dual.Exp(x * x) * Dual.Erfc(x), x => Math.Abs(x) < 20),
        ["square root of a power"] = (x => DoubleDouble.Pow(x, 0.5), Dual.Sqrt, x => x > 0),
        ["power"] = (x => DoubleDouble.Pow(x, -3), x => 1 / (x * x * x), _ => true),
        ["hypot"] = (x => DoubleDouble.Hypot(x, 3), x => Dual.Sqrt((x * x) + 9), _ => true),
        ["atan2"] = (x => DoubleDouble.Atan2(x, -2), x => x.Value.Sign < 0 ? Dual.Atan(x / -2) - Dual.Pi : Dual.Atan(x / -2) + Dual.Pi, _ => true),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Functions_have_28_digits(string name)
    {
        var (function, exact, admits) = Functions[name];
        Real.Precision = Bits;
        try
        {
            foreach (var x in Numbers.SelectMany(x => new[] { x, -x }).Where(admits))
            {
                // An argument with digits of its own in the second part.
                var argument = new DoubleDouble(x) + (x * 1.7e-20);
                var right = exact(new Dual((Real)argument.High + argument.Low, Real.Zero)).Value;
                var result = function(argument);
                var error = (Real)result.High + result.Low - right;
                Expect.True(Math.Abs((error / right).ToDouble()) < Tolerance, $"{name}({x}) is {result.High:R} + {result.Low:R}, off by {(error / right).ToDouble()}");
            }
        }
        finally
        {
            Real.Precision = 0;
        }
    }

    /// <summary>Of a large angle the second part alone may be many turns.</summary>
    [Theory]
    [InlineData(3e20, 12345.678)]
    [InlineData(-7e25, 1.5e9)]
    [InlineData(1e300, -3e283)]
    public void Large_angles_are_turned_by_both_parts(double high, double low)
    {
        Real.Precision = 2 * Bits;
        try
        {
            var x = new DoubleDouble(high) + low;
            var exact = new Dual((Real)x.High + x.Low, Real.Zero);
            Assert.Equal(Dual.Sin(exact).Value.ToDouble(), DoubleDouble.Sin(x).High, 1e-15);
            Assert.Equal(Dual.Cos(exact).Value.ToDouble(), DoubleDouble.Cos(x).High, 1e-15);
        }
        finally
        {
            Real.Precision = 0;
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0.0)]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    public void Ends_are_those_of_double(double x)
    {
        DoubleDouble y = x;
        Assert.Equal(Math.Exp(x), DoubleDouble.Exp(y).High);
        Assert.Equal(Math.Tanh(x), DoubleDouble.Tanh(y).High);
        Assert.Equal(Math.Atan(x), DoubleDouble.Atan(y).High);
        Assert.Equal(Math.Sqrt(x), DoubleDouble.Sqrt(y).High);
        Assert.Equal(x + 1, (y + 1.0).High);
        Assert.Equal(x * x, (y * y).High);
        Assert.Equal(1 / x, (1.0 / y).High);
        Assert.Equal(Math.Pow(x, 2), DoubleDouble.Pow(y, 2).High);
    }
}

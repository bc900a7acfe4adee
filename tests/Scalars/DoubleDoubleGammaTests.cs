using GraphGrad.Scalars;

namespace GraphGrad.Tests.Scalars;

/// <summary>The gamma function's relatives in double-double arithmetic, by known values and by their recurrences: 28 digits.</summary>
public sealed class DoubleDoubleGammaTests
{
    private const double Tolerance = 1e-28;

    // π, √π and Euler's constant to 32 digits.
    private static readonly DoubleDouble Pi = new(3.141592653589793, 1.2246467991473532e-16);
    private static readonly DoubleDouble Euler = new(0.5772156649015329, -4.942915152430645e-18);

    public static TheoryData<double> Numbers => [1e-9, 0.1, 0.73, 1.4616, 2.5, 7.25, 19, 29.5, 31, 400.5, 1e6, -0.3, -2.6, -17.125];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Recurrences_hold(double x)
    {
        var next = DoubleDouble.One + x;
        AssertEqual(DoubleDouble.LogGamma(x) + DoubleDouble.Log(Math.Abs(x)), DoubleDouble.LogGamma(next), 1 + Math.Abs(DoubleDouble.Log(Math.Abs(x)).High));
        AssertEqual(DoubleDouble.Digamma(x) + (DoubleDouble.One / x), DoubleDouble.Digamma(next), 1 + Math.Abs(1 / x));
        if (x < 0) return;
        AssertEqual(DoubleDouble.Polygamma(1, x) - (DoubleDouble.One / ((DoubleDouble)x * x)), DoubleDouble.Polygamma(1, next), 1 / (x * x));
        AssertEqual(DoubleDouble.Polygamma(4, x) + ((DoubleDouble)24 / DoubleDouble.Pow(x, 5)), DoubleDouble.Polygamma(4, next), 24 * Math.Pow(x, -5));
    }

    [Fact]
    public void Known_values_are_met()
    {
        AssertEqual(DoubleDouble.Log(Pi) * 0.5, DoubleDouble.LogGamma(0.5), 1);
        AssertEqual(DoubleDouble.Log(24), DoubleDouble.LogGamma(5), 1);
        AssertEqual(-Euler, DoubleDouble.Digamma(1), 1);
        AssertEqual(Pi * Pi / 6, DoubleDouble.Polygamma(1, 1), 1);
        AssertEqual(DoubleDouble.Log(DoubleDouble.Sqrt(Pi) * 2), DoubleDouble.LogGamma(-0.5), 1);
    }

    [Fact]
    public void Poles_and_ends_are_those_of_the_functions()
    {
        Assert.Equal(double.PositiveInfinity, DoubleDouble.LogGamma(0).High);
        Assert.Equal(double.PositiveInfinity, DoubleDouble.LogGamma(-3).High);
        Assert.Equal(double.PositiveInfinity, DoubleDouble.LogGamma(double.PositiveInfinity).High);
        Assert.True(double.IsNaN(DoubleDouble.LogGamma(double.NaN).High));
        Assert.True(double.IsNaN(DoubleDouble.Digamma(-2).High));
    }

    private static void AssertEqual(DoubleDouble expected, DoubleDouble actual, double size)
    {
        var error = Math.Abs((actual - expected).High);
        Expect.True(error <= Tolerance * Math.Max(size, Math.Abs(expected.High)), $"{actual.High} is off by {error}");
    }
}

using GraphGrad.Scalars;
using GraphGrad.Tests.Exact;
using GraphGrad.Tests.Hazards;

namespace GraphGrad.Tests.Scalars;

/// <summary>Expansions in powers of t: their sums against 80 digits, what cancels, and what does not expand.</summary>
public sealed class SeriesTests
{
    // Far enough in that the 36th power of t is nothing.
    private const double T = 1.0 / 64;

    private static readonly Series Variable = Series.Power(1, 1);

    private static readonly Dictionary<string, Func<Series?, Series?>> Functions = new()
    {
        ["exp"] = Series.Exp, ["expm1"] = Series.Expm1, ["log"] = Series.Log, ["log1p"] = Series.Log1p, ["sqrt"] = Series.Sqrt, ["abs"] = Series.Abs,
        ["sin"] = Series.Sin, ["cos"] = Series.Cos, ["tan"] = Series.Tan, ["sinh"] = Series.Sinh, ["cosh"] = Series.Cosh, ["tanh"] = Series.Tanh,
        ["sigmoid"] = Series.Sigmoid, ["softplus"] = Series.Softplus, ["atan"] = Series.Atan, ["asin"] = Series.Asin, ["acos"] = Series.Acos,
        ["asinh"] = Series.Asinh, ["acosh"] = Series.Acosh, ["atanh"] = Series.Atanh, ["erf"] = Series.Erf, ["erfc"] = Series.Erfc,
    };

    // What a function is applied to: its series and its value at t.
    private static readonly Dictionary<string, (Series Series, Func<Dual, Dual> Exact)> Arguments = new()
    {
        ["t"] = (Variable, t => t),
        ["-t"] = (-Variable, t => -t),
        ["t²"] = (Variable * Variable, t => t * t),
        ["1 + t"] = (Series.Number(1) + Variable, t => 1 + t),
        ["1 - t²"] = (Series.Number(1) - (Variable * Variable), t => 1 - (t * t)),
        ["1 + t²"] = (Series.Number(1) + (Variable * Variable), t => 1 + (t * t)),
        ["-1 + t"] = (Variable - Series.Number(1), t => t - 1),
        ["0.3 - t"] = (Series.Number(0.3) - Variable, t => (Dual)0.3 - t),
        ["2.5 + t"] = (Series.Number(2.5) + Variable, t => (Dual)2.5 + t),
        ["1 / t"] = (Series.Power(-1, 1), t => 1 / t),
        ["-1 / t"] = (Series.Power(-1, -1), t => -1 / t),
        ["4 / t²"] = (Series.Power(-2, 4), t => 4 / (t * t)),
    };

    public static IEnumerable<object[]> Cases => Functions.Keys.SelectMany(f => Arguments.Keys.Select(a => new object[] { f, a }));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Functions_expand_to_their_values(string function, string argument)
    {
        var (inner, exact) = Arguments[argument];
        if (Functions[function](inner) is not { } series) return;
        var truth = Formula.Unary[function].Exact(exact(T)).Value;
        var sum = Sum(series, T, out var size);
        // What vanishes beyond all powers is below every power that is kept: e^-64 here, where a coefficient may say nothing of it.
        var vanishing = argument.Contains("/ t", StringComparison.Ordinal) ? Math.Exp(-1 / T) : 0;
        var difference = Math.Abs((sum - truth).ToDouble());
        Expect.True(difference <= (1e-14 * size) + (2 * vanishing), $"{function}({argument}) at {T}: {sum} for {truth}");
    }

    [Fact]
    public void Most_functions_expand() =>
        Assert.InRange(Functions.Values.Sum(f => Arguments.Values.Count(a => f(a.Series) is not null)), 180, 22 * 12);

    [Theory]
    [InlineData("sin(t) - t", 3, -1.0 / 6)]
    [InlineData("exp(t) - 1 - t", 2, 0.5)]
    [InlineData("tan(t) - sin(t)", 3, 0.5)]
    [InlineData("log1p(t) - t + t² / 2", 3, 1.0 / 3)]
    [InlineData("1 - cos(t)", 2, 0.5)]
    [InlineData("√(1/t² + 1) - 1/t", 1, 0.5)]
    [InlineData("1 / sin(t) - 1 / t", 1, 1.0 / 6)]
    [InlineData("(1 + t)^(1/3) - 1", 1, 1.0 / 3)]
    [InlineData("exp(3·log t)", 3, 1)]
    [InlineData("hypot(1, t) - 1", 2, 0.5)]
    public void What_cancels_is_zero_and_what_is_left_is_right(string name, int order, double leading)
    {
        var t = Variable;
        var one = Series.Number(1);
        var series = name switch
        {
            "sin(t) - t" => Series.Sin(t)! - t,
            "exp(t) - 1 - t" => Series.Exp(t)! - one - t,
            "tan(t) - sin(t)" => Series.Tan(t)! - Series.Sin(t)!,
            "log1p(t) - t + t² / 2" => Series.Log1p(t)! - t + (t * t * Series.Number(0.5)),
            "1 - cos(t)" => one - Series.Cos(t)!,
            "√(1/t² + 1) - 1/t" => Series.Sqrt(Series.Power(-2, 1) + one)! - Series.Power(-1, 1),
            "1 / sin(t) - 1 / t" => Series.Quotient(one, Series.Sin(t))! - Series.Power(-1, 1),
            "(1 + t)^(1/3) - 1" => Series.Pow(one + t, 1.0 / 3)! - one,
            "exp(3·log t)" => Series.Exp(Series.Product(Series.Log(t), Series.Number(3)))!,
            _ => Series.Hypot(one, t)! - one,
        };
        Assert.Equal(order, series.Order);
        Assert.Equal(leading, series.Coefficients[0], 1e-14);
        Assert.InRange(series.LeadingError, 0, 1e-13);
        Assert.Equal(Math.Sign(leading), series.Sign);
    }

    [Fact]
    public void What_cancels_altogether_is_zero()
    {
        var x = Series.Number(0.3) + Variable;
        Assert.True((Series.Exp(Series.Log(x))! - x).IsZero);
        Assert.True(((Series.Sin(x)! * Series.Sin(x)!) + (Series.Cos(x)! * Series.Cos(x)!) - Series.Number(1)).IsZero);
        Assert.Equal(0, Series.Compare(Series.Sqrt(x * x)!, x));
    }

    /// <summary>e^-800 is 0 in float64.</summary>
    [Fact]
    public void An_exponential_that_vanishes_leaves_minus_one()
    {
        var series = Series.Expm1(Series.Number(-800) - Variable)!;
        Assert.Equal(0, series.Order);
        Assert.Equal(-1, series.Coefficients[0]);
    }

    [Fact]
    public void The_sine_of_an_angle_near_pi_vanishes()
    {
        // 2 · atan(1 / t) = π - 2t + …
        var sine = Series.Sin(Series.Atan(Series.Power(-1, 1))! * Series.Number(2))!;
        Assert.Equal(1, sine.Order);
        Assert.Equal(2, sine.Coefficients[0], 1e-14);
    }

    [Fact]
    public void Functions_compare_by_their_first_terms()
    {
        Assert.Equal(-1, Series.Compare(Series.Sin(Variable)!, Variable));
        Assert.Equal(1, Series.Compare(Series.Power(-1, 1), Series.Number(1e30)));
        // -log t is large, and less so than any pole.
        Assert.Equal(-1, Series.Log(Variable)!.Sign);
        Assert.Equal(1, Series.Compare(Series.Power(-1, 1), -Series.Log(Variable)!));
    }

    [Fact]
    public void Logarithms_stand_beside_powers_and_only_sums_and_multiples_know_them()
    {
        var log = Series.Log(Variable * Variable)!;
        Assert.Equal(2, log.Logarithm);
        Assert.Equal(-6, Series.Product(log, Series.Number(-3))!.Logarithm);
        Assert.True((log - Series.Product(Series.Log(Variable), Series.Number(2))!).IsZero);
        Assert.Null(Series.Product(log, Variable));
        Assert.Null(Series.Sin(log));
        Assert.Null(Series.Quotient(Variable, log));
        Assert.Null(Series.Exp(Series.Product(log, Series.Number(0.25))));
    }

    [Fact]
    public void What_has_no_powers_does_not_expand()
    {
        var pole = Series.Power(-1, 1);
        Assert.Null(Series.Exp(pole));
        Assert.True(Series.Exp(-pole)!.IsZero);
        Assert.Null(Series.Sin(pole));
        Assert.Null(Series.Log(-Variable));
        Assert.Null(Series.Sqrt(Variable));
        Assert.Null(Series.Pow(-Variable, 1.5));
        Assert.Null(Series.Quotient(Variable, Series.Number(0)));
        Assert.Null(Series.Erf(Series.Number(1) + Variable));
        foreach (var function in Functions.Values) Assert.Null(function(null));
    }

    private static Real Sum(Series series, double t, out double size)
    {
        var sum = series.Logarithm * Elementary.Log(t);
        size = Math.Abs(sum.ToDouble());
        for (var i = 0; i < series.Coefficients.Count; i++)
        {
            var power = Real.One;
            for (var k = 0; k < Math.Abs(series.Order + i); k++) power *= t;
            var term = series.Order + i < 0 ? series.Coefficients[i] / power : series.Coefficients[i] * power;
            sum += term;
            size = Math.Max(size, Math.Abs(term.ToDouble()));
        }
        return sum;
    }
}

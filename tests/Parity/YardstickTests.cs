using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity;

/// <summary>Whether the yardstick finds what it should: GraphGrad's own answers, tampered with, in the place of libtorch's.</summary>
public sealed class YardstickTests
{
    private const double Ulp = 1.1920929e-7;

    private static readonly Case Exponential = new("exp", x => Exp(x[0]), [[Values(0.0009765625, -3, 0.5)]]);

    [Fact]
    public void Equal_answers_pass() => Assert.Empty(Failures(Exponential, (_, _, x) => x));

    /// <summary>At an element just above 1, where a unit of the last place is 2^-23.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(3.2, false)]
    public void In_float32_two_units_are_allowed(double units, bool passes) =>
        Assert.Equal(passes, Failures(Exponential, (type, i, x) => i == 0 ? x + (units * Ulp) : x).All(f => f.Contains("float64,")));

    [Fact]
    public void Twice_the_error_of_libtorch_is_allowed()
    {
        // libtorch is off by 3 units, GraphGrad by 5.
        Assert.DoesNotContain(Failures(Exponential, (type, i, x) => i != 0 ? x : type == DType.Float64 ? x + (5 * Ulp) : x + (8 * Ulp)), f => f.Contains("float32,"));
        Assert.Contains(Failures(Exponential, (type, i, x) => i != 0 ? x : type == DType.Float64 ? x + (5 * Ulp) : x + (7 * Ulp)), f => f.Contains("float32,"));
    }

    [Theory]
    [InlineData(3.2, 1)]
    [InlineData(double.NaN, 0)]
    public void Roundings_of_float32_are_told_from_other_failures(double units, int roundings)
    {
        var findings = Judged(Exponential, (_, i, x) => i == 0 ? x + (units * Ulp) : x);
        Assert.Equal(roundings, findings.Roundings.Count);
        Assert.All(findings.Roundings, f => Assert.Contains("float32,", f));
        Assert.Contains(findings.Failures, f => f.Contains("float32,"));
        Assert.Contains(findings.Failures, f => f.Contains("float64,"));
    }

    [Theory]
    [InlineData(1e-13, true)]
    [InlineData(3e-12, false)]
    public void In_float64_a_millionth_of_a_millionth_is_allowed(double share, bool passes) =>
        Assert.Equal(passes, Failures(Exponential, (type, _, x) => type == DType.Float64 ? x * (1 + share) : x).Length == 0);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_not_finite_must_be_the_same(double answer) => Assert.NotEmpty(Failures(Exponential, (_, i, x) => i == 1 ? answer : x));

    [Fact]
    public void Infinities_have_a_sign() =>
        Assert.NotEmpty(Failures(new Case("log", x => Log(x[0]), [[Values(0)]]) { Derivatives = Derivatives.None }, (_, _, x) => -x));

    [Fact]
    public void Whole_numbers_are_exact() => Assert.NotEmpty(Failures(new Case("argmax", x => ArgMax(x[0], 0), [[Values(1, 3, 2)]]), (_, _, x) => x + 1));

    [Fact]
    public void Errors_of_sums_are_relative_to_the_largest_element()
    {
        var sum = new Case("sum", x => Sum(x[0], 1), [[Values(1e6, 1, 1e-3, 1e-3).Shaped(2, 2)]]) { Derivatives = Derivatives.None };
        // Far beyond two units of 0.002, far below one of 1,000,001.
        Assert.Empty(Failures(sum with { By = Measure.Norm }, (type, i, x) => i == 1 ? x + 1e-9 : x));
        Assert.NotEmpty(Failures(sum, (type, i, x) => i == 1 ? x + 1e-9 : x));
    }

    [Fact]
    public void A_formula_wins_over_libtorch()
    {
        var tampered = (DType type, int i, double x) => type == DType.Float64 ? x * 1.5 : x;
        Assert.NotEmpty(Failures(Exponential, tampered));
        Assert.Empty(Failures(Exponential.Exactly("libtorch is wrong by a half", x => Dual.Exp(x[0])), tampered));
    }

    [Fact]
    public void Stale_recordings_are_noticed()
    {
        var recording = new Recording("none", "none");
        recording.Begin(Exponential);
        recording.Check(Exponential);
        Assert.Contains("have changed", Assert.Throws<InvalidOperationException>(() => recording.Check(Exponential with { Sets = [[Values(1)]] })).Message);
        Assert.Contains("not recorded", Assert.Throws<InvalidOperationException>(() => recording.Check(Exponential with { Name = "exp2" })).Message);
    }

    /// <summary>The failures where values are as <paramref name="change"/> makes them of GraphGrad's.</summary>
    private static string[] Failures(Case row, Func<DType, int, double, double> change) => [.. Judged(row, change).Failures];

    private static Findings Judged(Case row, Func<DType, int, double, double> change)
    {
        var recording = new Recording("none", "none");
        foreach (var type in row.Types)
        {
            var own = Answers.Of(row, 0, type, Backend.Interpreted);
            recording.Add(row, 0, type, own with { Values = [.. own.Values.Select(data => Changed(data, (i, x) => change(type, i, x)))] });
        }
        return Yardstick.Compare(row, recording, Backend.Interpreted);
    }

    private static TensorData Changed(TensorData data, Func<int, double, double> change) =>
        Data.Create(data.DType, [.. data.Numbers().Select((x, i) => change(i, x))], data.Extents());
}

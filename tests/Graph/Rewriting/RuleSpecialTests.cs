using GraphGrad.Rewriting;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Every rule at zeros of both signs, subnormal and huge numbers, poles, infinities and NaN.</summary>
public sealed class RuleSpecialTests
{
    public static TheoryData<string> Names => [.. RuleCatalogue.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_right_as_written_stays_right(string name)
    {
        var rule = RuleCatalogue.All.Single(r => r.Name == name);
        string[] faults = [.. new[] { DType.Float32, DType.Float64 }.SelectMany(type => RuleSpecials.Of(rule, type, isWide: false)).SelectMany(sample => sample.Faults(everything: false))];
        if (RuleLimits.AtSpecialValues.ContainsKey(name)) Assert.True(faults.Length > 0, "is listed as open");
        else Assert.True(faults.Length == 0, $"{faults.Length} points, such as{Environment.NewLine}{string.Join(Environment.NewLine, faults.Take(8))}");
    }

    [Fact]
    public void What_is_listed_are_rules() => Assert.Empty(RuleLimits.AtSpecialValues.Keys.Except(RuleCatalogue.All.Select(r => r.Name)));
}

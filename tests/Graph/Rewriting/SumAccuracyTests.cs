using GraphGrad.Rewriting;

namespace GraphGrad.Tests.Rewriting;

/// <summary>The stability rules about sums and differences, each over its whole range.</summary>
public sealed class SumAccuracyTests
{
    public static TheoryData<string> Names => [.. StabilityRules.All.Where(RuleAccuracyTests.IsSum).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_rule_is_right_over_its_range(string name) => RuleAccuracy.Check(name);
}

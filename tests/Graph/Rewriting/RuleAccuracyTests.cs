using GraphGrad.Operations;
using GraphGrad.Rewriting;

namespace GraphGrad.Tests.Rewriting;

/// <summary>The stability rules about products, quotients and functions, each over its whole range.</summary>
public sealed class RuleAccuracyTests
{
    public static TheoryData<string> Names => [.. StabilityRules.All.Where(r => !IsSum(r)).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_rule_is_right_over_its_range(string name) => RuleAccuracy.Check(name);

    [Fact]
    public void Limits_are_those_of_rules() =>
        Assert.Empty(RuleLimits.Helpers.Keys.Concat(RuleLimits.Open.Keys).Concat(RuleLimits.LeftToChains.Keys).Concat(RuleLimits.OfRoundedInputs).Except(StabilityRules.All.Select(r => r.Name)));

    /// <summary>Whether a rule is about a sum or difference: these have a class of their own, which runs at the same time.</summary>
    internal static bool IsSum(Rule rule) => rule.RootType == typeof(AddOp) || rule.RootType == typeof(SubtractOp);
}

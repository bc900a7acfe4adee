using GraphGrad.Rewriting;

namespace GraphGrad.Tests.Rewriting;

/// <summary>
/// Every stability rule over the whole range of float32 and float64: of an expression made from its pattern, value and derivatives are what 80
/// digits say, compiled and interpreted, alone and as part of a larger program; and somewhere they are not as written.
/// </summary>
internal static class RuleAccuracy
{
    private const int LeastPoints = 8;
    private const int MostSamples = 8;

    private static readonly SessionOptions Compiled = new() { Threads = 1 };
    private static readonly SessionOptions Interpreted = new() { Threads = 1, Backend = Backend.Interpreted };

    // A rule is right by itself: chains in float64 would hide what it loses.
    private static SessionOptions Alone(SessionOptions options, string rule) => options with { Float64Chains = RuleLimits.LeftToChains.ContainsKey(rule) };

    /// <summary>Fails unless the rule is right, and needed.</summary>
    public static void Check(string name)
    {
        var rule = StabilityRules.All.Single(r => r.Name == name);
        var helps = false;
        var faults = new List<string>();
        foreach (var type in new[] { DType.Float32, DType.Float64 })
        {
            if (type == DType.Float64 && IsWidening(rule)) continue;
            var samples = 0;
            foreach (var sample in RuleSample.Of(rule, type))
            {
                samples++;
                Expect.True(sample.Truths.Count >= LeastPoints, $"{type}, seed {sample.Seed}: only {sample.Truths.Count} points lie in the domain");
                var isExact = type == DType.Float32 && !RuleLimits.OfRoundedInputs.Contains(name);
                faults.AddRange(RuleErrors.Of(sample, Alone(Compiled, name), within: true, isExact).Faults.Values.Select(f => $"compiled, {type}, seed {sample.Seed}: {f}"));
                faults.AddRange(RuleErrors.Of(sample, Alone(Interpreted, name), within: false, isExact).Faults.Values.Select(f => $"interpreted, {type}, seed {sample.Seed}: {f}"));
                helps = helps || RuleLimits.Helpers.ContainsKey(name) || RuleErrors.Of(sample, Interpreted with { Rewrite = false }, within: false, isExact: true).Faults.Count > 0;
                if (helps || samples == MostSamples) break;
            }
            Expect.True(samples > 0, $"{type}: the rule applies to nothing that was made from its pattern");
        }
        Assert.True(helps, "the expression is right as written at every point");
        if (RuleLimits.Open.ContainsKey(name)) Assert.True(faults.Count > 0, "is listed as open");
        else Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    private static bool IsWidening(Rule rule) => WideningRules.All.WithSwappedDifferences(widened => widened).Any(r => r.Name == rule.Name);
}

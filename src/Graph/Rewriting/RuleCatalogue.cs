using GraphGrad.Rewriting.Precision;

namespace GraphGrad.Rewriting;

/// <summary>All rules there are, by name.</summary>
internal static class RuleCatalogue
{
    public static readonly RuleSet All =
        DerivativeRules.Forget + StabilityRules.All + CanonicalRules.All + AlgebraRules.All + ShareRules.All + CenteredRules.All + FoldingRules.All + AlgebraRules.Strength;

    /// <summary>What can be switched off: every rule, and the evaluation in float64 of what none cures.</summary>
    public static IEnumerable<string> Names => All.Select(r => r.Name).Append(Float64Chains.RuleName).Append(Float64Chains.RuleNameBeyond).Append(Float64Chains.RuleNameExact).Append(Float64Chains.RuleNameApart);

    /// <summary>The names that are nearest to one that no rule has.</summary>
    public static IEnumerable<string> Near(string name) =>
        Names.OrderBy(n => Distance(n, name)).Take(3);

    /// <summary>How many characters have to be added, removed or replaced (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}

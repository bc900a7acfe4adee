using System.CommandLine;
using GraphGrad.Rewriting;

namespace GraphGrad.Tests.Rewriting;

/// <summary><c>rules</c>: every stability rule, where the original fails, and what the rewrite costs.</summary>
internal static class RuleCommand
{
    private const int Attempts = 400;

    public static Command Create()
    {
        var command = new Command("rules", "Prints the stability rules as a table.");
        command.SetAction(_ =>
        {
            Console.WriteLine("| rule | where the original fails | instructions |");
            Console.WriteLine("|---|---|---|");
            foreach (var rule in StabilityRules.All) Console.WriteLine($"| `{Cell(rule.Name)}` | {Cell(rule.Fails!)} | {CostOf(rule)} |");
        });
        return command;
    }

    /// <summary>The cost on an expression made from the rule's pattern, in float32 if the rule applies there; null if none is found.</summary>
    public static RewriteCost? CostOf(Rule rule)
    {
        RewriteCost? found = null;
        for (var seed = 0; seed < Attempts; seed++)
        {
            if (RuleFuzzTests.TrySample(rule, seed) is not { } before || rule.Apply(before, new RewriteFacts([]), out var operands) is not { } after) continue;
            found = RewriteCost.Of(before, after, operands);
            if (before.DType == DType.Float32) break;
        }
        return found;
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}

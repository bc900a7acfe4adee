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
        var accuracy = new Option<bool>("--accuracy") { Description = "Prints how far the rules' results are from the truth instead." };
        var special = new Option<bool>("--special") { Description = "Prints what is wrong at zeros, infinities, NaN, subnormal and huge numbers, and right as written." };
        var only = new Option<string?>("--only") { Description = "A part of a rule's name." };
        command.Add(accuracy);
        command.Add(special);
        command.Add(only);
        command.SetAction(result =>
        {
            if (result.GetValue(accuracy))
            {
                PrintAccuracy();
                return;
            }
            if (result.GetValue(special))
            {
                PrintSpecial(result.GetValue(only));
                return;
            }
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
            found = RewriteCost.Of(before, after, [.. operands.Select(o => o.Value)]);
            if (before.DType == DType.Float32 || RuleFuzzTests.HasExample(rule)) break;
        }
        return found;
    }

    /// <summary>The worst errors of each rule's first sample, in halves of the last place, and how many points are wrong as written and as run.</summary>
    private static void PrintAccuracy()
    {
        Console.WriteLine("| rule | type | points | wrong as written | wrong as run | error of the value | of the derivatives |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (rule, type) in StabilityRules.All.SelectMany(r => new[] { (r, DType.Float32), (r, DType.Float64) }))
        {
            if (RuleSample.Of(rule, type).FirstOrDefault() is not { } sample) continue;
            var written = RuleErrors.Of(sample, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false }, within: false, isExact: true);
            var run = RuleErrors.Of(sample, new SessionOptions { Threads = 1 }, within: true, isExact: false);
            Console.WriteLine(FormattableString.Invariant($"| `{Cell(rule.Name)}` | {type} | {sample.Truths.Count} | {written.Faults.Count} | {run.Faults.Count} | {run.Value:G3} | {run.Slope:G3} |"));
        }
    }

    /// <summary>What is wrong as rewritten and right as written, with all derivatives, up to the ends of the range.</summary>
    private static void PrintSpecial(string? only)
    {
        var wrong = 0;
        foreach (var rule in RuleCatalogue.All.Where(r => only is null || r.Name.Contains(only, StringComparison.Ordinal)))
        {
            string[] faults = [.. new[] { DType.Float32, DType.Float64 }.SelectMany(type => RuleSpecials.Of(rule, type, isWide: true).Take(2)).SelectMany(sample => sample.Faults(everything: true))];
            if (faults.Length == 0) continue;
            wrong++;
            Console.WriteLine(rule.Name);
            foreach (var fault in faults) Console.WriteLine($"  {fault}");
        }
        Console.WriteLine($"{wrong} of {RuleCatalogue.All.Count()} rules");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}

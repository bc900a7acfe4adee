using System.CommandLine;

namespace GraphGrad.Tests.Hazards;

/// <summary><c>hazards</c>: what goes wrong where; as a table, what rewriting cures.</summary>
internal static class HazardCommand
{
    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "A part of a hazard's name." };
        var table = new Option<bool>("--table") { Description = "Print the rows of docs/stability.md." };
        var command = new Command("hazards", "Compares hazards with exact values.") { only, table };
        command.SetAction(arguments =>
        {
            var chosen = HazardTable.Everything.Where(h => arguments.GetValue(only) is not { } part || h.Name.Contains(part, StringComparison.Ordinal)).ToArray();
            return arguments.GetValue(table) ? Table(chosen) : Faults(chosen);
        });
        return command;
    }

    /// <summary>The expression as the table shows it.</summary>
    public static string Text(Hazard hazard) => hazard.Naive.ToString().Replace("|", "\\|", StringComparison.Ordinal);

    private static int Table(Hazard[] hazards)
    {
        var (points, written, right, whole) = (0, 0, 0, 0);
        foreach (var hazard in hazards)
        {
            var (before, after) = (HazardRun.Right(hazard, rewritten: false), HazardRun.Right(hazard, rewritten: true));
            Console.WriteLine($"| `{Text(hazard)}` | {hazard.Points.Length} | {before} | {(after == hazard.Points.Length ? $"{after}" : $"**{after}**")} |");
            (points, written, right) = (points + hazard.Points.Length, written + before, right + after);
            if (after == hazard.Points.Length) whole++;
        }
        Console.WriteLine($"{whole} of {hazards.Length} hazards right at every point; {right} of {points} points, {written} as written");
        return 0;
    }

    private static int Faults(Hazard[] hazards)
    {
        var failed = 0;
        foreach (var hazard in hazards)
        {
            var faults = HazardRun.Everywhere(hazard).ToArray();
            foreach (var fault in faults.Take(5)) Console.WriteLine(fault);
            if (faults.Length > 0) failed++;
        }
        Console.WriteLine($"{failed} of {hazards.Length} hazards fail");
        return failed;
    }
}

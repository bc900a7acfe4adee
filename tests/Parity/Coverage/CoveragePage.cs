using System.Globalization;
using System.Text;
using GraphGrad.Parity.Trajectories;
using GraphGrad.Tests.Conventions;

namespace GraphGrad.Parity.Coverage;

/// <summary>docs/coverage.md: what is compared with libtorch, made from a run of all cases.</summary>
internal static class CoveragePage
{
    // Errors beyond are of elements where an answer has broken down.
    private const double LargestShown = 1000;

    public static string FilePath => Path.Combine(Repository.Root, "docs", "coverage.md");

    /// <summary>The functions of the table, by libtorch's names; cases that fail or that both sides refuse don't count.</summary>
    public static CoveredFunction[] Functions() =>
    [
        .. from family in Family.All
           from row in family.Cases
           where row.Refusal is null
           group (Family: family.Name, Row: row) by row.Torch into cases
           orderby cases.Key
           select CoveredFunction.Of(cases.Key, [.. cases]),
    ];

    public static int Save()
    {
        File.WriteAllText(FilePath, Text());
        Console.WriteLine($"wrote {FilePath}");
        return 0;
    }

    public static string Text()
    {
        var functions = Functions();
        var cases = Family.All.SelectMany(f => f.Cases).ToArray();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Coverage

            Written by `dotnet run -c Release --project tests/Parity -- coverage` from a run of every case in
            [tests/Parity](../tests/Parity/README.md), which also says how near an answer must be. {functions.Length} functions of libtorch in
            {cases.Count(c => c.Refusal is null)} cases, {cases.Count(c => c.Refusal is not null)} wrong calls that both refuse, and
            {TrajectoryTable.All.Length} training runs followed step by step, against {Recording.Of(Family.All[0].Name).Versions}.

            The last two columns are the worst errors in float32 over values and derivatives, GraphGrad's (compiled) and libtorch's, in units of the last
            place; for sums and products, of the tensor's largest element. Where an answer breaks down, the error is above {LargestShown:F0}.

            Modules are listed as their functions, `nn.Conv2d` as `conv2d`. What NumPy and SciPy call otherwise is in [from NumPy](from-numpy.md).

            | libtorch | GraphGrad | element types | gradient | second | error | libtorch's |
            |---|---|---|---|---|---|---|

            """);
        foreach (var f in functions)
            text.Append(CultureInfo.InvariantCulture, $"| `{f.Torch}` | {string.Join(", ", f.Ours.Select(o => $"`{o}`"))} | {string.Join(", ", f.Types)} | {Mark(f.Gradient)} | {Mark(f.Second)} | {Error(f.Error)} | {Error(f.TheirError)} |\n");

        text.Append("\n## Optimizers\n\nFollowed for 200 steps (Adafactor and Muon for 60 or 150 where roundings grow in libtorch, too) on three problems each: ");
        text.Append(string.Join(", ", TrajectoryTable.Rules.Select(r => $"`optim.{r.Name.Split(' ')[0]}`").Distinct()));
        text.Append(", with their settings, and on the one whose parameters are matrices ");
        text.Append(string.Join(", ", TrajectoryTable.MatrixRules.Select(r => $"`optim.{r.Name.Split(' ')[0]}`").Distinct()));
        text.Append(". Networks followed for 100 steps from libtorch's initial weights: ");
        text.Append(string.Join(", ", NetworkProblems.All.Select(p => p.Name))).Append(".\n");

        text.Append("\n## Where libtorch's float64 is not the truth\n\n| case | why |\n|---|---|\n");
        foreach (var row in cases)
        {
            foreach (var ruling in row.Rulings) text.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {ruling.Reason} |\n");
        }

        text.Append("\n## Left out\n\n| libtorch | why |\n|---|---|\n");
        foreach (var (names, why) in LeftOut.All) text.Append(CultureInfo.InvariantCulture, $"| {string.Join(", ", names.Split(' ').Select(n => $"`{n}`"))} | {why} |\n");
        return text.ToString();
    }

    private static string Mark(bool yes) => yes ? "yes" : "";

    private static string Error(double? error) => error switch
    {
        null => "",
        > LargestShown => ">1000",
        _ => error.Value.ToString(error < 10 ? "F1" : "F0", CultureInfo.InvariantCulture),
    };
}

/// <summary>What the cases of one function found together.</summary>
internal sealed record CoveredFunction(string Torch, string[] Ours, string[] Types, bool Gradient, bool Second, double? Error, double? TheirError)
{
    public static CoveredFunction Of(string torch, (string Family, Case Row)[] cases)
    {
        var findings = cases.Select(c => (c.Family, c.Row, Findings: Findings.Of(c.Family, c.Row, Backend.Compiled))).ToArray();
        if (findings.FirstOrDefault(f => f.Findings.Failures.Count > 0) is { Findings: { } failed } failing)
            throw new InvalidOperationException($"{failing.Row.Name} fails: {failed.Failures[0]}");
        var inputs = cases.SelectMany(c => c.Row.Sets).SelectMany(set => set).ToArray();
        var floats = inputs.Any(r => r.IsFloat);
        return new CoveredFunction(
            torch,
            [.. cases.Select(c => c.Row.Ours).Distinct()],
            [.. (floats ? new[] { DType.Float32, DType.Float64 } : []).Concat(inputs.Where(r => !r.IsFloat).Select(r => r.Type!.Value)).Distinct().Order().Select(t => t.Text())],
            cases.Any(c => c.Row.ReturnsGradients || Recording.Of(c.Family).Has(c.Row, Part.Gradient)),
            cases.Any(c => Recording.Of(c.Family).Has(c.Row, Part.Second)),
            floats ? findings.Max(f => f.Findings.Ours) : null,
            floats ? findings.Max(f => f.Findings.Theirs) : null);
    }
}

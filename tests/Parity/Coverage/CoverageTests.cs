using System.Globalization;

namespace GraphGrad.Parity.Coverage;

/// <summary>Whether docs/coverage.md says what a run finds.</summary>
public sealed class CoverageTests
{
    private const int LeastFunctions = 250;

    [Fact]
    public void Covers_what_was_promised() => Assert.InRange(CoveragePage.Functions().Length, LeastFunctions, int.MaxValue);

    [Fact]
    public void Nothing_is_both_covered_and_left_out() =>
        Assert.Empty(CoveragePage.Functions().Select(f => f.Torch).Intersect(LeftOut.All.SelectMany(row => row.Names.Split(' '))));

    /// <summary>Errors may differ on a machine with other vectors, in which sums go in another order; the rest is equal.</summary>
    [Fact]
    public void Page_is_current()
    {
        var (written, found) = (File.ReadAllLines(CoveragePage.FilePath), CoveragePage.Text().TrimEnd('\n').Split('\n'));
        Assert.Equal(found.Select(WithoutErrors), written.Select(WithoutErrors));
        foreach (var (now, before) in found.Zip(written)) Assert.True(Error(now) <= (1.5 * Error(before)) + 1, $"the error has grown\nfrom {before}\nto   {now}");
    }

    private static string WithoutErrors(string line) => IsFunction(line) ? string.Join('|', line.Split('|')[..6]) : line;

    private static double Error(string line) =>
        IsFunction(line) && double.TryParse(line.Split('|')[6], CultureInfo.InvariantCulture, out var error) ? error : 0;

    private static bool IsFunction(string line) => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|').Length == 9;
}

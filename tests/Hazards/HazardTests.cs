using GraphGrad.Tests.Conventions;

namespace GraphGrad.Tests.Hazards;

/// <summary>Every hazard comes out right, compiled and interpreted, in both modes of differentiation; what does not is on a list of its own.</summary>
public sealed class HazardTests
{
    public static TheoryData<string> Cured => [.. HazardTable.Everything.Select(h => h.Name).Where(n => !HazardTable.Open.Contains(n))];

    [Theory]
    [MemberData(nameof(Cured))]
    public void Hazards_come_out_right(string name)
    {
        var hazard = HazardTable.Everything.Single(h => h.Name == name);
        var faults = HazardRun.Everywhere(hazard).ToArray();
        Assert.True(faults.Length == 0, string.Join("; ", faults));
    }

    [Fact]
    public void What_is_listed_as_open_is_open()
    {
        Assert.Empty(HazardTable.Open.Except(HazardTable.Everything.Select(h => h.Name)));
        Assert.Empty(HazardTable.Everything.Where(h => HazardTable.Open.Contains(h.Name) && !HazardRun.Everywhere(h).Any()).Select(h => h.Name));
    }

    [Fact]
    public void The_page_lists_every_hazard()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "stability.md"));
        Assert.Empty(HazardTable.Everything.Where(h => !page.Contains($"| `{HazardCommand.Text(h)}` | {h.Points.Length} |", StringComparison.Ordinal)).Select(h => h.Name));
    }
}

namespace GraphGrad.Parity;

/// <summary>What holds for the table of cases and for its recordings.</summary>
public sealed class TableTests
{
    [Fact]
    public void Names_are_unique_in_a_family() =>
        Assert.All(Family.All, family => Assert.Empty(family.Cases.GroupBy(c => c.Name).Where(g => g.Count() > 1).Select(g => g.Key)));

    [Fact]
    public void Nothing_is_recorded_that_has_no_case() =>
        Assert.All(Family.All, family => Assert.Empty(Recording.Of(family.Name).Cases.Except(family.Cases.Select(c => c.Name))));

    [Fact]
    public void Recordings_are_small() =>
        Assert.InRange(new DirectoryInfo(Recording.Folder).GetFiles().Sum(f => f.Length), 1, 10_000_000);
}

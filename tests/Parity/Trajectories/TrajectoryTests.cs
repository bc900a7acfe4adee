namespace GraphGrad.Parity.Trajectories;

/// <summary>Every training run, step by step, against libtorch's recorded losses.</summary>
public sealed class TrajectoryTests
{
    public static TheoryData<string> Names => [.. TrajectoryTable.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Follows_libtorch(string name)
    {
        var trajectory = TrajectoryTable.All.Single(t => t.Name == name);
        var recording = Recording.Of(TrajectoryTable.File);
        string?[] failures = [trajectory.Compare(recording, Backend.Compiled), trajectory.Compare(recording, Backend.Interpreted)];
        Assert.True(failures.All(f => f is null), string.Join("\n", failures.Where(f => f is not null)));
    }
}

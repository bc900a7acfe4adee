using GraphGrad.Parity.Trajectories;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>Every training run, step by step, beside libtorch as it runs here.</summary>
public sealed class TrajectoryLiveTests
{
    [Theory]
    [MemberData(nameof(TrajectoryTests.Names), MemberType = typeof(TrajectoryTests))]
    public void Follows_libtorch(string name)
    {
        var trajectory = TrajectoryTable.All.Single(t => t.Name == name);
        var recording = TorchRun.NewRecording();
        TrajectoryRun.Record(recording, trajectory);
        KnownDifferences.Check(name, trajectory.Compare(recording, Backend.Compiled) is { } failure ? [failure] : []);
    }
}

using GraphGrad.Parity.Live.Samples;
using GraphGrad.Parity.Live.Trajectories;
using GraphGrad.Parity.Samples;
using GraphGrad.Parity.Trajectories;

namespace GraphGrad.Parity.Live;

/// <summary>Writes the recordings of all families, or of one.</summary>
internal static class RecordCommand
{
    public static int Run(string? only)
    {
        bool Wanted(string name) => only is null || string.Equals(name, only, StringComparison.OrdinalIgnoreCase);
        var families = Family.All.Where(f => Wanted(f.Name)).ToArray();
        var (trajectories, samples) = (Wanted(TrajectoryTable.File), Wanted(FoundingPrograms.File));
        if (families.Length == 0 && !trajectories && !samples)
        {
            Console.Error.WriteLine($"there is no family {only}; the families are {string.Join(", ", Family.All.Select(f => f.Name))}, {TrajectoryTable.File}, {FoundingPrograms.File}");
            return 1;
        }
        var failed = false;
        foreach (var family in families) failed |= !RecordFamily(family);
        if (trajectories) RecordTrajectories();
        if (samples) RecordSamples();
        return failed ? 1 : 0;
    }

    private static bool RecordFamily(Family family)
    {
        var recording = TorchRun.NewRecording();
        var twins = Twins.Of(family.Name);
        var failed = false;
        void Fail(string name, string why)
        {
            failed = true;
            Console.Error.WriteLine($"{family.Name}: {name}: {why}");
        }
        foreach (var row in family.Cases.Where(c => c.Refusal is null))
        {
            try
            {
                TorchRun.Record(recording, row, twins[row.Name]);
            }
            catch (Exception e)
            {
                Fail(row.Name, e.Message);
            }
        }
        foreach (var (name, message) in TorchRefusals.Of(family))
        {
            recording.AddRefusal(family[name], message);
            if (message.Length == 0) Fail(name, "libtorch does not refuse the call");
        }
        Save(recording, family.Name, $"{family.Cases.Length} cases");
        return !failed;
    }

    private static void RecordTrajectories()
    {
        var recording = TorchRun.NewRecording();
        foreach (var trajectory in TrajectoryTable.All) TrajectoryRun.Record(recording, trajectory);
        Save(recording, TrajectoryTable.File, $"{TrajectoryTable.All.Length} training runs");
    }

    private static void RecordSamples()
    {
        var recording = TorchRun.NewRecording();
        foreach (var sample in FoundingPrograms.Names) SampleRecording.Record(recording, sample);
        SampleRecording.RecordDigits(recording);
        Save(recording, FoundingPrograms.File, $"{FoundingPrograms.Names.Length + 1} samples");
    }

    private static void Save(Recording recording, string name, string what)
    {
        recording.Save(name);
        Console.WriteLine($"{name}: {what}, {recording.Versions}, {new FileInfo(Recording.PathOf(name)).Length:N0} bytes");
    }
}

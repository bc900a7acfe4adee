namespace GraphGrad.Parity.Live;

/// <summary>Writes the recordings of all families, or of one.</summary>
internal static class RecordCommand
{
    public static int Run(string? only)
    {
        var families = Family.All.Where(f => only is null || string.Equals(f.Name, only, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (families.Length == 0)
        {
            Console.Error.WriteLine($"there is no family {only}; the families are {string.Join(", ", Family.All.Select(f => f.Name))}");
            return 1;
        }
        var failed = false;
        foreach (var family in families)
        {
            var recording = TorchRun.NewRecording();
            var twins = Twins.Of(family.Name);
            foreach (var row in family.Cases.Where(c => c.Refusal is null))
            {
                try
                {
                    TorchRun.Record(recording, row, twins[row.Name]);
                }
                catch (Exception e)
                {
                    failed = true;
                    Console.Error.WriteLine($"{family.Name}: {row.Name}: {e.Message}");
                }
            }
            foreach (var (name, message) in TorchRefusals.Of(family))
            {
                recording.AddRefusal(family[name], message);
                if (message.Length > 0) continue;
                failed = true;
                Console.Error.WriteLine($"{family.Name}: {name}: libtorch does not refuse the call");
            }
            recording.Save(family.Name);
            Console.WriteLine($"{family.Name}: {family.Cases.Length} cases, {recording.Versions}, {new FileInfo(Recording.PathOf(family.Name)).Length:N0} bytes");
        }
        return failed ? 1 : 0;
    }
}

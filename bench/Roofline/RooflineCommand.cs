using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace GraphGrad.Bench.Roofline;

/// <summary><c>roofline</c>: what this machine can do at most, the yardstick for every kernel.</summary>
internal static class RooflineCommand
{
    // Two of these are too large for any L1 cache and small enough for every L2 cache.
    private const int CacheBlock = 96 << 10;

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each figure is measured.", DefaultValueFactory = _ => 15 };
        var milliseconds = new Option<int>("--milliseconds") { Description = "How long one measurement takes.", DefaultValueFactory = _ => 40 };
        var memory = new Option<int>("--memory-mib") { Description = "Memory that the copies outside the caches touch, over all cores.", DefaultValueFactory = _ => 512 };
        var command = new Command("roofline", "Measures the arithmetic peak and the copy bandwidth of one core and of all.") { rounds, milliseconds, memory };
        command.SetAction(arguments => Run(
            arguments.GetValue(rounds), TimeSpan.FromMilliseconds(arguments.GetValue(milliseconds)), arguments.GetValue(memory)));
        return command;
    }

    private static void Run(int rounds, TimeSpan duration, int memoryMib)
    {
        var cores = Environment.ProcessorCount;
        var memoryBytes = ((long)memoryMib << 20) / 2;
        using var float32 = new ArithmeticPeak<float>();
        using var float64 = new ArithmeticPeak<double>();
        using var cache = new CopyBandwidth("L2", CacheBlock, cores);
        using var memoryOne = new CopyBandwidth("memory", memoryBytes, 1);
        using var memoryAll = new CopyBandwidth("memory", memoryBytes / cores, cores);

        var one = new[] { float32, float64, cache, (Workload)memoryOne }.Select(w => new Meter(w, 1, duration)).ToArray();
        var all = new[] { float32, float64, cache, (Workload)memoryAll }.Select(w => new Meter(w, cores, duration)).ToArray();
        Meter[] meters = [.. one, .. all];

        AnsiConsole.Progress().Start(progress =>
        {
            var task = progress.AddTask("measuring", maxValue: meters.Length * (rounds + 1));
            foreach (var meter in meters)
            {
                meter.Calibrate();
                task.Increment(1);
            }
            // In turns, so that a disturbance of the machine meets every figure alike.
            for (var round = 0; round < rounds; round++)
            {
                foreach (var meter in meters)
                {
                    meter.Measure();
                    task.Increment(1);
                }
            }
        });

        var table = new Table().RoundedBorder().Title($"{RuntimeInformation.ProcessArchitecture}, {cores} cores, .NET {Environment.Version}");
        table.AddColumn("work");
        foreach (var heading in new[] { "one core", "best", $"{cores} cores", "best" }) table.AddColumn(new TableColumn(heading).RightAligned());
        table.AddColumn("unit");
        for (var row = 0; row < one.Length; row++)
        {
            table.AddRow(
                one[row].Workload.Name.EscapeMarkup(), Figure(one[row].Median), Figure(one[row].Best), Figure(all[row].Median), Figure(all[row].Best), one[row].Workload.Unit);
        }
        table.Caption($"medians of {rounds} rounds; copies touch {2 * CacheBlock >> 10} KiB a core and {memoryMib} MiB in all; bytes read and written both count");
        AnsiConsole.Write(table);
    }

    private static string Figure(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}

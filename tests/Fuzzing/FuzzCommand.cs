using System.CommandLine;
using System.Diagnostics;

namespace GraphGrad.Tests.Fuzzing;

/// <summary><c>fuzz</c>: random programs for as long as one likes.</summary>
internal static class FuzzCommand
{
    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { Description = "How long to go on.", DefaultValueFactory = _ => 60 };
        var seed = new Option<int>("--seed") { Description = "The seed of the first program; the next has the next one.", DefaultValueFactory = _ => Environment.TickCount & 0xFFFFFF };
        var faults = new Option<int>("--faults") { Description = "After how many failing programs to stop.", DefaultValueFactory = _ => 5 };
        var trace = new Option<bool>("--trace") { Description = "Print each program first: the last one is where a process died." };
        var command = new Command("fuzz", "Compares random programs as written, interpreted and compiled.") { seconds, seed, faults, trace };
        command.SetAction(arguments => Run(
            TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(seed), arguments.GetValue(faults), arguments.GetValue(trace)));
        return command;
    }

    private static int Run(TimeSpan duration, int first, int most, bool trace)
    {
        var clock = Stopwatch.StartNew();
        var (seed, found) = (first, 0);
        for (; clock.Elapsed < duration && found < most; seed++)
        {
            if (trace) Console.WriteLine($"seed {seed}\n{ProgramGenerator.Write(seed)}\n");
            if (Report(seed) is not { } report) continue;
            Console.WriteLine(report);
            found++;
        }
        Console.WriteLine($"{seed - first} programs from seed {first}, {found} fail");
        return found == 0 ? 0 : 1;
    }

    /// <summary>Seed, fault and the smallest program found that shows it; null if all agrees.</summary>
    public static string? Report(int seed)
    {
        RandomProgram program;
        try
        {
            program = ProgramGenerator.Write(seed);
        }
        catch (InvalidOperationException error)
        {
            return $"seed {seed}, writing: {error}\n";
        }
        if (ProgramCheck.Find(program, seed) is not { } fault) return null;
        var (smallest, last) = Shrinker.Shrink(program, fault, seed);
        return $"seed {seed}, {last}\n{smallest}\n";
    }
}

using System.CommandLine;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Tests.OpTable;

/// <summary><c>widths</c>: compiled rows at the widest vectors of this process, which an environment variable may have narrowed.</summary>
internal static class WidthCommand
{
    public static Command Create()
    {
        var expect = new Option<VectorWidth>("--expect") { Description = "The widest vectors that this process must have.", DefaultValueFactory = _ => VectorWidths.Widest };
        var every = new Option<int>("--every") { Description = "Take every n-th row only.", DefaultValueFactory = _ => 1 };
        var named = new Option<string>("--named") { Description = "Take only rows whose name contains this.", DefaultValueFactory = _ => string.Empty };
        var trace = new Option<bool>("--trace") { Description = "Print each row's name first: the last one is where a process died." };
        var command = new Command("widths", "Checks compiled rows at the widest vectors of this process.") { expect, every, named, trace };
        command.SetAction(arguments => Run(
            arguments.GetValue(expect), arguments.GetValue(every), arguments.GetValue(named)!, arguments.GetValue(trace)));
        return command;
    }

    private static int Run(VectorWidth expected, int every, string named, bool trace)
    {
        if (VectorWidths.Widest != expected)
        {
            Console.WriteLine($"the widest vectors are {VectorWidths.Widest}, not {expected}");
            return 2;
        }
        var (passed, failed) = (0, 0);
        foreach (var row in Rows.All.Where(r => r.Name.Contains(named, StringComparison.Ordinal)).Where((_, i) => i % every == 0))
        {
            if (trace) Console.WriteLine(row.Name);
            try
            {
                CompiledRow.Check(row, expected);
                passed++;
            }
            catch (Exception error)
            {
                Console.WriteLine($"{row.Name}: {error.Message}");
                failed++;
            }
        }
        Console.WriteLine($"{expected}: {passed} rows passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}

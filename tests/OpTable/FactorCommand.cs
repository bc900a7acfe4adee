using System.CommandLine;
using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.Functions;

namespace GraphGrad.Tests.OpTable;

/// <summary><c>factors</c>: factorizations at the widest vectors of this process, which an environment variable may have narrowed.</summary>
internal static class FactorCommand
{
    public static Command Create()
    {
        var expect = new Option<VectorWidth>("--expect") { Description = "The widest vectors that this process must have.", DefaultValueFactory = _ => VectorWidths.Widest };
        var print = new Option<bool>("--print") { Description = "Print each ratio." };
        var command = new Command("factors", "Judges factorizations by the ratios of LAPACK's tests.") { expect, print };
        command.SetAction(arguments => Run(arguments.GetValue(expect), arguments.GetValue(print)));
        return command;
    }

    private static int Run(VectorWidth expected, bool print)
    {
        if (VectorWidths.Widest != expected)
        {
            Console.WriteLine($"the widest vectors are {VectorWidths.Widest}, not {expected}");
            return 2;
        }
        var (judged, failed, worst) = (0, 0, ("nothing", 0.0));
        foreach (var (name, ratio) in FactorRatios.All())
        {
            judged++;
            var isAccepted = ratio <= FactorRatios.Accepted;
            if (!isAccepted) failed++;
            else if (ratio > worst.Item2) worst = (name, ratio);
            if (!isAccepted || print) Console.WriteLine($"{name}: {ratio:G3}");
        }
        Console.WriteLine($"{expected}: {judged} ratios, {failed} failed, the worst of the others {worst.Item2:G3}, {worst.Item1}");
        return failed == 0 ? 0 : 1;
    }
}

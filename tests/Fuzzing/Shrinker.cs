using System.Diagnostics;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Cuts a failing program down while it fails in the same way.</summary>
internal static class Shrinker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static (RandomProgram Program, Fault Fault) Shrink(RandomProgram program, Fault fault, int seed)
    {
        var clock = Stopwatch.StartNew();
        var smaller = true;
        while (smaller)
        {
            smaller = false;
            foreach (var candidate in Candidates(program))
            {
                if (clock.Elapsed > Patience) return (program, fault);
                if (ProgramCheck.Find(candidate, seed) is not { } found || found.Stage != fault.Stage) continue;
                (program, fault, smaller) = (candidate, found, true);
                break;
            }
        }
        return (program, fault);
    }

    private static IEnumerable<RandomProgram> Candidates(RandomProgram program)
    {
        if (program.Outputs.Length > 1)
        {
            foreach (var output in program.Outputs) yield return (program with { Outputs = [output] }).WithoutUnused();
            foreach (var output in program.Outputs) yield return (program with { Outputs = [.. program.Outputs.Where(o => o != output)] }).WithoutUnused();
        }
        // An operand in the place of the output.
        foreach (var output in program.Outputs)
        {
            foreach (var operand in program.Steps[output].Operands.Where(o => !program.Steps[o].IsInput))
                yield return (program with { Outputs = [.. program.Outputs.Select(o => o == output ? operand : o).Distinct()] }).WithoutUnused();
        }
        var built = program.Build(DType.Float64);
        for (var i = 0; i < program.Steps.Length; i++)
        {
            var step = program.Steps[i];
            if (step.IsInput) continue;
            // An operand of the same type in the place of the step.
            foreach (var operand in step.Operands.Where(o => built.Values[o].Type == built.Values[i].Type))
                yield return Replace(program, i, operand);
            // Data in the place of the step, where that makes something else unused.
            var cut = program with { Steps = [.. program.Steps] };
            cut.Steps[i] = ProgramStep.Input(AsWritten.Run(built.Values[i], built.Feeds));
            cut = cut.WithoutUnused();
            if (cut.Steps.Length < program.Steps.Length || !program.Outputs.Contains(i)) yield return cut;
        }
    }

    private static RandomProgram Replace(RandomProgram program, int step, int by) => new RandomProgram(
        [.. program.Steps.Select(s => s with { Operands = [.. s.Operands.Select(o => o == step ? by : o)] })],
        [.. program.Outputs.Select(o => o == step ? by : o).Distinct()]).WithoutUnused();
}

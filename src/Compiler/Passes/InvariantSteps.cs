using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Passes;

/// <summary>For how long what a run has computed is what the next one would compute.</summary>
internal enum Invariance
{
    /// <summary>Each run computes its own.</summary>
    None,

    /// <summary>Until somebody writes a variable, or, in a loop's body, until the loop may be given something else: it is made of variables, or what all iterations are given, and constants.</summary>
    UntilWritten,

    /// <summary>For ever: it is made of constants, and of extents, which are those of the frame.</summary>
    Always,
}

/// <summary>
/// Finds the steps that a frame need not run again, as masks and tables of positions, or what is made of weights alone, and the operands that products need not pack again. A step counts that
/// reads nothing else and is neither in a branch nor in slices, and if nobody else writes its results.
/// </summary>
internal sealed class InvariantSteps
{
    private readonly Dictionary<TensorBuffer, Invariance> results = [];
    private readonly bool assigns;
    private readonly int firstCapture;

    /// <param name="placed">The steps in their order.</param>
    /// <param name="table">What is known of them.</param>
    /// <param name="source">The program. If it changes variables itself, nothing made of them outlives a run.</param>
    public InvariantSteps(ResultPlacement.Result placed, Memory.StepFacts.Table table, ProgramSource source)
    {
        (assigns, firstCapture) = (source.Assignments.Count > 0, source.FirstCapture ?? int.MaxValue);
        var writers = placed.Steps.SelectMany(s => table[s].Writes).CountBy(b => b).ToDictionary();
        Steps = new Invariance[placed.Steps.Count];
        Results = new TensorBuffer[placed.Steps.Count][];
        for (var s = 0; s < Steps.Length; s++)
        {
            var (step, facts) = (placed.Steps[s], table[placed.Steps[s]]);
            Results[s] = [.. facts.Writes];
            if (placed.Slices.Any(g => g.First <= s && s <= g.Last) || step.Guards.Length > 0 || !IsRepeatable(step)) continue;
            if (Results[s].Any(b => b.Kind != BufferKind.Arena || writers[b] > 1)) continue;
            Steps[s] = facts.Reads.Select(Of).Append(Invariance.Always).Min();
            foreach (var result in Results[s]) results[result] = Steps[s];
        }
    }

    /// <summary>Whether a run of the program is one of many iterations.</summary>
    public bool IsLoop => firstCapture < int.MaxValue;

    /// <summary>Of each step.</summary>
    public Invariance[] Steps { get; }

    /// <summary>What each step writes.</summary>
    public TensorBuffer[][] Results { get; }

    public Invariance Of(TensorBuffer buffer) => buffer.Kind switch
    {
        BufferKind.Constant => Invariance.Always,
        BufferKind.Variable => assigns ? Invariance.None : Invariance.UntilWritten,
        BufferKind.Feed => buffer.Number < firstCapture ? Invariance.None : Invariance.UntilWritten,
        BufferKind.Arena => results.GetValueOrDefault(buffer),
        _ => Invariance.None,
    };

    private static bool IsRepeatable(LoweredStep step) => step switch
    {
        LoweredKernel kernel => !ScalarGraph.Reachable(kernel.Kernel.Roots).Exists(s => s.Op == ScalarOp.RunIndex),
        LoweredRoutine routine => !routine.Node.Op.IsStateful && !routine.Node.Op.IsRandom && routine.Node.Op is not LoopOp,
        _ => true,
    };
}

using GraphGrad.Operations;
using GraphGrad.Printing;
using GraphGrad.Rewriting;

namespace GraphGrad.Checking;

/// <summary>Puts what goes wrong in a program beside what was rewritten.</summary>
/// <param name="rewrites">What was rewritten.</param>
internal sealed class StabilityExamination(List<StabilityEntry> rewrites)
{
    private readonly List<StabilityEntry> open = [];

    /// <summary>What is open, and behind it what is cured.</summary>
    public StabilityReport Report => new(open.DistinctBy(e => (e.Expression, e.Origin.ToString())).Concat(rewrites));

    /// <summary>Looks for hazards in a program.</summary>
    /// <param name="program">The program as written.</param>
    /// <param name="running">The same, rewritten.</param>
    /// <param name="held">What its variables hold.</param>
    public void Examine(TrialProgram program, GraphProgram running, IReadOnlyDictionary<Value, TensorData> held)
    {
        foreach (var hazard in HazardSearch.Run(program, held))
        {
            Add(hazard, program.IsWrong(running, hazard.Result, hazard.Point), new StabilityEntry(hazard.Node.Origin, ExpressionText.AsWritten(hazard.Node.Output, []), hazard.Text)
            {
                Witness = [.. program.Sources.Zip(hazard.Point).Where(p => p.First.Node.Op is PlaceholderOp)],
                Causes = [.. GraphSlice.Of([hazard.Outermost]).Where(n => n.Op is PlaceholderOp).Select(n => n.Output)],
                Iterations = [.. hazard.Way.Select(step => step.Iteration)],
                Place = HazardText.Place(hazard.Way),
                IsOfGradient = RewriteRecord.IsGradient(hazard.Node.Output.AsWritten.Node),
            });
        }
    }

    private void Add(Hazard hazard, bool isOpen, StabilityEntry entry)
    {
        var cure = rewrites.FindIndex(e => e.Rewrite is { } made && made.Lines.Any(hazard.Node.Origin.Meets));
        if (isOpen) open.Add(entry with { IsOpen = true });
        else if (cure < 0) rewrites.Add(entry);
        else if (rewrites[cure].Witness is null) rewrites[cure] = rewrites[cure] with { Witness = entry.Witness, Causes = entry.Causes, Iterations = entry.Iterations, Place = entry.Place };
    }
}

using GraphGrad.Operations;
using GraphGrad.Printing;
using GraphGrad.Rewriting;

namespace GraphGrad.Checking;

/// <summary>Puts what goes wrong in a program, and in the bodies of its loops, beside what was rewritten.</summary>
/// <param name="rewrites">What was rewritten.</param>
/// <param name="rewrite">Makes of a program the one that runs.</param>
internal sealed class StabilityExamination(List<StabilityEntry> rewrites, Func<GraphProgram, GraphProgram> rewrite)
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
            Add(hazard, program.IsWrong(running, hazard.Result, hazard.Point), new StabilityEntry(hazard.Node.Origin, ExpressionText.Of(hazard.Node.Output), hazard.Text)
            {
                Witness = [.. program.Sources.Zip(hazard.Point).Where(p => p.First.Node.Op is PlaceholderOp)],
                Causes = [.. GraphSlice.Of([hazard.Node]).Where(n => n.Op is PlaceholderOp).Select(n => n.Output)],
            });
        }
        foreach (var loop in program.Slice.Select(n => n.Op).OfType<LoopOp>().DistinctBy(l => l.Body)) ExamineBody(loop);
    }

    /// <summary>A loop's body as a program of its own. What comes into it is known only inside, so there are no feeds that show what goes wrong.</summary>
    private void ExamineBody(LoopOp loop)
    {
        using var body = new TrialProgram([.. loop.Body.Fetches.Where(f => f.Node.Op is not PlaceholderOp)]);
        if (body.Values.Length == 0) return;
        var running = rewrite(body.Program);
        foreach (var hazard in HazardSearch.Run(body, new Dictionary<Value, TensorData>()))
        {
            var entry = new StabilityEntry(hazard.Node.Origin, ExpressionText.Of(hazard.Node.Output), $"{hazard.Text}, in an iteration of a loop");
            Add(hazard, body.IsWrong(running, hazard.Result, hazard.Point), entry);
        }
        foreach (var inner in body.Slice.Select(n => n.Op).OfType<LoopOp>().DistinctBy(l => l.Body)) ExamineBody(inner);
    }

    private void Add(Hazard hazard, bool isOpen, StabilityEntry entry)
    {
        var cure = rewrites.FindIndex(e => e.Rewrite is { } made && made.Lines.Any(hazard.Node.Origin.Meets));
        if (isOpen) open.Add(entry with { IsOpen = true });
        else if (cure < 0) rewrites.Add(entry);
        else if (rewrites[cure].Witness is null) rewrites[cure] = rewrites[cure] with { Witness = entry.Witness, Causes = entry.Causes };
    }
}

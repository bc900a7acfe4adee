using GraphGrad.Checking;
using GraphGrad.Compilation;
using GraphGrad.Execution;

namespace GraphGrad;

public sealed partial class Session
{
    /// <summary>
    /// Tells what goes numerically wrong in values as they are written, what of it is cured in the program that runs, by what and at what cost, and what
    /// is left. The ranges of inputs (see <see cref="Graph.Placeholder"/>), constants and functions of known range show what may overflow, divide by
    /// zero, leave a function's domain or lose its digits. Only what an evaluation confirms is reported, with the numbers at which it happens; variables
    /// are as they are now. Of a placeholder without a range nothing is assumed, so what fails only there for large or special numbers is not
    /// reported. Loops are gone through iteration by iteration. In float64, digits lost by reductions or in loops are not seen.
    /// </summary>
    /// <param name="fetches">What a run is to compute; gradients among them are examined too.</param>
    /// <exception cref="GraphException">A value belongs to another graph, or a variable has no value and may not be initialized automatically.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public StabilityReport Stability(params Value[] fetches) => Stability(fetches, []);

    /// <summary>Tells what goes numerically wrong in a node such as a training step, and what is done about it.</summary>
    /// <inheritdoc cref="Stability(Value[])"/>
    /// <param name="target">The node.</param>
    public StabilityReport Stability(Node target) => Stability([], [target]);

    private StabilityReport Stability(Value[] fetches, Node[] targets)
    {
        ThrowIfDisposed();
        var request = SliceAnalysis.Analyze(Graph, fetches, targets);
        var values = TrialProgram.ValuesOf(request);
        if (values.Length == 0) return new StabilityReport([]);
        using var program = new TrialProgram(values);
        var held = program.Sources.OfType<Variable>().ToDictionary(v => (Value)v, Read);

        var lines = CompiledPlan.AllNodes(program.Slice).Select(n => n.Origin).ToArray();
        var records = Graph.Rewrites.Where(r => r.Lines.Any(line => Array.Exists(lines, line.Meets))).ToList();
        var written = program.Program with { OnlyYields = request.Assignments.Length == 0 };
        var compiler = options.Compiler with { DisabledRules = [.. Graph.DisabledRules] };
        var running = options.Rewrite ? Pipeline.Rewrite(written, Pipeline.RunnerOf(compiler, records.Add), compiler) : written;
        var rewrites = records.Where(r => r.Fails is not null).DistinctBy(r => r.Line).Select(StabilityEntry.Of).ToList();
        var examination = new StabilityExamination(rewrites);
        examination.Examine(program, running, held);
        return examination.Report;
    }
}

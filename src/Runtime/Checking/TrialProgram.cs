using GraphGrad.Execution;
using GraphGrad.Operations;
using GraphGrad.Rewriting;

namespace GraphGrad.Checking;

/// <summary>
/// A program as written, run op by op on numbers of one's choice, variables included: as it is, and in float64 beside it, which tells what float32
/// should have given.
/// </summary>
internal sealed class TrialProgram : IDisposable
{
    private static readonly int[] Extents = [2, 3, 4, 5, 8, 16, 28, 32, 64];

    private readonly ProgramTwin twin;
    private readonly TwinRun narrow;
    private readonly TwinRun wide;

    public TrialProgram(Value[] values)
    {
        Values = values;
        Slice = GraphSlice.Of(values.Select(v => v.Node));
        twin = new ProgramTwin(values, TwinPrecision.Same);
        narrow = new TwinRun(twin, twin.Sources);
        wide = new TwinRun(new ProgramTwin(values, TwinPrecision.Wide), twin.Sources);
    }

    /// <summary>What the program computes.</summary>
    public Value[] Values { get; }

    /// <summary>Its nodes, in the user's graph.</summary>
    public List<Node> Slice { get; }

    /// <summary>What is fed, in the user's graph.</summary>
    public IReadOnlyList<Value> Sources => twin.Sources;

    /// <summary>Whether runs draw random numbers.</summary>
    public bool IsRandom => twin.IsRandom;

    /// <summary>The program in a graph of its own, fed with all sources.</summary>
    public GraphProgram Program => GraphProgram.Cut(twin.Graph, [.. Sources.Select(s => twin[s])], [.. Values.Select(v => twin[v])], [], []);

    /// <summary>How many elements a run computes; null where the shapes cannot be had with any of the extents that are tried for the symbols.</summary>
    public (long Elements, Func<string, long> Symbols)? Size()
    {
        Value[] all = [.. Slice.SelectMany(n => n.Outputs)];
        foreach (var extent in Extents)
        {
            var counts = Array.ConvertAll(all, o => o.Shape.Select(d => d.Evaluate(_ => extent)).ToArray());
            if (counts.All(c => c.All(d => d > 0))) return (counts.Sum(c => c.Aggregate(1L, (a, b) => a * b)), _ => extent);
        }
        return null;
    }

    /// <summary>Values at a point, and what they would be in float64; null if the data makes the run fail.</summary>
    /// <param name="fetches">Values of the user's graph.</param>
    /// <param name="point">The data of each source.</param>
    public (TensorData[] Narrow, TensorData[] Wide)? Run(Value[] fetches, TensorData[] point)
    {
        try
        {
            return (narrow.Run(fetches, point), wide.Run(fetches, point.Select(ProgramTwin.Wide)));
        }
        catch (GraphException)
        {
            return null;
        }
    }

    /// <summary>Whether a value errs by much more than the last places of the inputs make of it.</summary>
    public bool IsUnstable(Value value, TensorData[] point, TensorData result) => wide.Refutes(result, value, point);

    /// <summary>
    /// Whether a value is still wrong at a point in the program that runs. What it is measured by may itself have lost digits, or have rounded a
    /// constant: it is wrong if the program as written refutes it, with constants rounded and not, and so does the rewritten one, all in float64.
    /// </summary>
    /// <param name="running">The rewritten program.</param>
    /// <param name="value">Of the values of this program.</param>
    /// <param name="point">The data of each source.</param>
    public bool IsWrong(GraphProgram running, Value value, TensorData[] point)
    {
        var fetch = running.Fetches[Array.IndexOf(Values, value)];
        using var same = new TwinRun(new ProgramTwin(running.Fetches, TwinPrecision.Same), running.Feeds);
        var result = same.Run([fetch], point)[0];
        if (Badness.FirstNotFinite(result) >= 0) return true;
        if (IsRandom || !IsUnstable(value, point, result)) return false;
        using var written = new TwinRun(new ProgramTwin(Values), Sources);
        using var rewritten = new TwinRun(new ProgramTwin(running.Fetches), running.Feeds);
        return written.Refutes(result, value, point) && rewritten.Refutes(result, fetch, point);
    }

    public void Dispose()
    {
        narrow.Dispose();
        wide.Dispose();
    }

    /// <summary>The values that a run yields, with those that it assigns; what an assignment yields is what it stores.</summary>
    public static Value[] ValuesOf(PlanRequest request) =>
        [.. request.Fetches.Concat(request.Assignments.Select(a => a.Inputs[0])).Select(v => v.Node.Op is AssignOp ? v.Node.Inputs[0] : v).Distinct()];
}

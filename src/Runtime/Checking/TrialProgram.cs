using GraphGrad.Execution;
using GraphGrad.Operations;
using GraphGrad.Rewriting;

namespace GraphGrad.Checking;

/// <summary>
/// A program as written, run op by op on numbers of one's choice, variables included: as it is, and in float64 beside it, which tells what float32
/// should have given. What float64 should have given, double-double arithmetic tells.
/// </summary>
internal sealed class TrialProgram : IDisposable
{
    /// <summary>After how many iterations loops end that decide for themselves.</summary>
    public const int MostIterations = 1000;

    // Of loops that decide for themselves.
    private const int UsualIterations = 30;

    // To evaluate a node in an iteration costs as much as so many elements: 1.6 µs of a GRU, where an element costs 5 ns.
    private const int Overhead = 300;

    // An element in double-double arithmetic costs as much as so many.
    private const int PreciseCost = 20;

    private static readonly int[] Extents = [2, 3, 4, 5, 8, 16, 28, 32, 64];

    // Loops over a symbolic number of places are tried with as many.
    private const int Places = 24;

    private readonly ProgramTwin twin;
    private readonly TwinRun narrow;
    private readonly TwinRun wide;
    private readonly PreciseTwin? precise;

    public TrialProgram(Value[] values)
    {
        Values = values;
        Slice = GraphSlice.Of(values.Select(v => v.Node));
        twin = new ProgramTwin(values, TwinPrecision.Same, MostIterations);
        narrow = new TwinRun(twin, twin.Sources);
        wide = new TwinRun(new ProgramTwin(values, TwinPrecision.Wide, MostIterations), twin.Sources);
        precise = PreciseTwin.Of(Slice, narrow.Run, symbol => Symbols(symbol));
    }

    /// <summary>What the symbols in shapes stand for.</summary>
    public Func<string, long> Symbols { get; set; } = symbol => throw new InvalidOperationException($"nothing stands for {symbol}");

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

    /// <summary>How much a run computes, in elements; null where the shapes cannot be had with any of the extents that are tried for the symbols.</summary>
    public (long Elements, Func<string, long> Symbols)? Size()
    {
        Value[] all = [.. Slice.SelectMany(n => n.Outputs)];
        var lengths = Slice.Select(n => n.Op).OfType<LoopOp>().Select(l => l.Length?.ToString()).ToHashSet();
        foreach (var places in new[] { Places, 0 })
        {
            foreach (var extent in Extents)
            {
                long Symbols(string symbol) => places > 0 && lengths.Contains(symbol) ? places : extent;
                if (all.All(o => o.Shape.All(d => d.Evaluate(Symbols) > 0))) return (Elements(Slice, Symbols, 0) * (precise is null ? 1 : PreciseCost), Symbols);
            }
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
            var right = wide.Run(fetches, point.Select(ProgramTwin.Wide));
            if (precise is null || !Array.Exists(fetches, precise.Knows)) return (narrow.Run(fetches, point), right);
            var both = narrow.Run([.. fetches, .. precise.Leaves], point);
            var exact = precise.Run(both[fetches.Length..]);
            return (both[..fetches.Length], [.. fetches.Select((f, i) => precise.Knows(f) ? exact(f) : right[i])]);
        }
        catch (GraphException)
        {
            return null;
        }
    }

    /// <summary>Whether a value errs by much more than the last places of the inputs make of it.</summary>
    public bool IsUnstable(Value value, TensorData[] point, TensorData result) =>
        value.DType == DType.Float64 ? precise is not null && precise.Knows(value) && precise.Refutes(result, value, point) : wide.Refutes(result, value, point);

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
        using var same = new TwinRun(new ProgramTwin(running.Fetches, TwinPrecision.Same, MostIterations), running.Feeds);
        var result = same.Run([fetch], point)[0];
        if (Badness.FirstNotFinite(result) >= 0) return true;
        if (IsRandom || !IsUnstable(value, point, result)) return false;
        if (value.DType == DType.Float64)
        {
            var twin = PreciseTwin.Of(GraphSlice.Of(running.Fetches.Select(f => f.Node)), (values, data) => same.Run(values, data), symbol => Symbols(symbol));
            return twin is null || !twin.Knows(fetch) || twin.Refutes(result, fetch, point);
        }
        using var written = new TwinRun(new ProgramTwin(Values, mostIterations: MostIterations), Sources);
        using var rewritten = new TwinRun(new ProgramTwin(running.Fetches, mostIterations: MostIterations), running.Feeds);
        return written.Refutes(result, value, point) && rewritten.Refutes(result, fetch, point);
    }

    private static long Elements(IEnumerable<Node> nodes, Func<string, long> symbols, int overhead)
    {
        var sum = 0L;
        foreach (var node in nodes)
        {
            sum += overhead + node.Outputs.Sum(o => o.Shape.Aggregate(1L, (count, d) => count * d.Evaluate(symbols)));
            if (node.Op is LoopOp loop) sum += Elements(loop.Body.Nodes, symbols, Overhead) * (loop.Tells || loop.Length is null ? UsualIterations : loop.Length.Value.Evaluate(symbols));
        }
        return sum;
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

using GraphGrad.Execution;
using GraphGrad.Operations;

namespace GraphGrad.Checking;

/// <summary>
/// A program as written, run op by op on numbers of one's choice, variables included: as it is, and in float64 beside it, which tells what float32
/// should have given.
/// </summary>
internal sealed class TrialProgram : IDisposable
{
    // As for chains that are computed in float64: an error that moving the inputs by half their last places makes too is not the expression's.
    private const double Magnification = 128;
    private const double Rounding = 1.0 / (1 << 24);

    private static readonly SessionOptions AsWritten = new() { Backend = Backend.Interpreted, Rewrite = false };
    private static readonly int[] Extents = [2, 3, 4, 5, 8, 16, 28, 32, 64];

    private readonly ProgramTwin narrow;
    private readonly ProgramTwin wide;
    private Session narrowSession;
    private Session wideSession;

    public TrialProgram(Value[] values)
    {
        Values = values;
        narrow = new ProgramTwin(values, TwinPrecision.Same);
        wide = new ProgramTwin(values, TwinPrecision.Wide);
        (narrowSession, wideSession) = (new Session(narrow.Graph, AsWritten), new Session(wide.Graph, AsWritten));
        Slice = GraphSlice.Of(values.Select(v => v.Node));
    }

    /// <summary>What the program computes.</summary>
    public Value[] Values { get; }

    /// <summary>Its nodes, in the user's graph.</summary>
    public List<Node> Slice { get; }

    /// <summary>What is fed, in the user's graph.</summary>
    public IReadOnlyList<Value> Sources => narrow.Sources;

    /// <summary>Whether runs draw random numbers.</summary>
    public bool IsRandom => narrow.IsRandom;

    /// <summary>The program without its float64 twin, fed with all sources.</summary>
    public Rewriting.GraphProgram Narrow =>
        Rewriting.GraphProgram.Cut(narrow.Graph, [.. Sources.Select(s => narrow[s])], [.. Values.Select(v => narrow[v])], [], []);

    /// <summary>How many elements a run computes; null where the shapes cannot be had with any of the extents that are tried for the symbols.</summary>
    public (long Elements, Func<string, long> Symbols)? Size()
    {
        foreach (var extent in Slice.SelectMany(n => n.Outputs).SelectMany(o => o.Shape).Any(d => !d.IsConstant) ? Extents : Extents[..1])
        {
            var counts = Slice.SelectMany(n => n.Outputs).Select(o => o.Shape.Select(d => d.Evaluate(_ => extent)).ToArray()).ToArray();
            if (counts.All(c => c.All(d => d > 0))) return (counts.Sum(c => c.Aggregate(1L, (a, b) => a * b)), _ => extent);
        }
        return null;
    }

    /// <summary>Values at a point; null if the data makes the run fail.</summary>
    /// <param name="fetches">Values of the user's graph.</param>
    /// <param name="point">The data of each source.</param>
    public (TensorData[] Narrow, TensorData[] Wide)? Run(Value[] fetches, TensorData[] point)
    {
        if (narrow.IsRandom)
        {
            // Every run of a session draws other numbers, and every first run of one the same.
            Dispose();
            (narrowSession, wideSession) = (new Session(narrow.Graph, AsWritten), new Session(wide.Graph, AsWritten));
        }
        try
        {
            return (
                narrowSession.Run(Array.ConvertAll(fetches, f => narrow[f]), [.. Sources.Zip(point, (s, data) => (narrow[s], data))]),
                RunWide(fetches, point.Select(ProgramTwin.Wide)));
        }
        catch (GraphException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a value that a rewritten program computed at a point is not finite, or errs by much more than the last places of the inputs make of it.
    /// Rewriting may take a constant for the number that the user wrote, or for that number rounded to float32.
    /// </summary>
    public bool IsWrong(Value value, TensorData[] point, TensorData result) =>
        Badness.FirstNotFinite(result) >= 0
        || (!IsRandom && IsUnstable(value, point, result, RunWide([value], point.Select(ProgramTwin.Wide))[0]) && IsUnstable(value, point, result, RunWritten(value, point)));

    /// <summary>Whether a float32 errs by much more than the last places of the inputs make of it.</summary>
    public bool IsUnstable(Value value, TensorData[] point, TensorData narrow, TensorData wide)
    {
        if (Badness.WorstDigits(narrow, wide) is not (var element and >= 0)) return false;
        var exact = wide.At(element);
        var sensitivity = 0.0;
        for (var trial = 1; trial <= 3; trial++)
        {
            var moved = RunWide([value], point.Select((data, source) => Moved(ProgramTwin.Wide(data), data.DType, (trial * 1009) + source)))[0];
            sensitivity = Math.Max(sensitivity, Math.Abs(moved.At(element) - exact));
        }
        return Math.Abs(narrow.At(element) - exact) > Magnification * (sensitivity + (Rounding * Math.Abs(exact)));
    }

    private static TensorData Moved(TensorData data, DType type, int seed)
    {
        if (type != DType.Float32) return data;
        var random = new Random(seed);
        return new TensorData(Array.ConvertAll((double[])data.Elements, x => x * (1 + (random.Next(2) == 0 ? Rounding : -Rounding))), data.Extents.ToArray());
    }

    private TensorData RunWritten(Value value, TensorData[] point)
    {
        var twin = new ProgramTwin([value]);
        using var session = new Session(twin.Graph, AsWritten);
        var data = Sources.Zip(point).ToDictionary(p => p.First, p => ProgramTwin.Wide(p.Second));
        return session.Run(twin[value], [.. twin.Sources.Select(s => (twin[s], data[s]))]);
    }

    /// <summary>Values in float64 at a point of float64 numbers.</summary>
    private TensorData[] RunWide(Value[] fetches, IEnumerable<TensorData> point) =>
        wideSession.Run(Array.ConvertAll(fetches, f => wide[f]), [.. Sources.Zip(point, (s, data) => (wide[s], data))]);

    public void Dispose()
    {
        narrowSession.Dispose();
        wideSession.Dispose();
    }

    /// <summary>The values that a run yields, with those that it assigns; what an assignment yields is what it stores.</summary>
    public static Value[] ValuesOf(PlanRequest request) =>
        [.. request.Fetches.Concat(request.Assignments.Select(a => a.Inputs[0])).Select(v => v.Node.Op is AssignOp ? v.Node.Inputs[0] : v).Distinct()];
}

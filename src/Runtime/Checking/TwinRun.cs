namespace GraphGrad.Checking;

/// <summary>Runs a twin of a program, op by op and as it stands, on numbers of one's choice.</summary>
/// <param name="twin">The twin.</param>
/// <param name="sources">What is fed, of the program; the twin may need only some of it.</param>
internal sealed class TwinRun(ProgramTwin twin, IReadOnlyList<Value> sources) : IDisposable
{
    // As for chains that are computed in float64: an error that moving the inputs by half their last places makes too is not the expression's.
    private const double Magnification = 128;
    private const double Rounding = 1.0 / (1 << 24);
    private const int Trials = 3;

    private static readonly SessionOptions AsItStands = new() { Backend = Backend.Interpreted, Rewrite = false };

    private readonly HashSet<Value> needed = [.. twin.Sources];
    private Session session = new(twin.Graph, AsItStands);

    /// <summary>Values of the program.</summary>
    /// <exception cref="GraphException">The data makes an operation fail.</exception>
    public TensorData[] Run(Value[] values, IEnumerable<TensorData> point)
    {
        if (twin.IsRandom)
        {
            // Every run of a session draws other numbers, and every first run of one the same.
            session.Dispose();
            session = new Session(twin.Graph, AsItStands);
        }
        return session.Run(
            Array.ConvertAll(values, v => twin[v]), [.. sources.Zip(point).Where(p => needed.Contains(p.First)).Select(p => (twin[p.First], p.Second))]);
    }

    /// <summary>
    /// Whether a float32 that was computed at a point errs by much more than the last places of the inputs make of it, measured by a twin in float64.
    /// </summary>
    public bool Refutes(TensorData result, Value value, TensorData[] point)
    {
        var wide = Run([value], point.Select(ProgramTwin.Wide))[0];
        if (Badness.WorstDigits(result, wide) is not (var element and >= 0)) return false;
        var exact = wide.At(element);
        var error = Math.Abs(result.At(element) - exact);
        for (var trial = 1; trial <= Trials; trial++)
        {
            var moved = Run([value], point.Select((data, source) => Moved(data, (trial * 1009) + source)))[0];
            // The inputs decide as soon as one trial shows it.
            if (!(error > Magnification * (Math.Abs(moved.At(element) - exact) + (Rounding * Math.Abs(exact))))) return false;
        }
        return true;
    }

    public void Dispose() => session.Dispose();

    private static TensorData Moved(TensorData data, int seed)
    {
        if (data.Elements is not float[] elements) return data;
        var random = new Random(seed);
        return new TensorData(Array.ConvertAll(elements, x => x * (1 + (random.Next(2) == 0 ? Rounding : -Rounding))), data.Extents.ToArray());
    }
}

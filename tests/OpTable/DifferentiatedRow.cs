namespace GraphGrad.Tests.OpTable;

/// <summary>
/// A row with float64 in the place of float32 where its op takes that, its gradients for a random upstream value, and data at which all of them
/// are finite: where a row goes to a pole or feeds NaN, an ordinary element takes that one's place.
/// </summary>
internal sealed class DifferentiatedRow
{
    private readonly RowGraph built;

    private DifferentiatedRow(OpCase row, TensorData[] data)
    {
        built = RowGraph.With(row, data);
        Random = Data.RandomOf(row.Name);
        Upstream = Placeholder("upstream", built.Result);
        Gradients = Ops.Gradients(built.Result, new GradientOptions { Upstream = Upstream.Value }, Inputs);
        foreach (var (input, gradient) in Inputs.Zip(Gradients)) Assert.Equal(input.Type, gradient.Type);
    }

    public OpCase Row => built.Row;

    public Value Result => built.Result;

    public Value[] Inputs => built.FloatInputs;

    public Value[] Gradients { get; }

    public (Value Value, TensorData Data) Upstream { get; }

    public (Value, TensorData)[] Feeds => [.. built.Feeds, Upstream];

    public Random Random { get; }

    /// <summary>False where the op itself computes in float32, as a cast does.</summary>
    public bool IsFloat64 => GraphSlice.Of(Gradients.Select(g => g.Node)).All(n => n.Outputs.All(o => o.DType != DType.Float32));

    public static DifferentiatedRow Of(OpCase row)
    {
        var data = InFloat64(row);
        // An element may have to be replaced in several inputs, one after the other.
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var differentiated = new DifferentiatedRow(row, data);
            if (differentiated.FindPoles() is not { } poles) return differentiated;
            data = [.. data.Select(d => WithoutPoles(d, poles))];
        }
        throw new InvalidOperationException($"row '{row.Name}': the gradient is finite nowhere; give it ordinary inputs, or say CheckGradient = false");
    }

    private static TensorData[] InFloat64(OpCase row)
    {
        TensorData[] data = [.. row.Inputs.Select(d => d.DType == DType.Float32 ? d.As(DType.Float64) : d)];
        try
        {
            _ = RowGraph.With(row, data);
            return data;
        }
        catch (GraphException)
        {
            // The row states a type itself, as that of an iota.
            return row.Inputs;
        }
    }

    /// <summary>A placeholder of a value's type and random data for it.</summary>
    public (Value Value, TensorData Data) Placeholder(string name, Value like) =>
        (built.Graph.Placeholder(name, like.Shape, like.DType), Data.Random(like.DType, [.. like.Shape.Select(d => (int)d.Value)], Random));

    public TensorData[] Run(Value[] fetches, params (Value, TensorData)[] more)
    {
        using var run = new AsWritten(fetches);
        foreach (var (input, data) in Feeds.Concat(more)) run.Feed(input, data);
        run.Run();
        return [.. fetches.Select(run.Read)];
    }

    /// <summary>The inputs' elements, by extents and position, at which an input, or the gradient by one, is not finite; null if there are none.</summary>
    private HashSet<(string Shape, int Element)>? FindPoles()
    {
        var poles = new HashSet<(string, int)>();
        foreach (var (data, gradient) in Inputs.Select(i => built.Feeds.First(f => f.Item1 == i).Item2).Zip(Run(Gradients)))
        {
            for (var i = 0; i < data.Count; i++)
            {
                if (!double.IsFinite(data.At(i)) || !double.IsFinite(gradient.At(i))) poles.Add((data.Shape.ToString(), i));
            }
        }
        return poles.Count == 0 ? null : poles;
    }

    private static TensorData WithoutPoles(TensorData data, HashSet<(string Shape, int Element)> poles)
    {
        var shape = data.Shape.ToString();
        var ordinary = Enumerable.Range(0, data.Count).Where(i => !poles.Contains((shape, i))).ToArray();
        if (ordinary.Length == data.Count) return data;
        return Data.Generate(data.DType, data.Extents.ToArray(), i =>
            !poles.Contains((shape, i)) ? data.At(i)
            : ordinary.Length == 0 ? 0.5
            : data.At(ordinary[i % ordinary.Length]));
    }
}

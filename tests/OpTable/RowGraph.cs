namespace GraphGrad.Tests.OpTable;

/// <summary>A row built into a graph of its own: placeholders for its inputs, and the value.</summary>
internal sealed class RowGraph
{
    private RowGraph(OpCase row, TensorData[] data, Shape[] shapes)
    {
        Row = row;
        Data = data;
        Inputs = [.. data.Select((d, i) => Graph.Placeholder($"x{i}", shapes[i], d.DType))];
        Result = row.Build(Inputs);
    }

    public OpCase Row { get; }

    public Graph Graph { get; } = new();

    public TensorData[] Data { get; }

    public Value[] Inputs { get; }

    public Value Result { get; }

    /// <summary>What the placeholders are fed with.</summary>
    public (Value, TensorData)[] Feeds => [.. Inputs.Zip(Data)];

    /// <summary>The inputs through which gradients flow.</summary>
    public Value[] FloatInputs => [.. Inputs.Where(i => i.DType.IsFloat())];

    /// <summary>The node that the row is about.</summary>
    public Node Node =>
        Graph.Nodes.LastOrDefault(n => n.Op.GetType() == Row.Op)
        ?? throw new InvalidOperationException($"row '{Row.Name}' builds no {Row.Op.Name}");

    /// <summary>As the row states it.</summary>
    public static RowGraph Of(OpCase row) => With(row, row.Inputs);

    /// <summary>With other data, of any types and extents.</summary>
    public static RowGraph With(OpCase row, TensorData[] data) => new(row, data, [.. data.Select(d => d.Shape)]);

    /// <summary>With symbols for the first extents of the inputs of highest rank; equal extents get equal symbols.</summary>
    /// <exception cref="GraphException">The op needs to know an extent.</exception>
    public static RowGraph Symbolic(OpCase row)
    {
        var rank = row.Inputs.Max(d => d.Shape.Rank);
        return new(row, row.Inputs, [.. row.Inputs.Select(d =>
            d.Shape.Rank == rank && rank > 0 && !d.Shape[0].IsOne ? d.Shape.With(0, $"n{d.Shape[0]}") : d.Shape)]);
    }

    /// <summary>The result's extents for the row's data.</summary>
    public int[] Extents
    {
        get
        {
            var symbols = Inputs.Zip(Data).SelectMany(p => p.First.Shape.Zip(p.Second.Shape)).Where(d => !d.First.IsConstant).ToLookup(d => d.First.SymbolName, d => d.Second.Value);
            return Result.Shape.Evaluate(name => symbols[name].First());
        }
    }

    public bool HasSymbols => Inputs.Any(i => !i.Shape.IsStatic);

    /// <summary>The element types that the op itself sees.</summary>
    public string Signature => string.Join(", ", Node.Inputs.Select(i => i.DType.Text()));
}

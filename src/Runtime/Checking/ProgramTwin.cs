using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad.Checking;

/// <summary>
/// Part of a graph copied into one of its own, in float64 or as it is. Variables become placeholders, so that any of them can be
/// moved.
/// </summary>
internal sealed class ProgramTwin
{
    private readonly Dictionary<Value, Value> twins = [];
    private readonly TwinPrecision precision;
    private readonly int? mostIterations;

    /// <param name="values">What is copied, with all that it needs.</param>
    /// <param name="precision">Whether float64 takes the place of float32.</param>
    /// <param name="mostIterations">After how many iterations loops end that decide for themselves: with numbers of one's choice they may never.</param>
    public ProgramTwin(IEnumerable<Value> values, TwinPrecision precision = TwinPrecision.Written, int? mostIterations = null)
    {
        (this.precision, this.mostIterations) = (precision, mostIterations);
        foreach (var node in GraphSlice.Of(values.Select(v => v.Node)))
        {
            using var origin = Graph.Copying(node, node.Origin);
            var copy = node.Op is VariableOp
                ? Graph.Placeholder(node.Name, node.Output.Shape, Wide(node.Output.DType)).Node
                // Bits are those of the narrow type.
                : node.Op is BitcastOp bits && precision != TwinPrecision.Same
                ? Ops.Cast(Ops.Bitcast(Ops.Cast(twins[node.Inputs[0]], node.Inputs[0].DType), bits.To), Wide(bits.To)).Node
                : Graph.AddNode(Wide(node.Op), [.. node.Inputs.Select(i => twins[i])], node.Name);
            foreach (var output in node.Outputs) twins.Add(output, copy.Outputs[output.Index]);
            IsRandom |= node.Op.IsRandom;
            if (node.Op is PlaceholderOp or VariableOp) Sources.Add(node.Output);
        }
    }

    public Graph Graph { get; } = new();

    /// <summary>The placeholders and variables that were copied.</summary>
    public List<Value> Sources { get; } = [];

    /// <summary>Whether runs draw random numbers.</summary>
    public bool IsRandom { get; }

    public Value this[Value value] => twins[value];

    /// <summary>The same numbers in float64, if they are floats.</summary>
    public static TensorData Wide(TensorData data)
    {
        if (data.DType != DType.Float32) return data;
        var elements = new double[data.Count];
        for (var i = 0; i < elements.Length; i++) elements[i] = data.At(i);
        return new TensorData(elements, data.Extents.ToArray());
    }

    private LoopOp Limited(LoopOp loop) =>
        mostIterations is { } most && loop is { Tells: true, Body.Results.Outputs.Length: 0 } && !(loop.Length is { IsConstant: true } length && length.Value <= most) ? loop with { Length = most } : loop;

    private LoopBody Wide(LoopBody body)
    {
        var twin = new ProgramTwin(body.Nodes.SelectMany(n => n.Outputs), precision, mostIterations);
        return new LoopBody(body.Parameters.Select(v => twin[v]), body.Results.Select(v => twin[v]));
    }

    private DType Wide(DType type) => type == DType.Float32 && precision != TwinPrecision.Same ? DType.Float64 : type;

    private Op Wide(Op op) => op is LoopOp loop && (precision != TwinPrecision.Same || mostIterations is not null) ? Limited(loop) with { Body = Wide(loop.Body) } : precision == TwinPrecision.Same ? op : op switch
    {
        PlaceholderOp placeholder => placeholder with { Type = new TensorType(Wide(placeholder.Type.DType), placeholder.Type.Shape) },
        ConstantOp { InFloat64: { } number, Data: var data } when precision == TwinPrecision.Written => new ConstantOp(TensorData.Filled(DType.Float64, number, [.. data.Extents])),
        ConstantOp { Written: { } number, Data: var data } when precision == TwinPrecision.Written => new ConstantOp(TensorData.Filled(DType.Float64, number, [.. data.Extents])),
        ConstantOp constant => new ConstantOp(Wide(constant.Data)),
        CastOp cast => new CastOp(Wide(cast.To)),
        IotaOp iota => iota with { Type = Wide(iota.Type) },
        _ => op,
    };
}

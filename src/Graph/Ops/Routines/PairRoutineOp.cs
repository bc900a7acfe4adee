namespace GraphGrad.Operations;

/// <summary>
/// A function of two floats of one type and shape whose series are as long as the numbers ask for, element by element in double precision; float32 is rounded once.
/// </summary>
internal abstract record PairRoutineOp : RoutineOp
{
    protected abstract double Function(double x, double y);

    public sealed override TensorType[] Infer(InferContext context)
    {
        if (!context[0].DType.IsFloat()) throw context.Error($"{context.Text(0)} is not float32 or float64; cast it with Cast.");
        if (context[0].DType != context[1].DType) throw context.Error($"{context.Text(0)} and {context.Text(1)} differ in element type; cast one of them with Cast.");
        if (!context[0].Shape.Equals(context[1].Shape)) throw context.Error($"{context.Text(0)} and {context.Text(1)} differ in shape; broadcast one of them.");
        return [context[0]];
    }

    public sealed override Value Batch(BatchContext context) => context.Add(this, context.AllBatched());

    // One after the other in memory, of whatever rank.
    public sealed override RoutineUnits Units(EvaluationContext context) => new(context.Output.Rank, 100, Grain: 256);

    public sealed override void Evaluate(EvaluationContext context)
    {
        if (context.Output.DType == DType.Float32)
        {
            var x = context.Inputs[0].Span<float>();
            var y = context.Inputs[1].Span<float>();
            var result = context.Output.Span<float>();
            Map(x, y, result);
        }
        else
        {
            var x = context.Inputs[0].Span<double>();
            var y = context.Inputs[1].Span<double>();
            var result = context.Output.Span<double>();
            for (var i = 0; i < result.Length; i++) result[i] = Function(x[i], y[i]);
        }
    }

    /// <summary>The results of many float32.</summary>
    protected virtual void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result)
    {
        for (var i = 0; i < result.Length; i++) result[i] = (float)Function(x[i], y[i]);
    }

    /// <summary>Both operands of the shape that they broadcast to.</summary>
    public static Value Of(PairRoutineOp op, Value x, Value y)
    {
        if (!Broadcasting.TryUnite(x.Shape, y.Shape, out var shape, out var why)) throw x.Graph.Error(op.Name, $"'{x.Name}' {x.Type} and '{y.Name}' {y.Type} do not broadcast: {why}");
        return x.Graph.Add(op, [Ops.BroadcastTo(x, shape), Ops.BroadcastTo(y, shape)]);
    }

    /// <summary>The refusal of a derivative that has no closed form.</summary>
    protected GraphException NoDerivative(Node node, string parameter, string argument) => new(
        $"{Name}: there is no derivative by {parameter}, '{node.Inputs[0].Name}', only by {argument}. Pass it through StopGradient, or differentiate by {argument} alone. Built at {node.Origin}.");
}

namespace GraphGrad.Operations;

/// <summary>
/// A function of several floats of one type and shape whose series are as long as the numbers ask for, element by element in double precision; float32 is rounded once.
/// </summary>
internal abstract record ElementRoutineOp : RoutineOp
{
    public sealed override TensorType[] Infer(InferContext context)
    {
        if (!context[0].DType.IsFloat()) throw context.Error($"{context.Text(0)} is not float32 or float64; cast it with Cast.");
        for (var i = 1; i < context.Count; i++)
        {
            if (context[0].DType != context[i].DType) throw context.Error($"{context.Text(0)} and {context.Text(i)} differ in element type; cast one of them with Cast.");
            if (!context[0].Shape.Equals(context[i].Shape)) throw context.Error($"{context.Text(0)} and {context.Text(i)} differ in shape; broadcast one of them.");
        }
        return [context[0]];
    }

    /// <summary>The derivative by an input, null where there is none; throws <see cref="NoDerivative"/> where there is no formula for it.</summary>
    protected abstract Value? Slope(Node node, int input);

    public sealed override Gradient[] Vjp(VjpContext context)
    {
        var gradients = new Gradient[context.Node.Inputs.Count];
        for (var i = 0; i < gradients.Length; i++) gradients[i] = context.Needed[i] && Slope(context.Node, i) is { } slope ? context.Scale(slope) : Gradient.None;
        return gradients;
    }

    public sealed override Gradient Jvp(JvpContext context)
    {
        Value? sum = null;
        for (var i = 0; i < context.Tangents.Length; i++)
        {
            if (context.Tangents[i].Value is not { } tangent || Slope(context.Node, i) is not { } slope) continue;
            sum = sum is null ? tangent * slope : sum + tangent * slope;
        }
        return sum ?? Gradient.None;
    }

    public sealed override Value Batch(BatchContext context) => context.Add(this, context.AllBatched());

    // One after the other in memory, of whatever rank.
    public sealed override RoutineUnits Units(EvaluationContext context) => new(context.Output.Rank, 100, Grain: 256);

    /// <summary>All operands of the shape that they broadcast to.</summary>
    public static Value Of(ElementRoutineOp op, params ReadOnlySpan<Value> operands)
    {
        var (first, shape) = (operands[0], operands[0].Shape);
        foreach (var operand in operands)
        {
            if (!Broadcasting.TryUnite(shape, operand.Shape, out var united, out var why)) throw first.Graph.Error(op.Name, $"'{first.Name}' {first.Type} and '{operand.Name}' {operand.Type} do not broadcast: {why}");
            shape = united;
        }
        var all = new Value[operands.Length];
        for (var i = 0; i < all.Length; i++) all[i] = Ops.BroadcastTo(operands[i], shape);
        return first.Graph.Add(op, all);
    }

    /// <summary>The refusal of a derivative that has no closed form.</summary>
    /// <param name="node">The op's node.</param>
    /// <param name="parameter">What the first input is called.</param>
    /// <param name="argument">What there is a derivative by.</param>
    /// <param name="input">Which input is differentiated by.</param>
    protected GraphException NoDerivative(Node node, string parameter, string argument, int input = 0) => new(
        $"{Name}: there is no derivative by {parameter}, '{node.Inputs[input].Name}', only by {argument}. Pass it through StopGradient, or differentiate by {argument} alone. Built at {node.Origin}.");
}

namespace GraphGrad.Operations;

/// <summary>Of the pivots of <see cref="LdlOp"/>: for each row of L·D·Lᵀ the row of the matrix; and for each element of L its row in the factored matrix.</summary>
internal sealed record LdlOrderOp : RoutineOp
{
    public override string Name => "ldl_order";

    public override TensorType[] Infer(InferContext context)
    {
        var (type, shape) = (context[0].DType, context[0].Shape);
        if (type != DType.Int32 || shape.Rank == 0) throw context.Error($"{context.Text(0)} is not int32 with an axis, as pivots are; cast it with Cast.");
        return [context[0], new TensorType(DType.Int32, new Shape([.. shape.Dims, shape[^1]]))];
    }

    public override Gradient[] Vjp(VjpContext context) => [Gradient.None];

    public override Gradient Jvp(JvpContext context) => Gradient.None;

    public override Gradient[] JvpOfAll(JvpContext context) => [Gradient.None, Gradient.None];

    public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

    public override Value[] BatchOfAll(BatchContext context) => [.. context.Node.Graph.AddNode(this, [context.Batched(0)]).Outputs];

    public override void Evaluate(EvaluationContext context)
    {
        var n = context.Inputs[0].Extents[^1];
        var pivots = context.Inputs[0].Span<int>();
        var (order, places) = (context.Outputs[0], context.Outputs[1]);
        for (var at = 0; at < pivots.Length; at += n)
        {
            if (!BunchKaufman.Follow(pivots.Slice(at, n), order.Span<int>().Slice(at, n), places.Span<int>().Slice(at * n, n * n)))
                throw context.Error($"the pivots of matrix {at / n} are no exchanges of later rows, 1 to {n}, those of two rows negative and equal. Give those that Ldl made.");
        }
    }
}

namespace GraphGrad.Operations;

/// <summary>
/// Factors symmetric float64 matrices by <see cref="BunchKaufman"/>. Results: D's diagonal, its elements below and L's, as LAPACK's sytrf leaves them; and the pivots.
/// </summary>
internal sealed record LdlOp : RoutineOp
{
    public override string Name => "ldl";

    public override TensorType[] Infer(InferContext context)
    {
        RequireSquare(context, 0);
        if (context[0].DType != DType.Float64) throw context.Error($"{context.Text(0)} is not float64; cast it with Cast.");
        return [context[0], new TensorType(DType.Int32, context[0].Shape.Without(context[0].Shape.Rank - 1))];
    }

    // With F = L⁻¹·P·A'·Pᵀ·L⁻ᵀ: D' is F within D's blocks, and L' = L·S with S·D what is below them. In reverse F̄ is D̄ within the blocks and Lᵀ·L̄·D⁻¹ below, and Ā = Pᵀ·L⁻ᵀ·F̄·L⁻¹·P.
    public override Gradient[] Vjp(VjpContext context)
    {
        var factors = LdlParts.Of(context.Node.Outputs[0], context.Node.Outputs[1]);
        var lower = Ops.TakeAlongAxis(factors.Below(context.Adjoint), factors.Places, -2);
        var ofSteps = factors.Below(factors.OverBlocks(lower + Ops.MatMul(Ops.SwapLast(factors.Lower), lower)));
        var inner = Ops.TriangularSolve(factors.Lower, Ops.SwapLast(ofSteps + factors.Within(context.Adjoint)), transpose: true, unitDiagonal: true);
        var outer = Ops.TriangularSolve(factors.Lower, Ops.SwapLast(inner), transpose: true, unitDiagonal: true);
        return [factors.Rearranged((outer + Ops.SwapLast(outer)) * 0.5, isBack: true)];
    }

    public override Gradient Jvp(JvpContext context) => JvpOfAll(context)[0];

    public override Gradient[] JvpOfAll(JvpContext context)
    {
        var factors = LdlParts.Of(context.Node.Outputs[0], context.Node.Outputs[1]);
        var tangent = factors.Rearranged((context.Tangent(0) + Ops.SwapLast(context.Tangent(0))) * 0.5, isBack: false);
        var half = Ops.TriangularSolve(factors.Lower, tangent, unitDiagonal: true);
        var inner = Ops.TriangularSolve(factors.Lower, Ops.SwapLast(half), unitDiagonal: true);
        var steps = factors.Below(factors.OverBlocks(factors.Below(inner)));
        var lower = steps + Ops.MatMul(factors.Lower, steps);
        return [factors.Within(inner) + Ops.TakeAlongAxis(lower, Ops.ArgSort(factors.Places, -2), -2), Gradient.None];
    }

    public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

    public override Value[] BatchOfAll(BatchContext context) => [.. context.Node.Graph.AddNode(this, [context.Batched(0)]).Outputs];

    public override RoutineUnits Units(EvaluationContext context) => Matrices(context, 0.5);

    public override void Evaluate(EvaluationContext context)
    {
        var n = context.Inputs[0].Extents[^1];
        var from = context.Inputs[0].Span<double>();
        var packed = context.Outputs[0].Span<double>();
        var pivots = context.Outputs[1].Span<int>();
        from.CopyTo(packed);
        BunchKaufman.Factor(packed, pivots, n);
    }
}

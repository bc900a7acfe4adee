using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// What is no loop nest over elements: plain C# over spans, called by the plan on both backends, never part of a kernel. Those of linear algebra operate
/// on the last two axes, for each index of the others.
/// </summary>
internal abstract record RoutineOp : Op
{
    public sealed override OpKind KindAt(Node node) => OpKind.Routine;

    /// <summary>
    /// Whether the result begins as the first input. A plan then computes that input where the result lies, without a place of its own, and <see cref="Op.Evaluate"/>
    /// may find both at one address.
    /// </summary>
    public virtual bool BeginsAsFirstInput => false;

    /// <summary>How threads may share the work; by default not.</summary>
    public virtual RoutineUnits Units(EvaluationContext context) => new(0, 0);

    /// <summary>The op that gives the results that are read, in their order, where that is less work; else null.</summary>
    public virtual RoutineOp? Reduced(ReadOnlySpan<bool> isRead) => null;

    public sealed override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => throw NoElement();

    /// <summary>Matrices in the last two axes as units. Small ones are computed in lanes, one matrix to each.</summary>
    /// <param name="context">Of which the first input holds the matrices.</param>
    /// <param name="cycles">What an element of a matrix costs for each row.</param>
    /// <param name="columns">Columns beside those of the matrix.</param>
    protected static RoutineUnits Matrices(EvaluationContext context, double cycles, int columns = 0)
    {
        var (rows, width) = (context.Inputs[0].Extents[^2], context.Inputs[0].Extents[^1]);
        return new(context.Inputs[0].Rank - 2, 100 + (cycles * rows * width * (Math.Min(rows, width) + columns)), Math.Min(rows, width) <= MatrixLanes.MostRows ? 16 : 1);
    }

    /// <summary>The axes before an axis as units, if lines run along it.</summary>
    /// <param name="context">Of which the first input is as large as any.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="cycles">What an element costs.</param>
    protected static RoutineUnits Before(EvaluationContext context, int axis, double cycles) => new(axis, cycles * context.Inputs[0].Extents.AsSpan(axis).Product());

    /// <summary>The axes before an axis as units or, where they number few, the neighbouring lines that run along it: <see cref="EvaluationContext.Lines"/> are columns of every block then.</summary>
    /// <param name="context">Of which the first input is as large as any.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="cycles">What an element costs.</param>
    /// <param name="grain">How many neighbouring lines are not cut apart.</param>
    protected static RoutineUnits Along(EvaluationContext context, int axis, double cycles, int grain)
    {
        const int enoughBlocks = 16;
        var runs = AxisRuns.Of(context.Inputs[0], axis);
        return runs.Outer >= enoughBlocks || runs.Inner < 2 * grain || runs.Lines == 0 ? Before(context, axis, cycles) : new(0, cycles * runs.Outer * runs.Count, grain, Lines: runs.Inner);
    }

    /// <summary>Refuses what is no stack of square matrices of floats.</summary>
    protected static void RequireSquare(InferContext context, int input)
    {
        var (type, shape) = (context[input].DType, context[input].Shape);
        if (!type.IsFloat()) throw context.Error($"{context.Text(input)} is not a float; cast it with Cast.");
        if (shape.Rank < 2 || shape[^1] != shape[^2]) throw context.Error($"{context.Text(input)} is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it.");
    }

    /// <summary>Refuses right-hand sides that do not fit the matrices.</summary>
    protected static void RequireSides(InferContext context, int sides)
    {
        var (a, b) = (context[0].Shape, context[sides].Shape);
        if (context[0].DType != context[sides].DType) throw context.Error($"{context.Text(0)} and {context.Text(sides)} differ in element type; cast one of them with Cast.");
        if (b.Rank != a.Rank || b[^2] != a[^1] || !a.Dims[..^2].SequenceEqual(b.Dims[..^2]))
            throw context.Error($"the matrix {context.Text(0)} and the right-hand sides {context.Text(sides)} do not fit: {a[^1]} rows are needed, and equal leading axes. Reshape or broadcast one of them; a single right-hand side is a vector or one column.");
    }
}

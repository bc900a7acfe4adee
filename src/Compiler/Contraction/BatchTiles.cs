namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// How the small products of a batch are computed in one loop: operands are read and results written where they lie, without
/// packing, staging or a call for each. An element is summed in the same order in every one of them.
/// </summary>
internal sealed class BatchTiles
{
    // From some thousand multiply-adds on what surrounds a product no longer matters, and tiles of several vectors are better.
    private const long MostProducts = 4096;

    // Sums across lanes cost more than the terms of few of them.
    private const long MostInnerResults = 16;

    private readonly ContractionShape shape;
    private readonly BatchCode code;
    private readonly bool alongInner;

    private BatchTiles(ContractionShape shape, BatchCode code, bool alongInner, bool exchanged)
    {
        this.shape = shape;
        this.code = code;
        this.alongInner = alongInner;
        Exchanged = exchanged;
    }

    /// <summary>What the caller names A is B here.</summary>
    public bool Exchanged { get; }

    /// <summary>Vectors lie along the inner terms.</summary>
    public bool IsAlongInner => alongInner;

    /// <summary>The loop for a batch of products; null for one product, large ones, and operands that would have to be packed.</summary>
    public static BatchTiles? TryCreate(DotKernel kernel, ContractionShape shape)
    {
        if (shape.Batch.Count < 2 || shape.Rows.Count * shape.Columns.Count * shape.Inner.Count is 0 or > MostProducts || shape.Folded > 0) return null;
        return AlongColumns(kernel, shape, exchanged: false) ?? AlongColumns(kernel, shape.Exchanged(), exchanged: true) ?? AlongInner(kernel, shape);
    }

    /// <summary>Computes some of the products.</summary>
    /// <param name="a">Where A begins, in bytes.</param>
    /// <param name="b">Where B begins.</param>
    /// <param name="c">Where C begins.</param>
    /// <param name="size">The bytes of an element.</param>
    /// <param name="begin">The first product.</param>
    /// <param name="end">The end of them.</param>
    public void Compute(nint a, nint b, nint c, int size, long begin, long end)
    {
        var (batch, rows, columns, inner) = (shape.Batch, shape.Rows, shape.Columns, shape.Inner);
        var run = batch.Rank == 0 ? 1 : batch.Extents[^1];
        while (begin < end)
        {
            var count = Math.Min(end - begin, run - (begin % run));
            code(
                a + (nint)(batch.Offset(DotOperand.A, begin) * size), batch.InnerStride(DotOperand.A) * size, rows.InnerStride(DotOperand.A) * size, inner.InnerStride(DotOperand.A) * size,
                b + (nint)(batch.Offset(DotOperand.B, begin) * size), batch.InnerStride(DotOperand.B) * size, (alongInner ? columns : inner).InnerStride(DotOperand.B) * size,
                c + (nint)(batch.Offset(DotOperand.C, begin) * size), batch.InnerStride(DotOperand.C) * size, rows.InnerStride(DotOperand.C) * size, columns.InnerStride(DotOperand.C) * size,
                inner.Count, count);
            begin += count;
        }
    }

    private static BatchTiles? AlongColumns(DotKernel kernel, ContractionShape shape, bool exchanged)
    {
        var (rows, columns) = (shape.Rows.Count, shape.Columns.Count);
        if (!IsPlain(shape) || columns == 1 || !AreNeighbours(shape.Columns, DotOperand.B) || !AreNeighbours(shape.Columns, DotOperand.C)) return null;
        if (rows * DotPlan.Ceiling(columns, kernel.Lanes) > kernel.MostAccumulators) return null;
        return new BatchTiles(shape, kernel.Batch((int)rows, (int)columns, alongInner: false), alongInner: false, exchanged);
    }

    private static BatchTiles? AlongInner(DotKernel kernel, ContractionShape shape)
    {
        if (!IsPlain(shape) || !AreNeighbours(shape.Inner, DotOperand.A) || !AreNeighbours(shape.Inner, DotOperand.B)) return null;
        var results = shape.Rows.Count * shape.Columns.Count;
        if (results > Math.Min(kernel.MostAccumulators, MostInnerResults)) return null;
        return new BatchTiles(shape, kernel.Batch((int)shape.Rows.Count, (int)shape.Columns.Count, alongInner: true), alongInner: true, exchanged: false);
    }

    /// <summary>Whether each role is walked in equal steps.</summary>
    private static bool IsPlain(ContractionShape shape) =>
        shape.Rows.IsOneRun(DotOperand.A) && shape.Rows.IsOneRun(DotOperand.C) && shape.Columns.IsOneRun(DotOperand.B) && shape.Columns.IsOneRun(DotOperand.C)
        && shape.Inner.IsOneRun(DotOperand.A) && shape.Inner.IsOneRun(DotOperand.B);

    private static bool AreNeighbours(AxisGroup axes, DotOperand operand) => axes.Count == 1 || axes.InnerStride(operand) == 1;
}

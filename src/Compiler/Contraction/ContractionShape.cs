namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The product C[batch, rows, columns] = sum over inner of A[batch, rows, inner] · B[batch, inner, columns], each role with
/// any number of axes. Reads of A and B may overlap (sliding windows); the elements of C are distinct.
/// </summary>
internal sealed record ContractionShape(AxisGroup Batch, AxisGroup Rows, AxisGroup Columns, AxisGroup Inner)
{
    public ContractionShape Simplified() =>
        new(Batch.Simplified(), Rows.Simplified(), Columns.Simplified(), Inner.Simplified());

    /// <summary>The same product written Cᵀ = Bᵀ · Aᵀ.</summary>
    public ContractionShape Exchanged() =>
        new(Batch.Exchanged(), Columns.Exchanged(), Rows.Exchanged(), Inner.Exchanged());
}

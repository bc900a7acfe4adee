namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The product C[batch, rows, columns] = sum over inner of A[batch, rows, inner] · B[batch, inner, columns], each role with
/// any number of axes. Reads of A and B may overlap (sliding windows); the elements of C are distinct, unless the product is folded.
/// </summary>
internal sealed record ContractionShape(AxisGroup Batch, AxisGroup Rows, AxisGroup Columns, AxisGroup Inner)
{
    /// <summary>If the elements of C overlap and what falls on the same one is added up: how many elements C has. Else 0.</summary>
    public long Folded { get; init; }

    /// <summary>
    /// The same product on as few axes as possible, each role in the order of the operand that is walked along it most: an element
    /// of A is packed once for each inner term of its row, one of C stored once for each column.
    /// </summary>
    public ContractionShape Simplified() => new(
        Batch.Simplified(DotOperand.C),
        Rows.Simplified(Inner.Count > Columns.Count ? DotOperand.A : DotOperand.C),
        Columns.Simplified(Inner.Count > Rows.Count ? DotOperand.B : DotOperand.C),
        Inner.Simplified(Rows.Count >= Columns.Count ? DotOperand.A : DotOperand.B));

    /// <summary>The same product written Cᵀ = Bᵀ · Aᵀ.</summary>
    public ContractionShape Exchanged() =>
        new(Batch.Exchanged(), Columns.Exchanged(), Rows.Exchanged(), Inner.Exchanged()) { Folded = Folded };
}

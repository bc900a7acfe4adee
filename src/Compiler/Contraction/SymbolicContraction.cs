using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Contraction;

/// <summary>One axis of a product: its extent, and each operand's stride along it.</summary>
internal sealed record SymbolicAxis(Dim Extent, Dim A, Dim B, Dim C);

/// <summary>A product whose extents and strides are dims, with the buffers and starts (in elements) of its operands.</summary>
internal sealed record SymbolicContraction(
    TensorBuffer A, Dim StartA, TensorBuffer B, Dim StartB, TensorBuffer C,
    SymbolicAxis[] Batch, SymbolicAxis[] Rows, SymbolicAxis[] Columns, SymbolicAxis[] Inner)
{
    /// <summary>If what falls on the same element of C is added up: how many elements C has. Else 0.</summary>
    public Dim Folded { get; init; } = 0;

    /// <summary>Whether the tiles that it is cut into depend on extents that are not known yet.</summary>
    public bool HasUnknownTiles => !Array.TrueForAll(Rows, a => a.Extent.IsConstant) || !Array.TrueForAll(Columns, a => a.Extent.IsConstant);

    /// <summary>The symbols of its extents, each once.</summary>
    public IEnumerable<string> Symbols => Batch.Concat(Rows).Concat(Columns).Concat(Inner).SelectMany(a => a.Extent.Symbols).Distinct();

    /// <summary>All that a plan depends on, as text: equal for products that differ only in buffers.</summary>
    public string Structure => $"{string.Join('|', new[] { Batch, Rows, Columns, Inner }.Select(axes => string.Join<SymbolicAxis>(';', axes)))}|{Folded}";

    /// <summary>Whether there is anything to compute for given values of the symbols.</summary>
    public bool IsPositive(Func<string, long> binding) =>
        Batch.Concat(Rows).Concat(Columns).Concat(Inner).All(a => a.Extent.Evaluate(binding) > 0);

    /// <summary>The shape for given values of the symbols.</summary>
    public ContractionShape Bind(Func<string, long> binding)
    {
        return new ContractionShape(
            AxisGroup.Batch(Extents(Batch), Strides(Batch, x => x.A), Strides(Batch, x => x.B), Strides(Batch, x => x.C)),
            AxisGroup.Rows(Extents(Rows), Strides(Rows, x => x.A), Strides(Rows, x => x.C)),
            AxisGroup.Columns(Extents(Columns), Strides(Columns, x => x.B), Strides(Columns, x => x.C)),
            AxisGroup.Inner(Extents(Inner), Strides(Inner, x => x.A), Strides(Inner, x => x.B))) { Folded = Folded.Evaluate(binding) };

        long[] Extents(SymbolicAxis[] axes) => Array.ConvertAll(axes, a => a.Extent.Evaluate(binding));

        long[] Strides(SymbolicAxis[] axes, Func<SymbolicAxis, Dim> stride) => Array.ConvertAll(axes, a => stride(a).Evaluate(binding));
    }
}

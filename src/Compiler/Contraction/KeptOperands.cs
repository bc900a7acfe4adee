namespace GraphGrad.Compilation.Contraction;

/// <summary>Of which operands of a product what is packed serves many times, and so costs nothing.</summary>
/// <param name="A">Of the left one.</param>
/// <param name="B">Of the right one.</param>
/// <param name="ByIterations">Whether those are iterations of a loop, between which little else drives it out of the caches; else runs of a program.</param>
internal readonly record struct KeptOperands(bool A, bool B, bool ByIterations = false)
{
    public KeptOperands Exchanged() => new(B, A, ByIterations);
}

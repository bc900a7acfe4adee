namespace GraphGrad.Compilation.Kernels;

/// <summary>One axis of a kernel's iteration space: a loop from 0 to its extent.</summary>
internal sealed class LoopAxis(string name, Dim extent, bool reduced)
{
    public string Name { get; } = name;

    public Dim Extent { get; } = extent;

    /// <summary>True if the kernel's reductions run over the axis.</summary>
    public bool Reduced { get; } = reduced;

    public override string ToString() => Name;
}

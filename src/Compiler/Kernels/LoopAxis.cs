namespace GraphGrad.Compilation.Kernels;

/// <summary>One axis of a kernel's iteration space: a loop from 0 to its extent.</summary>
internal sealed class LoopAxis(string name, Dim extent, bool reduced)
{
    public string Name { get; } = name;

    public Dim Extent { get; } = extent;

    /// <summary>True for an inner loop, over which the kernel's reductions run; false for one over rows.</summary>
    public bool Reduced { get; } = reduced;

    /// <summary>
    /// If not null, the loop runs over one chunk of the axis only: <see cref="ChunkLength"/> indices from the index of this outer
    /// loop times the length on, the last chunk as far as the extent goes.
    /// </summary>
    public LoopAxis? Chunks { get; init; }

    public Dim ChunkLength { get; init; }

    /// <summary>The most indices that one loop walks.</summary>
    public Dim Steps => Chunks is null ? Extent : ChunkLength;

    public override string ToString() => Name;
}

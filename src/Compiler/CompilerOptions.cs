using GraphGrad.Compilation.Emission;

namespace GraphGrad.Compilation;

/// <summary>What the caller chooses; part of a plan's identity.</summary>
internal sealed record CompilerOptions
{
    /// <summary>The width of the vectors in emitted kernels.</summary>
    public VectorWidth Width { get; init; } = VectorWidths.Widest;

    /// <summary>Whether the graph is rewritten before it is lowered.</summary>
    public bool Rewrite { get; init; } = true;

    /// <summary>Whether programs of small tensors become one delegate.</summary>
    public bool Unroll { get; init; } = true;
}

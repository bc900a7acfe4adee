using GraphGrad.Compilation.Emission;

namespace GraphGrad.Compilation;

/// <summary>What the caller chooses; part of a plan's identity.</summary>
internal sealed record CompilerOptions
{
    /// <summary>The width of the vectors in emitted kernels.</summary>
    public VectorWidth Width { get; init; } = VectorWidths.Widest;

    /// <summary>Whether the graph is rewritten before it is lowered.</summary>
    public bool Rewrite { get; init; } = true;

    /// <summary>Whether the graph is checked after every pass; it always is in debug builds.</summary>
    public bool Verify { get; init; } = IsDebugBuild;

    /// <summary>The names of rules that are switched off, in order.</summary>
    public EquatableArray<string> DisabledRules { get; init; } = [];

    /// <summary>Whether convolutions in float32 may be computed in fewer products.</summary>
    public bool Winograd { get; init; } = true;

    /// <summary>Whether chains that are unstable in float32 may be computed in float64.</summary>
    public bool Float64Chains { get; init; } = true;

    /// <summary>Whether programs of small tensors become one delegate.</summary>
    public bool Unroll { get; init; } = true;

#if DEBUG
    internal const bool IsDebugBuild = true;
#else
    internal const bool IsDebugBuild = false;
#endif
}

namespace GraphGrad;

/// <summary>How a session runs its graph.</summary>
public enum Backend
{
    /// <summary>Rewritten, fused and compiled to vector code: the default.</summary>
    Compiled,

    /// <summary>The graph as written, op by op: what the compiled backend is compared with.</summary>
    Interpreted,
}

namespace GraphGrad;

/// <summary>What the compiler makes of a program: the graph as written, after rewriting, and the kernels after fusion.</summary>
/// <param name="Written">The needed part of the graph as the user built it.</param>
/// <param name="Rewritten">The graph that is lowered: stabilized, simplified, duplicates merged.</param>
/// <param name="Kernels">
/// The loop nests and products that run, in order, as text. A step marked "once" runs in a frame's first run alone, one marked "once, until a variable is written" again after that, as long as what
/// such steps compute and weights packed for products take no more than 16 MB together.
/// </param>
/// <param name="KernelsMermaid">The kernels as a Mermaid flowchart: a box for each, an arrow for each tensor that goes through memory.</param>
/// <param name="KernelsDot">The same in Graphviz' DOT language.</param>
public sealed record Explanation(Graph Written, Graph Rewritten, string Kernels, string KernelsMermaid, string KernelsDot)
{
    /// <summary>What was brought into a numerically stable form, or is computed in float64 because no such form is known, in order.</summary>
    public required StabilityReport StabilityReport { get; init; }

    internal Func<(string Symbol, int Extent)[], ArenaPlan>? ArenaOf { get; init; }

    /// <summary>
    /// Which memory the compiled program needs besides feeds, fetches and variables, with the session's number of threads:
    /// <c>session.Explain(step).Arena(("batch", 64))</c>. Compiles the program if that has not been done yet; nothing runs.
    /// </summary>
    /// <param name="extents">What the symbols in the shapes stand for.</param>
    /// <exception cref="GraphException">A symbol has no extent, two or a negative one, or the program does not have it.</exception>
    public ArenaPlan Arena(params (string Symbol, int Extent)[] extents)
    {
        return ArenaOf?.Invoke(extents) ?? throw new GraphException("this explanation belongs to no session, so nothing is known of its memory. Take one from session.Explain.");
    }

    /// <summary>The graph as written and as rewritten, and the kernels.</summary>
    public override string ToString() => $"as written:\n{Written.ToText()}\nrewritten:\n{Rewritten.ToText()}\nkernels:\n{Kernels}";
}

namespace GraphGrad;

/// <summary>What the compiler makes of a program: the graph as written, after rewriting, and the kernels after fusion.</summary>
/// <param name="Written">The needed part of the graph as the user built it.</param>
/// <param name="Rewritten">The graph that is lowered: stabilized, simplified, duplicates merged.</param>
/// <param name="Kernels">The loop nests and products that run, in order, as text.</param>
/// <param name="KernelsMermaid">The kernels as a Mermaid flowchart: a box for each, an arrow for each tensor that goes through memory.</param>
/// <param name="KernelsDot">The same in Graphviz' DOT language.</param>
public sealed record Explanation(Graph Written, Graph Rewritten, string Kernels, string KernelsMermaid, string KernelsDot)
{
    /// <summary>What was brought into a numerically stable form, or is computed in float64 because no such form is known, in order.</summary>
    public required StabilityReport StabilityReport { get; init; }
}

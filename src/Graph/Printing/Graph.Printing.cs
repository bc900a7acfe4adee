using GraphGrad.Printing;

namespace GraphGrad;

public sealed partial class Graph
{
    /// <summary>
    /// The graph as text, one node a line with its operation, operands, element type and shape, for example
    /// <c>multiply: float32[batch, 3] = multiply(x, w)</c>. The same graph always gives the same text.
    /// </summary>
    /// <param name="fetches">Only what these values need; everything if there are none.</param>
    public string ToText(params ReadOnlySpan<Value> fetches) => GraphText.Of(Part(fetches));

    /// <summary>The graph in Graphviz' DOT language.</summary>
    /// <param name="fetches">Only what these values need; everything if there are none.</param>
    public string ToDot(params ReadOnlySpan<Value> fetches) => DotText.Of(Part(fetches));

    /// <summary>The graph as a Mermaid flowchart, which Markdown viewers draw.</summary>
    /// <param name="fetches">Only what these values need; everything if there are none.</param>
    public string ToMermaid(params ReadOnlySpan<Value> fetches) => MermaidText.Of(Part(fetches));

    private IReadOnlyList<Node> Part(ReadOnlySpan<Value> fetches)
    {
        if (fetches.Length == 0) return Scaffolding.Without(Nodes);
        foreach (var fetch in fetches) Require(fetch, "the value to print");
        return GraphSlice.Of(fetches.ToArray().Select(f => f.Node));
    }
}

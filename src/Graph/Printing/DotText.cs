using System.Text;
using GraphGrad.Operations;

namespace GraphGrad.Printing;

/// <summary>Graphs in Graphviz' DOT language.</summary>
internal static class DotText
{
    public static string Of(IReadOnlyList<Node> nodes)
    {
        var shown = nodes.ToHashSet();
        var text = new StringBuilder("digraph {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n");
        foreach (var node in nodes)
        {
            var label = string.Join("\\n", NodeLabel.Of(node).Select(Escape));
            var style = node.Op switch
            {
                VariableOp => ", shape=cylinder",
                PlaceholderOp => ", shape=invhouse",
                ConstantOp => ", shape=plaintext",
                GroupOp => ", shape=circle",
                _ => string.Empty,
            };
            text.Append($"  n{node.Id} [label=\"{label}\"{style}];\n");
        }
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs.Where(i => shown.Contains(i.Node)))
                text.Append($"  n{input.Node.Id} -> n{node.Id};\n");
            foreach (var control in node.ControlInputs.Where(shown.Contains))
                text.Append($"  n{control.Id} -> n{node.Id} [style=dashed];\n");
        }
        return text.Append("}\n").ToString();
    }

    /// <summary>A line as it stands inside a quoted label.</summary>
    public static string Escape(string line) =>
        line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}

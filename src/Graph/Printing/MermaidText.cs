using System.Text;
using GraphGrad.Operations;

namespace GraphGrad.Printing;

/// <summary>Graphs as Mermaid flowcharts.</summary>
internal static class MermaidText
{
    public static string Of(IReadOnlyList<Node> nodes)
    {
        var shown = nodes.ToHashSet();
        var text = new StringBuilder("flowchart TD\n");
        foreach (var node in nodes)
        {
            var label = string.Join("<br>", NodeLabel.Of(node).Select(Escape));
            var box = node.Op switch
            {
                VariableOp => $"[(\"{label}\")]",
                PlaceholderOp => $"[/\"{label}\"/]",
                ConstantOp => $"([\"{label}\"])",
                GroupOp => $"((\"{label}\"))",
                _ => $"[\"{label}\"]",
            };
            text.Append($"  n{node.Id}{box}\n");
        }
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs.Where(i => shown.Contains(i.Node)))
                text.Append($"  n{input.Node.Id} --> n{node.Id}\n");
            foreach (var control in node.ControlInputs.Where(shown.Contains))
                text.Append($"  n{control.Id} -.-> n{node.Id}\n");
        }
        return text.ToString();
    }

    /// <summary>A line as it stands inside a quoted label: Mermaid reads entities there, whose ampersand is a #.</summary>
    public static string Escape(string line) => line
        .Replace("#", "#35;", StringComparison.Ordinal)
        .Replace("\"", "#quot;", StringComparison.Ordinal)
        .Replace("<", "#lt;", StringComparison.Ordinal)
        .Replace(">", "#gt;", StringComparison.Ordinal);
}

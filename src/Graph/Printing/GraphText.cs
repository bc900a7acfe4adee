using System.Text;

namespace GraphGrad.Printing;

/// <summary>Graphs as lines of text.</summary>
internal static class GraphText
{
    public static string Of(IReadOnlyList<Node> nodes)
    {
        var text = new StringBuilder();
        foreach (var node in nodes) text.Append(Line(node)).Append('\n');
        return text.ToString();
    }

    private static string Line(Node node)
    {
        var results = node.Outputs.Count == 0 ? node.Name : string.Join(", ", node.Outputs.Select(o => o.ToString()));
        var operands = string.Join(", ", node.Inputs.Select(i => i.Name));
        var attributes = node.Op.Attributes is { Length: > 0 } some ? $" {{{some}}}" : string.Empty;
        var controls = node.ControlInputs.Count == 0 ? string.Empty : $" after {string.Join(", ", node.ControlInputs.Select(c => c.Name))}";
        return $"{results} = {node.OpName}({operands}){attributes}{controls}";
    }
}

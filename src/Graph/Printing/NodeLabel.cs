using GraphGrad.Operations;

namespace GraphGrad.Printing;

/// <summary>What a box in a drawing of a graph says.</summary>
internal static class NodeLabel
{
    private const int AttributeLength = 40;

    /// <summary>The lines of the label: name or operation with attributes, and the types of the results.</summary>
    public static IEnumerable<string> Of(Node node)
    {
        var attributes = node.Op is ConstantOp or SourceOp ? string.Empty : node.Op.Attributes;
        if (attributes.Length > AttributeLength) attributes = attributes[..AttributeLength] + "…";
        yield return node.Op switch
        {
            ConstantOp constant => constant.Attributes.Length > AttributeLength ? node.Name : constant.Attributes,
            SourceOp => node.Name,
            _ => attributes.Length == 0 ? node.OpName : $"{node.OpName} {attributes}",
        };
        if (node.Outputs.Count > 0) yield return string.Join(", ", node.Outputs.Select(o => o.Type.ToString()));
    }
}

namespace GraphGrad.Operations;

/// <summary>What a shape rule sees, and how it refuses.</summary>
internal sealed class InferContext(Graph graph, Op op, Value[] inputs, string? name, Origin origin)
{
    public int Count => inputs.Length;

    public TensorType this[int input] => inputs[input].Type;

    /// <summary>An input's name, quoted, and type, for messages.</summary>
    public string Text(int input) => $"'{inputs[input].Name}' {inputs[input].Type}";

    /// <summary>The refusal: <paramref name="message"/> says rule, facts and cure in whole sentences.</summary>
    public GraphException Error(string message) =>
        graph.Refusal($"{op.Name}{(name is null ? string.Empty : $" '{name}'")}: {message} Built at", origin);
}

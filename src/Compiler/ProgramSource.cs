namespace GraphGrad.Compilation;

/// <summary>
/// What is compiled: the nodes of a slice, inputs before users, what the caller feeds and fetches, and the values that
/// variables get when a step ends. Buffers are numbered by position in these lists.
/// </summary>
internal sealed record ProgramSource(
    IReadOnlyList<Node> Nodes,
    IReadOnlyList<Value> Feeds,
    IReadOnlyList<Value> Fetches,
    IReadOnlyList<Value> Variables,
    IReadOnlyList<(int Variable, Value NewValue)> Assignments);

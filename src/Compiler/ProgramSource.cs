using GraphGrad.Operations;
using GraphGrad.Rewriting;

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
    IReadOnlyList<(int Variable, Value NewValue)> Assignments)
{
    // What one iteration keeps for the others takes memory of its own, and longer to write than what it would need by itself.
    private const int FewestIterations = 8;

    /// <summary>As of a program.</summary>
    public bool OnlyYields { get; init; }

    /// <summary>Of a loop's body: how many of the first feeds are what the iteration before has computed; null for other programs.</summary>
    public int? Carries { get; init; }

    /// <summary>Of a loop's body that runs many times: from which of the feeds on all iterations are fed the same; null for other programs.</summary>
    public int? FirstCapture { get; init; }

    /// <summary>A loop's body: fed with all its parameters.</summary>
    public static ProgramSource Of(LoopOp loop)
    {
        var (body, length) = (loop.Body, loop.Length);
        return new(body.Nodes, [.. body.Parameters.All], body.Fetches, [], [])
        {
            Carries = loop.Carries,
            FirstCapture = length is null || !length.Value.IsConstant || length.Value.Value >= FewestIterations ? loop.Carries + loop.Steps : null,
        };
    }

    /// <summary>The source as passes over graphs see it: assigned values are fetched after the others.</summary>
    public GraphProgram ToProgram() =>
        new(Nodes[0].Graph, [.. Feeds], [.. Fetches, .. Assignments.Select(a => a.NewValue)], [.. Variables.Cast<Variable>()], []) { OnlyYields = OnlyYields };

    /// <summary>The source that a rewritten program stands for.</summary>
    public ProgramSource From(GraphProgram program) => new(
        GraphSlice.Of(program.Fetches.Select(f => f.Node)),
        program.Feeds,
        program.Fetches[..Fetches.Count],
        program.Variables,
        [.. Assignments.Select((a, i) => (a.Variable, program.Fetches[Fetches.Count + i]))])
    {
        OnlyYields = OnlyYields,
        Carries = Carries,
        FirstCapture = FirstCapture,
    };
}

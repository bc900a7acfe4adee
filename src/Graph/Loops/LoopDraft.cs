using GraphGrad.Rewriting;

namespace GraphGrad.Loops;

/// <summary>A copy of a body in a graph that may still grow.</summary>
internal sealed class LoopDraft
{
    private LoopDraft(Graph graph, LoopParameters parameters, LoopResults results) => (Graph, Parameters, Results) = (graph, parameters, results);

    public Graph Graph { get; }

    public LoopParameters Parameters { get; }

    public LoopResults Results { get; }

    public static LoopDraft Of(LoopBody body)
    {
        var copy = new Substitution(new Graph { IsLoopBody = true });
        return new LoopDraft(copy.Target, body.Parameters.Select(copy.Placeholder), body.Results.Select(copy.Of));
    }

    /// <summary>The body brought into its stable form, as what is about to be differentiated is. What was done is reported to <paramref name="user"/>.</summary>
    public static LoopDraft Stable(LoopBody body, Graph user)
    {
        var draft = Of(body);
        draft.Graph.Serve(user);
        Value[] results = [.. draft.Results.All];
        var (stable, _) = Stabilizer.Apply(results, [.. draft.Parameters.All]);
        return new LoopDraft(draft.Graph, draft.Parameters, draft.Results.Select(v => stable[Array.IndexOf(results, v)]));
    }

    /// <summary>A further parameter, of a value's type.</summary>
    public Value Placeholder(Value like, string what)
    {
        using var origin = Graph.WithOrigin(like.Node.Origin);
        return Graph.Placeholder(what, like.Shape, like.DType);
    }
}

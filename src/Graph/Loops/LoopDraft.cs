using GraphGrad.Operations;
using GraphGrad.Rewriting;

namespace GraphGrad.Loops;

/// <summary>A copy of a body in a graph that may still grow.</summary>
internal sealed class LoopDraft
{
    private LoopDraft(Graph graph, LoopParameters parameters, LoopResults results) => (Graph, Parameters, Results) = (graph, parameters, results);

    public Graph Graph { get; }

    public LoopParameters Parameters { get; }

    public LoopResults Results { get; }

    // Known values, and the captures in the place of which they stand.
    private IReadOnlyDictionary<Value, Value> Known { get; init; } = new Dictionary<Value, Value>();

    public static LoopDraft Of(LoopBody body) => Of(body, new Value?[body.Parameters.Captures.Length]);

    /// <summary>The body with constants in the place of some captures, so that rules see numbers, until the draft is settled.</summary>
    /// <param name="body">What to copy.</param>
    /// <param name="known">For each capture the value, computed from constants alone, that the loop reads and that does not move; null for another.</param>
    public static LoopDraft Of(LoopBody body, Value?[] known)
    {
        var copy = new Substitution(new Graph { IsLoopBody = true });
        var stand = new Dictionary<Value, Value>();
        var parameters = new LoopParameters(
            Array.ConvertAll(body.Parameters.Carries, copy.Placeholder), Array.ConvertAll(body.Parameters.Steps, copy.Placeholder), [.. body.Parameters.Captures.Zip(known, Capture)]);
        return new LoopDraft(copy.Target, parameters, body.Results.Select(copy.Of)) { Known = stand };

        Value Capture(Value own, Value? constant)
        {
            var placeholder = copy.Placeholder(own);
            if (constant is null) return placeholder;
            // One constant, where it is a small one: rules would put another in the place of a view of one, and the capture could not be put back.
            var known = IndexArithmetic.TryData(constant, out var data) && constant.Node.Op is not ConstantOp ? copy.Target.Constant(data) : copy.Of(constant);
            copy.Map(own, known);
            stand.TryAdd(known, placeholder);
            return placeholder;
        }
    }

    /// <summary>The body brought into its stable form, as what is about to be differentiated is. What was done is reported to <paramref name="user"/>.</summary>
    public static LoopDraft Stable(LoopBody body, Graph user, Value?[] known)
    {
        var draft = Of(body, known);
        draft.Graph.Serve(user);
        Value[] results = [.. draft.Results.All];
        var (stable, _) = Stabilizer.Apply(results, [.. draft.Parameters.All]);
        return new LoopDraft(draft.Graph, draft.Parameters, draft.Results.Select(v => stable[Array.IndexOf(results, v)])) { Known = draft.Known };
    }

    /// <summary>A further parameter, of a value's type.</summary>
    public Value Placeholder(Value like, string what)
    {
        using var origin = Graph.WithOrigin(like.Node.Origin);
        return Graph.Placeholder(what, like.Shape, like.DType);
    }

    /// <summary>The draft in which captures stand again where constants stood: derivatives of what is made of it go to them.</summary>
    /// <param name="further">The further parameters.</param>
    /// <param name="copy">Tells where values of this draft are in that one.</param>
    public LoopDraft Settled(IEnumerable<Value> further, out Func<Value, Value> copy)
    {
        copy = v => v;
        if (Known.Count == 0) return this;
        var places = new Substitution(new Graph { IsLoopBody = true });
        var parameters = Parameters.Select(places.Placeholder);
        foreach (var parameter in further) places.Placeholder(parameter);
        foreach (var (constant, capture) in Known) places.Map(constant, places.Placeholder(capture));
        copy = places.Of;
        return new LoopDraft(places.Target, parameters, Results.Select(places.Of));
    }
}

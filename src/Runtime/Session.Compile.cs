using GraphGrad.Execution;

namespace GraphGrad;

public sealed partial class Session
{
    /// <summary>
    /// Makes a function of spans: <c>session.Compile(feeds: [x, y], fetches: [loss], targets: [step])</c>. Calling it costs less than
    /// <see cref="Run(Value, ReadOnlySpan{ValueTuple{Value, TensorData}})"/> and allocates nothing once it has seen the shapes.
    /// </summary>
    /// <param name="feeds">Placeholders, in the order in which calls feed them; all that fetches and targets need.</param>
    /// <param name="fetches">Values, in the order in which calls fetch them.</param>
    /// <param name="targets">Nodes to run for what they assign.</param>
    /// <exception cref="GraphException">
    /// A needed placeholder is missing, a feed is no placeholder or is listed twice, something belongs to another graph, there
    /// are more than <see cref="FunctionCall.MaximumSpans"/> feeds and fetches, or two targets assign one variable.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public CompiledFunction Compile(ReadOnlySpan<Value> feeds, ReadOnlySpan<Value> fetches, params ReadOnlySpan<Node> targets)
    {
        ThrowIfDisposed();
        var given = feeds.ToArray();
        foreach (var feed in given) FeedBinding.CheckPlaceholder(Graph, feed);
        if (given.FirstOrDefault(f => given.Count(g => g == f) > 1) is { } twice)
            throw new GraphException($"Compile: placeholder '{twice.Name}' is listed twice among the feeds; list it once. Built at {twice.Node.Origin}.");
        if (feeds.Length + fetches.Length > FunctionCall.MaximumSpans)
        {
            throw new GraphException(
                $"Compile: {feeds.Length} feeds and {fetches.Length} fetches are more than the {FunctionCall.MaximumSpans} spans that one call can take. " +
                $"Concatenate some of them, or use session.Run, which takes any number. Called at {Origin.Capture()}.");
        }
        var plan = Plan(fetches, targets);
        if (plan.Request.Feeds.FirstOrDefault(p => !given.Contains(p)) is { } missing)
            throw FeedBinding.NotFed(missing, plan.Request, "Add it to the feeds of Compile.");
        return new CompiledFunction(this, given, fetches.ToArray(), plan);
    }
}

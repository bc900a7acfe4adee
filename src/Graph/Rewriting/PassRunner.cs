using System.Diagnostics;
using GraphGrad.Printing;

namespace GraphGrad.Rewriting;

/// <summary>
/// Runs passes over a program: names and times them, shows what GRAPHGRAD_DEBUG asks for, verifies the graph after each
/// if told to, and turns whatever goes wrong into an error that names the pass and carries the graph.
/// </summary>
/// <param name="verifies">Whether the graph is checked after every pass.</param>
/// <param name="fired">Told of every rule that fires.</param>
/// <param name="disabled">The names of rules that are switched off.</param>
internal sealed class PassRunner(bool verifies, Action<RewriteRecord>? fired = null, IReadOnlyList<string>? disabled = null)
{
    /// <summary>Whether rules are recorded at all; the text of an expression costs more than rewriting it.</summary>
    public bool Records => fired is not null || DebugOutput.Shows(DebugOutput.Rules);

    public GraphProgram Pass(string name, GraphProgram program, Func<GraphProgram, GraphProgram> pass)
    {
        var started = Stopwatch.GetTimestamp();
        var result = Guarded(name, () => program.Graph.ToText(), () => pass(program));
        if (verifies) GraphVerifier.Verify(result.Graph, name);
        if (DebugOutput.Shows(DebugOutput.Passes))
            DebugOutput.Write($"{name}: {program.Graph.NodeCount} nodes to {result.Graph.NodeCount} in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F2} ms");
        if (DebugOutput.Shows(DebugOutput.Graphs) && result.Graph.ToText() is var text && text != program.Graph.ToText())
            DebugOutput.Write(text);
        return result;
    }

    /// <summary>A pass below the graph, over kernels; <paramref name="nodes"/> is what it was made from.</summary>
    public T Below<T>(string name, IReadOnlyList<Node> nodes, Func<T> pass)
    {
        var started = Stopwatch.GetTimestamp();
        var result = Guarded(name, () => GraphText.Of(nodes), pass);
        if (DebugOutput.Shows(DebugOutput.Passes)) DebugOutput.Write($"{name}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F2} ms");
        return result;
    }

    /// <summary>Applies rules to a fixpoint; what is no longer needed is gone afterwards.</summary>
    public GraphProgram Rewrite(string name, GraphProgram program, RuleSet rules) =>
        Pass(name, program, before =>
        {
            var copy = DeadNodes.Remove(before);
            var rewriter = new Rewriter(copy.Graph, rules.Without(disabled ?? []), [], Records ? Record : null);
            var (values, nodes) = rewriter.Rewrite(copy.Fetches, copy.Targets);
            return DeadNodes.Remove(copy with { Fetches = values, Targets = nodes }, rewriter.NameOf);
        });

    private static T Guarded<T>(string name, Func<string> graph, Func<T> pass)
    {
        try
        {
            return pass();
        }
        catch (Exception error) when (error is not CompilerBugException)
        {
            throw new CompilerBugException(name, error.Message, graph(), error);
        }
    }

    /// <summary>Tells of a rewrite that a pass made.</summary>
    public void Note(RewriteRecord record)
    {
        if (DebugOutput.Shows(DebugOutput.Rules)) DebugOutput.Write($"{record} by '{record.Rule}'");
        fired?.Invoke(record);
    }

    private void Record(Rule rule, Value before, Value after, BoundWildcard[] operands) => Note(RewriteRecord.Of(rule, before, after, operands));
}

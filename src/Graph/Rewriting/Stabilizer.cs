using GraphGrad.Operations;
using GraphGrad.Printing;

namespace GraphGrad.Rewriting;

/// <summary>
/// Brings what is about to be differentiated into its numerically stable form. Works on a copy, so that the user's graph gets
/// only what is new in the end, and nothing at all if no stability rule applies.
/// </summary>
internal static class Stabilizer
{
    // Simplification goes along because it brings expressions into the forms for which the stability rules are written.
    private static readonly RuleSet Rules =
        (StabilityRules.All + CanonicalRules.All + AlgebraRules.All + FoldingRules.All).Within(Soundness.SignOfZero | Soundness.Rounding);

    /// <summary>
    /// Values to use in place of <paramref name="ys"/>, and in them the places of <paramref name="wrt"/>, which stay apart from each other. Each stays itself, so that
    /// derivatives can be differentiated by it again, unless it is computed from another of them by what was rewritten.
    /// </summary>
    /// <param name="ys">What is about to be differentiated.</param>
    /// <param name="wrt">What it is differentiated by.</param>
    public static (Value[] Ys, Value[] Wrt) Apply(Value[] ys, Value[] wrt)
    {
        var graph = ys[0].Graph;
        var there = new GraphCopy(new Graph());
        var back = new GraphCopy(graph) { IsBack = true };
        // What lies behind the barriers of a checkpoint changes nothing before them; with it, checkpoints one after another would be stabilized in quadratic time.
        var first = wrt.Select(x => x.Node.Id).DefaultIfEmpty().Min();
        foreach (var node in GraphSlice.Of(ys.Select(y => y.Node), isEnd: IsEnd)) back.Map(IsEnd(node) ? StandIn(node) : there.Add(node), node);

        var connected = wrt.Where(x => there.Contains(x.Node)).ToArray();
        var records = new List<RewriteRecord>();
        var folded = new Dictionary<Node, Node>();
        var rewriter = new Rewriter(there.Target, Rules.Without(graph.DisabledRules), connected.Select(x => there[x]), Record) { KeepsStatefulNodes = true };
        var (normal, _) = rewriter.Rewrite([.. ys.Select(y => there[y]), .. connected.Select(x => there[x])], []);
        if (records.Count == 0) return (ys, wrt);

        foreach (var (x, place) in connected.Zip(normal.Skip(ys.Length)))
        {
            if (!back.Contains(place.Node) && IsLike(place, x) && !DependsOnAnother(x, connected)) back.Map(place.Node, x.Node);
        }
        using var scope = graph.Scope("stable");
        foreach (var node in Missing(normal, back)) Return(node);
        foreach (var record in records) graph.Report(record);
        return ([.. ys.Select((_, i) => back[normal[i]])], [.. wrt.Select(x => Array.IndexOf(connected, x) is var i and >= 0 ? back[normal[ys.Length + i]] : x)]);

        bool IsEnd(Node node) => node.Op is BarrierOp && node.Inputs.All(i => i.Node.Id < first);

        Node StandIn(Node node)
        {
            using var carried = there.Target.Copying(node, node.Origin);
            var copy = there.Target.StandIn(node.Name, node.Output.Shape, node.Output.DType).Node;
            there.Map(node, copy);
            return copy;
        }

        // A function of constants is returned as it was: a derivative by one of them may be asked for, and the way to it would be lost with its number.
        void Return(Node missing)
        {
            var pending = new Stack<Node>([missing]);
            while (pending.TryPeek(out var node))
            {
                folded.TryGetValue(node, out var function);
                Node[] first = back.Contains(node) ? [] : [.. (function is null ? node.Inputs.Select(i => i.Node) : [function]).Where(n => !back.Contains(n))];
                foreach (var other in first) pending.Push(other);
                if (first.Length > 0) continue;
                pending.Pop();
                if (back.Contains(node)) continue;
                if (function is null) back.Add(node, node.OpName, node.Origin);
                else back.Map(node, back[function]);
            }
        }

        void Record(Rule rule, Value before, Value after, BoundWildcard[] operands)
        {
            if (FoldingRules.All.Contains(rule) && before.DType.IsFloat() && after.Node.Op is ConstantOp && after.Type.Equals(before.Type)) folded.TryAdd(after.Node, before.Node);
            if (rule.Fails is null) return;
            var record = RewriteRecord.Of(rule, before, after, operands);
            records.Add(record);
            if (DebugOutput.Shows(DebugOutput.Rules)) DebugOutput.Write($"{record} by '{rule.Name}'");
        }
    }

    /// <summary>Whether one node may stand for the other with all its results.</summary>
    private static bool IsLike(Value place, Value x) =>
        place.Index == x.Index && place.Node.Outputs.Select(o => o.Type).SequenceEqual(x.Node.Outputs.Select(o => o.Type))
        && (x.Node.Outputs.Count == 1 || place.Node.OpName == x.Node.OpName);

    private static bool DependsOnAnother(Value x, Value[] all)
    {
        var slice = GraphSlice.Of([x.Node]).ToHashSet();
        return all.Any(other => other.Node != x.Node && slice.Contains(other.Node));
    }

    /// <summary>The nodes that values need and that have no copy yet, in order; what only copied ones need is left out.</summary>
    private static List<Node> Missing(Value[] values, GraphCopy copy)
    {
        var slice = GraphSlice.Of(values.Select(v => v.Node));
        var needed = values.Select(v => v.Node).ToHashSet();
        for (var i = slice.Count - 1; i >= 0; i--)
        {
            if (copy.Contains(slice[i])) needed.Remove(slice[i]);
            if (!needed.Contains(slice[i])) continue;
            needed.UnionWith(slice[i].Inputs.Select(input => input.Node));
            needed.UnionWith(slice[i].ControlInputs);
        }
        return [.. slice.Where(needed.Contains)];
    }
}

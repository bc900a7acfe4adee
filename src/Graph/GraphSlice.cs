using System.Runtime.CompilerServices;

namespace GraphGrad;

/// <summary>The part of a graph that given nodes need.</summary>
internal static class GraphSlice
{
    /// <summary>The nodes on which <paramref name="roots"/> depend, themselves included, each after its inputs and control inputs.</summary>
    /// <param name="roots">The nodes.</param>
    /// <param name="first">Nodes with a lower id are left out, and so is all that they need.</param>
    /// <param name="isEnd">Which nodes count as needing nothing; none if left out.</param>
    // Optimized from the start: a second session of a process met the replacement of the running loop by optimized code, 2 ms of its 6.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static List<Node> Of(IEnumerable<Node> roots, int first = 0, Predicate<Node>? isEnd = null)
    {
        var found = new HashSet<Node>();
        var pending = new Stack<Node>();
        foreach (var root in roots) Reach(root);
        while (pending.TryPop(out var node))
        {
            if (isEnd is not null && isEnd(node)) continue;
            foreach (var input in node.Inputs) Reach(input.Node);
            foreach (var control in node.ControlInputs) Reach(control);
        }
        var slice = found.ToList();
        slice.Sort((a, b) => a.Id.CompareTo(b.Id));
        return slice;

        void Reach(Node node)
        {
            if (node.Id >= first && found.Add(node)) pending.Push(node);
        }
    }

    /// <summary>The nodes of <see cref="Of"/> that compute one of <paramref name="sources"/> or depend on one of them.</summary>
    /// <param name="sources">The values.</param>
    /// <param name="roots">Where to end.</param>
    /// <param name="differentiably">Whether what depends on them through an op alone that stops derivatives is left out.</param>
    public static List<Node> Between(IReadOnlyCollection<Value> sources, IEnumerable<Node> roots, bool differentiably = false)
    {
        if (sources.Count == 0) return [];
        var starts = sources.Select(s => s.Node).ToHashSet();
        var dependent = new HashSet<Node>();
        // What was there before all of the sources depends on none.
        foreach (var node in Of(roots, starts.Min(n => n.Id)))
        {
            if (starts.Contains(node) || node.Inputs.Any(i => dependent.Contains(i.Node) && (!differentiably || !i.Node.Op.StopsDerivatives || starts.Contains(i.Node)))) dependent.Add(node);
        }
        return [.. dependent.OrderBy(n => n.Id)];
    }
}

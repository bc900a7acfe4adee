using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Groups stored values into kernels. After it every stored value belongs to one step, no two steps wait for each other,
/// and each group can be lowered to one loop nest.
/// </summary>
internal static class Fusion
{
    // A kernel of more members holds too many live vectors.
    private const int MostMembers = 12;

    // Only the latest groups are tried as a home, so that the pass stays linear in the size of the graph.
    private const int GroupsTried = 24;

    // What a row needs to be summed to columns as it is walked.
    private const int ShortestRow = 64;
    private const int FewestRows = 64;

    /// <param name="nodes">The program, inputs before users.</param>
    /// <param name="stored">What has a buffer.</param>
    /// <param name="storage">The buffer of a stored value, a source or an alias; null for others.</param>
    /// <param name="guardsOf">The branches that a value belongs to; only values of the same ones share a kernel.</param>
    /// <param name="isFoldedProduct">Whether a fold is computed as a product.</param>
    /// <returns>Groups, and nodes with kernels of their own, in the order in which they run.</returns>
    public static List<object> Group(IReadOnlyList<Node> nodes, HashSet<Value> stored, Func<Value, TensorBuffer?> storage, Func<Value, BranchLiteral[]> guardsOf, Func<Node, bool> isFoldedProduct)
    {
        var steps = new List<object>();
        var home = new Dictionary<Value, object>();
        var dependencies = new Dictionary<object, HashSet<object>>();
        var reads = new Dictionary<Value, HashSet<Value>>();
        foreach (var node in nodes)
        {
            if (node.Outputs.Count == 0 || node.Op.KindAt(node) == OpKind.Source) continue;
            var value = node.Output;
            var inputs = Reads(node);
            reads[value] = stored.Contains(value) ? [value] : inputs;
            if (!stored.Contains(value)) continue;
            var predicates = guardsOf(value).Select(g => Materialization.BehindAliases(g.Predicate));
            var needed = inputs.Concat(predicates).Where(home.ContainsKey).Select(v => home[v]).ToHashSet();
            if (node.Op.KindAt(node) is OpKind.Contraction or OpKind.Scatter or OpKind.Routine || isFoldedProduct(node))
            {
                Place(value, node, needed);
                foreach (var further in node.Outputs.Skip(1)) (home[further], reads[further]) = (node, [further]);
                continue;
            }
            var alone = Alone(value);
            var host = steps.OfType<FusionGroup>().Reverse().Take(GroupsTried).FirstOrDefault(g => CanHost(g, value, alone, inputs, needed));
            if (host is null)
            {
                Place(value, alone, needed);
                continue;
            }
            home[value] = host;
            needed.Remove(host);
            dependencies[host].UnionWith(needed);
        }
        Merge();
        return Ordered();

        void Place(Value value, object step, HashSet<object> needed)
        {
            steps.Add(step);
            home[value] = step;
            dependencies[step] = needed;
        }

        // The stored values and sources that a node's expression loads.
        HashSet<Value> Reads(Node node)
        {
            var set = new HashSet<Value>();
            foreach (var input in node.Inputs)
            {
                if (reads.TryGetValue(input, out var below)) set.UnionWith(below);
                else set.Add(input);
            }
            return set;
        }

        bool CanHost(FusionGroup group, Value value, FusionGroup alone, HashSet<Value> inputs, HashSet<object> needed)
        {
            if (group.Roots.Count >= MostMembers || !guardsOf(group.Roots[0].Value).AsSpan().SequenceEqual(guardsOf(value))) return false;
            if (!Fits(group, alone, value, out var reduced, out var kind) && !FitsAcross(group, alone, out reduced, out kind)) return false;
            // Worth it only where a member is read, or an input is shared.
            var members = group.Roots.Select(r => r.Value).ToHashSet();
            if (!inputs.Overlaps(members) && !members.Any(m => Loads(m).Overlaps(inputs))) return false;
            if (needed.Any(step => step != group && Reaches(step, group))) return false;
            return Extend(group, reduced, [(value, kind)]);
        }

        // Adds members if all can share a loop nest; what a group combined over other axes than it now reduces becomes columns.
        bool Extend(FusionGroup group, bool[] reduced, IEnumerable<(Value Value, RootKind Kind)> further)
        {
            var (before, roots) = (group.Reduced, group.Roots.ToArray());
            if (group.HasReduction && !reduced.AsSpan().SequenceEqual(before))
            {
                for (var i = 0; i < roots.Length; i++)
                {
                    if (roots[i].Kind == RootKind.Reduction) group.Roots[i] = (roots[i].Value, RootKind.Column);
                }
            }
            group.Reduced = reduced;
            group.Roots.AddRange(further);
            if (GroupLowering.IsLegal(group, storage)) return true;
            group.Roots.Clear();
            group.Roots.AddRange(roots);
            group.Reduced = before;
            return false;
        }

        // Two groups over the same rows read them once: a forward pass and its gradient, say.
        void Merge()
        {
            for (var i = steps.Count - 1; i > 0; i--)
            {
                if (steps[i] is not FusionGroup { HasReduction: true } later) continue;
                foreach (var earlier in steps.Take(i).OfType<FusionGroup>().Reverse().Take(GroupsTried))
                {
                    if (!earlier.HasReduction || !earlier.Extents.AsSpan().SequenceEqual(later.Extents) || !earlier.Reduced.AsSpan().SequenceEqual(later.Reduced)) continue;
                    if (earlier.Roots.Count + later.Roots.Count > MostMembers) continue;
                    if (!guardsOf(earlier.Roots[0].Value).AsSpan().SequenceEqual(guardsOf(later.Roots[0].Value))) continue;
                    var inputs = later.Roots.SelectMany(r => Loads(r.Value)).ToHashSet();
                    if (!earlier.Roots.Any(r => inputs.Contains(r.Value) || Loads(r.Value).Overlaps(inputs))) continue;
                    if (Reaches(earlier, later) || dependencies[later].Any(step => step != earlier && Reaches(step, earlier))) continue;
                    if (!Extend(earlier, earlier.Reduced, later.Roots)) continue;
                    foreach (var (value, _) in later.Roots) home[value] = earlier;
                    dependencies[earlier].UnionWith(dependencies[later]);
                    dependencies[earlier].Remove(earlier);
                    foreach (var needed in dependencies.Values)
                    {
                        if (needed.Remove(later)) needed.Add(earlier);
                    }
                    steps.RemoveAt(i);
                    break;
                }
            }
        }

        HashSet<Value> Loads(Value member) => Reads(member.Node);

        bool Reaches(object from, object target)
        {
            var seen = new HashSet<object>();
            return Visit(from);

            bool Visit(object step) => step == target || (seen.Add(step) && dependencies[step].Any(Visit));
        }

        List<object> Ordered()
        {
            var order = new List<object>();
            var done = new HashSet<object>();
            foreach (var step in steps) Visit(step);
            return order;

            void Visit(object step)
            {
                if (!done.Add(step)) return;
                foreach (var before in steps.Where(dependencies[step].Contains)) Visit(before);
                order.Add(step);
            }
        }
    }

    /// <summary>The group that a value forms by itself.</summary>
    public static FusionGroup Alone(Value value)
    {
        if (value.Node.Op.KindAt(value.Node) is not (OpKind.Reduction or OpKind.Contraction))
        {
            var map = new FusionGroup([.. value.Shape], new bool[value.Rank]);
            map.Roots.Add((value, RootKind.Full));
            return map;
        }
        var (extents, reduced) = value.Node.Op.ReductionDomain(value.Node);
        var group = new FusionGroup(extents, reduced);
        group.Roots.Add((value, RootKind.Reduction));
        return group;
    }

    private static bool Fits(FusionGroup group, FusionGroup alone, Value value, out bool[] reduced, out RootKind kind)
    {
        (reduced, kind) = (group.Reduced, alone.Roots[0].Kind);
        if (group.Extents.AsSpan().SequenceEqual(alone.Extents))
        {
            if (kind == RootKind.Full) return true;
            if (group.HasReduction) return group.Reduced.AsSpan().SequenceEqual(alone.Reduced);
            reduced = alone.Reduced;
            return true;
        }
        if (kind != RootKind.Full || !group.HasReduction) return false;
        kind = RootKind.Row;
        var flags = group.Reduced;
        var rows = group.Extents.Where((_, axis) => !flags[axis]).ToArray();
        var kept = group.Extents.Select((extent, axis) => flags[axis] ? 1 : extent).ToArray();
        return value.Shape.Dims.SequenceEqual(rows) || value.Shape.Dims.SequenceEqual(kept);
    }

    /// <summary>
    /// Whether a reduction over rows can share the walk of reductions along them: one of both becomes columns. Rows must be long
    /// enough to be walked in vectors, and many.
    /// </summary>
    private static bool FitsAcross(FusionGroup group, FusionGroup alone, out bool[] reduced, out RootKind kind)
    {
        (reduced, kind) = (group.Reduced, RootKind.Column);
        if (alone.Roots[0].Kind != RootKind.Reduction || !group.HasReduction || !group.Extents.AsSpan().SequenceEqual(alone.Extents)) return false;
        for (var axis = 0; axis < reduced.Length; axis++)
        {
            if (group.Reduced[axis] == alone.Reduced[axis] && !group.Extents[axis].IsOne) return false;
        }
        // Rows end on the last axis, so that they are dense.
        if (!group.Reduced[^1])
        {
            if (group.Roots.Any(r => r.Kind is RootKind.Row or RootKind.Column)) return false;
            (reduced, kind) = (alone.Reduced, RootKind.Reduction);
        }
        var flags = reduced;
        return flags[^1] && Points(true) >= ShortestRow && Points(false) >= FewestRows;

        long Points(bool along) => group.Extents.Where((_, axis) => flags[axis] == along).Aggregate(1L, (product, extent) => product * extent.Evaluate(_ => FewestRows));
    }
}

using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

internal static partial class Fusion
{
    /// <summary>The grouping of one program.</summary>
    private sealed class Grouping(HashSet<Value> stored, Func<Value, TensorBuffer?> storage, Func<Value, BranchLiteral[]> guardsOf, Func<Node, bool> isFoldedProduct)
    {
        private readonly List<object> steps = [];
        private readonly Dictionary<Value, object> home = [];
        private readonly List<FusionGroup> groups = [];
        private readonly StepDependencies dependencies = new();
        private readonly Dictionary<Value, HashSet<Value>> reads = [];
        private readonly Dictionary<FusionGroup, GroupSize?> sizes = [];

        public List<object> Of(IReadOnlyList<Node> nodes)
        {
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
                var host = LatestBefore(groups.Count).FirstOrDefault(g => CanHost(g, value, alone, inputs, needed));
                if (host is null)
                {
                    Place(value, alone, needed);
                    continue;
                }
                home[value] = host;
                foreach (var step in needed.Where(step => step != host)) dependencies.Add(host, step);
            }
            Merge();
            return Ordered();
        }

        private void Place(Value value, object step, HashSet<object> needed)
        {
            steps.Add(step);
            if (step is FusionGroup group) groups.Add(group);
            home[value] = step;
            dependencies.Add(step);
            foreach (var before in needed) dependencies.Add(step, before);
        }

        /// <summary>The groups that are tried as a home, the latest first.</summary>
        private IEnumerable<FusionGroup> LatestBefore(int end)
        {
            for (var i = end - 1; i >= Math.Max(0, end - GroupsTried); i--) yield return groups[i];
        }

        /// <summary>The stored values and sources that a node's expression loads.</summary>
        private HashSet<Value> Reads(Node node)
        {
            var set = new HashSet<Value>();
            foreach (var input in node.Inputs)
            {
                if (reads.TryGetValue(input, out var below)) set.UnionWith(below);
                else set.Add(input);
            }
            return set;
        }

        private bool CanHost(FusionGroup group, Value value, FusionGroup alone, HashSet<Value> inputs, HashSet<object> needed)
        {
            if (group.Roots.Count >= MostMembers || !guardsOf(group.Roots[0].Value).AsSpan().SequenceEqual(guardsOf(value))) return false;
            if (!Fits(group, alone, value, out var reduced, out var kind) && !FitsAcross(group, alone, out reduced, out kind)) return false;
            // Worth it only where a member is read, or an input is shared.
            var members = group.Roots.Select(r => r.Value).ToHashSet();
            if (!inputs.Overlaps(members) && !members.Any(m => Loads(m).Overlaps(inputs))) return false;
            if (needed.Any(step => step != group && dependencies.Reaches(step, group))) return false;
            return Extend(group, reduced, alone, [(value, kind)]);
        }

        /// <summary>Adds members if all can share a loop nest; what a group combined over other axes than it now reduces becomes columns.</summary>
        private bool Extend(FusionGroup group, bool[] reduced, FusionGroup other, IEnumerable<(Value Value, RootKind Kind)> further)
        {
            var (before, roots) = (group.Reduced, group.Roots.ToArray());
            if (reduced.AsSpan().SequenceEqual(before) && !other.Roots.Any(r => Loads(r.Value).Overlaps(roots.Select(m => m.Value))) && SizeOf(group) is { } own && SizeOf(other) is { } added && own.IsTooMuchWith(added)) return false;
            if (group.HasReduction && !reduced.AsSpan().SequenceEqual(before))
            {
                for (var i = 0; i < roots.Length; i++)
                {
                    if (roots[i].Kind == RootKind.Reduction) group.Roots[i] = (roots[i].Value, RootKind.Column);
                }
            }
            group.Reduced = reduced;
            group.Roots.AddRange(further);
            if (GroupLowering.SizeOf(group, storage) is { IsOptimized: true } size)
            {
                sizes[group] = size;
                return true;
            }
            group.Roots.Clear();
            group.Roots.AddRange(roots);
            group.Reduced = before;
            return false;
        }

        private GroupSize? SizeOf(FusionGroup group)
        {
            if (!sizes.TryGetValue(group, out var size)) sizes.Add(group, size = GroupLowering.SizeOf(group, storage));
            return size;
        }

        /// <summary>Merges groups over the same rows, a forward pass and its gradient say, so that they read them once.</summary>
        private void Merge()
        {
            for (var i = groups.Count - 1; i > 0; i--)
            {
                var later = groups[i];
                if (!later.HasReduction) continue;
                var earlier = LatestBefore(i).FirstOrDefault(g => CanMerge(g, later) && Extend(g, g.Reduced, later, later.Roots));
                if (earlier is null) continue;
                foreach (var (value, _) in later.Roots) home[value] = earlier;
                dependencies.Unite(later, earlier);
                steps.Remove(later);
                groups.RemoveAt(i);
            }
        }

        private bool CanMerge(FusionGroup earlier, FusionGroup later)
        {
            if (!earlier.HasReduction || !earlier.Extents.AsSpan().SequenceEqual(later.Extents) || !earlier.Reduced.AsSpan().SequenceEqual(later.Reduced)) return false;
            if (earlier.Roots.Count + later.Roots.Count > MostMembers) return false;
            if (!guardsOf(earlier.Roots[0].Value).AsSpan().SequenceEqual(guardsOf(later.Roots[0].Value))) return false;
            var inputs = later.Roots.SelectMany(r => Loads(r.Value)).ToHashSet();
            if (!earlier.Roots.Any(r => inputs.Contains(r.Value) || Loads(r.Value).Overlaps(inputs))) return false;
            return !dependencies.Reaches(earlier, later) && !dependencies[later].Any(step => step != earlier && dependencies.Reaches(step, earlier));
        }

        private HashSet<Value> Loads(Value member) => Reads(member.Node);

        /// <summary>Every step after those that it waits for, which come as they were placed.</summary>
        private List<object> Ordered()
        {
            var (order, done, pending) = (new List<object>(), new HashSet<object>(), new Stack<(object Step, bool IsDone)>());
            var places = steps.Index().ToDictionary(s => s.Item, s => s.Index);
            foreach (var step in steps)
            {
                pending.Push((step, false));
                while (pending.TryPop(out var next))
                {
                    if (next.IsDone) order.Add(next.Step);
                    else if (done.Add(next.Step))
                    {
                        pending.Push((next.Step, true));
                        foreach (var before in dependencies[next.Step].OrderByDescending(s => places[s])) pending.Push((before, false));
                    }
                }
            }
            return order;
        }
    }
}

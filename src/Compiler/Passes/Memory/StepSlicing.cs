using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;

namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>
/// Finds neighbouring steps that can be done slice by slice, so that what they hand to each other is never in memory as a whole: an
/// activation between two products, or the scores of attention between theirs.
/// </summary>
internal static class StepSlicing
{
    // What is smaller is in the caches anyway.
    private const long FewestBytes = 256 << 10;

    // From the step that writes a buffer to the last that reads it.
    private const int MostSteps = 6;

    // For extents that are not known.
    private const long AssumedExtent = 64;

    /// <summary>Groups of steps that do not overlap, in order.</summary>
    public static List<SliceGroup> Find(IReadOnlyList<LoweredStep> steps, StepFacts.Table table, Func<TensorBuffer, bool> isKept)
    {
        var facts = steps.Select(s => table[s]).ToArray();
        var (first, last) = BufferPlan.Uses(facts);
        var groups = new List<SliceGroup>();
        foreach (var buffer in first.Keys.Where(b => !isKept(b) && b.ByteSize.Evaluate(_ => AssumedExtent) >= FewestBytes).OrderBy(b => first[b]))
        {
            var (from, to) = (first[buffer], last[buffer]);
            if (to == from || to - from >= MostSteps || groups.Exists(g => g.Sliced.Contains(buffer))) continue;
            var overlapping = groups.FindAll(g => g.First <= to && from <= g.Last);
            if (Group(Math.Min(from, overlapping.Select(g => g.First).DefaultIfEmpty(from).Min()), Math.Max(to, overlapping.Select(g => g.Last).DefaultIfEmpty(to).Max())) is not { } found || !found.Sliced.Contains(buffer)) continue;
            groups.RemoveAll(overlapping.Contains);
            groups.Add(found);
        }
        return [.. groups.OrderBy(g => g.First)];

        SliceGroup? Group(int from, int to)
        {
            var chosen = new StepSlices[to - from + 1];
            var written = new Dictionary<TensorBuffer, Dim>();
            for (var step = from; step <= to; step++)
            {
                var reads = facts[step].Reads.Where(written.ContainsKey).ToArray();
                var read = facts[step].Writes.Where(b => last.GetValueOrDefault(b, -1) > step && ReadBefore(b, step + 1, to)).ToArray();
                if (facts[step].Writes.Any(b => b.Kind == BufferKind.Variable)) return null;
                if (Array.Find(facts[step].Slices, s => Array.TrueForAll(reads, s.Units.ContainsKey) && Array.TrueForAll(read, s.Units.ContainsKey)) is not { } slices) return null;
                chosen[step - from] = slices;
                foreach (var buffer in facts[step].Writes) written[buffer] = slices.Units.GetValueOrDefault(buffer);
            }
            var group = new SliceGroup(from, to, chosen, []);
            group.Sliced.UnionWith(written.Keys.Where(b => b.Kind == BufferKind.Arena && !isKept(b) && first[b] >= from && last[b] <= to && last[b] > first[b]
                && Enumerable.Range(from, to - from + 1).All(s => group.IsAligned(s, b, facts[s]))));
            return group.Sliced.Count == 0 ? null : group;
        }

        bool ReadBefore(TensorBuffer buffer, int from, int to)
        {
            for (var step = from; step <= to; step++)
            {
                if (facts[step].Reads.Contains(buffer)) return true;
            }
            return false;
        }
    }
}

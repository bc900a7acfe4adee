using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Merges neighbouring axes into one loop where every access walks them as if they were one: offset = c·(i·extent + j).
/// Long inner loops are what vectors need. Rows of a concatenation are told apart by where they begin in the merged loop: i &lt; n is i·extent + j &lt; n·extent.
/// </summary>
internal static class AxisMerging
{
    public static void Merge(KernelDraft draft)
    {
        for (var at = draft.Axes.Count - 2; at >= 0; at--)
        {
            var (outer, inner) = (draft.Axes[at], draft.Axes[at + 1]);
            if (outer.Reduced != inner.Reduced || !CanMerge(draft, outer, inner)) continue;
            var b = draft.Builder;
            var merged = new LoopAxis(outer.Name + inner.Name, outer.Extent * inner.Extent, outer.Reduced);
            draft.Substitute(s => s.Op != ScalarOp.LoopIndex ? OfRows(s)
                : s.Payload == outer ? b.Int64(0)
                : s.Payload == inner ? b.LoopIndex(merged)
                : null);
            draft.Axes[at] = merged;
            draft.Axes.RemoveAt(at + 1);

            Scalar? OfRows(Scalar comparison)
            {
                if (ScalarGraph.ChangeAlong(comparison, outer) is not { } change) return null;
                var first = b.Int64(change.From * inner.Extent.Value);
                return change.HoldsFrom ? b.LessOrEqual(first, b.LoopIndex(merged)) : b.LessThan(b.LoopIndex(merged), first);
            }
        }
    }

    private static bool CanMerge(KernelDraft draft, LoopAxis outer, LoopAxis inner)
    {
        var b = draft.Builder;
        foreach (var offset in draft.Offsets)
        {
            if (!ScalarGraph.TryCoefficient(b, offset, outer, out var far) || !ScalarGraph.TryCoefficient(b, offset, inner, out var near)
                || !ReferenceEquals(far, b.Multiply(near, b.Extent(inner.Extent))))
                return false;
        }
        // An index that is used as a number (iota, a predicate) must keep its own loop; rows of a concatenation need not.
        var changes = new HashSet<long>();
        var (seen, seenOfLoads) = (new HashSet<Scalar>(), new HashSet<Scalar>());
        return draft.Values.All(v => IsFree(v, ofLoad: false)) && (changes.Count == 0 || HaveLoopsOfTheirOwn(draft, outer, changes));

        bool IsFree(Scalar scalar, bool ofLoad)
        {
            if (!(ofLoad ? seenOfLoads : seen).Add(scalar)) return true;
            if (ofLoad && outer.Extent.IsConstant && inner.Extent.IsConstant && ScalarGraph.ChangeAlong(scalar, outer) is { } change)
            {
                changes.Add(change.From);
                return true;
            }
            return scalar.Op switch
            {
                ScalarOp.LoopIndex => scalar.Payload != outer && scalar.Payload != inner,
                ScalarOp.Load => scalar.Arguments.Length == 1 || (IsFree(scalar.Arguments[1], ofLoad: true) && IsFree(scalar.Arguments[2], ofLoad)),
                _ => scalar.Arguments.All(a => IsFree(a, ofLoad)),
            };
        }
    }

    /// <summary>Whether each stretch of rows gets a loop: else a row that looks once is better than each of its vectors.</summary>
    private static bool HaveLoopsOfTheirOwn(KernelDraft draft, LoopAxis rows, IEnumerable<long> changes)
    {
        long[] ends = [.. changes.Append(rows.Extent.Value).Where(c => c > 0 && c <= rows.Extent.Value).Distinct().Order()];
        return AxisParts.CountInstructions(draft.Builder, [.. draft.Values], rows, ends) is not null;
    }
}

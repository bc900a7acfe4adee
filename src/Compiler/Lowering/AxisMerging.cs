using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Merges neighbouring axes into one loop where every access walks them as if they were one: offset = c·(i·extent + j).
/// Long inner loops are what vectors need.
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
            draft.Substitute(s => s.Op != ScalarOp.LoopIndex ? null
                : s.Payload == outer ? b.Int64(0)
                : s.Payload == inner ? b.LoopIndex(merged)
                : null);
            draft.Axes[at] = merged;
            draft.Axes.RemoveAt(at + 1);
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
        // An index that is used as a number (iota, a predicate) must keep its own loop.
        var seen = new HashSet<Scalar>();
        return draft.Values.All(IsFree);

        bool IsFree(Scalar scalar)
        {
            if (!seen.Add(scalar)) return true;
            if (scalar.Op == ScalarOp.LoopIndex) return scalar.Payload != outer && scalar.Payload != inner;
            var arguments = scalar.Op == ScalarOp.Load ? scalar.Arguments.Skip(1) : scalar.Arguments;
            return arguments.All(IsFree);
        }
    }
}

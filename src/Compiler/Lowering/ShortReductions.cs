using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Reductions over a handful of elements, such as those of a window, written out: without loops inside the vector loop, what does not move along it,
/// such as the weights of a window, is read once a row. Terms are combined in the same order.
/// </summary>
internal static class ShortReductions
{
    // The just-in-time compiler puts only so many calls in their place: a window of 49 written out took three times as long as the loop.
    private const int MostTerms = 9;
    private const int MostInstructions = 100;

    // What a row of results reads of the rows around it stays in the cache; sums over distant rows are better made in the order of memory.
    private const long MostBytes = 96 << 10;

    /// <param name="draft">The kernel in the making; where vectors lie along what is reduced it is left alone.</param>
    /// <param name="vector">The axis in the lanes.</param>
    /// <returns>Whether the kernel no longer reduces.</returns>
    public static bool WriteOut(KernelDraft draft, LoopAxis? vector)
    {
        if (vector is null || vector.Reduced || draft.Reductions.Count == 0 || draft.FullStores.Count > 0 || draft.Columns.Count > 0) return false;
        var b = draft.Builder;
        var inner = draft.Axes.Where(a => a.Reduced).ToArray();
        if (!Array.TrueForAll(inner, a => a.Extent.IsConstant)) return false;
        var terms = inner.Aggregate(1L, (count, axis) => count * axis.Extent.Value);
        var scalars = ScalarGraph.Reachable(draft.Reductions.Select(r => r.Body));
        if (terms is < 1 or > MostTerms || terms * scalars.Count(s => s.Op == ScalarOp.Load || s.Type.IsFloat()) > MostInstructions || scalars.Any(s => s.Op == ScalarOp.Load && !IsNear(s))) return false;

        var values = Values(draft, inner);
        var done = new Dictionary<Scalar, Scalar>();
        for (var i = 0; i < draft.RowStores.Count; i++)
            draft.RowStores[i] = draft.RowStores[i] with { Value = ScalarGraph.Substitute(b, draft.RowStores[i].Value, Finished, done) };
        draft.Reductions.Clear();
        draft.Axes.RemoveAll(a => a.Reduced);
        return true;

        bool IsNear(Scalar load)
        {
            var reach = 0L;
            foreach (var axis in inner)
            {
                // What is no multiple of an index is a quotient, as of the windows that hold an element, or an index from memory.
                if (!ScalarGraph.TryCoefficient(b, load.Arguments[0], axis, out var step)) return ScalarGraph.Reachable([load.Arguments[0]]).All(s => s.Op != ScalarOp.Load);
                if (!step.IsConstant) return false;
                reach += (axis.Extent.Value - 1) * Math.Abs(step.Bits);
            }
            return reach * load.Type.Size() <= MostBytes;
        }

        Scalar? Finished(Scalar scalar) => scalar.Op == ScalarOp.Accumulated ? values.GetValueOrDefault(scalar.Payload!) : null;
    }

    /// <summary>What each reduction of a draft gives, its terms written out one after the other.</summary>
    /// <param name="draft">The kernel in the making.</param>
    /// <param name="inner">What is reduced, of known extents.</param>
    public static Dictionary<object, Scalar> Values(KernelDraft draft, LoopAxis[] inner)
    {
        var b = draft.Builder;
        var terms = inner.Aggregate(1L, (count, axis) => count * axis.Extent.Value);
        var values = new Dictionary<object, Scalar>();
        foreach (var reduction in draft.Reductions)
        {
            var sum = b.Constant(reduction.Type, reduction.Kind.IdentityBits(reduction.Type));
            for (var term = 0L; term < terms; term++)
            {
                var place = new Dictionary<LoopAxis, Scalar>();
                for (var (axis, rest) = (inner.Length - 1, term); axis >= 0; axis--) (rest, place[inner[axis]]) = (rest / inner[axis].Extent.Value, b.Int64(rest % inner[axis].Extent.Value));
                var value = ScalarGraph.Substitute(b, reduction.Body, s => s.Op == ScalarOp.LoopIndex && place.TryGetValue((LoopAxis)s.Payload!, out var at) ? at : Finished(s), []);
                sum = Combine(b, reduction.Kind, sum, value);
            }
            values.Add(reduction, sum);
        }
        return values;

        Scalar? Finished(Scalar scalar) => scalar.Op == ScalarOp.Accumulated ? values.GetValueOrDefault(scalar.Payload!) : null;
    }

    private static Scalar Combine(ScalarBuilder b, ReductionKind kind, Scalar x, Scalar y) => (kind, x.Type) switch
    {
        (ReductionKind.Maximum, DType.Bool) => b.Or(x, y),
        (ReductionKind.Minimum, DType.Bool) => b.And(x, y),
        (ReductionKind.Sum, _) => b.Add(x, y),
        (ReductionKind.Product, _) => b.Multiply(x, y),
        (ReductionKind.Maximum, _) => b.Maximum(x, y),
        _ => b.Minimum(x, y),
    };
}

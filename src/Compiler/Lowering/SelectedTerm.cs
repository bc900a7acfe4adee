using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Finds reductions of which all terms but one are the identity because a condition names their index: Σ over j of (j = k ? f(j) : 0)
/// is f(k) if there is such a j, else 0. Losses pick the logit of a label so; it need not be searched for.
/// </summary>
internal static class SelectedTerm
{
    /// <summary>The reduction's value without the reduction; null if it is none of that kind.</summary>
    public static Scalar? Find(ScalarBuilder b, KernelReduction reduction, LoopAxis[] axes)
    {
        if (axes.Where(a => a.Reduced && !a.Extent.IsOne).ToArray() is not [{ Extent: { IsConstant: true, Value: > 0 and <= int.MaxValue } } axis]) return null;
        var (condition, term) = (reduction.Kind, reduction.Body) switch
        {
            (ReductionKind.Sum, { Op: ScalarOp.Select, Arguments: [var c, var f, { IsConstant: true, Bits: 0 }] }) => (c, f),
            (ReductionKind.Maximum, { Type: DType.Bool } c) => (c, b.Bool(true)),
            _ => (null, null),
        };
        if (condition is null || ScalarGraph.Reachable([reduction.Body]).Any(s => s.Op == ScalarOp.Guard)) return null;
        var conjuncts = new List<Scalar>();
        Split(condition);
        var place = conjuncts.Select(c => Named(c, axis)).FirstOrDefault(k => k is not null);
        if (place is null) return null;
        place = b.Convert(DType.Int64, place);
        var exists = b.And(b.LessOrEqual(b.Int64(0), place), b.LessThan(place, b.Extent(axis.Extent)));
        var index = b.Select(exists, place, b.Int64(0));
        var done = new Dictionary<Scalar, Scalar>();
        Scalar There(Scalar scalar) => ScalarGraph.Substitute(b, scalar, s => s.Op == ScalarOp.LoopIndex && s.Payload == axis ? index : null, done);
        var holds = conjuncts.Where(c => Named(c, axis) is null).Aggregate(exists, (all, c) => b.And(all, There(c)));
        // Further conditions on the index stay.
        foreach (var other in conjuncts.Where(c => Named(c, axis) is { } k && !ReferenceEquals(b.Convert(DType.Int64, k), place))) holds = b.And(holds, There(other));
        return reduction.Type == DType.Bool ? holds : b.Select(holds, There(term!), b.Number(reduction.Type, 0));

        void Split(Scalar scalar)
        {
            if (scalar.Op != ScalarOp.And || scalar.Type != DType.Bool)
            {
                conjuncts.Add(scalar);
                return;
            }
            foreach (var argument in scalar.Arguments) Split(argument);
        }
    }

    /// <summary>What an axis's index is compared with, if a condition is such a comparison and the other side does not move along the axis.</summary>
    public static Scalar? Named(Scalar condition, LoopAxis axis)
    {
        if (condition.Op != ScalarOp.Equal) return null;
        var (x, y) = (condition.Arguments[0], condition.Arguments[1]);
        if (IsIndex(x, axis)) (x, y) = (y, x);
        return IsIndex(y, axis) && !ScalarGraph.DependsOn(x, axis) ? x : null;
    }

    // An index fits 32 bits wherever it was converted to them.
    private static bool IsIndex(Scalar scalar, LoopAxis axis) =>
        scalar is { Op: ScalarOp.Convert, Type: DType.Int32, Arguments: [var wide] } && axis.Extent is { IsConstant: true, Value: <= int.MaxValue }
            ? IsIndex(wide, axis)
            : scalar.Op == ScalarOp.LoopIndex && scalar.Payload == axis;
}

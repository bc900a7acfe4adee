using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Groups stored values into kernels. After it every stored value belongs to one step, no two steps wait for each other,
/// and each group can be lowered to one loop nest.
/// </summary>
internal static partial class Fusion
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
    public static List<object> Group(IReadOnlyList<Node> nodes, HashSet<Value> stored, Func<Value, TensorBuffer?> storage, Func<Value, BranchLiteral[]> guardsOf, Func<Node, bool> isFoldedProduct) =>
        new Grouping(stored, storage, guardsOf, isFoldedProduct).Of(nodes);

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

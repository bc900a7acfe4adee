using System.Numerics;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Short rows that lie one after the other and share operands, as pixels of three colours share weights and examples a bias: they become one long row in which no lane stays
/// empty, and what they share is repeated, once, until the repetitions fill whole vectors.
/// </summary>
internal static class JoinedRows
{
    // Below this many points the further kernel costs what it saves.
    private const long FewestPoints = 32_768;

    // Of longer rows most vectors are full.
    private const long LongestRow = 128;

    // Whole vectors at any width.
    private const long Lanes = 16;

    // A stretch is long beside what it takes to begin it, and what is repeated stays in the first-level cache beside what is not.
    private const long ShortestStretch = 512;

    /// <summary>The kernels: those that repeat, then the one with rows joined; null where rows are not short or not shared like this.</summary>
    /// <param name="draft">The kernel in the making; left as it is where null is returned.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="temporary">Makes a buffer for what is repeated.</param>
    public static Kernel[]? Join(KernelDraft draft, int lanes, string name, Func<TensorType, string, TensorBuffer> temporary)
    {
        if (draft.Reductions.Count + draft.Columns.Count > 0 || draft.Axes is not [.., var rows, { Extent: { IsConstant: true, Value: > 1 and <= LongestRow and var length } } row]) return null;
        if (length % lanes == 0 || RowChunks.Estimate(draft.Axes) < FewestPoints) return null;
        var b = draft.Builder;
        if (!draft.RowStores.TrueForAll(s => StepOf(s.Offset, row) is { } step && step.IsInteger(1) && IsOneRow(s.Offset))) return null;
        var (shared, seen) = (new List<Scalar>(), new HashSet<Scalar>());
        if (!draft.RowStores.TrueForAll(s => CanJoin(s.Value)) || shared.Count == 0) return null;

        var stretch = length * Together(rows.Extent, length);
        // Stretches of equal length are an axis of their own, so that their steps can be done in slices.
        var isEven = rows.Extent is { IsConstant: true, Value: var count } && count * length % stretch == 0;
        var chunks = RowChunks.OfLength(new LoopAxis(rows.Name + row.Name, rows.Extent * length, reduced: false), stretch);
        var (outer, joined) = isEven ? (new LoopAxis(rows.Name, rows.Extent * length / stretch, reduced: false), new LoopAxis(row.Name, stretch, reduced: false)) : (chunks.Loop, RowChunks.Part(chunks.Axis, isInner: false, chunks));
        var begin = b.Multiply(b.LoopIndex(outer), b.Int64(stretch));
        var (element, place) = isEven ? (b.Add(begin, b.LoopIndex(joined)), b.LoopIndex(joined)) : (b.LoopIndex(joined), b.Subtract(b.LoopIndex(joined), begin));
        var kernels = new List<Kernel>();
        var repeated = new Dictionary<Scalar, Scalar>();
        foreach (var value in shared)
        {
            var buffer = temporary(new TensorType(value.Type, [(int)stretch]), "repeated");
            var copy = new KernelDraft(b, [new LoopAxis("copy", stretch / length, reduced: false), row]);
            copy.RowStores.Add(new KernelStore(buffer, b.Add(b.Multiply(b.LoopIndex(copy.Axes[0]), b.Int64(length)), b.LoopIndex(row)), value));
            kernels.Add(GroupLowering.Schedule(copy, row, $"{name}/repeated", runsEarly: true));
            repeated.Add(value, b.Load(value.Type, buffer, place));
        }
        draft.Substitute(s => repeated.TryGetValue(s, out var load) ? load
            : s.Op != ScalarOp.LoopIndex ? null
            : s.Payload == rows ? b.Int64(0)
            : s.Payload == row ? element
            : null);
        draft.Axes.RemoveRange(draft.Axes.Count - 2, 2);
        draft.Axes.AddRange([outer, joined]);
        return [.. kernels, GroupLowering.Schedule(draft, joined, name)];

        // How many rows are a stretch: as many as fill whole vectors, some times over; a number that divides all rows where there is one.
        static long Together(Dim rows, long length)
        {
            var least = Math.Max(1, Lanes >> BitOperations.TrailingZeroCount(length));
            var most = (ShortestStretch + (least * length) - 1) / (least * length) * least;
            if (!rows.IsConstant) return most;
            for (var count = most; count * length * 4 >= ShortestStretch && count > 0; count -= least)
            {
                if (rows.Value % count == 0) return count;
            }
            return most;
        }

        Scalar? StepOf(Scalar offset, LoopAxis axis) => ScalarGraph.TryCoefficient(b, offset, axis, out var step) ? step : null;

        bool IsOneRow(Scalar offset) => StepOf(offset, row) is { } near && StepOf(offset, rows) is { } far && ReferenceEquals(far, b.Multiply(near, b.Int64(length)));

        // Everything but what rows share, which is collected, walks both axes as if they were one, or neither.
        bool CanJoin(Scalar scalar)
        {
            if (!seen.Add(scalar) || (!ScalarGraph.DependsOn(scalar, rows) && !ScalarGraph.DependsOn(scalar, row))) return true;
            if (ScalarGraph.DependsOn(scalar, row) && draft.Axes.TrueForAll(a => a == row || !ScalarGraph.DependsOn(scalar, a)))
            {
                // What is made of places alone may stand in offsets, too, which are no elements.
                if (!ScalarGraph.Reachable([scalar]).Exists(s => s.Op == ScalarOp.Load)) return false;
                shared.Add(scalar);
                return true;
            }
            return scalar.Op switch
            {
                ScalarOp.LoopIndex => false,
                ScalarOp.Load => scalar.Arguments.Length == 1 && IsOneRow(scalar.Arguments[0]),
                _ => scalar.Arguments.All(CanJoin),
            };
        }
    }
}

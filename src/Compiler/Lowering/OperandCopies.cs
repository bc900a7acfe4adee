using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Reductions of functions of two operands that each is read again and again, such as Σ over k of f(a[i, k], b[j, k]): as in a product of matrices the operands are copied
/// in the order in which they are read, the one that moves along the results' dense axis with that axis last, and widened where each reader would widen them. Lanes are then
/// neighbouring results, and none has to be combined across.
/// </summary>
internal static class OperandCopies
{
    // Below this many points the further kernels cost what they save.
    private const long FewestPoints = 32_768;

    // An element that is copied is read at least so many times.
    private const long FewestReads = 16;

    // Of longer rows lanes are combined seldom enough. In float64 tiles of rows, which widen what they share once, gain longer.
    private const long LongestRow = 128;

    /// <summary>Makes the draft read the copies.</summary>
    /// <param name="draft">The kernel in the making.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="temporary">Makes a buffer for a copy.</param>
    /// <returns>The kernels that copy, which run first; empty where copies do not pay.</returns>
    public static Kernel[] Make(KernelDraft draft, int lanes, string name, Func<TensorType, string, TensorBuffer> temporary)
    {
        var b = draft.Builder;
        if (draft.Reductions.Count == 0 || draft.FullStores.Count > 0 || draft.Columns.Count > 0 || RowChunks.Estimate(draft.Axes) < FewestPoints) return [];
        if (RowChunks.Estimate(draft.Axes.Where(a => a.Reduced)) > (draft.Reductions.TrueForAll(r => r.Type == DType.Float64) ? RowTile.LongestWideRow : LongestRow)) return [];
        if (draft.Axes.FindLast(a => !a.Reduced && draft.RowStores.TrueForAll(s => StepOf(s.Offset, a) is { } step && step.IsInteger(1))) is not { } dense || RowChunks.Estimate(dense) < lanes) return [];
        WidenedDifferences.WidenOperands(draft, s => IsWorthCopying(s) || IsHeld(s));
        var scalars = ScalarGraph.Reachable(draft.Values);
        var copied = new List<Scalar>();
        foreach (var load in scalars.Where(s => s.Op == ScalarOp.Load && ScalarGraph.DependsOn(s, dense)))
        {
            if (StepOf(load.Arguments[0], dense) is not { } step) return [];
            if (load.Arguments.Length == 1 && (step.IsInteger(1) || step.IsInteger(0))) continue;
            if (!IsWorthCopying(load)) return [];
            copied.Add(load);
        }
        foreach (var wide in scalars.Where(s => s is { Op: ScalarOp.Convert, Type: DType.Float64, Arguments: [{ Op: ScalarOp.Load, Type: DType.Float32 } load] } && IsWorthCopying(load)))
        {
            copied.Remove(wide.Arguments[0]);
            copied.Add(wide);
        }

        var copies = new Dictionary<Scalar, Scalar>();
        var kernels = new List<Kernel>();
        foreach (var value in copied)
        {
            var (kernel, loads) = ValuesBefore.Compute(b, Order(value), [value], lanes, $"{name}/copy", type => temporary(type, "copy"));
            kernels.Add(kernel);
            copies.Add(value, loads[0]);
        }
        if (kernels.Count > 0) draft.Substitute(copies.GetValueOrDefault);
        return [.. kernels];

        Scalar? StepOf(Scalar offset, LoopAxis axis) => ScalarGraph.TryCoefficient(b, offset, axis, out var step) ? step : null;

        // What a row holds is widened before its terms are added up.
        bool IsHeld(Scalar load) => load is { Op: ScalarOp.Load, Arguments.Length: 1 } && !draft.Axes.Exists(a => a.Reduced && ScalarGraph.DependsOn(load, a));

        bool IsWorthCopying(Scalar load)
        {
            if (load is not { Op: ScalarOp.Load, Arguments.Length: 1 } || load.Payload is not TensorBuffer { Kind: not BufferKind.Scratch } buffer) return false;
            var axes = Order(load);
            return axes.Any(a => a.Reduced) && Array.TrueForAll(axes, a => StepOf(load.Arguments[0], a) is not null)
                && RowChunks.Estimate(axes) <= buffer.Type.Shape.ElementCount.Evaluate(_ => 64)
                && RowChunks.Estimate(draft.Axes.Where(a => !a.Reduced && !axes.Contains(a))) >= FewestReads;
        }

        // Rows of results outermost, then what is reduced, the lanes' axis last.
        LoopAxis[] Order(Scalar value) => [.. draft.Axes.Where(a => ScalarGraph.DependsOn(value, a)).OrderBy(a => a == dense ? 2 : a.Reduced ? 1 : 0)];
    }
}

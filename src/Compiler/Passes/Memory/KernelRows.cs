using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>What each row of a kernel, a turn of its outermost loop, touches of each buffer.</summary>
internal sealed class KernelRows(Kernel kernel)
{
    private readonly ScalarBuilder b = kernel.Builder;

    /// <summary>The kernel in slices of rows; null if it cannot be cut.</summary>
    public StepSlices? Slices()
    {
        if (!kernel.IsParallel || kernel.Outer.Length == 0) return null;
        var rows = kernel.Outer[0];
        var (units, within) = (new StepSlices.UnitTable(rows.Extent), new StepSlices.UnitTable(rows.Extent));
        foreach (var scalar in ScalarGraph.Reachable(kernel.Roots))
        {
            if (scalar.Op == ScalarOp.Guard) return null;
            if (scalar is not { Op: ScalarOp.Load, Payload: TensorBuffer buffer }) continue;
            var condition = scalar.Arguments.Length == 1 ? null : scalar.Arguments[1];
            var unit = condition is null ? Unit(scalar.Arguments[0]) : (Dim?)null;
            units.Add(buffer, unit);
            within.Add(buffer, unit ?? UnitAround(scalar.Arguments[0], condition));
        }
        foreach (var store in kernel.Stores)
        {
            units.Add(store.Buffer, Unit(store.Offset));
            within.Add(store.Buffer, Unit(store.Offset));
        }
        return new StepSlices(SlicedLoop.Rows, true, rows.Extent, units.Known) { IsVectorized = kernel.Vector == rows, Within = within.Known };
    }

    // What one row touches, if it is just the elements of its unit.
    private Dim? Unit(Scalar offset)
    {
        var rows = kernel.Outer[0];
        if (!TryStride(offset, rows, out var unit)) return null;
        Dim length = 1;
        foreach (var axis in kernel.Outer.Skip(1).Concat(kernel.Inner))
        {
            if (!TryStride(offset, axis, out var stride)) return null;
            if (axis.Chunks is not null && axis.Chunks != rows) return null;
            // The outermost loop may enumerate chunks of this one.
            if (axis.Chunks == rows) unit += stride * axis.ChunkLength;
            length += stride * (axis.Steps - 1);
        }
        return length == unit && ScalarGraph.TryDim(Start(offset), out var first) && first == 0 ? unit : (Dim?)null;
    }

    // What one row touches at the most where a condition holds, if it is some of the elements of its unit.
    private Dim? UnitAround(Scalar offset, Scalar? condition)
    {
        if (!TryStride(offset, kernel.Outer[0], out var unit) || !unit.IsConstant) return null;
        if (!ScalarGraph.TryDim(Start(offset), out var origin) || !origin.IsConstant) return null;
        var (first, last) = (origin.Value, origin.Value);
        foreach (var axis in kernel.Outer.Skip(1).Concat(kernel.Inner))
        {
            if (axis.Chunks is not null || !axis.Extent.IsConstant || !TryStride(offset, axis, out var stride) || !stride.IsConstant || stride.Value < 0) return null;
            var (low, high) = (0L, axis.Extent.Value);
            if (condition is not null) Limit(condition, axis, ref low, ref high);
            first += stride.Value * low;
            last += stride.Value * (high - 1);
        }
        return first >= 0 && last < unit.Value ? unit : (Dim?)null;
    }

    private static void Limit(Scalar condition, LoopAxis axis, ref long low, ref long high)
    {
        if (condition.Op == ScalarOp.And)
        {
            foreach (var part in condition.Arguments) Limit(part, axis, ref low, ref high);
            return;
        }
        if (ScalarGraph.ChangeAlong(condition, axis) is not { } change) return;
        if (change.HoldsFrom) low = Math.Max(low, change.From);
        else high = Math.Min(high, change.From);
    }

    private Scalar Start(Scalar offset) => ScalarGraph.Substitute(b, offset, s => s.Op == ScalarOp.LoopIndex ? b.Int64(0) : null, []);

    private bool TryStride(Scalar offset, LoopAxis axis, out Dim stride)
    {
        stride = 0;
        return ScalarGraph.TryCoefficient(b, offset, axis, out var coefficient) && ScalarGraph.TryDim(coefficient, out stride);
    }
}

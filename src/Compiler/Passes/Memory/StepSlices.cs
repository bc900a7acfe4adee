using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>Which loop of a step is cut.</summary>
internal enum SlicedLoop
{
    /// <summary>The outermost loop of a kernel.</summary>
    Rows,

    /// <summary>The batch of a product.</summary>
    Batch,

    /// <summary>The rows of a product.</summary>
    ProductRows,

    /// <summary>The terms of a product, whose sums are then added up from slice to slice.</summary>
    Terms,
}

/// <summary>
/// A way to do a step in parts: so many units, and which buffers each unit touches in a part of their own. Unit u touches the elements
/// from u·n up to (u + 1)·n of such a buffer, and all of them together the whole buffer.
/// </summary>
/// <param name="Loop">What is cut.</param>
/// <param name="IsMerged">For a product: whether the loop has all axes of its role, which lie as one; else it is the first of them.</param>
/// <param name="Count">The number of units.</param>
/// <param name="Units">Elements a unit, of the buffers that are touched unit by unit.</param>
internal sealed record StepSlices(SlicedLoop Loop, bool IsMerged, Dim Count, IReadOnlyDictionary<TensorBuffer, Dim> Units)
{
    /// <summary>Elements a unit of the buffers of which each unit touches nothing but elements of its own part; some perhaps not at all.</summary>
    public IReadOnlyDictionary<TensorBuffer, Dim> Within { get; init; } = Units;

    /// <summary>Whether consecutive units are lanes of one vector.</summary>
    public bool IsVectorized { get; init; }

    /// <summary>All ways there are, the ones with most units first.</summary>
    public static StepSlices[] Of(LoweredStep step) => step switch
    {
        { Guards.Length: > 0 } => [],
        LoweredKernel { Kernel: var kernel } => OfKernel(kernel) is { } slices ? [slices] : [],
        LoweredProduct { Product: var product } => [.. OfProduct(product)],
        _ => [],
    };

    /// <summary>The axes of a product that are cut.</summary>
    public static SymbolicAxis[] AxesOf(SymbolicContraction product, SlicedLoop loop) => loop switch
    {
        SlicedLoop.Batch => product.Batch,
        SlicedLoop.ProductRows => product.Rows,
        _ => product.Inner,
    };

    /// <summary>The axis along which units of a product follow each other.</summary>
    public SymbolicAxis UnitAxis(SymbolicContraction product)
    {
        var axes = Longer(AxesOf(product, Loop));
        return IsMerged ? axes[^1] with { Extent = Count } : axes[0];
    }

    /// <summary>A product of the first so many units.</summary>
    public SymbolicContraction Slice(SymbolicContraction product, long units)
    {
        SymbolicAxis[] axes = [UnitAxis(product) with { Extent = units }, .. IsMerged ? [] : Longer(AxesOf(product, Loop)).Skip(1)];
        return Loop switch
        {
            SlicedLoop.Batch => product with { Batch = axes },
            SlicedLoop.ProductRows => product with { Rows = axes },
            _ => product with { Inner = axes },
        };
    }

    private static SymbolicAxis[] Longer(SymbolicAxis[] axes) => Array.FindAll(axes, a => !a.Extent.IsOne);

    private static StepSlices? OfKernel(Kernel kernel)
    {
        if (!kernel.IsParallel || kernel.Outer.Length == 0) return null;
        var (b, rows) = (kernel.Builder, kernel.Outer[0]);
        var (units, within) = (new UnitTable(rows.Extent), new UnitTable(rows.Extent));
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

        // What one row touches, if it is just the elements of its unit.
        Dim? Unit(Scalar offset)
        {
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
            var start = ScalarGraph.Substitute(b, offset, s => s.Op == ScalarOp.LoopIndex ? b.Int64(0) : null, []);
            return length == unit && ScalarGraph.TryDim(start, out var first) && first == 0 ? unit : (Dim?)null;
        }

        // What one row touches at the most where a condition holds, if it is some of the elements of its unit.
        Dim? UnitAround(Scalar offset, Scalar? condition)
        {
            if (!TryStride(offset, rows, out var unit) || !unit.IsConstant) return null;
            var start = ScalarGraph.Substitute(b, offset, s => s.Op == ScalarOp.LoopIndex ? b.Int64(0) : null, []);
            if (!ScalarGraph.TryDim(start, out var origin) || !origin.IsConstant) return null;
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

        static void Limit(Scalar condition, LoopAxis axis, ref long low, ref long high)
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

        bool TryStride(Scalar offset, LoopAxis axis, out Dim stride)
        {
            stride = 0;
            return ScalarGraph.TryCoefficient(b, offset, axis, out var coefficient) && ScalarGraph.TryDim(coefficient, out stride);
        }
    }

    private static IEnumerable<StepSlices> OfProduct(SymbolicContraction product)
    {
        if (product.Folded != 0) yield break;
        var hasBatch = Longer(product.Batch).Length > 0;
        foreach (var loop in hasBatch ? [SlicedLoop.Batch] : new[] { SlicedLoop.ProductRows, SlicedLoop.Terms })
        {
            var axes = Longer(AxesOf(product, loop));
            if (axes.Length == 0) continue;
            if (IsOne(axes, a => a.A) && IsOne(axes, a => a.B) && IsOne(axes, a => a.C)) yield return Create(product, loop, merged: true, axes);
            if (axes.Length > 1) yield return Create(product, loop, merged: false, axes);
        }

        static bool IsOne(SymbolicAxis[] axes, Func<SymbolicAxis, Dim> stride) =>
            Enumerable.Range(0, axes.Length - 1).All(i => stride(axes[i]) == stride(axes[i + 1]) * axes[i + 1].Extent);
    }

    private static StepSlices Create(SymbolicContraction product, SlicedLoop loop, bool merged, SymbolicAxis[] axes)
    {
        var count = merged ? axes.Aggregate((Dim)1, (all, axis) => all * axis.Extent) : axes[0].Extent;
        var unitAxis = merged ? axes[^1] : axes[0];
        var within = product.Batch.Concat(product.Rows).Concat(product.Columns).Concat(product.Inner).Where(a => !a.Extent.IsOne && !(merged ? axes.Contains(a) : a == axes[0])).ToArray();
        var (units, around) = (new UnitTable(count), new UnitTable(count));
        if (product.A != product.B)
        {
            Add(product.A, product.StartA, a => a.A);
            Add(product.B, product.StartB, a => a.B);
        }
        if (loop != SlicedLoop.Terms) Add(product.C, 0, a => a.C);
        return new StepSlices(loop, merged, count, units.Known) { Within = around.Known };

        void Add(TensorBuffer buffer, Dim start, Func<SymbolicAxis, Dim> stride)
        {
            var unit = stride(unitAxis);
            var end = within.Aggregate(start + 1, (sum, axis) => sum + (stride(axis) * (axis.Extent - 1)));
            var isAll = start == 0 && end == unit;
            units.Add(buffer, isAll ? unit : (Dim?)null);
            around.Add(buffer, isAll || (start.IsConstant && end.IsConstant && unit.IsConstant && start.Value >= 0 && end.Value <= unit.Value && within.All(a => IsForward(stride(a)))) ? unit : (Dim?)null);
        }

        static bool IsForward(Dim stride) => stride.IsConstant && stride.Value >= 0;
    }

    /// <summary>Elements a unit of buffers, as long as all uses of a buffer agree.</summary>
    private sealed class UnitTable(Dim count)
    {
        private readonly HashSet<TensorBuffer> others = [];

        public Dictionary<TensorBuffer, Dim> Known { get; } = [];

        public void Add(TensorBuffer buffer, Dim? unit)
        {
            if (unit is { } elements && elements * count == buffer.Type.Shape.ElementCount && !others.Contains(buffer) && (Known.TryAdd(buffer, elements) || Known[buffer] == elements)) return;
            Known.Remove(buffer);
            others.Add(buffer);
        }
    }
}

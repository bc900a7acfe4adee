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
        var units = new Dictionary<TensorBuffer, Dim>();
        var others = new HashSet<TensorBuffer>();
        foreach (var scalar in ScalarGraph.Reachable(kernel.Roots))
        {
            if (scalar.Op == ScalarOp.Guard) return null;
            if (scalar.Op == ScalarOp.Load) Add((TensorBuffer)scalar.Payload!, scalar.Arguments.Length == 1 ? Unit(scalar.Arguments[0]) : null);
        }
        foreach (var store in kernel.Stores) Add(store.Buffer, Unit(store.Offset));
        return new StepSlices(SlicedLoop.Rows, true, rows.Extent, units) { IsVectorized = kernel.Vector == rows };

        void Add(TensorBuffer buffer, Dim? unit)
        {
            if (unit is { } elements && elements * rows.Extent == buffer.Type.Shape.ElementCount && !others.Contains(buffer) && (units.TryAdd(buffer, elements) || units[buffer] == elements)) return;
            units.Remove(buffer);
            others.Add(buffer);
        }

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
        var units = new Dictionary<TensorBuffer, Dim>();
        if (product.A != product.B)
        {
            if (product.StartA == 0) Add(product.A, a => a.A);
            if (product.StartB == 0) Add(product.B, a => a.B);
        }
        if (loop != SlicedLoop.Terms) Add(product.C, a => a.C);
        return new StepSlices(loop, merged, count, units);

        void Add(TensorBuffer buffer, Func<SymbolicAxis, Dim> stride)
        {
            var unit = stride(unitAxis);
            var length = within.Aggregate((Dim)1, (sum, axis) => sum + (stride(axis) * (axis.Extent - 1)));
            if (length == unit && unit * count == buffer.Type.Shape.ElementCount) units.Add(buffer, unit);
        }
    }
}

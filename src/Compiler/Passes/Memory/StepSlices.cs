using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;

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
        LoweredKernel { Kernel: var kernel } => new KernelRows(kernel).Slices() is { } slices ? [slices] : [],
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
    internal sealed class UnitTable(Dim count)
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

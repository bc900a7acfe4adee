using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Adds up the float32 sums of small kernels in float64. Terms that cancel then leave the rounding of the terms alone, and a kernel of
/// some thousand points takes no longer for it than the call of it.
/// </summary>
internal static class SmallSums
{
    public static void Widen(KernelDraft draft)
    {
        if (draft.Reductions.Count == 0 || draft.Axes.Any(a => !a.Extent.IsConstant) || RowChunks.Estimate(draft.Axes) > ReductionLoops.MostWidened) return;
        draft.SubstituteReductions(r => r.Kind == ReductionKind.Sum && r.Type == DType.Float32
            ? new KernelReduction(r.Kind, DType.Float64, Widened(draft.Builder, r.Body), r.Name)
            : r);
    }

    /// <summary>Whether a product of float32 has so few terms that it is as well added up in float64 by plain loops.</summary>
    public static bool IsSmallProduct(Node product)
    {
        if (product.Output.DType != DType.Float32) return false;
        var (extents, _) = product.Op.ReductionDomain(product);
        return extents.All(e => e.IsConstant) && extents.Aggregate(1L, (points, extent) => points * extent.Value) <= DotLoops.MostWidened;
    }

    /// <summary>
    /// A term of a sum in float64; a product there is exact, as its factors have 24 bits each. What is scaled by constants is left alone:
    /// the exponential function of -104 and less becomes 0 by that rounding.
    /// </summary>
    public static Scalar Widened(ScalarBuilder b, Scalar term) => term is { Op: ScalarOp.Multiply, Type: DType.Float32 } && !term.Arguments.Any(IsScale)
        ? b.Multiply(b.Convert(DType.Float64, term.Arguments[0]), b.Convert(DType.Float64, term.Arguments[1]))
        : b.Convert(DType.Float64, term);

    private static bool IsScale(Scalar factor) =>
        factor.IsConstant || (factor is { Op: ScalarOp.Select, Arguments: [_, var a, var b] } && IsScale(a) && IsScale(b));
}

using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Sums and differences of two float32 operands that are widened to float64, such as the differences of all pairs of points whose squares are added up there, where each
/// operand is repeated: the operands are widened instead. Widening is exact, and done once for all pairs that a kernel computes together.
/// </summary>
internal static class WidenedDifferences
{
    /// <param name="draft">The kernel in the making.</param>
    /// <param name="isRepeated">Whether an operand is read so often that it will be widened once for all its readers.</param>
    public static void WidenOperands(KernelDraft draft, Func<Scalar, bool> isRepeated)
    {
        var b = draft.Builder;
        draft.Substitute(s => s is { Op: ScalarOp.Convert, Type: DType.Float64, Arguments: [{ Op: ScalarOp.Add or ScalarOp.Subtract, Type: DType.Float32, Arguments: [var x, var y] } pair] } && isRepeated(x) && isRepeated(y)
            ? Combined(pair.Op, b.Convert(DType.Float64, x), b.Convert(DType.Float64, y))
            : null);

        Scalar Combined(ScalarOp op, Scalar x, Scalar y) => op == ScalarOp.Add ? b.Add(x, y) : b.Subtract(x, y);
    }
}

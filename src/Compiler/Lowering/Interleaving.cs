using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Finds the short axis that lies within the steps of the vector axis in every result, as where tensors are stacked along a last axis or elements are repeated.
/// The vectors of all its indices are then interleaved in registers and stored as a whole, instead of an element at a time.
/// </summary>
internal static class Interleaving
{
    // A vector that is stored is made of so many.
    private const int MostParts = 4;

    // And so often of one alone.
    private const int MostRepetitions = 8;

    // What is written out for all indices of the axis together.
    private const int MostInstructions = 200;

    /// <summary>The axis; null if there is none.</summary>
    public static LoopAxis? Within(KernelDraft draft, LoopAxis vector)
    {
        if (draft.RowStores.Count == 0 || draft.Axes.Exists(a => a.Reduced) || draft.RowStores.Exists(s => s.Buffer.Type.DType == DType.Bool)) return null;
        return draft.Axes.FirstOrDefault(axis =>
            axis != vector && axis.Extent is { IsConstant: true, Value: > 1 and <= MostRepetitions }
            && draft.RowStores.TrueForAll(s => Steps(s, axis, 1) && Steps(s, vector, axis.Extent.Value)) && IsLight(axis));

        bool Steps(KernelStore store, LoopAxis axis, long by) => ScalarGraph.TryCoefficient(draft.Builder, store.Offset, axis, out var step) && step.IsInteger(by);

        bool IsLight(LoopAxis axis)
        {
            var own = ScalarGraph.Reachable(draft.RowStores.Select(s => s.Value)).Count(s => !s.IsConstant && s.Type != DType.Int64 && ScalarGraph.DependsOn(s, axis));
            return own == 0 || (axis.Extent.Value <= MostParts && own * axis.Extent.Value <= MostInstructions);
        }
    }
}

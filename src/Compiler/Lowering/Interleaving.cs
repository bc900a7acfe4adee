using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Finds the short axis that lies within the steps of the vector axis in every result, as where tensors are stacked along a last axis or elements are repeated.
/// The vectors of all its indices are then interleaved in registers and stored as a whole, instead of an element at a time.
/// </summary>
internal static class Interleaving
{
    // A vector that is stored is made of so many.
    public const int MostParts = 16;

    // Of so many where they are gathered from further apart than neighbouring lines: more of these cost more than is saved.
    private const int MostGathered = 4;
    private const long NearStep = 4;

    // And where they are rows of a transposition: at 512 bits a table for each vector costs as much, at 256 bits registers turn four of them at a time.
    private static readonly int MostTurned = Avx2.IsSupported && !Avx512F.IsSupported ? MostParts : 4;

    // And so often of one alone.
    private const int MostRepetitions = 8;

    // What is written out for all indices of the axis together.
    private const int MostInstructions = 200;

    /// <summary>The axis; null if there is none.</summary>
    public static LoopAxis? Within(KernelDraft draft, LoopAxis vector)
    {
        // A reduction over axes of extent 1 alone has no axis, but a pass of its own, in which the index of the axis is not known.
        if (draft.RowStores.Count == 0 || draft.Reductions.Count > 0 || draft.Axes.Exists(a => a.Reduced) || draft.RowStores.Exists(s => s.Buffer.Type.DType == DType.Bool)) return null;
        return draft.Axes.FirstOrDefault(axis =>
            axis != vector && axis.Extent is { IsConstant: true, Value: > 1 and <= MostParts }
            && draft.RowStores.TrueForAll(s => Steps(s, axis, 1) && Steps(s, vector, axis.Extent.Value)) && IsLight(axis));

        bool Steps(KernelStore store, LoopAxis axis, long by) => ScalarGraph.TryCoefficient(draft.Builder, store.Offset, axis, out var step) && step.IsInteger(by);

        bool IsNear(Scalar load) => ScalarGraph.TryCoefficient(draft.Builder, load.Arguments[0], vector, out var step) && step is { IsConstant: true, Bits: >= -NearStep and <= NearStep };

        // A part of a concatenation is read at some indices of the axis only.
        bool IsTurned(Scalar load, LoopAxis axis) =>
            ScalarGraph.DependsOn(load.Arguments[0], axis) && (load.Arguments.Length == 1 || !ScalarGraph.DependsOn(load.Arguments[1], axis));

        // With its index known most of a concatenation folds away; what does not depend on it is there once.
        bool IsLight(LoopAxis axis)
        {
            var values = draft.RowStores.ConvertAll(s => s.Value);
            var written = ScalarGraph.Reachable(values);
            if (!written.Exists(s => IsInstruction(s) && ScalarGraph.DependsOn(s, axis))) return axis.Extent.Value <= MostRepetitions;
            var loads = written.FindAll(s => s.Op == ScalarOp.Load);
            if (axis.Extent.Value > MostGathered && !loads.TrueForAll(IsNear)) return false;
            if (axis.Extent.Value > MostTurned && loads.Exists(s => IsTurned(s, axis))) return false;
            var all = written.Where(s => !ScalarGraph.DependsOn(s, axis)).ToHashSet();
            var shared = all.Count;
            for (var i = 0; i < axis.Extent.Value; i++)
            {
                var (index, done) = (draft.Builder.Int64(i), new Dictionary<Scalar, Scalar>());
                all.UnionWith(ScalarGraph.Reachable(values.Select(v => ScalarGraph.Substitute(draft.Builder, v, s => s.Op == ScalarOp.LoopIndex && s.Payload == axis ? index : null, done))).Where(IsInstruction));
            }
            return all.Count - shared <= MostInstructions;
        }
    }

    private static bool IsInstruction(Scalar scalar) => !scalar.IsConstant && scalar.Type != DType.Int64;
}

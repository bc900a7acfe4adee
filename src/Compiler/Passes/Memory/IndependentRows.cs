using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>
/// Finds whether the rows of a loop's body stay apart: whether what an iteration writes for some of them, and what it has carried to it, is read
/// for the same ones only. Then some rows can go through all iterations while others are still in the first, as the sequences of a batch do.
/// </summary>
internal static class IndependentRows
{
    /// <summary>How each step of the body is cut; null where rows do not stay apart.</summary>
    /// <param name="placed">The steps of the body.</param>
    /// <param name="table">What is known of them.</param>
    /// <param name="carries">How many of the first feeds are carried from iteration to iteration.</param>
    public static SliceGroup? Find(ResultPlacement.Result placed, StepFacts.Table table, int carries)
    {
        var steps = placed.Steps;
        if (steps.Count == 0 || placed.Slices.Count > 0 || placed.Commits.Length > 0) return null;
        var chosen = new StepSlices[steps.Count];
        for (var i = 0; i < chosen.Length; i++)
        {
            var facts = table[steps[i]];
            TensorBuffer[] touched = [.. facts.Reads.Concat(facts.Writes).Where(Moves)];
            // Steps whose sums go from row to row are cut along their terms only.
            if (Array.Find(facts.Slices, s => s.Loop != SlicedLoop.Terms && Array.TrueForAll(touched, s.Within.ContainsKey)) is not { } slices) return null;
            chosen[i] = slices;
        }
        return new SliceGroup(0, steps.Count - 1, chosen, [.. chosen.SelectMany(s => s.Within.Keys).Where(b => b.Kind == BufferKind.Arena)]);

        bool Moves(TensorBuffer buffer) => buffer.Kind is BufferKind.Arena or BufferKind.Fetch || (buffer.Kind == BufferKind.Feed && buffer.Number < carries);
    }
}

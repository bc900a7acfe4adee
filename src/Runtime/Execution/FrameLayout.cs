using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Compilation.Passes.Memory;

namespace GraphGrad.Execution;

/// <summary>How the arena of a frame was laid out.</summary>
/// <param name="Lifetimes">What lives in it.</param>
/// <param name="Scratch">What each step needs besides.</param>
/// <param name="Offsets">Where each buffer begins.</param>
/// <param name="ScratchOffsets">Where each step's own memory begins.</param>
/// <param name="Cuts">How steps are cut that are done slice by slice.</param>
internal sealed record FrameLayout(
    BufferLifetime[] Lifetimes, StepScratch[] Scratch, Dictionary<TensorBuffer, long> Offsets, long[] ScratchOffsets, Dictionary<SliceGroup, SliceCut> Cuts)
{
    /// <summary>For people to read.</summary>
    public IReadOnlyList<ArenaPlace> Places(Func<string, long> binding, int threads)
    {
        var places = new List<ArenaPlace>();
        foreach (var life in Lifetimes)
        {
            var cut = life.Slices is { } group ? Cuts[group] : new SliceCut(1, 1);
            var holds = string.Join(", then ", life.Buffers.Select(b => $"{b.Name} {b.Type}")) + (cut.Slices > 1 ? $", in {cut.Slices} slices" : string.Empty);
            places.Add(new ArenaPlace(Offsets[life.Buffers[0]], life.Bytes(binding, g => Cuts[g]), life.FirstStep + 1, life.LastStep + 1, holds));
        }
        for (var step = 0; step < Scratch.Length; step++)
        {
            var bytes = (Scratch[step].OfThread * threads) + Scratch[step].Shared;
            if (bytes > 0) places.Add(new ArenaPlace(ScratchOffsets[step], bytes, step + 1, step + 1, $"scratch of step {step + 1}"));
        }
        return [.. places.OrderBy(p => p.Offset).ThenBy(p => p.FirstStep)];
    }
}

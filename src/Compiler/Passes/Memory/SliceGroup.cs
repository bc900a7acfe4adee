using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>
/// Neighbouring steps that are done slice by slice: all of them on the first part of their units, then on the next. What only they use needs
/// room for one slice.
/// </summary>
/// <param name="First">The position of the first step.</param>
/// <param name="Last">That of the last.</param>
/// <param name="Steps">How each of them is cut.</param>
/// <param name="Sliced">The buffers of which one slice is in memory at a time.</param>
internal sealed record SliceGroup(int First, int Last, StepSlices[] Steps, HashSet<TensorBuffer> Sliced)
{
    // A slice stays in a second-level cache of 1 MB; smaller ones make products pack their other operand more often.
    private const long SliceBytes = 704 << 10;

    // Of all buffers together, of which some take the place of others; more than this a thread should not work on at a time.
    private const long LargestUnit = 8 * SliceBytes;

    // Rows of product tiles come in twelves, columns in vectors.
    private const long TileUnits = 48;

    // More lanes than a vector has, so that slices of a vectorized loop begin on whole vectors.
    private const long MostLanes = 64;

    public bool Contains(int step) => step >= First && step <= Last;

    /// <summary>Whether a step touches a buffer unit by unit, or not at all.</summary>
    public bool IsAligned(int step, TensorBuffer buffer, StepFacts facts) => Steps[step - First].Units.ContainsKey(buffer) || !facts.Uses(buffer);

    /// <summary>
    /// How the steps are cut for given extents; in one slice where they do not fall into common parts. Where no sum goes from slice to slice, each
    /// of several threads gets units of its own, as many as the others, so that it finds in its own cache what it wrote itself.
    /// </summary>
    public SliceCut Cut(Func<string, long> binding, int threads = 1)
    {
        var counts = Array.ConvertAll(Steps, s => s.Count.Evaluate(binding));
        var units = counts.Aggregate(0L, Gcd);
        if (units < 2) return new SliceCut(1, 1);
        var bytes = Math.Max(1, Sliced.Sum(b => b.ByteSize.Evaluate(binding)) / units);
        var slice = Math.Clamp(SliceBytes / bytes, 1, units);
        if (slice > TileUnits) slice = slice / TileUnits * TileUnits;
        // As few slices as that allows, all about as large: a smaller slice needs less memory beside it.
        var even = Ceiling(units, Ceiling(units, slice));
        if (even > TileUnits) even = Math.Min(slice, Ceiling(even, TileUnits) * TileUnits);
        var cut = new SliceCut(units, HasWholeVectors(even) ? even : HasWholeVectors(slice) ? slice : units);
        if (threads == 1 || cut.Slices == 1 || bytes > LargestUnit || Array.Exists(Steps, s => s.Loop == SlicedLoop.Terms)) return cut;
        var shared = Math.Min(units, Math.Max(1, cut.PerSlice / threads) * threads);
        return HasWholeVectors(shared) ? new SliceCut(units, shared) : cut;

        bool HasWholeVectors(long perSlice)
        {
            for (var i = 0; i < Steps.Length; i++)
            {
                if (Steps[i].IsVectorized && (counts[i] / units * perSlice) % MostLanes != 0) return false;
            }
            return true;
        }
    }

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}

/// <summary>Units in all, and in a slice; the last slice may have fewer.</summary>
internal readonly record struct SliceCut(long Units, long PerSlice)
{
    public long Slices => (Units + PerSlice - 1) / PerSlice;
}

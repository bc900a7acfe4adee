using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes.Memory;

namespace GraphGrad.Compilation.Passes;

/// <summary>Buffers of the arena that take one place one after the other, and the steps, first and last, in which it is used.</summary>
internal sealed record BufferLifetime(TensorBuffer[] Buffers, int FirstStep, int LastStep)
{
    /// <summary>If not null, the steps that are done slice by slice, between which only a slice of the buffers is in memory.</summary>
    public SliceGroup? Slices { get; init; }

    /// <summary>Bytes that the place takes for given extents.</summary>
    public long Bytes(Func<string, long> binding, Func<SliceGroup, SliceCut> cuts)
    {
        var whole = Buffers[0].ByteSize.Evaluate(binding);
        return Slices is not null && cuts(Slices) is { Slices: > 1 } cut ? whole / cut.Units * cut.PerSlice : whole;
    }
}

/// <summary>Finds how long each buffer of the arena lives, and which ones can share a place.</summary>
internal static class BufferPlan
{
    private const long Alignment = 64;

    /// <summary>The first and the last step that uses each buffer of the arena.</summary>
    public static (Dictionary<TensorBuffer, int> First, Dictionary<TensorBuffer, int> Last) Uses(IReadOnlyList<StepFacts> steps, IEnumerable<BufferCopy>? copies = null)
    {
        var first = new Dictionary<TensorBuffer, int>();
        var last = new Dictionary<TensorBuffer, int>();
        for (var step = 0; step < steps.Count; step++)
        {
            foreach (var buffer in steps[step].Reads) Use(buffer, step);
            foreach (var buffer in steps[step].Writes) Use(buffer, step);
        }
        foreach (var copy in copies ?? []) Use(copy.From, steps.Count);
        return (first, last);

        void Use(TensorBuffer buffer, int step)
        {
            if (buffer.Kind != BufferKind.Arena) return;
            first.TryAdd(buffer, step);
            last[buffer] = step;
        }
    }

    /// <summary>
    /// From the first step that writes a buffer to the last that reads it; what is copied at the end lives to the end, and what steps use
    /// that are done slice by slice, as long as they are. A result takes the place of an input that dies with its step where the kernel can
    /// write over it, unless <paramref name="outlives"/> says that the next run may want it, too.
    /// </summary>
    public static BufferLifetime[] Lifetimes(IReadOnlyList<StepFacts> steps, IEnumerable<BufferCopy> copies, IReadOnlyList<SliceGroup> groups, Func<TensorBuffer, bool>? outlives = null)
    {
        var (first, last) = Uses(steps, copies);
        var groupOf = new SliceGroup?[steps.Count + 1];
        foreach (var group in groups) Array.Fill(groupOf, group, group.First, group.Last - group.First + 1);
        var places = new Dictionary<TensorBuffer, List<TensorBuffer>>();
        for (var step = 0; step < steps.Count; step++)
        {
            var taken = new HashSet<TensorBuffer>();
            foreach (var (output, input) in steps[step].InPlace)
            {
                if (first[output] != step || last[input] != step || places.ContainsKey(output) || taken.Contains(input) || outlives?.Invoke(input) == true || !MayShare(step, output, input)) continue;
                taken.Add(input);
                if (!places.TryGetValue(input, out var place)) places.Add(input, place = [input]);
                place.Add(output);
                places.Add(output, place);
            }
        }
        return
        [
            .. first.Keys.OrderBy(b => b.Id).Where(b => !places.TryGetValue(b, out var place) || place[0] == b)
                .Select(b => places.TryGetValue(b, out var place) ? Lifetime([.. place], b, place[^1]) : Lifetime([b], b, b)),
        ];

        // The slices before this one were written already, the ones after it are still to be read.
        bool MayShare(int step, TensorBuffer output, TensorBuffer input) =>
            groupOf[step] is not { } group
            || (group.Sliced.Contains(output) == group.Sliced.Contains(input)
                && Enumerable.Range(group.First, group.Steps.Length).All(s => group.IsAligned(s, output, steps[s]) && group.IsAligned(s, input, steps[s])));

        BufferLifetime Lifetime(TensorBuffer[] buffers, TensorBuffer from, TensorBuffer to) =>
            new(buffers, groupOf[first[from]]?.First ?? first[from], groupOf[last[to]]?.Last ?? last[to]) { Slices = groups.FirstOrDefault(g => g.Sliced.Contains(from)) };
    }

    /// <summary>
    /// Lays the arena out for given extents: places whose lifetimes overlap do not, and each begins on a cache line. Largest first,
    /// each as low as is free throughout its life, or where its threads meet what they wrote before.
    /// </summary>
    /// <param name="lifetimes">What lives in it.</param>
    /// <param name="scratch">What each step needs besides while it runs; may be empty.</param>
    /// <param name="threads">Threads that work on each step.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="cuts">How steps are cut that are done slice by slice.</param>
    /// <param name="offsets">Where each buffer begins.</param>
    /// <param name="scratchOffsets">Where each step's own memory begins.</param>
    /// <returns>Bytes in all.</returns>
    public static long Assign(
        BufferLifetime[] lifetimes, ReadOnlySpan<StepScratch> scratch, int threads, Func<string, long> binding, Func<SliceGroup, SliceCut> cuts,
        out Dictionary<TensorBuffer, long> offsets, out long[] scratchOffsets)
    {
        offsets = [];
        scratchOffsets = new long[scratch.Length];
        var wanted = new List<(PlaceRequest Request, BufferLifetime? Life)>();
        foreach (var life in lifetimes)
        {
            var bytes = Align(life.Bytes(binding, cuts));
            wanted.Add((new PlaceRequest(bytes, life.FirstStep, life.LastStep, bytes / threads), life));
        }
        for (var step = 0; step < scratch.Length; step++)
        {
            var bytes = Align((scratch[step].OfThread * threads) + scratch[step].Shared);
            if (bytes > 0) wanted.Add((new PlaceRequest(bytes, step, step, scratch[step].OfThread), null));
        }
        (PlaceRequest Request, BufferLifetime? Life)[] sorted = [.. wanted.OrderByDescending(w => w.Request.Bytes).ThenBy(w => w.Request.First)];
        var starts = new long[sorted.Length];
        var total = ArenaPlaces.ForThreads(Array.ConvertAll(sorted, w => w.Request), threads, starts);
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Life is not { } life) scratchOffsets[sorted[i].Request.First] = starts[i];
            else foreach (var buffer in life.Buffers) offsets.Add(buffer, starts[i]);
        }
        return total;
    }

    private static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}

/// <summary>Bytes that a step needs while it runs: so many for each thread, one after the other, and then so many that all share.</summary>
internal readonly record struct StepScratch(long OfThread, long Shared);

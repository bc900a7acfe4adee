using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;

namespace GraphGrad.Compilation.Passes;

/// <summary>Buffers of the arena that take one place one after the other, and the steps, first and last, in which it is used.</summary>
internal sealed record BufferLifetime(TensorBuffer[] Buffers, int FirstStep, int LastStep)
{
    public Dim ByteSize => Buffers[0].ByteSize;
}

/// <summary>Finds how long each buffer of the arena lives, and which ones can share a place.</summary>
internal static class BufferPlan
{
    private const long Alignment = 64;

    /// <summary>
    /// From the first step that writes a buffer to the last that reads it; what is copied at the end lives to the end. A result takes
    /// the place of an input that dies with its step where the kernel can write over it.
    /// </summary>
    public static BufferLifetime[] Lifetimes(IReadOnlyList<LoweredStep> steps, IEnumerable<BufferCopy> copies)
    {
        var first = new Dictionary<TensorBuffer, int>();
        var last = new Dictionary<TensorBuffer, int>();
        for (var step = 0; step < steps.Count; step++)
        {
            foreach (var buffer in steps[step].Reads.Concat(steps[step].Writes)) Use(buffer, step);
        }
        foreach (var copy in copies) Use(copy.From, steps.Count);
        var places = new Dictionary<TensorBuffer, List<TensorBuffer>>();
        for (var step = 0; step < steps.Count; step++)
        {
            var taken = new HashSet<TensorBuffer>();
            foreach (var (output, input) in InPlace.Candidates(steps[step]))
            {
                if (first[output] != step || last[input] != step || places.ContainsKey(output) || !taken.Add(input)) continue;
                if (!places.TryGetValue(input, out var place)) places.Add(input, place = [input]);
                place.Add(output);
                places.Add(output, place);
            }
        }
        return
        [
            .. first.Keys.OrderBy(b => b.Id).Where(b => !places.TryGetValue(b, out var place) || place[0] == b)
                .Select(b => places.TryGetValue(b, out var place) ? new BufferLifetime([.. place], first[b], last[place[^1]]) : new BufferLifetime([b], first[b], last[b])),
        ];

        void Use(TensorBuffer buffer, int step)
        {
            if (buffer.Kind != BufferKind.Arena) return;
            first.TryAdd(buffer, step);
            last[buffer] = step;
        }
    }

    /// <summary>
    /// Lays the arena out for given extents: places whose lifetimes overlap do not, and each begins on a cache line. Largest first,
    /// each as low as is free throughout its life.
    /// </summary>
    public static long Assign(BufferLifetime[] lifetimes, Func<string, long> binding, out Dictionary<TensorBuffer, long> offsets)
    {
        offsets = [];
        var placed = new List<(BufferLifetime Life, long Start, long End)>();
        var total = 0L;
        var sized = lifetimes.Select(life => (Life: life, Bytes: (life.ByteSize.Evaluate(binding) + Alignment - 1) / Alignment * Alignment));
        foreach (var (life, bytes) in sized.OrderByDescending(s => s.Bytes).ThenBy(s => s.Life.FirstStep))
        {
            var start = 0L;
            foreach (var other in placed.Where(p => p.Life.FirstStep <= life.LastStep && life.FirstStep <= p.Life.LastStep).OrderBy(p => p.Start))
            {
                if (other.Start >= start + bytes) break;
                start = Math.Max(start, other.End);
            }
            placed.Add((life, start, start + bytes));
            foreach (var buffer in life.Buffers) offsets.Add(buffer, start);
            total = Math.Max(total, start + bytes);
        }
        return total;
    }
}

using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Passes;

/// <summary>A buffer of the arena and the steps, first and last, in which it is used.</summary>
internal sealed record BufferLifetime(TensorBuffer Buffer, int FirstStep, int LastStep);

/// <summary>
/// Lays the arena out for given extents: buffers whose lifetimes overlap do not, and each begins on a cache line. Largest
/// first, each at the lowest place that is free throughout its life.
/// </summary>
internal static class BufferPlan
{
    private const long Alignment = 64;

    public static long Assign(BufferLifetime[] lifetimes, Func<string, long> binding, out Dictionary<TensorBuffer, long> offsets)
    {
        offsets = [];
        var placed = new List<(BufferLifetime Life, long Start, long End)>();
        var total = 0L;
        var sized = lifetimes.Select(life => (Life: life, Bytes: (life.Buffer.ByteSize.Evaluate(binding) + Alignment - 1) / Alignment * Alignment));
        foreach (var (life, bytes) in sized.OrderByDescending(s => s.Bytes).ThenBy(s => s.Life.FirstStep))
        {
            var start = 0L;
            foreach (var other in placed.Where(p => p.Life.FirstStep <= life.LastStep && life.FirstStep <= p.Life.LastStep).OrderBy(p => p.Start))
            {
                if (other.Start >= start + bytes) break;
                start = Math.Max(start, other.End);
            }
            placed.Add((life, start, start + bytes));
            offsets.Add(life.Buffer, start);
            total = Math.Max(total, start + bytes);
        }
        return total;
    }
}

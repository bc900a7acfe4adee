using System.Runtime.InteropServices;

namespace GraphGrad.Execution;

/// <summary>Chunks that are still to be done: its owner takes them from the front, others from the back, without a lock.</summary>
// Alone on its cache lines: two, because the processor fetches them in pairs.
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct ChunkRange
{
    // The first chunk in the lower half, the one after the last in the upper.
    [FieldOffset(64)]
    private long bounds;

    public void Set(long first, long end) => Volatile.Write(ref bounds, checked((int)first) + ((long)checked((int)end) << 32));

    /// <summary>A chunk, or -1 if none is left.</summary>
    public long TakeFirst()
    {
        while (true)
        {
            var before = Volatile.Read(ref bounds);
            var (first, end) = ((int)before, (int)(before >> 32));
            if (first >= end) return -1;
            if (Interlocked.CompareExchange(ref bounds, before + 1, before) == before) return first;
        }
    }

    /// <inheritdoc cref="TakeFirst"/>
    public long TakeLast()
    {
        while (true)
        {
            var before = Volatile.Read(ref bounds);
            var (first, end) = ((int)before, (int)(before >> 32));
            if (first >= end) return -1;
            if (Interlocked.CompareExchange(ref bounds, before - (1L << 32), before) == before) return end - 1;
        }
    }
}

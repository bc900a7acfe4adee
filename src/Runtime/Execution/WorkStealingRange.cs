using System.Runtime.InteropServices;

namespace GraphGrad.Execution;

/// <summary>
/// What is left of one thread's share of a work: its owner takes chunks from the front, others from the back, without a lock. All that a
/// thread needs to begin, and all that others wait for, is here, so that work passes from core to core with one line.
/// </summary>
// Alone on its cache lines: two, because the processor fetches them in pairs.
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct WorkStealingRange
{
    private const long Inside = 1L << 31;
    private const long OneFromEnd = 1L << 32;

    [FieldOffset(128)]
    private ParallelWork? work;

    // The first chunk in the lower half, the one after the last in the upper, and between them whether the owner is at work, here or elsewhere.
    [FieldOffset(136)]
    private long bounds;

    [FieldOffset(144)]
    private long done;

    [FieldOffset(152)]
    private int threads;

    /// <summary>The work; valid while its owner is inside.</summary>
    public readonly ParallelWork Work => work!;

    /// <summary>Threads that share the work.</summary>
    public readonly int Threads => threads;

    /// <summary>Chunks that the owner has worked on so far, its own and others'.</summary>
    public long Done => Volatile.Read(ref done);

    public bool HasChunks => Holds(Volatile.Read(ref bounds));

    public bool IsInside => (Volatile.Read(ref bounds) & Inside) != 0;

    /// <summary>Opens the range, of which all chunks are done and whose owner is not inside.</summary>
    public void Open(ParallelWork job, long first, long end, int sharedBy)
    {
        (work, threads) = (job, sharedBy);
        Volatile.Write(ref bounds, checked((int)first) + ((long)checked((int)end) << 32));
    }

    /// <summary>The owner begins to take part, unless nothing is left of its own. Until it leaves, the work is not over.</summary>
    public bool TryEnter()
    {
        while (true)
        {
            var before = Volatile.Read(ref bounds);
            if (!Holds(before)) return false;
            if (Interlocked.CompareExchange(ref bounds, before | Inside, before) == before) return true;
        }
    }

    /// <summary>The owner, to whom nothing is left, is done with so many chunks.</summary>
    public void Leave(long chunks)
    {
        done += chunks;
        Volatile.Write(ref bounds, 0);
    }

    /// <summary>A chunk, or -1 if none is left.</summary>
    public long TakeFirst()
    {
        while (true)
        {
            var before = Volatile.Read(ref bounds);
            if (!Holds(before)) return -1;
            if (Interlocked.CompareExchange(ref bounds, before + 1, before) == before) return First(before);
        }
    }

    /// <inheritdoc cref="TakeFirst"/>
    public long TakeLast()
    {
        while (true)
        {
            var before = Volatile.Read(ref bounds);
            if (!Holds(before)) return -1;
            if (Interlocked.CompareExchange(ref bounds, before - OneFromEnd, before) == before) return End(before) - 1;
        }
    }

    private static bool Holds(long bounds) => First(bounds) < End(bounds);

    private static int First(long bounds) => (int)(bounds & (Inside - 1));

    private static int End(long bounds) => (int)(bounds >> 32);
}

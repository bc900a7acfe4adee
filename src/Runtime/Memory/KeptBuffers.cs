namespace GraphGrad.Memory;

/// <summary>
/// Large buffers that were given back, for the next who needs one of about that size. The system clears fresh memory page by page at its
/// first touch, which for an arena of 20 MB takes 4 ms: more than all else that a session waits for whose plan is there already.
/// </summary>
internal sealed class KeptBuffers(long capacity)
{
    // Below this, memory comes from the heap, which keeps it itself.
    private const long Smallest = 256 << 10;

    // As many times as long as what is wanted.
    private const long MostTimes = 2;

    private readonly Lock gate = new();

    // The one given back last is at the end.
    private readonly List<NativeBuffer> kept = [];

    /// <summary>Those of the process.</summary>
    public static KeptBuffers Shared { get; } = new(capacity: 64 << 20);

    /// <summary>Bytes kept.</summary>
    public long Bytes
    {
        get
        {
            lock (gate) return kept.Sum(b => b.Length);
        }
    }

    /// <summary>
    /// A buffer of at least this length, whose content is undefined: the shortest that was given back, if it is not far longer, so that programs that meet ever other extents find
    /// one, too; else a new one of just this length.
    /// </summary>
    public NativeBuffer Rent(long length)
    {
        lock (gate)
        {
            var found = -1;
            for (var i = kept.Count - 1; i >= 0; i--)
            {
                if (kept[i].Length >= length && kept[i].Length / MostTimes <= length && (found < 0 || kept[i].Length < kept[found].Length)) found = i;
            }
            if (found >= 0)
            {
                var buffer = kept[found];
                kept.RemoveAt(found);
                return buffer;
            }
        }
        return new NativeBuffer(length);
    }

    /// <summary>Keeps a buffer that nobody uses any more, or frees it; those given back longest ago make room.</summary>
    public void Return(NativeBuffer buffer)
    {
        if (buffer.Length < Smallest || buffer.Length > capacity)
        {
            buffer.Dispose();
            return;
        }
        lock (gate)
        {
            kept.Add(buffer);
            for (var bytes = kept.Sum(b => b.Length); bytes > capacity; kept.RemoveAt(0))
            {
                bytes -= kept[0].Length;
                kept[0].Dispose();
            }
        }
    }
}

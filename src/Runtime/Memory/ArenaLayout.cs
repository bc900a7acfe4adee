namespace GraphGrad.Memory;

/// <summary>
/// Places tensors in one arena so that no two that are alive at once overlap. Tensors come and go in the order of a plan's
/// steps; a freed block is joined with its free neighbours, and a new tensor takes the smallest block that holds it.
/// </summary>
internal sealed class ArenaLayout
{
    private readonly SortedDictionary<long, long> free = [];

    /// <summary>Bytes that the arena needs.</summary>
    public long Size { get; private set; }

    /// <summary>The offset of a block of at least <paramref name="length"/> bytes, aligned.</summary>
    public long Allocate(long length)
    {
        length = Math.Max(NativeBuffer.Align(length), NativeBuffer.Alignment);
        var (best, bestLength) = (-1L, long.MaxValue);
        foreach (var (offset, available) in free)
        {
            if (available >= length && available < bestLength) (best, bestLength) = (offset, available);
        }
        if (best < 0) return Grow(length);
        free.Remove(best);
        if (bestLength > length) free.Add(best + length, bestLength - length);
        return best;
    }

    /// <summary>Gives a block back; <paramref name="length"/> as it was asked for.</summary>
    public void Release(long offset, long length)
    {
        length = Math.Max(NativeBuffer.Align(length), NativeBuffer.Alignment);
        foreach (var (other, available) in free)
        {
            if (other == offset + length)
            {
                length += available;
                free.Remove(other);
                break;
            }
        }
        foreach (var (other, available) in free)
        {
            if (other + available == offset)
            {
                free[other] = available + length;
                return;
            }
        }
        free.Add(offset, length);
    }

    // A free block at the end is extended instead of leaving a hole.
    private long Grow(long length)
    {
        var start = Size;
        if (free.Count > 0 && free.Last() is var (offset, available) && offset + available == Size)
        {
            free.Remove(offset);
            start = offset;
        }
        Size = start + length;
        return start;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction;

/// <summary>What packing of any element has in common.</summary>
internal static class Packing
{
    /// <summary>Panels that are packed together where they are neighbours in memory: a stretch of a few cache lines.</summary>
    public const int PanelsAtOnce = 4;
}

/// <summary>
/// Copies a strided operand into the order in which tiles read it. Works on bit patterns, so <typeparamref name="T"/> is any
/// type of the element's size. Offsets are in elements and come as tables, one entry per lane and one per inner term.
/// </summary>
internal static unsafe class Packing<T>
    where T : unmanaged
{
    /// <summary>
    /// Writes one panel of count × width elements, the lanes next to each other; lanes from <paramref name="live"/> on become
    /// zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel(T* destination, T* source, long* lanes, int live, int width, long* inner, int count)
    {
        if (live < width) new Span<T>(destination, width * count).Clear();
        for (var lane = 0; lane < live;)
        {
            var run = 1;
            while (lane + run < live && lanes[lane + run] == lanes[lane] + run) run++;
            var to = destination + lane;
            if (run >= 4)
            {
                var from = source + lanes[lane];
                for (var k = 0; k < count; k++, to += width) Copy(to, from + inner[k], run);
                lane += run;
            }
            else if (lane + 4 <= live)
            {
                var (l0, l1, l2, l3) = (lanes[lane], lanes[lane + 1], lanes[lane + 2], lanes[lane + 3]);
                FourLanes(to, width, source + l0, source + l1, source + l2, source + l3, inner, count);
                lane += 4;
            }
            else
            {
                var from = source + lanes[lane];
                for (var k = 0; k < count; k++, to += width) *to = from[inner[k]];
                lane++;
            }
        }
    }

    /// <summary>
    /// Writes panels of <paramref name="width"/> lanes, the last with what is left, rounded up to <paramref name="multiple"/>. Where four
    /// full panels are neighbours in memory, they advance together: the source is read by whole lines, each once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panels(T* destination, T* source, long* lanes, int live, int width, int multiple, long* inner, int count)
    {
        var bytes = width * sizeof(T);
        if (live == Packing.PanelsAtOnce * width && AreNeighbours(lanes, live))
        {
            if (bytes % sizeof(Vector512<byte>) == 0)
            {
                FourPanels<Vector512<byte>>((byte*)destination, (byte*)(source + lanes[0]), bytes, inner, count);
                return;
            }
            if (bytes % sizeof(TwelveLanes) == 0)
            {
                FourPanels<TwelveLanes>((byte*)destination, (byte*)(source + lanes[0]), bytes, inner, count);
                return;
            }
            if (bytes == sizeof(SixLanes))
            {
                FourPanels<SixLanes>((byte*)destination, (byte*)(source + lanes[0]), bytes, inner, count);
                return;
            }
            if (bytes == sizeof(Vector128<byte>))
            {
                FourPanels<Vector128<byte>>((byte*)destination, (byte*)(source + lanes[0]), bytes, inner, count);
                return;
            }
        }
        for (var lane = 0; lane < live; lane += width)
        {
            var panel = Math.Min(width, live - lane);
            var whole = (panel + multiple - 1) / multiple * multiple;
            Panel(destination + ((long)lane * count), source, lanes + lane, panel, whole, inner, count);
        }
    }

    /// <summary>
    /// Writes rows of <paramref name="pitch"/> elements whose first <paramref name="count"/> are the inner terms of a lane. Terms
    /// are neighbours in memory up to <paramref name="firstRun"/> (0: they are not at all) and then for every further
    /// <paramref name="run"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(
        T* destination, T* source, long* lanes, int live, int pitch, long* inner, int count, long firstRun, long run)
    {
        for (var lane = 0; lane < live; lane++, destination += pitch)
        {
            var from = source + lanes[lane];
            if (firstRun == 0)
            {
                for (var k = 0; k < count; k++) destination[k] = from[inner[k]];
                continue;
            }
            var length = (int)Math.Min(firstRun, count);
            for (var k = 0; k < count; length = (int)Math.Min(run, count - k))
            {
                Copy(destination + k, from + inner[k], length);
                k += length;
            }
        }
    }

    /// <summary>Copies a run; its end, if no whole vector, by a vector that overlaps what is copied already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(T* to, T* from, int count)
    {
        if (Vector512.IsHardwareAccelerated && count >= Vector512<T>.Count)
        {
            var last = count - Vector512<T>.Count;
            for (var i = 0; i < last; i += Vector512<T>.Count) Vector512.Store(Vector512.Load(from + i), to + i);
            Vector512.Store(Vector512.Load(from + last), to + last);
        }
        else if (Vector256.IsHardwareAccelerated && count >= Vector256<T>.Count)
        {
            var last = count - Vector256<T>.Count;
            for (var i = 0; i < last; i += Vector256<T>.Count) Vector256.Store(Vector256.Load(from + i), to + i);
            Vector256.Store(Vector256.Load(from + last), to + last);
        }
        else if (count >= Vector128<T>.Count)
        {
            var last = count - Vector128<T>.Count;
            for (var i = 0; i < last; i += Vector128<T>.Count) Vector128.Store(Vector128.Load(from + i), to + i);
            Vector128.Store(Vector128.Load(from + last), to + last);
        }
        else
        {
            for (var i = 0; i < count; i++) to[i] = from[i];
        }
    }

    private static bool AreNeighbours(long* lanes, int count)
    {
        for (var i = 1; i < count; i++)
        {
            if (lanes[i] != lanes[0] + i) return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourPanels<TBlock>(byte* to, byte* source, int width, long* inner, int count)
        where TBlock : unmanaged
    {
        var pitch = (nint)width * count;
        for (long k = 0; k < count; k++, to += width)
        {
            var from = source + (inner[k] * sizeof(T));
            for (var at = 0; at < width; at += sizeof(TBlock))
            {
                *(TBlock*)(to + at) = *(TBlock*)(from + at);
                *(TBlock*)(to + pitch + at) = *(TBlock*)(from + width + at);
                *(TBlock*)(to + (2 * pitch) + at) = *(TBlock*)(from + (2 * width) + at);
                *(TBlock*)(to + (3 * pitch) + at) = *(TBlock*)(from + (3 * width) + at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourLanes(T* to, int width, T* s0, T* s1, T* s2, T* s3, long* inner, int count)
    {
        for (var k = 0; k < count;)
        {
            var offset = inner[k];
            if (Transposition.IsAccelerated && k + 4 <= count
                && inner[k + 1] == offset + 1 && inner[k + 2] == offset + 2 && inner[k + 3] == offset + 3)
            {
                Transposition.FourByFour(s0 + offset, s1 + offset, s2 + offset, s3 + offset, to, width);
                k += 4;
                to += 4L * width;
                continue;
            }
            to[0] = s0[offset];
            to[1] = s1[offset];
            to[2] = s2[offset];
            to[3] = s3[offset];
            k++;
            to += width;
        }
    }

    /// <summary>As <see cref="TwelveLanes"/> where tiles are half as high.</summary>
    private readonly struct SixLanes
    {
#pragma warning disable CS0169, IDE0051 // Copied as a whole.
        private readonly ulong head, middle, tail;
#pragma warning restore CS0169, IDE0051
    }

    /// <summary>Of twelve lanes, the height of the largest tile, any element has a multiple of these 48 bytes.</summary>
    private readonly struct TwelveLanes
    {
#pragma warning disable CS0169, IDE0051 // Copied as a whole.
        private readonly Vector256<byte> head;
        private readonly Vector128<byte> tail;
#pragma warning restore CS0169, IDE0051
    }
}

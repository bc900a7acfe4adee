using System.Runtime.Intrinsics;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// Copies a strided operand into the order in which tiles read it. Works on bit patterns, so <typeparamref name="T"/> is any
/// type of the element's size. Offsets are in elements and come as tables, one entry per lane and one per inner term.
/// </summary>
internal static unsafe class Packing<T>
    where T : unmanaged
{
    /// <summary>
    /// Writes all panels of columns that are neighbours in memory, row by row of the source, so that it is read in streams. Panels
    /// are count × width elements, the last one as many whole vectors wide as it needs, with zeros after the last column.
    /// </summary>
    public static void Panels(T* destination, T* source, int columns, int width, int vector, long* inner, int count)
    {
        for (var k = 0; k < count; k++)
        {
            var from = source + inner[k];
            var to = destination;
            var column = 0;
            for (; column + width <= columns; column += width, to += (long)width * count)
                Copy(to + ((long)k * width), from + column, width);
            if (column == columns) continue;
            var last = columns - column;
            var padded = (last + vector - 1) / vector * vector;
            to += (long)k * padded;
            Copy(to, from + column, last);
            for (var i = last; i < padded; i++) to[i] = default;
        }
    }

    /// <summary>
    /// Writes one panel of count × width elements, the lanes next to each other; lanes from <paramref name="live"/> on become zero.
    /// Live lanes are <paramref name="adjacent"/> if they are neighbours in memory, in order.
    /// </summary>
    public static void Panel(
        T* destination, T* source, long* lanes, int live, int width, long* inner, int count, bool adjacent)
    {
        if (live < width) new Span<T>(destination, width * count).Clear();
        if (adjacent)
        {
            var from = source + lanes[0];
            for (var k = 0; k < count; k++) Copy(destination + ((long)k * width), from + inner[k], live);
            return;
        }
        var lane = 0;
        for (; lane + 4 <= live; lane += 4)
        {
            var s0 = source + lanes[lane];
            var s1 = source + lanes[lane + 1];
            var s2 = source + lanes[lane + 2];
            var s3 = source + lanes[lane + 3];
            var to = destination + lane;
            for (var k = 0; k < count; k++, to += width)
            {
                var offset = inner[k];
                to[0] = s0[offset];
                to[1] = s1[offset];
                to[2] = s2[offset];
                to[3] = s3[offset];
            }
        }
        for (; lane < live; lane++)
        {
            var from = source + lanes[lane];
            var to = destination + lane;
            for (var k = 0; k < count; k++, to += width) *to = from[inner[k]];
        }
    }

    /// <summary>
    /// Writes rows of <paramref name="pitch"/> elements whose first <paramref name="count"/> are the inner terms of a lane. Terms
    /// are neighbours in memory up to <paramref name="firstRun"/> (0: they are not at all) and then for every further
    /// <paramref name="run"/>.
    /// </summary>
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

    public static void Copy(T* to, T* from, int count)
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + Vector512<T>.Count <= count; i += Vector512<T>.Count) Vector512.Store(Vector512.Load(from + i), to + i);
        }
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + Vector256<T>.Count <= count; i += Vector256<T>.Count) Vector256.Store(Vector256.Load(from + i), to + i);
        }
        for (; i + Vector128<T>.Count <= count; i += Vector128<T>.Count) Vector128.Store(Vector128.Load(from + i), to + i);
        for (; i < count; i++) to[i] = from[i];
    }
}

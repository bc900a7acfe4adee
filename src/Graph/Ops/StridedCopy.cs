namespace GraphGrad.Operations;

/// <summary>The interpreter's copies between a strided view and a dense tensor.</summary>
internal static class StridedCopy
{
    /// <summary>Fills <paramref name="destination"/> from the view of <paramref name="source"/> with the given start and strides.</summary>
    public static void Gather(Operand source, int start, int[] strides, Operand destination)
    {
        switch (source.DType.Size())
        {
            case 1: Gather(source.Span<byte>(), start, strides, destination.Span<byte>(), destination.Extents); break;
            case 4: Gather(source.Span<int>(), start, strides, destination.Span<int>(), destination.Extents); break;
            default: Gather(source.Span<long>(), start, strides, destination.Span<long>(), destination.Extents); break;
        }
    }

    /// <summary>Stores <paramref name="source"/> into the view of <paramref name="destination"/> with the given start and strides.</summary>
    public static void Scatter(Operand source, Operand destination, int start, int[] strides)
    {
        switch (source.DType.Size())
        {
            case 1: Scatter(source.Span<byte>(), source.Extents, destination.Span<byte>(), start, strides); break;
            case 4: Scatter(source.Span<int>(), source.Extents, destination.Span<int>(), start, strides); break;
            default: Scatter(source.Span<long>(), source.Extents, destination.Span<long>(), start, strides); break;
        }
    }

    private static void Gather<T>(Span<T> source, int start, int[] strides, Span<T> destination, int[] extents)
    {
        var walk = new StridedWalk(extents, [strides]);
        var step = walk.InnerStride(0);
        for (var at = 0; at < destination.Length; at += walk.InnerLength, walk.Next())
        {
            var from = start + walk.Offset(0);
            var run = destination.Slice(at, walk.InnerLength);
            if (step == 1) source.Slice(from, run.Length).CopyTo(run);
            else if (step == 0) run.Fill(source[from]);
            else for (var i = 0; i < run.Length; i++) run[i] = source[from + (i * step)];
        }
    }

    private static void Scatter<T>(Span<T> source, int[] extents, Span<T> destination, int start, int[] strides)
    {
        var walk = new StridedWalk(extents, [strides]);
        var step = walk.InnerStride(0);
        for (var at = 0; at < source.Length; at += walk.InnerLength, walk.Next())
        {
            var to = start + walk.Offset(0);
            var run = source.Slice(at, walk.InnerLength);
            if (step == 1) run.CopyTo(destination.Slice(to, run.Length));
            else for (var i = 0; i < run.Length; i++) destination[to + (i * step)] = run[i];
        }
    }
}

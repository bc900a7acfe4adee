using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>The interpreter's copies between strided views and dense tensors.</summary>
internal static class StridedCopy
{
    // A tile of 16 × 16 keeps the cache lines read and those written in the L1 cache while a transposed plane is copied.
    private const int Tile = 16;

    // Below this length a loop copies faster than a block move starts.
    private const int ShortRun = 12;

    /// <summary>Fills <paramref name="destination"/> from the view of <paramref name="source"/> with the given start and strides.</summary>
    public static void Gather(Operand source, int start, int[] strides, Operand destination) =>
        Move(source, start, strides, destination, 0, destination.Strides, destination.Extents);

    /// <summary>Stores <paramref name="source"/> into the view of <paramref name="destination"/> with the given start and strides.</summary>
    public static void Scatter(Operand source, Operand destination, int start, int[] strides) =>
        Move(source, 0, source.Strides, destination, start, strides, source.Extents);

    /// <summary>Copies the elements of one strided view to those of another; runs go along the last axis.</summary>
    public static void Move(Operand source, int from, int[] fromStrides, Operand destination, int to, int[] toStrides, int[] extents)
    {
        var count = extents.AsSpan().Product();
        if (count == 0) return;
        var walk = new StridedWalk(extents, [fromStrides, toStrides], inner: 2);
        var planes = count / (walk.InnerLength * walk.RowCount);
        switch (source.DType.Size())
        {
            case 1: Move(source.Span<byte>(), from, destination.Span<byte>(), to, walk, planes); break;
            case 4: Move(source.Span<int>(), from, destination.Span<int>(), to, walk, planes); break;
            default: Move(source.Span<long>(), from, destination.Span<long>(), to, walk, planes); break;
        }
    }

    private static void Move<T>(Span<T> source, int from, Span<T> destination, int to, StridedWalk walk, int planes)
    {
        var (rows, length) = (walk.RowCount, walk.InnerLength);
        var (stepFrom, stepTo) = (walk.InnerStride(0), walk.InnerStride(1));
        var (rowFrom, rowTo) = (walk.RowStride(0), walk.RowStride(1));
        var transposed = rowFrom == 1 && rows >= Tile && length >= Tile;
        for (var plane = 0; plane < planes; plane++, walk.Next())
        {
            var (atFrom, atTo) = (from + walk.Offset(0), to + walk.Offset(1));
            if (transposed)
            {
                for (var row = 0; row < rows; row += Tile)
                {
                    for (var i = 0; i < length; i += Tile)
                        MoveRuns(source, atFrom + (row * rowFrom) + (i * stepFrom), destination, atTo + (row * rowTo) + (i * stepTo), Math.Min(Tile, rows - row), Math.Min(Tile, length - i));
                }
            }
            else
            {
                MoveRuns(source, atFrom, destination, atTo, rows, length);
            }
        }

        void MoveRuns(Span<T> source, int atFrom, Span<T> destination, int atTo, int rows, int length)
        {
            if (stepFrom == 1 && stepTo == 1 && length < ShortRun)
            {
                for (var row = 0; row < rows; row++, atFrom += rowFrom, atTo += rowTo)
                {
                    var run = source.Slice(atFrom, length);
                    var target = destination.Slice(atTo, length);
                    for (var i = 0; i < run.Length; i++) target[i] = run[i];
                }
                return;
            }
            for (var row = 0; row < rows; row++, atFrom += rowFrom, atTo += rowTo)
            {
                if (stepFrom == 1 && stepTo == 1) source.Slice(atFrom, length).CopyTo(destination[atTo..]);
                else if (stepFrom == 0 && stepTo == 1) destination.Slice(atTo, length).Fill(source[atFrom]);
                else MoveRun(source, atFrom, destination, atTo, length);
            }
        }

        // Both ends of a run are checked, and what lies between them is then inside too.
        void MoveRun(Span<T> source, int atFrom, Span<T> destination, int atTo, int length)
        {
            ref var from = ref source[atFrom];
            ref var to = ref destination[atTo];
            _ = source[atFrom + ((length - 1) * stepFrom)];
            _ = destination[atTo + ((length - 1) * stepTo)];
            nint read = 0, write = 0;
            for (var i = 0; i < length; i++, read += stepFrom, write += stepTo) Unsafe.Add(ref to, write) = Unsafe.Add(ref from, read);
        }
    }
}

using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>The interpreter's copy of the elements of one strided view to those of another; runs go along the last axis.</summary>
internal sealed class StridedCopy
{
    // A tile of 16 × 16 keeps the cache lines read and those written in the L1 cache while a transposed plane is copied.
    private const int Tile = 16;

    // Below this length a loop copies faster than a block move starts.
    private const int ShortRun = 12;

    private readonly int from;
    private readonly int to;
    private readonly int planes;

    // Stands at its start again when a copy is done.
    private readonly StridedWalk walk;

    public StridedCopy(int from, int[] fromStrides, int to, int[] toStrides, int[] extents)
    {
        (this.from, this.to) = (from, to);
        walk = new StridedWalk(extents, [fromStrides, toStrides], inner: 2);
        var count = extents.AsSpan().Product();
        planes = count == 0 ? 0 : count / (walk.InnerLength * walk.RowCount);
    }

    /// <summary>A copy from the view with the given start and strides to the dense <paramref name="destination"/>.</summary>
    public static StridedCopy Gather(int start, int[] strides, Operand destination) =>
        new(start, strides, 0, destination.Strides, destination.Extents);

    /// <summary>A copy from the dense <paramref name="source"/> to the view with the given start and strides.</summary>
    public static StridedCopy Scatter(Operand source, int start, int[] strides) =>
        new(0, source.Strides, start, strides, source.Extents);

    public void Run(Operand source, Operand destination)
    {
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

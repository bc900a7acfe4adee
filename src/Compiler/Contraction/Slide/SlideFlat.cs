using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>What the code of <see cref="SlideFlat"/> depends on.</summary>
/// <param name="Vectors">Vectors of an image.</param>
/// <param name="Live">Lanes of the last of them.</param>
/// <param name="Columns">For each weight of a row of the kernel, how far from a result the column is that it meets.</param>
/// <param name="Rows">For each row of the kernel, how many elements from a result the row is.</param>
internal sealed record SlideFlatSizes(int Vectors, int Live, EquatableArray<int> Columns, EquatableArray<int> Rows);

/// <summary>
/// Images of so few elements that they fit into registers, as large as their results, each as one row of all its elements: vectors are full whatever the width is. What a weight meets
/// is the image moved by some elements, two vectors at a time, without the columns that would come from the row above or below. For registers of 512 bits, which two are moved as one.
/// </summary>
internal sealed class SlideFlat
{
    // The image, what a weight meets of it, and its results are in registers; more multiply-adds, of 5×5 in so many vectors, take the just-in-time compiler long.
    private const int MostVectors = 8, MostProducts = 25 * MostVectors;

    // A product takes a move, which serves one output only: with more channels rows that are read where they lie have less to begin and end, and outputs share what is read.
    private const int MostPairs = 4;

    private SlideFlat(SlideFlatCode code, byte[] tables) => (Code, Tables) = (code, tables);

    public SlideFlatCode Code { get; }

    /// <summary>For each weight of a row and each vector which lanes are kept, then for each distance the places of what is moved; the array does not move.</summary>
    public byte[] Tables { get; }

    /// <summary>The sizes; null where images are not small, results are of another size, or channels are many.</summary>
    public static SlideFlat? TryCreate(SlideKernel kernel, SlideProduct product, CorrelationExtents extents)
    {
        if (product == SlideProduct.Kernel || !kernel.MovesPairs || extents.Kernel[0] != 1 || extents.Image[0] != 1 || extents.Result[0] != 1) return null;
        if (extents.Strides[1] != 1 || extents.Strides[2] != 1 || extents.Image[1] != extents.Result[1] || extents.Image[2] != extents.Result[2]) return null;
        var (width, count, lanes, size) = (extents.Image[2], extents.ImageSize, kernel.Lanes, kernel.ElementSize);
        var vectors = (int)DotPlan.Ceiling(count, lanes);
        if (count == 0 || vectors > MostVectors || vectors * extents.KernelSize > MostProducts || extents.Channels * extents.Outputs > MostPairs) return null;
        var (rows, columns) = (Distances(product, extents, 1), Distances(product, extents, 2));
        var sizes = new SlideFlatSizes(vectors, count - ((vectors - 1) * lanes), [.. columns], [.. rows.Select(r => r * width)]);
        return new SlideFlat(kernel.Flat(sizes), TablesOf(columns, width, count, vectors * lanes, lanes, size));
    }

    /// <summary>How far from a result the elements of one axis are that each weight meets.</summary>
    private static int[] Distances(SlideProduct product, CorrelationExtents extents, int axis)
    {
        var (low, dilation) = (extents.Low[axis], extents.Dilations[axis]);
        return [.. Enumerable.Range(0, extents.Kernel[axis]).Select(k => product == SlideProduct.Input ? low - (dilation * k) : (dilation * k) - low)];
    }

    private static byte[] TablesOf(int[] columns, int width, int count, int padded, int lanes, int size)
    {
        var masks = columns.Length * padded * size;
        var tables = GC.AllocateArray<byte>(masks + (lanes * lanes * size), pinned: true);
        for (var t = 0; t < columns.Length; t++)
        {
            for (var i = 0; i < count; i++)
            {
                if (i % width - columns[t] is var column && column >= 0 && column < width) tables.AsSpan(((t * padded) + i) * size, size).Fill(byte.MaxValue);
            }
        }
        for (var distance = 0; distance < lanes; distance++)
        {
            // Little-endian, as all machines that have such registers are.
            for (var lane = 0; lane < lanes; lane++) tables[masks + (((distance * lanes) + lane) * size)] = (byte)(distance + lane);
        }
        return tables;
    }
}

using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>What the code of <see cref="SlideInPlace"/> depends on.</summary>
/// <param name="Rows">Rows of results.</param>
/// <param name="Above">How many of the rows that they meet lie above the image.</param>
/// <param name="Below">How many lie below it.</param>
/// <param name="RowStride">Rows of the image from one row of results to the next.</param>
/// <param name="ColumnStride">Columns of the image from one result to the next: one or two.</param>
/// <param name="Loads">Vectors that hold what the results of a row meet: two where every other element is met, unless half a vector is enough.</param>
/// <param name="KernelRows">Rows of the kernel.</param>
/// <param name="KernelColumns">Columns of the kernel.</param>
/// <param name="RowDilation">Rows of the image from one row of the kernel to the next.</param>
/// <param name="ColumnDilation">Columns of the image from one column of the kernel to the next.</param>
/// <param name="IsTurned">Whether weights are read from the last to the first.</param>
internal sealed record SlideInPlaceSizes(int Rows, int Above, int Below, int RowStride, int ColumnStride, int Loads, int KernelRows, int KernelColumns, int RowDilation, int ColumnDilation, bool IsTurned)
{
    /// <summary>Rows of the image from the first that is met to the last.</summary>
    public int Reach => (RowStride * (Rows - 1)) + (RowDilation * (KernelRows - 1)) + 1;
}

/// <summary>Some rows of results.</summary>
/// <param name="Code">What computes them.</param>
/// <param name="Row">The first of them.</param>
/// <param name="Rows">How many there are.</param>
internal readonly record struct SlideInPlaceBand(SlideInPlaceCode Code, int Row, int Rows);

/// <summary>
/// A correlation that reads images where they lie: masks leave out what is beyond a row's ends, and rows beyond the image are not read. So nothing is copied, which for each channel of
/// one or two results would take as long as its sums. For registers of 512 bits.
/// </summary>
internal sealed class SlideInPlace
{
    // What is read serves one output only: of more channels, or where few rows of results share it, copies that serve several outputs are better.
    private const int MostPairs = 64, MostPairsApart = 16, SharedRows = 3, MostColumns = 32;

    // A multiply-add waits for the one before it of the same row: a single row of more columns has too few to do meanwhile.
    private const int MostColumnsOfRow = 4;

    // Masks stay in the first-level cache.
    private const int MostTiles = 16;

    // Otherwise rows of the image are read again for too few sums.
    private const int FewestRows = 4;

    private SlideInPlace(SlideInPlaceBand[] bands, byte[] masks, int tiles, int low, int lowRow) => (Bands, Masks, Tiles, Low, LowRow) = (bands, masks, tiles, low, lowRow);

    public SlideInPlaceBand[] Bands { get; }

    /// <summary>For each vector of a row of results which of them there are, then for each column of the kernel which elements it meets; the array does not move.</summary>
    public byte[] Masks { get; }

    /// <summary>Vectors of a row of results.</summary>
    public int Tiles { get; }

    /// <summary>How far before a result's own column, and row, the first one is that it meets.</summary>
    public int Low { get; }

    public int LowRow { get; }

    /// <summary>The sizes; null where something else is better.</summary>
    public static SlideInPlace? TryCreate(SlideKernel kernel, SlideProduct product, CorrelationExtents extents)
    {
        var isTurned = product == SlideProduct.Input;
        if (product == SlideProduct.Kernel || !kernel.MovesPairs || !IsFaster(product, extents)) return null;
        if (extents.Kernel[0] != 1 || extents.Image[0] != 1 || extents.Result[0] != 1) return null;
        if (Math.Max(extents.Strides[1], extents.Strides[2]) > (isTurned ? 1 : 2)) return null;
        var (from, to, lanes) = (isTurned ? extents.Result : extents.Image, isTurned ? extents.Image : extents.Result, kernel.Lanes);
        var (kernelRows, kernelColumns, rowStride, stride) = (extents.Kernel[1], extents.Kernel[2], extents.Strides[1], extents.Strides[2]);
        var dilation = extents.Dilations[2];
        var tiles = (int)DotPlan.Ceiling(to[2], lanes);
        var mostRows = Math.Min(kernel.Registers - 4 - kernelRows, Math.Min(SlidePlan.MostProducts / kernelRows, SlideTileChoice.MostRows));
        if ((to[1] == 1 && kernelColumns > MostColumnsOfRow) || tiles > MostTiles || mostRows < FewestRows || extents.ImageSize == 0 || extents.ResultSize == 0) return null;
        var (lowRow, low) = (Low(1), Low(2));
        var loads = stride == 2 && to[2] > lanes / 2 ? 2 : 1;
        var height = SlidePlan.Divided(to[1], mostRows);
        var bands = new List<SlideInPlaceBand>();
        for (var row = 0; row < to[1]; row += height)
        {
            var rows = Math.Min(height, to[1] - row);
            var first = (rowStride * row) - lowRow;
            var sizes = new SlideInPlaceSizes(rows, 0, 0, rowStride, stride, loads, kernelRows, kernelColumns, extents.Dilations[1], dilation, isTurned);
            sizes = sizes with { Above = Math.Clamp(-first, 0, sizes.Reach), Below = Math.Clamp(first + sizes.Reach - from[1], 0, sizes.Reach) };
            bands.Add(new SlideInPlaceBand(kernel.InPlace(sizes), row, rows));
        }
        return new SlideInPlace([.. bands], MasksOf(from[2], to[2], tiles, lanes, kernel.ElementSize, loads, kernelColumns, stride, dilation, low), tiles, low, lowRow);

        int Low(int axis) => isTurned ? (extents.Dilations[axis] * (extents.Kernel[axis] - 1)) - extents.Low[axis] : extents.Low[axis];
    }

    private static bool IsFaster(SlideProduct product, CorrelationExtents extents)
    {
        var (pairs, outputs, columns) = (extents.Channels * extents.Outputs, product == SlideProduct.Input ? extents.Channels : extents.Outputs, extents.Result[2]);
        if (outputs == 1) return pairs <= MostPairs;
        if (extents.Kernel[1] < SharedRows) return false;
        return extents.Strides[1] * extents.Strides[2] == 1 ? pairs <= MostPairs && (extents.Groups > 1 || columns <= MostColumns) : pairs <= MostPairsApart && extents.Groups > 1;
    }

    private static byte[] MasksOf(int width, int results, int tiles, int lanes, int size, int loads, int columns, int stride, int dilation, int low)
    {
        var masks = GC.AllocateArray<byte>(tiles * (1 + (columns * loads)) * lanes * size, pinned: true);
        var at = 0;
        for (var tile = 0; tile < tiles; tile++)
        {
            for (var lane = 0; lane < lanes; lane++) Add((tile * lanes) + lane < results);
            for (var column = 0; column < columns; column++)
            {
                for (var lane = 0; lane < loads * lanes; lane++)
                {
                    var element = (tile * lanes * stride) + lane + (dilation * column) - low;
                    Add(element >= 0 && element < width);
                }
            }
        }
        return masks;

        void Add(bool isThere)
        {
            if (isThere) masks.AsSpan(at, size).Fill(byte.MaxValue);
            at += size;
        }
    }
}

using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>What the code of <see cref="SlideInPlace"/> depends on.</summary>
/// <param name="Outputs">Outputs that are summed together: one shares what it reads among rows, several among themselves.</param>
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
internal sealed record SlideInPlaceSizes(int Outputs, int Rows, int Above, int Below, int RowStride, int ColumnStride, int Loads, int KernelRows, int KernelColumns, int RowDilation, int ColumnDilation, bool IsTurned)
{
    /// <summary>Results that the last vector of a row shares with the one before it, where masks leave out nothing of what is written.</summary>
    public int Overlap { get; init; }

    /// <summary>Results of a row that fills no vector, where masks leave out nothing of what is written; else 0.</summary>
    public int Live { get; init; }

    /// <summary>Rows of the image from the first that is met to the last.</summary>
    public int Reach => (RowStride * (Rows - 1)) + (RowDilation * (KernelRows - 1)) + 1;
}

/// <summary>Some rows of results.</summary>
/// <param name="Code">What computes them.</param>
/// <param name="LastCode">What computes those of the outputs that are left.</param>
/// <param name="Row">The first of them.</param>
/// <param name="Rows">How many there are.</param>
internal readonly record struct SlideInPlaceBand(SlideInPlaceCode? Code, SlideInPlaceCode? LastCode, int Row, int Rows);

/// <summary>
/// A correlation that reads images where they lie: masks leave out what is beyond a row's ends, and rows beyond the image are not read. So nothing is copied, which for each channel of
/// one or two results would take as long as its sums. For registers of 512 bits; of 256 bits, for which to leave out lanes of what is written takes long, the last vector of a row overlaps
/// the one before it, and only single channels are summed so.
/// </summary>
internal sealed class SlideInPlace
{
    // Rows of a kernel share what is read; copies of rows of so many columns are soon made.
    private const int MostPairs = 64, SharedRows = 3, MostColumns = 32, HighestNarrow = 5;
    private const double LeastFill = 0.75;

    // A multiply-add waits for the one before it of the same row: a single row of more columns has too few to do meanwhile.
    private const int MostColumnsOfRow = 4;

    // Masks stay in the first-level cache; those of half as many lanes are half as large.
    private const int MostTiles = 16, MostNarrowTiles = 32;

    // A multiply-add waits for the one before it; begin and end of a tile, by the multiply-adds of so many taps. More of these in one loop body take the just-in-time compiler long.
    private const double Latency = 4, TileCycles = 0.5;
    private const int MostTogether = 8, MostProducts = 192;

    // Otherwise rows of the image are read again for too few sums.
    private const int FewestRows = 4;

    private SlideInPlace(SlideInPlaceBand[] bands, byte[] masks, int[] from, int[] to, int together, int tiles, int low, int lowRow) =>
        (Bands, Masks, From, To, Together, Tiles, Low, LowRow) = (bands, masks, from, to, together, tiles, low, lowRow);

    public SlideInPlaceBand[] Bands { get; }

    /// <summary>For each vector of a row of results which of them there are, then for each column of the kernel which elements it meets; the array does not move.</summary>
    public byte[] Masks { get; }

    /// <summary>Rows and columns of what is read, and of what is written.</summary>
    public int[] From { get; }

    public int[] To { get; }

    /// <summary>How many outputs are summed together; what is left of them is so, too.</summary>
    public int Together { get; }

    /// <summary>Vectors of a row of results.</summary>
    public int Tiles { get; }

    /// <summary>How far before a result's own column, and row, the first one is that it meets.</summary>
    public int Low { get; }

    public int LowRow { get; }

    /// <summary>The sizes; null where something else is better.</summary>
    public static SlideInPlace? TryCreate(SlideKernel kernel, SlideProduct product, CorrelationExtents extents)
    {
        var isTurned = product == SlideProduct.Input;
        if (product == SlideProduct.Kernel || !kernel.ReadsInPlace) return null;
        if (extents.Kernel[0] != 1 || extents.Image[0] != 1 || extents.Result[0] != 1) return null;
        if (Math.Max(extents.Strides[1], extents.Strides[2]) > (isTurned ? 1 : 2)) return null;
        var lanes = kernel.Lanes;
        int[] from = isTurned ? extents.Result[1..] : extents.Image[1..], to = isTurned ? extents.Image[1..] : extents.Result[1..];
        if (IsOfPlanes(extents)) to = from = Rows(from[0] * from[1], lanes) ?? from;
        if (!IsFaster(kernel, extents, isTurned ? extents.Channels : extents.Outputs, to[1])) return null;
        var (kernelRows, kernelColumns, rowStride, stride) = (extents.Kernel[1], extents.Kernel[2], extents.Strides[1], extents.Strides[2]);
        var dilation = extents.Dilations[2];
        var tiles = (int)DotPlan.Ceiling(to[1], lanes);
        var outputs = isTurned ? extents.Channels : extents.Outputs;
        if (tiles > (kernel.MovesPairs ? MostTiles : MostNarrowTiles) || extents.ImageSize == 0 || extents.ResultSize == 0) return null;
        var (lowRow, low) = (Low(1), Low(2));
        var loads = stride == 2 && to[1] > lanes / 2 ? 2 : 1;
        var (together, height) = Choose(kernel, outputs, to[0], kernelRows, loads, rowStride * stride == 1 && tiles == 1);
        if (together == 1 && (height < Math.Min(FewestRows, to[0]) || (to[0] == 1 && kernelColumns > MostColumnsOfRow))) return null;
        var overlap = kernel.MovesPairs || tiles == 1 ? 0 : (tiles * lanes) - to[1];
        var bands = new List<SlideInPlaceBand>();
        for (var row = 0; row < to[0]; row += height)
        {
            var rows = Math.Min(height, to[0] - row);
            var first = (rowStride * row) - lowRow;
            var sizes = new SlideInPlaceSizes(together, rows, 0, 0, rowStride, stride, loads, kernelRows, kernelColumns, extents.Dilations[1], dilation, isTurned);
            sizes = sizes with { Overlap = overlap, Live = kernel.MovesPairs || to[1] >= lanes ? 0 : to[1], Above = Math.Clamp(-first, 0, sizes.Reach), Below = Math.Clamp(first + sizes.Reach - from[0], 0, sizes.Reach) };
            bands.Add(new SlideInPlaceBand(outputs >= together ? kernel.InPlace(sizes) : null, outputs % together > 0 ? kernel.InPlace(sizes with { Outputs = outputs % together }) : null, row, rows));
        }
        return new SlideInPlace([.. bands], MasksOf(from[1], to[1], tiles, overlap, lanes, kernel.ElementSize, loads, kernelColumns, stride, dilation, low), from, to, together, tiles, low, lowRow);

        int Low(int axis) => isTurned ? (extents.Dilations[axis] * (extents.Kernel[axis] - 1)) - extents.Low[axis] : extents.Low[axis];
    }

    /// <summary>Whether kernels of one element meet each element of images, whose rows then may be as long as vectors are.</summary>
    private static bool IsOfPlanes(CorrelationExtents extents) => extents.KernelSize == 1 && extents.Strides[1] * extents.Strides[2] == 1 && extents.Low[1] == 0 && extents.Low[2] == 0 && extents.ImageSize == extents.ResultSize;

    private static int[]? Rows(int pixels, int lanes)
    {
        for (var columns = lanes; columns >= LeastFill * lanes; columns--)
        {
            if (pixels % columns == 0) return [pixels / columns, columns];
        }
        return null;
    }

    /// <summary>Whether copies, which lie side by side so that vectors are full, or fewer products are slower.</summary>
    private static bool IsFaster(SlideKernel kernel, CorrelationExtents extents, int outputs, int columns)
    {
        var pairs = extents.Channels * extents.Outputs;
        // Of fewer results lanes stay empty; higher kernels leave registers for few rows.
        if (!kernel.MovesPairs) return kernel.Type == DType.Float32 && pairs == 1 && extents.KernelSize > 1 && extents.Kernel[1] <= HighestNarrow && columns >= kernel.Lanes / 2;
        if (pairs <= MostPairs && (outputs == 1 || extents.Groups > 1)) return true;
        var isApart = extents.Strides[1] * extents.Strides[2] > 1;
        if (!isApart && kernel.Type == DType.Float32 && extents.Kernel[1] == 3 && extents.Kernel[2] == 3) return false;
        if (columns < LeastFill * DotPlan.Ceiling(columns, kernel.Lanes) * kernel.Lanes) return false;
        return extents.Groups > 1 || isApart || extents.Kernel[1] < SharedRows || columns <= MostColumns;
    }

    /// <summary>Outputs that are summed together, and rows of results.</summary>
    private static (int Together, int Rows) Choose(SlideKernel kernel, int outputs, int rows, int kernelRows, int loads, bool mayShareRows)
    {
        var alone = Math.Min(kernel.Registers - 4 - kernelRows, Math.Min(SlidePlan.MostProducts / kernelRows, SlideTileChoice.MostRows));
        if (outputs == 1 || (kernelRows >= SharedRows && mayShareRows)) return (1, SlidePlan.Divided(rows, Math.Max(1, alone)));
        var best = (Together: 1, Rows: 1, Cycles: double.MaxValue);
        for (var together = 1; together <= Math.Min(outputs, MostTogether); together++)
        {
            var most = Math.Min((kernel.Registers - 2 - loads - together) / together, MostProducts / (kernelRows * together));
            if (most < 1) break;
            var height = SlidePlan.Divided(rows, Math.Min(most, SlideTileChoice.MostRows));
            var cycles = DotPlan.Ceiling(rows, height) * (((double)(outputs / together) * OfTile(together, height, loads)) + (outputs % together > 0 ? OfTile(outputs % together, height, loads) : 0));
            if (cycles < best.Cycles) best = (together, height, cycles);
        }
        return (best.Together, best.Rows);
    }

    /// <summary>Cycles of a tap: two multiply-adds or loads each, of which those of images reach over lines of the cache and count twice.</summary>
    private static double OfTile(int together, int rows, int loads) =>
        Math.Max(Math.Max((together + loads - 1) * rows / 2.0, ((2 * loads * rows) + together) / 2.0), Latency) + TileCycles;

    private static byte[] MasksOf(int width, int results, int tiles, int overlap, int lanes, int size, int loads, int columns, int stride, int dilation, int low)
    {
        var masks = GC.AllocateArray<byte>(tiles * (1 + (columns * loads)) * lanes * size, pinned: true);
        var at = 0;
        for (var tile = 0; tile < tiles; tile++)
        {
            var first = (tile * lanes) - (tile == tiles - 1 ? overlap : 0);
            for (var lane = 0; lane < lanes; lane++) Add(first + lane < results);
            for (var column = 0; column < columns; column++)
            {
                for (var lane = 0; lane < loads * lanes; lane++)
                {
                    var element = (first * stride) + lane + (dilation * column) - low;
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

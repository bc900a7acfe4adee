using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>
/// Sizes of a correlation of 3×3 in groups of some channels, in 16 products for two by two results instead of 36 (Winograd; Lavin and Gray, "Fast algorithms for convolutional
/// neural networks", 2015: F(2×2, 3×3)). Lanes are tiles, one after the other as they lie in images, so that channels need not be neighbours. Some lines of tiles of
/// one or more images side by side make a block, whose 16 matrices, a row for each channel, stay in a second-level cache. For float32 and registers of 512 bits.
/// Kernels are summed plainly: elements far smaller than others around them, of which every term may be zero, would carry rounding of the others' size.
/// </summary>
internal sealed class SlideWinograd
{
    /// <summary>Products of one tile.</summary>
    internal const int Products = 16;

    private const long BlockBytes = 512 << 10;
    private const int MostMerged = 16, MostTileRows = 8, MostTileVectors = 3;

    // What is short of the peak, and what a vector of tiles and a row of an image take besides. Measured.
    private const double DirectEfficiency = 0.72, ProductEfficiency = 0.8, TileCycles = 40, RowCycles = 10;
    private const double LeastGain = 0.95;

    private readonly TileCode?[,] codes = new TileCode?[0, 0];

    private SlideWinograd(SlideKernel kernel, SlideProduct product, CorrelationExtents extents)
    {
        Extents = extents;
        IsInput = product == SlideProduct.Input;
        (Inputs, Outputs) = IsInput ? (extents.Outputs, extents.Channels) : (extents.Channels, extents.Outputs);
        (InputSize, OutputSize) = IsInput ? (extents.Result, extents.Image) : (extents.Image, extents.Result);
        (LowLine, LowPlace) = (Low(IsInput, extents, 1), Low(IsInput, extents, 2));
        (TileLines, TilePlaces) = ((int)DotPlan.Ceiling(OutputSize[1], 2), (int)DotPlan.Ceiling(OutputSize[2], 2));
        // The border at one image's end is that at the next one's beginning.
        ImagePlaces = (int)Math.Max(TilePlaces, Math.Max(DotPlan.Ceiling(LowPlace + UsedWidth, 2), DotPlan.Ceiling(OutputSize[2] + 2 - LowPlace, 2)));
        Lanes = kernel.Lanes;
        var most = BlockBytes / (Products * sizeof(float) * (Inputs + Outputs));
        Merged = 1;
        for (var images = 2; images <= SlidePlan.MostImages(product, extents, 1, MostMerged) && (long)TileLines * Columns(images) <= most; images++)
        {
            if (Cycles(images) / images < LeastGain * Cycles(Merged) / Merged) Merged = images;
        }
        Places = Columns(Merged);
        LinesOfBlock = (int)DotPlan.Ceiling(TileLines, DotPlan.Ceiling((long)TileLines * Places, Math.Max(most, Places)));
        Blocks = DotPlan.Ceiling(extents.Images, Merged);

        var vectors = (int)DotPlan.Ceiling(Places, Lanes);
        ImagePitch = (2 * vectors * Lanes) + Lanes;
        // A vector may begin at the last tile.
        Pitch = Apart(DotPlan.RoundUp(LinesOfBlock * Places, Lanes) + Lanes);
        InputPlane = Apart(Inputs * Pitch);
        OutputPlane = Apart(Outputs * Pitch);
        WeightPitch = DotPlan.RoundUp(Inputs, Lanes);
        Differences = Align(((2 * LinesOfBlock) + 2) * ImagePitch);
        Sums = Differences + Align(Products * InputPlane);
        Weights = Sums + Align(Products * OutputPlane);
        Elements = Weights + Align((long)Products * Outputs * WeightPitch);

        var dot = DotKernel.Get(DType.Float32, kernel.Width);
        TileRows = (int)DotPlan.Ceiling(Outputs, DotPlan.Ceiling(Outputs, MostTileRows));
        codes = new TileCode?[TileRows + 1, MostTileVectors + 1];
        var neighbours = new TileSteps(RowOfA: null, TermOfA: sizeof(float), TermOfB: null);
        foreach (var count in Enumerable.Range(1, LinesOfBlock).Where(l => l == LinesOfBlock || l == TileLines % LinesOfBlock))
        {
            foreach (var width in VectorsOfTiles((int)DotPlan.Ceiling(count * Places, Lanes)).Distinct())
            {
                codes[TileRows, width] = dot.Tile(TileRows, width, steps: neighbours);
                if (Outputs % TileRows > 0) codes[Outputs % TileRows, width] = dot.Tile(Outputs % TileRows, width, steps: neighbours);
            }
        }
    }

    public CorrelationExtents Extents { get; }

    /// <summary>Images are computed of results, with the kernels turned round.</summary>
    public bool IsInput { get; }

    /// <summary>Channels of a group that are read, and that are written.</summary>
    public int Inputs { get; }

    public int Outputs { get; }

    public int[] InputSize { get; }

    public int[] OutputSize { get; }

    /// <summary>Output i reads elements i - low to i - low + 2.</summary>
    public int LowLine { get; }

    public int LowPlace { get; }

    /// <summary>Elements of a row that outputs read.</summary>
    public int UsedWidth => Math.Min(InputSize[2], OutputSize[2] + 2 - LowPlace);

    /// <summary>Tiles of an image.</summary>
    public int TileLines { get; }

    public int TilePlaces { get; }

    public int Lanes { get; }

    /// <summary>Images side by side, tiles from one to the next, and tiles of a line of all of them.</summary>
    public int Merged { get; }

    public int ImagePlaces { get; }

    public int Places { get; }

    public int LinesOfBlock { get; }

    public long Blocks { get; }

    /// <summary>Elements from row to row of images in scratch memory.</summary>
    public int ImagePitch { get; }

    /// <summary>Elements from row to row of a matrix, and from a matrix to the next.</summary>
    public int Pitch { get; }

    public int InputPlane { get; }

    public int OutputPlane { get; }

    public int WeightPitch { get; }

    /// <summary>Results that a call of code computes, one below the other.</summary>
    public int TileRows { get; }

    /// <summary>Where in scratch memory, in elements, each part begins: an image is the first.</summary>
    public long Differences { get; }

    public long Sums { get; }

    public long Weights { get; }

    public long Elements { get; }

    /// <summary>The sizes; null where products are no fewer or no faster so.</summary>
    public static SlideWinograd? TryCreate(SlideKernel kernel, SlideProduct product, CorrelationExtents e)
    {
        if (product == SlideProduct.Kernel || kernel.Type != DType.Float32 || !kernel.MovesPairs || e.Images == 0 || e.Groups == 0 || e.ImageSize == 0 || e.ResultSize == 0 || e.Channels == 0 || e.Outputs == 0) return null;
        if (e.Kernel[0] != 1 || e.Image[0] != 1 || e.Result[0] != 1) return null;
        for (var axis = 1; axis < 3; axis++)
        {
            if (e.Kernel[axis] != 3 || e.Strides[axis] != 1 || e.Dilations[axis] != 1 || e.Low[axis] is < 0 or > 2) return null;
        }
        var plan = new SlideWinograd(kernel, product, e);
        return plan.IsFaster() ? plan : null;
    }

    /// <summary>How many vectors of tiles each call takes: three at a time, but for the last ones.</summary>
    public static IEnumerable<int> VectorsOfTiles(int vectors)
    {
        for (; vectors > 0; vectors -= NextVectors(vectors)) yield return NextVectors(vectors);
    }

    /// <summary>Of so many vectors that are left, those that the next call takes: none stands alone where it need not.</summary>
    public static int NextVectors(int left) => left == MostTileVectors + 1 ? 2 : Math.Min(left, MostTileVectors);

    /// <summary>The code for so many results and vectors.</summary>
    public TileCode Code(int rows, int vectors) => codes[rows, vectors]!;

    private static int Low(bool isInput, CorrelationExtents extents, int axis) => isInput ? 2 - extents.Low[axis] : extents.Low[axis];

    private static long Align(long elements) => DotPlan.Ceiling(elements, 16) * 16;

    // At distances of a multiple of 4 KB all rows would meet in one set of the cache.
    private static int Apart(int elements) => elements % 256 == 0 ? elements + 32 : elements;

    private int Columns(int images) => ((images - 1) * ImagePlaces) + TilePlaces;

    /// <summary>What some images side by side take.</summary>
    private double Cycles(int images)
    {
        var places = Columns(images);
        var products = DotPlan.Ceiling((long)TileLines * places, Lanes) * Products * Inputs * Outputs / 2 / ProductEfficiency;
        var rows = (Inputs * (double)InputSize[1]) + (images > 1 ? Outputs * (double)OutputSize[1] : 0);
        return products + ((Inputs + Outputs) * TileLines * DotPlan.Ceiling(places, Lanes) * TileCycles) + (rows * images * RowCycles);
    }

    private bool IsFaster()
    {
        var rows = ((double)Inputs * InputSize[1]) + ((double)Outputs * OutputSize[1]);
        var direct = ((double)Inputs * Outputs * Extents.KernelSize * OutputSize[1] * OutputSize[2] / Lanes / 2 / DirectEfficiency) + (rows * RowCycles);
        return Cycles(Merged) / Merged < direct;
    }
}

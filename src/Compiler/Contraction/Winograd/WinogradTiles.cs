using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// Results Y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A of a <see cref="WinogradCorrelation"/>: d the four by four elements under a tile of windows, g the weights, summed over channels and
/// pieces between the brackets by ordinary products. Folded, images d += B [(G g Gᵀ) ∘ (A y Aᵀ)] Bᵀ of two by two results y.
/// </summary>
internal readonly unsafe partial struct WinogradTiles<TLane>(WinogradCorrelation plan, float* a, float* b, float* c, byte* scratch, byte* shared)
    where TLane : struct, ILane<TLane, float>
{
    private readonly WinogradSides sides = plan.Windows;
    private readonly float* differences = (float*)(plan.ByPanels ? shared : scratch);
    private readonly float* weights = (float*)(plan.ByPanels ? scratch : shared);
    private readonly float* sums = (float*)(scratch + plan.Sums);
    private readonly float* zeros = (float*)(scratch + plan.Zeros);

    /// <summary>What comes before all blocks: the weights of a group of channels, or the differences of an image.</summary>
    public void Prepare(long chunk)
    {
        if (plan.ByPanels)
        {
            ClearZeros();
            if (sides.Folds) ClearImages(chunk, 1);
            var tiles = plan.TileLines * plan.TilePlaces;
            TransformTiles(chunk * plan.TileLines, tiles, differences + (chunk * tiles * plan.TermPitch));
            return;
        }
        var first = chunk * WinogradCorrelation.ChannelGroup;
        new WinogradWeights<TLane>(plan, b, weights, sides.Channels).Transform(first, (int)Math.Min(WinogradCorrelation.ChannelGroup, sides.Channels - first), 0, first);
    }

    /// <summary>
    /// One chunk; false if a result is not finite. An infinite or NaN element, and a difference that overflows, reaches further
    /// here than the windows that hold it, so the whole product must then be computed directly.
    /// </summary>
    public bool Compute(long chunk)
    {
        if (plan.ByPanels) return ComputePanels(chunk);
        ClearZeros();
        var first = chunk * plan.LinesOfUnit;
        var end = Math.Min(first + plan.LinesOfUnit, sides.Images * sides.Depths * plan.TileLines);
        if (sides.Folds) ClearImages(first / plan.TileLines, (end - first) / plan.TileLines);
        var finite = true;
        for (var line = first; line < end; line += plan.LinesOfBlock)
        {
            var tiles = (int)Math.Min(plan.LinesOfBlock, end - line) * plan.TilePlaces;
            TransformTiles(line, tiles, differences);
            foreach (var k in plan.Live)
            {
                var terms = plan.Slots[k] * sides.Channels;
                for (long term = 0; term < terms; term += plan.TermBlock)
                    Multiply(k, tiles, term, Math.Min(plan.TermBlock, terms - term), weights + (k * plan.WeightPlane) + (term * plan.Width), terms * plan.Width);
            }
            finite &= FinishTiles(line, tiles, 0, (int)sides.Kernels);
        }
        return finite;
    }

    /// <summary>Some kernels' part of all results.</summary>
    private bool ComputePanels(long chunk)
    {
        var kernel = chunk * plan.PaddedKernels;
        var tiles = plan.LinesOfBlock * plan.TilePlaces;
        var transformed = new WinogradWeights<TLane>(plan, b, weights, plan.TermBlock);
        for (long term = 0; term < sides.Channels; term += plan.TermBlock)
        {
            var count = (int)Math.Min(plan.TermBlock, sides.Channels - term);
            for (var at = 0; at < count; at += WinogradCorrelation.ChannelGroup) transformed.Transform(term + at, Math.Min(WinogradCorrelation.ChannelGroup, count - at), kernel, at);
            for (var k = 0; k < WinogradPlan.Products; k++) Multiply(k, tiles, term, count, weights + (k * plan.WeightPlane), (long)plan.TermBlock * plan.Width);
        }
        return FinishTiles(0, tiles, kernel, (int)Math.Min(plan.PaddedKernels, sides.Kernels - kernel));
    }

    private void ClearZeros() => new Span<float>(zeros, (int)sides.Channels).Clear();

    private void ClearImages(long image, long count)
    {
        for (; count > 0; image++, count--) new Span<float>(c + (image * sides.ImageStep), checked((int)sides.ImageStep)).Clear();
    }

    private long SumPlane(int tiles) => WinogradPlan.Plane(tiles * plan.KernelPitch);

    /// <summary>A tile's image, counted through depths, and its first line and place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (long Image, int Line, int Place) Place(long firstLine, int tile)
    {
        var (line, place) = Math.DivRem(tile, plan.TilePlaces);
        var (image, own) = Math.DivRem(firstLine + line, plan.TileLines);
        return (image, (int)own << (sides.Lines.Pairs ? 1 : 0), place << (sides.Places.Pairs ? 1 : 0));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformTiles(long firstLine, int tiles, float* to)
    {
        var (transform, spread) = (new WinogradDifferences<TLane>(plan, sides.Channels, zeros), new WinogradSpread<TLane>(sides, sides.Channels, plan.DifferencePlane, zeros));
        for (var t = 0; t < tiles; t++)
        {
            var (image, line, place) = Place(firstLine, t);
            if (sides.Folds) spread.Tile<ThreeTaps, ThreeTaps>(a + sides.ResultOffset(image), line, place, to + (t * plan.TermPitch));
            else transform.Tile(a + sides.ImageOffset(image), line, place, to + (t * plan.TermPitch));
        }
    }

    private bool FinishTiles(long firstLine, int tiles, long kernel, int kernels)
    {
        if (!sides.Folds) return FinishResults(firstLine, tiles, kernel, kernels);
        var (finite, plane) = (true, SumPlane(tiles));
        for (var t = 0; t < tiles; t++)
        {
            var (image, line, place) = Place(firstLine, t);
            finite &= AddTile(sums + (t * plan.KernelPitch), plane, c + (image * sides.ImageStep) + kernel, line, place, kernels);
        }
        return finite;
    }

    /// <summary>Adds terms to the sums of one of the products, panel after panel.</summary>
    /// <param name="product">Which one.</param>
    /// <param name="tiles">Tiles that there are differences of.</param>
    /// <param name="term">The first term: of a piece, and of its channels.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">Its weights in the first panel.</param>
    /// <param name="panelStep">Weights from panel to panel.</param>
    private void Multiply(int product, int tiles, long term, long count, float* columns, long panelStep)
    {
        var from = differences + (product * plan.DifferencePlane) + term;
        var to = sums + (product * SumPlane(tiles));
        for (var panel = 0; panel < plan.Panels; panel++, columns += panelStep, to += plan.Width)
        {
            for (int row = 0, rows; row < tiles; row += rows)
            {
                var height = Math.Min(plan.TileRows, tiles - row);
                var together = (tiles - row) / height;
                rows = together * height;
                plan.Code(height)(
                    (long)(from + (row * plan.TermPitch)), plan.TermPitch * sizeof(float), sizeof(float), (long)columns, plan.Width * sizeof(float),
                    (long)(to + (row * plan.KernelPitch)), plan.KernelPitch * sizeof(float), count, term > 0, together, (long)height * plan.TermPitch * sizeof(float));
            }
        }
    }

    /// <summary>Adds B M Bᵀ to an image, as far as there are elements. Kernels are whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AddTile(float* from, long plane, float* image, int line, int place, int kernels)
    {
        var to = image + (line * sides.LineStep) + (place * sides.PlaceStep);
        // An image has two lines and places more than results, so at least three of a tile's.
        var (below, right) = (line + 3 < sides.Lines.Reach, place + 3 < sides.Places.Reach);
        var check = default(TLane);
        for (var at = 0; at < kernels; at += TLane.Count)
        {
            Lines(from + at, plane, out var x0, out var y0, out var z0, out var w0);
            Lines(from + at + plane, plane, out var x1, out var y1, out var z1, out var w1);
            Lines(from + at + (2 * plane), plane, out var x2, out var y2, out var z2, out var w2);
            Lines(from + at + (3 * plane), plane, out var x3, out var y3, out var z3, out var w3);
            check += AddLine(x0, x1, x2, x3, to + at, sides.PlaceStep, right);
            check += AddLine(y0, y1, y2, y3, to + at + sides.LineStep, sides.PlaceStep, right);
            check += AddLine(z0, z1, z2, z3, to + at + (2 * sides.LineStep), sides.PlaceStep, right);
            if (below) check += AddLine(w0, w1, w2, w3, to + at + (3 * sides.LineStep), sides.PlaceStep, right);
        }
        return TLane.AreEqual(check, TLane.Fill(0));
    }

    /// <summary>One column of B M.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lines(float* from, long plane, out TLane d0, out TLane d1, out TLane d2, out TLane d3)
    {
        var (m0, m1, m2, m3) = (TLane.Load(from), TLane.Load(from + (4 * plane)), TLane.Load(from + (8 * plane)), TLane.Load(from + (12 * plane)));
        d0 = m0;
        d1 = m1 - m2 + m3;
        d2 = m1 + m2 - m0;
        d3 = default(TLane) - m3;
    }

    /// <summary>Adds one line of B M Bᵀ; zeros if what it adds is finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane AddLine(TLane m0, TLane m1, TLane m2, TLane m3, float* to, long step, bool right)
    {
        // These two hold all four numbers.
        var (d1, d2) = (m1 - m2 + m3, m1 + m2 - m0);
        (TLane.Load(to) + m0).Store(to);
        (TLane.Load(to + step) + d1).Store(to + step);
        (TLane.Load(to + (2 * step)) + d2).Store(to + (2 * step));
        if (right) (TLane.Load(to + (3 * step)) - m3).Store(to + (3 * step));
        return Check(d1) + Check(d2);
    }

    /// <summary>0 where a number is finite, else NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Check(TLane x) => x * TLane.Fill(0);
}

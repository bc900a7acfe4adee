namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// A product of windows that slide over images, in fewer multiplications: two by two results of 3×3 weights at a time come of 16 products a channel instead of 36, of
/// differences of the images and sums of the weights. Either results or images (<see cref="WinogradCorrelation"/>), or weights (<see cref="WinogradGradient"/>). For float32 and
/// channels that are neighbours in memory. Depends on shape and width only.
/// </summary>
internal abstract class WinogradPlan
{
    /// <summary>Products of one tile and channel: four lines of four.</summary>
    internal const int Products = 16;

    /// <summary>Below, vectors of whatever width are not filled.</summary>
    protected const int FewestChannels = 16;

    private const int LineElements = 16, SetElements = 256;
    private const int MostTaps = 64;

    protected WinogradPlan(DotKernel kernel, WinogradSides sides, bool exchanged)
    {
        (Lanes, Windows, Exchanged) = (kernel.Lanes, sides, exchanged);
        Slots = [.. Enumerable.Range(0, Products).Select(sides.Slots)];
        Live = [.. Enumerable.Range(0, Products).Where(k => Slots[k] > 0)];
    }

    public WinogradSides Windows { get; }

    /// <summary>The windows are the caller's B.</summary>
    public bool Exchanged { get; }

    public int Lanes { get; }

    /// <summary>How many pieces add to each of the sixteen products, and which of these have any.</summary>
    public long[] Slots { get; }

    public int[] Live { get; }

    public WinogradPart[] Pieces { get; protected init; } = [];

    /// <summary>Chunks of work which come before all others.</summary>
    public long Preparations { get; protected init; }

    /// <summary>Chunks of work that may run at the same time.</summary>
    public long Blocks { get; protected init; }

    /// <summary>Bytes that all threads share, and bytes that each thread has to itself.</summary>
    public long SharedBytes { get; protected init; }

    public long ScratchBytes { get; protected init; }

    /// <summary>The plan of a product that is better computed this way; null for others.</summary>
    public static WinogradPlan? TryCreate(DotKernel kernel, DType type, ContractionShape shape, bool atAnyCost = false)
    {
        if (type != DType.Float32 || shape.Batch.Count != 1) return null;
        var exchanged = false;
        if (WinogradSides.Find(shape) is not { } sides)
        {
            exchanged = true;
            if (WinogradSides.Find(shape.Exchanged()) is not { } others) return null;
            sides = others;
        }
        if (sides.Taps > MostTaps) return null;
        return sides.Computes == WinogradOperand.Weights ? WinogradGradient.TryCreate(kernel, sides, exchanged, atAnyCost) : WinogradCorrelation.TryCreate(kernel, sides, exchanged, atAnyCost);
    }

    /// <summary>Elements from one of sixteen matrices to the next: a line more than it has, for at distances of a power of two they would all meet in one set of a cache.</summary>
    public static long Plane(long elements) => Align(elements * sizeof(float)) / sizeof(float) + LineElements;

    protected static long Align(long bytes) => DotPlan.Ceiling(bytes, 64) * 64;

    protected static long Pitch(long elements) => elements % SetElements == 0 ? elements + LineElements : elements;

    /// <summary>What so many rows take a term, in tiles of two vectors.</summary>
    protected static double Cycles(long count, int rows) =>
        (count / rows * TileChoice.TermCycles(rows, 2)) + (count % rows > 0 ? TileChoice.TermCycles((int)(count % rows), 2) : 0);

    /// <param name="sides">The axes.</param>
    /// <param name="channels">Channels of a piece: what lies one after the other in a row of a product, for each piece that adds to it.</param>
    /// <param name="plane">Elements from one of the sixteen matrices to the next.</param>
    protected static IEnumerable<WinogradPart> FindPieces(WinogradSides sides, long channels, long plane)
    {
        var slots = new long[Products];
        for (var layer = 0; layer < sides.Layers; layer++)
        {
            foreach (var line in sides.Lines.Pieces)
            {
                foreach (var place in sides.Places.Pieces)
                {
                    var offsets = GC.AllocateArray<long>(Products, pinned: true);
                    var terms = new long[Products];
                    for (var k = 0; k < Products; k++)
                    {
                        terms[k] = -1;
                        if (!line.Has(k / 4, sides.Lines.Pairs) || !place.Has(k % 4, sides.Places.Pairs)) continue;
                        terms[k] = slots[k]++ * channels;
                        offsets[k] = (k * plane) + terms[k];
                    }
                    yield return new WinogradPart(layer, line, place, terms, offsets);
                }
            }
        }
    }
}

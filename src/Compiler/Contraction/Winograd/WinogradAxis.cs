namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>Places of a window that are multiplied together: First, First + stride, …, as many as Taps says.</summary>
internal readonly record struct WinogradPiece(int First, int Taps)
{
    /// <summary>Whether the piece adds to one of the four products of a pair of results.</summary>
    public bool Has(int product, bool pairs) => product switch
    {
        0 => true,
        1 => pairs && Taps > 1,
        2 => pairs && Taps > 2,
        _ => pairs,
    };
}

/// <summary>A piece of a window along both axes, in one of its layers.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Line">Its lines.</param>
/// <param name="Place">Its places.</param>
/// <param name="Terms">For each of the sixteen products of a tile to which it adds, where its channels begin among the terms; -1 for others.</param>
/// <param name="Offsets">Where they begin among the differences of the first tile; the array does not move.</param>
internal sealed record WinogradPart(int Layer, WinogradPiece Line, WinogradPiece Place, long[] Terms, long[] Offsets)
{
    /// <summary>The products to which it adds.</summary>
    public int[] Products { get; } = [.. Enumerable.Range(0, Terms.Length).Where(k => Terms[k] >= 0)];
}

/// <summary>
/// One axis of windows in fewer products. Two neighbouring results of three weights take four products instead of six, those of two weights three instead of four, and
/// those of one weight two: the same four at 0, 1, -1 and infinity, of which shorter pieces leave some out. So a window of any length, each phase of its stride by itself, is
/// cut into such pieces, whose products are summed before they become results. Where pieces of two weights or results are missing, each result stands alone.
/// </summary>
internal sealed class WinogradAxis
{
    public WinogradAxis(long outputs, long kernel, long stride)
    {
        (Outputs, Kernel, Stride) = (outputs, kernel, stride);
        Reach = (stride * (outputs - 1)) + kernel;
        Pairs = outputs > 1 && kernel > stride;
        Tiles = Pairs ? DotPlan.Ceiling(outputs, 2) : outputs;
        Pieces = Pairs ? [.. Enumerable.Range(0, (int)Math.Min(stride, kernel)).SelectMany(Phase)] : [.. Enumerable.Range(0, (int)kernel).Select(k => new WinogradPiece(k, 1))];
        // Asked in every run, which must not allocate.
        Longest = !Pairs ? 0 : Pieces.Any(p => p.Has(2, Pairs)) ? 3 : 2;
    }

    public long Outputs { get; }

    public long Kernel { get; }

    public long Stride { get; }

    /// <summary>Whether tiles are two results long.</summary>
    public bool Pairs { get; }

    public long Tiles { get; }

    public WinogradPiece[] Pieces { get; }

    /// <summary>Elements that windows reach.</summary>
    public long Reach { get; }

    /// <summary>Whether windows of three that move by one place take all four products.</summary>
    public bool IsOnePiece => Pairs && Pieces is [{ Taps: 3 }];

    /// <summary>Weights of a piece that takes all products that any does: three if that at -1 is among them, else two; none where each result stands alone.</summary>
    public int Longest { get; }

    /// <summary>How many pieces add to one of the four products.</summary>
    public int Count(int product) => Pieces.Count(p => p.Has(product, Pairs));

    /// <summary>Three weights at a time; four are twice two, which take as many products as three and one, of fewer differences.</summary>
    private IEnumerable<WinogradPiece> Phase(int phase)
    {
        var count = (int)((Kernel - phase - 1) / Stride) + 1;
        for (var at = 0; at < count;)
        {
            var taps = count - at is 2 or 4 ? 2 : Math.Min(3, count - at);
            yield return new WinogradPiece(phase + (at * (int)Stride), taps);
            at += taps;
        }
    }
}

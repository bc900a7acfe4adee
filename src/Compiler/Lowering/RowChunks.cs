using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Lowering;

/// <summary>An axis cut into chunks that depend on its extent alone, and the loop over them.</summary>
internal sealed class RowChunks
{
    // Enough for threads to share evenly, few enough that combining them costs nothing.
    private const int MostChunks = 32;

    // A chunk of rows has at least so many points.
    private const long ChunkPoints = 4096;

    /// <summary>An axis as a loop of the chunked nest.</summary>
    public static LoopAxis Part(LoopAxis axis, bool isInner, RowChunks? chunks) =>
        chunks?.Axis == axis
            ? new LoopAxis(axis.Name, axis.Extent, isInner) { Chunks = chunks.Loop, ChunkLength = chunks.Length }
            : new LoopAxis(axis.Name, axis.Extent, isInner);

    private RowChunks(LoopAxis axis, Dim length)
    {
        Axis = axis;
        Length = length;
        Loop = new LoopAxis($"c{axis.Name}", (axis.Extent + length - 1) / length, reduced: false);
    }

    public LoopAxis Axis { get; }

    public LoopAxis Loop { get; }

    public Dim Length { get; }

    /// <summary>Chunks of the longest of some axes, where each of its indices stands for a number of points.</summary>
    public static RowChunks? OfRows(LoopAxis[] rows, long points)
    {
        var longest = rows.MaxBy(a => Estimate(a))!;
        return Of(longest, Math.Max(8, ChunkPoints / Math.Max(points / Estimate(longest), 1) / 8 * 8));
    }

    /// <summary>Chunks of a given length, at least one element.</summary>
    public static RowChunks OfLength(LoopAxis axis, long length) => new(axis, length);

    /// <summary>The points of axes; an unknown extent counts as a usual batch.</summary>
    public static long Estimate(params IEnumerable<LoopAxis> axes) => axes.Aggregate(1L, (product, axis) => product * axis.Extent.Evaluate(_ => 64));

    /// <summary>Chunks of a multiple of <paramref name="unit"/>; null if there would be but one.</summary>
    public static RowChunks? Of(LoopAxis axis, long unit)
    {
        var units = (axis.Extent + (unit * MostChunks) - 1) / (unit * MostChunks);
        // Of an axis that turns out to be empty a chunk has a length, too, for the number of chunks is divided by it.
        if (!axis.Extent.IsConstant) units += 1 - (axis.Extent * 2 / (axis.Extent + 1));
        var length = units * unit;
        var chunks = new RowChunks(axis, length);
        return chunks.Loop.Extent.IsOne ? null : chunks;
    }
}

using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Lowering;

/// <summary>An axis cut into chunks that depend on its extent alone, and the loop over them.</summary>
internal sealed class RowChunks
{
    // Enough for threads to share evenly, few enough that combining them costs nothing.
    private const int MostChunks = 32;

    private RowChunks(LoopAxis axis, Dim length)
    {
        Axis = axis;
        Length = length;
        Loop = new LoopAxis($"c{axis.Name}", (axis.Extent + length - 1) / length, reduced: false);
    }

    public LoopAxis Axis { get; }

    public LoopAxis Loop { get; }

    public Dim Length { get; }

    /// <summary>Chunks of a multiple of <paramref name="unit"/>; null if there would be but one.</summary>
    public static RowChunks? Of(LoopAxis axis, long unit)
    {
        var length = (axis.Extent + (unit * MostChunks) - 1) / (unit * MostChunks) * unit;
        var chunks = new RowChunks(axis, length);
        return chunks.Loop.Extent.IsOne ? null : chunks;
    }
}

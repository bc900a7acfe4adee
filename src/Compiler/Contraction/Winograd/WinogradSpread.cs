using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>Sums of the results of tiles, as products of gradients take them.</summary>
/// <param name="sides">The axes.</param>
/// <param name="count">How many neighbours of each result, at least as many as a vector has elements.</param>
/// <param name="plane">Elements from one of the sixteen matrices to the next.</param>
/// <param name="zeros">As many zeros.</param>
internal readonly unsafe struct WinogradSpread<TLane>(WinogradSides sides, long count, long plane, float* zeros)
    where TLane : struct, ILane<TLane, float>
{
    /// <summary>A y Aᵀ of two by two results, each of its 16 elements into a matrix of its own; of the products that the longest pieces along both axes take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Tile<TLines, TPlaces>(float* source, int line, int place, float* to)
        where TLines : struct, IPieceLength
        where TPlaces : struct, IPieceLength
    {
        var (below, right) = (line + 1 < sides.Lines.Outputs, place + 1 < sides.Places.Outputs);
        var y00 = source + (line * sides.ResultLine) + (place * sides.ResultPlace);
        var y01 = right ? y00 + sides.ResultPlace : zeros;
        var y10 = below ? y00 + sides.ResultLine : zeros;
        var y11 = below && right ? y00 + sides.ResultLine + sides.ResultPlace : zeros;
        for (long at = 0, last = count - TLane.Count; ;)
        {
            var (u0, u1) = (TLane.Load(y00 + at), TPlaces.Taps > 0 ? TLane.Load(y01 + at) : default);
            Line<TPlaces>(u0, u1, to + at);
            if (TLines.Taps > 0)
            {
                var (v0, v1) = (TLane.Load(y10 + at), TPlaces.Taps > 0 ? TLane.Load(y11 + at) : default);
                Line<TPlaces>(u0 + v0, u1 + v1, to + at + (4 * plane));
                if (TLines.Taps > 2) Line<TPlaces>(u0 - v0, u1 - v1, to + at + (8 * plane));
                Line<TPlaces>(default(TLane) - v0, default(TLane) - v1, to + at + (12 * plane));
            }
            if (at == last) return;
            at = Math.Min(at + TLane.Count, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Line<TPlaces>(TLane y0, TLane y1, float* to)
        where TPlaces : struct, IPieceLength
    {
        y0.Store(to);
        if (TPlaces.Taps == 0) return;
        (y0 + y1).Store(to + plane);
        if (TPlaces.Taps > 2) (y0 - y1).Store(to + (2 * plane));
        (default(TLane) - y1).Store(to + (3 * plane));
    }
}

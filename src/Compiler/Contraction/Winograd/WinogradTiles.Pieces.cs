using System.Runtime.CompilerServices;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>Results of the products of pieces of windows.</summary>
internal readonly unsafe partial struct WinogradTiles<TLane>
{
    /// <summary>Results of some tiles and kernels. The longest piece along an axis tells which products there are.</summary>
    private bool FinishResults(long firstLine, int tiles, long kernel, int kernels) => sides.Lines.Longest switch
    {
        0 => FinishResults<NoPair>(firstLine, tiles, kernel, kernels),
        2 => FinishResults<TwoTaps>(firstLine, tiles, kernel, kernels),
        _ => FinishResults<ThreeTaps>(firstLine, tiles, kernel, kernels),
    };

    private bool FinishResults<TLines>(long firstLine, int tiles, long kernel, int kernels)
        where TLines : struct, IPieceLength => sides.Places.Longest switch
        {
            0 => FinishResults<TLines, NoPair>(firstLine, tiles, kernel, kernels),
            2 => FinishResults<TLines, TwoTaps>(firstLine, tiles, kernel, kernels),
            _ => FinishResults<TLines, ThreeTaps>(firstLine, tiles, kernel, kernels),
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FinishResults<TLines, TPlaces>(long firstLine, int tiles, long kernel, int kernels)
        where TLines : struct, IPieceLength
        where TPlaces : struct, IPieceLength
    {
        var (finite, plane) = (true, SumPlane(tiles));
        for (var t = 0; t < tiles; t++)
        {
            var (image, line, place) = Place(firstLine, t);
            finite &= FinishTile<TLines, TPlaces>(sums + (t * plan.KernelPitch), plane, c + sides.ResultOffset(image) + kernel, line, place, kernels);
        }
        return finite;
    }

    /// <summary>Aᵀ M A, as far as there are results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FinishTile<TLines, TPlaces>(float* from, long plane, float* result, int line, int place, int kernels)
        where TLines : struct, IPieceLength
        where TPlaces : struct, IPieceLength
    {
        var to = result + (line * sides.ResultLine) + (place * sides.ResultPlace);
        var (below, right) = (TLines.Taps > 0 && line + 1 < sides.Lines.Outputs, TPlaces.Taps > 0 && place + 1 < sides.Places.Outputs);
        var check = default(TLane);
        for (long at = 0, last = kernels - TLane.Count; ;)
        {
            TLane u1 = default, u2 = default, u3 = default, v1 = default, v2 = default, v3 = default;
            Columns<TLines>(from + at, plane, out var u0, out var v0);
            if (TPlaces.Taps > 0)
            {
                Columns<TLines>(from + at + plane, plane, out u1, out v1);
                Columns<TLines>(from + at + (3 * plane), plane, out u3, out v3);
            }
            if (TPlaces.Taps > 2) Columns<TLines>(from + at + (2 * plane), plane, out u2, out v2);
            check += Put(First<TPlaces>(u0, u1, u2), to + at);
            if (right) check += Put(Second<TPlaces>(u1, u2, u3), to + at + sides.ResultPlace);
            if (below)
            {
                check += Put(First<TPlaces>(v0, v1, v2), to + at + sides.ResultLine);
                if (right) check += Put(Second<TPlaces>(v1, v2, v3), to + at + sides.ResultLine + sides.ResultPlace);
            }
            if (at == last) return TLane.AreEqual(check, TLane.Fill(0));
            at = Math.Min(at + TLane.Count, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Put(TLane y, float* to)
    {
        y.Store(to);
        return Check(y);
    }

    /// <summary>One column of Aᵀ M; the elements of a column are four matrices apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns<TLines>(float* from, long plane, out TLane upper, out TLane lower)
        where TLines : struct, IPieceLength
    {
        (upper, lower) = (TLane.Load(from), default);
        if (TLines.Taps == 0) return;
        var (m1, m2, m3) = (TLane.Load(from + (4 * plane)), TLines.Taps > 2 ? TLane.Load(from + (8 * plane)) : default, TLane.Load(from + (12 * plane)));
        (upper, lower) = (First<TLines>(upper, m1, m2), Second<TLines>(m1, m2, m3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane First<TLength>(TLane m0, TLane m1, TLane m2)
        where TLength : struct, IPieceLength => TLength.Taps == 0 ? m0 : TLength.Taps == 2 ? m0 + m1 : m0 + m1 + m2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Second<TLength>(TLane m1, TLane m2, TLane m3)
        where TLength : struct, IPieceLength => TLength.Taps == 2 ? m1 - m3 : m1 - m2 - m3;
}

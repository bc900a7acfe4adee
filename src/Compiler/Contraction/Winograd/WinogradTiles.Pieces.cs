using System.Runtime.CompilerServices;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>How many weights a piece has along an axis on which tiles are two results long; none where each result stands alone.</summary>
internal interface IPieceLength
{
    static abstract int Taps { get; }
}

internal readonly struct NoPair : IPieceLength
{
    public static int Taps => 0;
}

internal readonly struct OneTap : IPieceLength
{
    public static int Taps => 1;
}

internal readonly struct TwoTaps : IPieceLength
{
    public static int Taps => 2;
}

internal readonly struct ThreeTaps : IPieceLength
{
    public static int Taps => 3;
}

/// <summary>Differences of the pieces of windows, and results of their products.</summary>
internal readonly unsafe partial struct WinogradTiles<TLane>
{
    /// <summary>Bᵀ d B of each piece, each of its elements into a matrix of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformTile(float* image, int line, int place, float* to)
    {
        var elements = stackalloc float*[16];
        var (lines, places) = (sides.Lines, sides.Places);
        var (lineStride, placeStride, linePairs, placePairs) = (lines.Stride, places.Stride, lines.Pairs, places.Pairs);
        var (down, right) = (lineStride * sides.LineStep, placeStride * sides.PlaceStep);
        image += (line * down) + (place * right);
        // Beyond what windows reach lie results that nobody wants.
        var (below, beside) = (lines.Reach - (line * lineStride), places.Reach - (place * placeStride));
        foreach (var piece in plan.Pieces)
        {
            var row = image + (piece.Layer * sides.LayerStep) + (piece.Line.First * sides.LineStep) + (piece.Place.First * sides.PlaceStep);
            var (high, wide) = (linePairs ? piece.Line.Taps + 1 : 1, placePairs ? piece.Place.Taps + 1 : 1);
            for (var i = 0; i < high; i++, row += down)
            {
                var source = row;
                var isBelow = piece.Line.First + (i * lineStride) >= below;
                for (var j = 0; j < wide; j++, source += right) elements[(4 * i) + j] = isBelow || piece.Place.First + (j * placeStride) >= beside ? zeros : source;
            }
            var offsets = (long*)Unsafe.AsPointer(ref piece.Offsets[0]);
            switch (high - 1)
            {
                case 0: TransformPiece<NoPair>(wide, elements, to, offsets); break;
                case 1: TransformPiece<OneTap>(wide, elements, to, offsets); break;
                case 2: TransformPiece<TwoTaps>(wide, elements, to, offsets); break;
                default: TransformPiece<ThreeTaps>(wide, elements, to, offsets); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformPiece<TLines>(int wide, float** elements, float* to, long* offsets)
        where TLines : struct, IPieceLength
    {
        switch (wide - 1)
        {
            case 0: TransformPiece<TLines, NoPair>(elements, to, offsets); break;
            case 1: TransformPiece<TLines, OneTap>(elements, to, offsets); break;
            case 2: TransformPiece<TLines, TwoTaps>(elements, to, offsets); break;
            default: TransformPiece<TLines, ThreeTaps>(elements, to, offsets); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformPiece<TLines, TPlaces>(float** d, float* to, long* offsets)
        where TLines : struct, IPieceLength
        where TPlaces : struct, IPieceLength
    {
        for (long at = 0, last = sides.Channels - TLane.Count; ;)
        {
            if (TLines.Taps == 3)
            {
                TransformLine<TPlaces>(d, d + 8, at, subtract: true, to + at, offsets);
                TransformLine<TPlaces>(d + 4, d + 8, at, subtract: false, to + at, offsets + 4);
                TransformLine<TPlaces>(d + 8, d + 4, at, subtract: true, to + at, offsets + 8);
                TransformLine<TPlaces>(d + 4, d + 12, at, subtract: true, to + at, offsets + 12);
            }
            else if (TLines.Taps == 2)
            {
                TransformLine<TPlaces>(d, d + 4, at, subtract: true, to + at, offsets);
                TransformLine<TPlaces>(d + 4, null, at, subtract: false, to + at, offsets + 4);
                TransformLine<TPlaces>(d + 4, d + 8, at, subtract: true, to + at, offsets + 12);
            }
            else
            {
                TransformLine<TPlaces>(d, null, at, subtract: false, to + at, offsets);
                if (TLines.Taps == 1) TransformLine<TPlaces>(d + 4, null, at, subtract: false, to + at, offsets + 12);
            }
            if (at == last) return;
            // The last vector may overlap the one before it.
            at = Math.Min(at + TLane.Count, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformLine<TPlaces>(float** x, float** y, long at, bool subtract, float* to, long* offsets)
        where TPlaces : struct, IPieceLength
    {
        var t0 = Pair(x, y, 0, at, subtract);
        if (TPlaces.Taps == 0)
        {
            t0.Store(to + offsets[0]);
            return;
        }
        var t1 = Pair(x, y, 1, at, subtract);
        if (TPlaces.Taps == 1)
        {
            t0.Store(to + offsets[0]);
            t1.Store(to + offsets[3]);
            return;
        }
        var t2 = Pair(x, y, 2, at, subtract);
        if (TPlaces.Taps == 2)
        {
            (t0 - t1).Store(to + offsets[0]);
            t1.Store(to + offsets[1]);
            (t1 - t2).Store(to + offsets[3]);
            return;
        }
        var t3 = Pair(x, y, 3, at, subtract);
        (t0 - t2).Store(to + offsets[0]);
        (t1 + t2).Store(to + offsets[1]);
        (t2 - t1).Store(to + offsets[2]);
        (t1 - t3).Store(to + offsets[3]);
    }

    /// <summary>The sum or difference of two lines' elements at a place; those of one line if there is no other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Pair(float** x, float** y, int place, long at, bool subtract)
    {
        var first = TLane.Load(x[place] + at);
        if (y == null) return first;
        return subtract ? first - TLane.Load(y[place] + at) : first + TLane.Load(y[place] + at);
    }

    /// <summary>Results of some tiles and kernels. The longest piece along an axis tells which products there are.</summary>
    private bool FinishResults(long firstLine, int tiles, long kernel, int kernels) => Longest(sides.Lines) switch
    {
        0 => FinishResults<NoPair>(firstLine, tiles, kernel, kernels),
        2 => FinishResults<TwoTaps>(firstLine, tiles, kernel, kernels),
        _ => FinishResults<ThreeTaps>(firstLine, tiles, kernel, kernels),
    };

    private bool FinishResults<TLines>(long firstLine, int tiles, long kernel, int kernels)
        where TLines : struct, IPieceLength => Longest(sides.Places) switch
        {
            0 => FinishResults<TLines, NoPair>(firstLine, tiles, kernel, kernels),
            2 => FinishResults<TLines, TwoTaps>(firstLine, tiles, kernel, kernels),
            _ => FinishResults<TLines, ThreeTaps>(firstLine, tiles, kernel, kernels),
        };

    private static int Longest(WinogradAxis axis) => !axis.Pairs ? 0 : axis.HasDifference ? 3 : 2;

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

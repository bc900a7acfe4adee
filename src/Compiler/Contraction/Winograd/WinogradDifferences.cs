using System.Runtime.CompilerServices;
using GraphGrad.Operations;

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

/// <summary>Differences of the pieces of windows.</summary>
/// <param name="plan">The sizes.</param>
/// <param name="channels">How many channels, at least as many as a vector has elements.</param>
/// <param name="zeros">As many zeros.</param>
internal readonly unsafe struct WinogradDifferences<TLane>(WinogradPlan plan, long channels, float* zeros)
    where TLane : struct, ILane<TLane, float>
{
    private readonly WinogradSides sides = plan.Windows;

    /// <summary>Bᵀ d B of each piece, each of its elements into a matrix of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Tile(float* image, int line, int place, float* to)
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
                case 0: Piece<NoPair>(wide, elements, to, offsets); break;
                case 1: Piece<OneTap>(wide, elements, to, offsets); break;
                case 2: Piece<TwoTaps>(wide, elements, to, offsets); break;
                default: Piece<ThreeTaps>(wide, elements, to, offsets); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Piece<TLines>(int wide, float** elements, float* to, long* offsets)
        where TLines : struct, IPieceLength
    {
        switch (wide - 1)
        {
            case 0: Piece<TLines, NoPair>(elements, to, offsets); break;
            case 1: Piece<TLines, OneTap>(elements, to, offsets); break;
            case 2: Piece<TLines, TwoTaps>(elements, to, offsets); break;
            default: Piece<TLines, ThreeTaps>(elements, to, offsets); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Piece<TLines, TPlaces>(float** d, float* to, long* offsets)
        where TLines : struct, IPieceLength
        where TPlaces : struct, IPieceLength
    {
        for (long at = 0, last = channels - TLane.Count; ;)
        {
            if (TLines.Taps == 3)
            {
                Line<TPlaces>(d, d + 8, at, subtract: true, to + at, offsets);
                Line<TPlaces>(d + 4, d + 8, at, subtract: false, to + at, offsets + 4);
                Line<TPlaces>(d + 8, d + 4, at, subtract: true, to + at, offsets + 8);
                Line<TPlaces>(d + 4, d + 12, at, subtract: true, to + at, offsets + 12);
            }
            else if (TLines.Taps == 2)
            {
                Line<TPlaces>(d, d + 4, at, subtract: true, to + at, offsets);
                Line<TPlaces>(d + 4, null, at, subtract: false, to + at, offsets + 4);
                Line<TPlaces>(d + 4, d + 8, at, subtract: true, to + at, offsets + 12);
            }
            else
            {
                Line<TPlaces>(d, null, at, subtract: false, to + at, offsets);
                if (TLines.Taps == 1) Line<TPlaces>(d + 4, null, at, subtract: false, to + at, offsets + 12);
            }
            if (at == last) return;
            // The last vector may overlap the one before it.
            at = Math.Min(at + TLane.Count, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line<TPlaces>(float** x, float** y, long at, bool subtract, float* to, long* offsets)
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
}

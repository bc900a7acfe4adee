using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>Transforms whose vectors lie across signals: of columns as they are, of rows after they were turned into columns.</summary>
internal abstract unsafe class FourierStrips<T, TLane>(int n) : FourierLines<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    // Of columns as many at once as leave what is read and written in a first cache, but at least a vector.
    private const int CacheBytes = 32 * 1024;

    /// <summary>How many rows the memory of a strip has.</summary>
    protected abstract int Rooms { get; }

    /// <summary>Transforms columns.</summary>
    /// <param name="x">n rows without gaps, in memory for <see cref="Rooms"/>; overwritten.</param>
    /// <param name="first">As much memory as x has.</param>
    /// <param name="width">A whole number of vectors.</param>
    /// <returns>Where the result lies, n rows without gaps.</returns>
    protected abstract SplitComplex<T> Strip(SplitComplex<T> x, SplitComplex<T> first, int width);

    /// <summary>Transforms columns of a matrix.</summary>
    /// <param name="from">n rows of signals, one to a column.</param>
    /// <param name="to">n rows of spectra.</param>
    /// <param name="part">Which of the columns to transform.</param>
    /// <param name="columns">How many there are; rows are as far apart.</param>
    /// <param name="matrices">How many matrices there are, one after the other.</param>
    /// <param name="scale">What the spectra are multiplied by.</param>
    public void Columns(ComplexView<T> from, ComplexView<T> to, (int First, int Count) part, int columns, int matrices, T scale)
    {
        var whole = FourierTables.Whole(part.Count, TLane.Count);
        var width = Math.Clamp(CacheBytes / (4 * sizeof(T) * Rooms) / TLane.Count * TLane.Count, TLane.Count, whole);
        using var memory = new FourierMemory<T>(4 * Rooms * width);
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (x, first) = (free.Take(Rooms * width), free.Take(Rooms * width));
            for (nint matrix = 0; matrix < matrices; matrix++)
            {
                for (var column = part.First; column < part.First + part.Count; column += width)
                {
                    var (at, count) = ((matrix * n * columns) + column, Math.Min(width, part.First + part.Count - column));
                    var used = FourierTables.Whole(count, TLane.Count);
                    for (nint j = 0; j < n; j++)
                    {
                        from.Load(at + (j * columns), count, x.From(j * used));
                        x.Clear((j * used) + count, used - count);
                    }
                    var result = Strip(x, first, used);
                    for (nint k = 0; k < n; k++) to.Store(at + (k * columns), count, result.From(k * used), scale);
                }
            }
        }
    }

    public override void Rows(ComplexView<T> from, nint fromPitch, ComplexView<T> to, nint toPitch, int rows, T scale)
    {
        var (width, pitch) = (TLane.Count, FourierTables.Whole(n, TLane.Count));
        using var memory = new FourierMemory<T>((4 * Rooms * width) + (2 * pitch * width));
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (x, first, lines) = (free.Take(Rooms * width), free.Take(Rooms * width), free.Take(pitch * width));
            for (nint row = 0; row < rows; row += width)
            {
                var count = Math.Min(width, (int)(rows - row));
                for (var i = 0; i < count; i++) from.Load((row + i) * fromPitch, n, lines.From((nint)i * pitch));
                ComplexMoves.Transpose(lines.Re, pitch, count, n, x.Re, width, width);
                ComplexMoves.Transpose(lines.Im, pitch, count, n, x.Im, width, width);
                var result = Strip(x, first, width);
                ComplexMoves.Transpose(result.Re, width, n, count, lines.Re, pitch, n);
                ComplexMoves.Transpose(result.Im, width, n, count, lines.Im, pitch, n);
                for (var i = 0; i < count; i++) to.Store((row + i) * toPitch, n, lines.From((nint)i * pitch), scale);
            }
        }
    }
}

/// <summary>Lengths of small prime factors, by passes.</summary>
internal sealed class FactoredStrips<T, TLane>(int n) : FourierStrips<T, TLane>(n)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    private readonly FourierPasses<T, TLane> passes = new(n);

    protected override int Rooms { get; } = n;

    protected override SplitComplex<T> Strip(SplitComplex<T> x, SplitComplex<T> first, int width) => passes.Run(x, width, first, x, width, default);
}

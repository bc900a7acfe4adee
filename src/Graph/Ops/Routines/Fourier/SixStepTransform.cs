using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>
/// A long signal as a matrix [m, p], n = m·p: its columns are transformed, multiplied by roots and turned into rows of a matrix [p, m], whose columns are transformed again (Bailey, "FFTs in external
/// or hierarchical memory", 1990). With j = j₁·p + j₂ and k = k₁ + m·k₂: over j₁, times e^(-2πi·j₂k₁/n), then over j₂.
/// </summary>
internal sealed unsafe class SixStepTransform<T, TLane> : FourierLines<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    private const int CacheBytes = 32 * 1024;

    private readonly int n, m, p, mPitch, pPitch, mWidth, pWidth;
    private readonly FourierPasses<T, TLane> down, along;
    private readonly T[] twiddles;

    public SixStepTransform(int n, int m)
    {
        (this.n, this.m, p) = (n, m, n / m);
        (mPitch, pPitch) = (FourierTables.Whole(m, TLane.Count), FourierTables.Whole(p, TLane.Count));
        (pWidth, mWidth) = (Width(m, pPitch), Width(p, mPitch));
        (down, along) = (new(m), new(p));
        // As each strip of columns lies in memory.
        twiddles = RootsOfUnity.Apart<T>(m * FourierTables.Whole(pPitch, pWidth), at =>
        {
            var (strip, rest) = Math.DivRem(at, m * pWidth);
            return RootsOfUnity.Of((long)(rest / pWidth) * ((strip * pWidth) + (rest % pWidth)), n);
        });
    }

    /// <summary>The divisor of n whose matrix leaves fewest lanes idle; of several the nearest to the root. 0 if it leaves half of them.</summary>
    public static int Split(int n)
    {
        var (best, least) = (0, 3L * n);
        for (var m = 2; (long)m * m <= n; m++)
        {
            if (n % m != 0) continue;
            var work = ((long)FourierTables.Whole(n / m, TLane.Count) * m) + ((long)FourierTables.Whole(m, TLane.Count) * (n / m));
            if (work <= least) (best, least) = (m, work);
        }
        return best;
    }

    public override void Rows(ComplexView<T> from, nint fromPitch, ComplexView<T> to, nint toPitch, int rows, T scale)
    {
        var (strip, middle) = (Math.Max(m * pWidth, p * mWidth), p * mPitch);
        using var memory = new FourierMemory<T>((4 * strip) + (2 * middle));
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (x, first, turned) = (free.Take(strip), free.Take(strip), free.Take(middle));
            for (nint row = 0; row < rows; row++)
            {
                Down(from, row * fromPitch, x, first, turned);
                Along(turned, x, first, to, row * toPitch, scale);
            }
        }
    }

    private void Down(ComplexView<T> from, nint at, SplitComplex<T> x, SplitComplex<T> first, SplitComplex<T> turned)
    {
        var table = RootsOfUnity.Address(twiddles);
        var factors = new SplitComplex<T>(table, table + (twiddles.Length / 2));
        for (var column = 0; column < p; column += pWidth)
        {
            var count = Math.Min(pWidth, p - column);
            if (count == pWidth && pWidth == p) from.Load(at, n, x);
            else
            {
                for (nint j = 0; j < m; j++)
                {
                    from.Load(at + (j * p) + column, count, x.From(j * pWidth));
                    x.Clear((j * pWidth) + count, pWidth - count);
                }
            }
            var result = down.Run(x, pWidth, first, x, pWidth, factors.From((nint)column * m));
            ComplexMoves.Transpose(result.Re, pWidth, m, count, turned.Re + ((nint)column * mPitch), mPitch, mPitch);
            ComplexMoves.Transpose(result.Im, pWidth, m, count, turned.Im + ((nint)column * mPitch), mPitch, mPitch);
        }
    }

    private void Along(SplitComplex<T> turned, SplitComplex<T> x, SplitComplex<T> first, ComplexView<T> to, nint at, T scale)
    {
        for (var column = 0; column < m; column += mWidth)
        {
            var width = Math.Min(mWidth, mPitch - column);
            var result = along.Run(turned.From(column), mPitch, first, x, width, default);
            var count = Math.Min(width, m - column);
            if (count == width && width == m) to.Store(at, n, result, scale);
            else
            {
                for (nint k = 0; k < p; k++) to.Store(at + (k * m) + column, count, result.From(k * width), scale);
            }
        }
    }

    private static int Width(int rows, int pitch) => Math.Clamp(CacheBytes / (4 * sizeof(T) * rows) / TLane.Count * TLane.Count, TLane.Count, pitch);
}

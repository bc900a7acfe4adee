using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Rotations of neighbouring rows, sweep after sweep from the last pair of rows to the first. Sweeps are collected, so that columns stay in a cache while all of them pass, and two pass at once, one row behind each other: a row is
/// read and written once for both (Van Zee, van de Geijn and Quintana-Ortí, "Restructuring the tridiagonal and bidiagonal QR algorithms for performance", 2014).
/// </summary>
internal unsafe struct RotationSweeps
{
    private const int Most = 32;

    private readonly double* rows;
    private readonly nint pitch;
    private readonly int count;
    private readonly double* memory;
    private fixed int first[Most], last[Most];
    private int collected;

    /// <param name="rows">The first row, in whole vectors.</param>
    /// <param name="pitch">How far a row is from the next; negative if the first row is the last in memory.</param>
    /// <param name="count">How many rows, and no more elements in each than vectors of 512 bits hold.</param>
    /// <param name="memory">As much as <see cref="Memory"/> says.</param>
    public RotationSweeps(double* rows, nint pitch, int count, double* memory)
    {
        this.rows = rows;
        this.pitch = pitch;
        this.count = count;
        this.memory = memory;
    }

    /// <summary>How many numbers so many rows need.</summary>
    public static int Memory(int count) => Most * 2 * count;

    /// <summary>The cosines of the sweep to be added, of rows i and i + 1 at i, and after as many numbers as there are rows its sines; then those of the sweep after it.</summary>
    public double* Next()
    {
        if (collected > Most - 2) Apply();
        return memory + ((nint)collected * 2 * count);
    }

    /// <summary>Adds the sweep whose cosines and sines are there, from the last row down to the first; at most two from one <see cref="Next"/> to the other.</summary>
    public void Add(int from, int to)
    {
        if (from >= to) return;
        (first[collected], last[collected]) = (from, to);
        collected++;
    }

    /// <summary>Rotates by what is collected.</summary>
    public void Apply()
    {
        if (Vector512.IsHardwareAccelerated) Apply<WideLane<double>>();
        else Apply<NativeLane<double>>();
    }

    private void Apply<TLane>()
        where TLane : struct, ILane<TLane, double>
    {
        var isPair = stackalloc bool[Most];
        for (var i = 0; i < collected; i++)
        {
            isPair[i] = i + 1 < collected && Unite(i);
            if (isPair[i]) isPair[++i] = false;
        }
        var (width, v) = (Householder.Pitch(count), TLane.Count);
        for (var column = 0; column < width; column += 4 * v)
        {
            for (var i = 0; i < collected; i++)
            {
                var isWide = column + (4 * v) <= width;
                double* cosines = memory + ((nint)i * 2 * count), row = rows + (last[i] * pitch) + column;
                if (isPair[i])
                {
                    if (isWide) Two<TLane>(row, pitch, cosines, count, first[i], last[i]);
                    else
                    {
                        for (var at = 0; column + at < width; at += v) TwoNarrow<TLane>(row + at, pitch, cosines, count, first[i], last[i]);
                    }
                    i++;
                }
                else if (isWide) One<TLane>(row, pitch, cosines, cosines + count, first[i], last[i]);
                else
                {
                    for (var at = 0; column + at < width; at += v) OneNarrow<TLane>(row + at, pitch, cosines, cosines + count, first[i], last[i]);
                }
            }
        }
        collected = 0;
    }

    /// <summary>Whether a sweep and the next are of much the same rows; then both are made to be of all rows that one of them is of.</summary>
    private bool Unite(int sweep)
    {
        var (from, to) = (Math.Min(first[sweep], first[sweep + 1]), Math.Max(last[sweep], last[sweep + 1]));
        if (4 * (to - from) > 3 * (last[sweep] - first[sweep] + last[sweep + 1] - first[sweep + 1])) return false;
        for (var i = sweep; i < sweep + 2; i++)
        {
            var cosines = new Span<double>(memory + ((nint)i * 2 * count), count);
            var sines = new Span<double>(memory + (((nint)i * 2) + 1) * count, count);
            cosines[from..first[i]].Fill(1);
            sines[from..first[i]].Clear();
            cosines[last[i]..to].Fill(1);
            sines[last[i]..to].Clear();
            (first[i], last[i]) = (from, to);
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Turn<TLane>(ref TLane x, TLane y, TLane c, TLane s)
        where TLane : struct, ILane<TLane, double>
    {
        var done = TLane.MultiplyAdd(s, y, c * x);
        x = TLane.MultiplyAdd(c, y, -(s * x));
        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TLane>(double* row, nint pitch, double* cosines, double* sines, int first, int last)
        where TLane : struct, ILane<TLane, double>
    {
        var v = TLane.Count;
        TLane x0 = TLane.Load(row), x1 = TLane.Load(row + v), x2 = TLane.Load(row + (2 * v)), x3 = TLane.Load(row + (3 * v));
        for (var i = last - 1; i >= first; i--)
        {
            TLane c = TLane.Fill(cosines[i]), s = TLane.Fill(sines[i]);
            var next = row - pitch;
            Turn(ref x0, TLane.Load(next), c, s).Store(row);
            Turn(ref x1, TLane.Load(next + v), c, s).Store(row + v);
            Turn(ref x2, TLane.Load(next + (2 * v)), c, s).Store(row + (2 * v));
            Turn(ref x3, TLane.Load(next + (3 * v)), c, s).Store(row + (3 * v));
            row = next;
        }
        x0.Store(row);
        x1.Store(row + v);
        x2.Store(row + (2 * v));
        x3.Store(row + (3 * v));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneNarrow<TLane>(double* row, nint pitch, double* cosines, double* sines, int first, int last)
        where TLane : struct, ILane<TLane, double>
    {
        var x = TLane.Load(row);
        for (var i = last - 1; i >= first; i--)
        {
            var next = row - pitch;
            Turn(ref x, TLane.Load(next), TLane.Fill(cosines[i]), TLane.Fill(sines[i])).Store(row);
            row = next;
        }
        x.Store(row);
    }

    /// <summary>What the first sweep is done with, the second turns with the row after, which is stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<TLane>(double* row, nint pitch, double* cosines, int count, int first, int last)
        where TLane : struct, ILane<TLane, double>
    {
        var v = TLane.Count;
        double* sines = cosines + count, nextCosines = sines + count, nextSines = nextCosines + count, next = row - pitch;
        TLane x0 = TLane.Load(row), x1 = TLane.Load(row + v), x2 = TLane.Load(row + (2 * v)), x3 = TLane.Load(row + (3 * v));
        TLane c = TLane.Fill(cosines[last - 1]), s = TLane.Fill(sines[last - 1]);
        TLane y0 = Turn(ref x0, TLane.Load(next), c, s), y1 = Turn(ref x1, TLane.Load(next + v), c, s);
        TLane y2 = Turn(ref x2, TLane.Load(next + (2 * v)), c, s), y3 = Turn(ref x3, TLane.Load(next + (3 * v)), c, s);
        for (var i = last - 2; i >= first; i--)
        {
            c = TLane.Fill(cosines[i]);
            s = TLane.Fill(sines[i]);
            TLane c2 = TLane.Fill(nextCosines[i + 1]), s2 = TLane.Fill(nextSines[i + 1]);
            next -= pitch;
            Turn(ref y0, Turn(ref x0, TLane.Load(next), c, s), c2, s2).Store(row);
            Turn(ref y1, Turn(ref x1, TLane.Load(next + v), c, s), c2, s2).Store(row + v);
            Turn(ref y2, Turn(ref x2, TLane.Load(next + (2 * v)), c, s), c2, s2).Store(row + (2 * v));
            Turn(ref y3, Turn(ref x3, TLane.Load(next + (3 * v)), c, s), c2, s2).Store(row + (3 * v));
            row -= pitch;
        }
        c = TLane.Fill(nextCosines[first]);
        s = TLane.Fill(nextSines[first]);
        Turn(ref y0, x0, c, s).Store(row);
        Turn(ref y1, x1, c, s).Store(row + v);
        Turn(ref y2, x2, c, s).Store(row + (2 * v));
        Turn(ref y3, x3, c, s).Store(row + (3 * v));
        y0.Store(next);
        y1.Store(next + v);
        y2.Store(next + (2 * v));
        y3.Store(next + (3 * v));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoNarrow<TLane>(double* row, nint pitch, double* cosines, int count, int first, int last)
        where TLane : struct, ILane<TLane, double>
    {
        double* sines = cosines + count, nextCosines = sines + count, nextSines = nextCosines + count, next = row - pitch;
        var x = TLane.Load(row);
        var y = Turn(ref x, TLane.Load(next), TLane.Fill(cosines[last - 1]), TLane.Fill(sines[last - 1]));
        for (var i = last - 2; i >= first; i--)
        {
            next -= pitch;
            Turn(ref y, Turn(ref x, TLane.Load(next), TLane.Fill(cosines[i]), TLane.Fill(sines[i])), TLane.Fill(nextCosines[i + 1]), TLane.Fill(nextSines[i + 1])).Store(row);
            row -= pitch;
        }
        Turn(ref y, x, TLane.Fill(nextCosines[first]), TLane.Fill(nextSines[first])).Store(row);
        y.Store(next);
    }
}

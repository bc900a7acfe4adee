using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// The singular values of bidiagonal matrices by quotients and differences of their elements' squares, with shifts and without square roots (Fernando and Parlett, "Accurate singular values and differential qd algorithms", 1994).
/// What is left of the diagonal is carried down as a fraction, so that no element waits for the quotient of another; quotients are taken afterwards, side by side.
/// </summary>
internal readonly unsafe struct Dqds
{
    private const int Passes = 1000, Attempts = 5;

    // After so many elements the fraction is scaled: neither part leaves its range before. No vector is wider.
    private const int Block = 8;

    private const double Rounding = 1.0 / (1L << 55);

    // The square of some roundings.
    private const double Negligible = 4.0 / (1L << 52) / (1L << 52);

    private readonly double* q, e, rests, parts, sums, shifts;

    private Dqds(double* memory, int pitch)
    {
        q = memory;
        e = q + pitch;
        // What is left of the diagonal is rests / parts, the new diagonal sums / parts.
        rests = e + pitch;
        parts = rests + pitch;
        sums = parts + pitch;
        shifts = sums + pitch;
    }

    /// <summary>Squares of singular values, in no order.</summary>
    /// <param name="diagonal">The squares of the diagonal, [n]; the results.</param>
    /// <param name="beside">The squares of what is above the diagonal, [n - 1].</param>
    public static void Solve(Span<double> diagonal, ReadOnlySpan<double> beside)
    {
        var (n, pitch) = (diagonal.Length, diagonal.Length + Block);
        using Scratch<double> memory = new(6 * pitch);
        using Scratch<int> starts = new(n);
        memory.Span.Clear();
        diagonal.CopyTo(memory.Span);
        beside.CopyTo(memory.Span[pitch..]);
        fixed (double* numbers = memory.Span) new Dqds(numbers, pitch).Solve(starts.Span, n);
        memory.Span[..n].CopyTo(diagonal);
    }

    /// <summary>What splits off at the end is solved first; what is before it waits, with what it is shifted by.</summary>
    private void Solve(Span<int> starts, int n)
    {
        var largest = 0.0;
        for (var i = 0; i < n; i++) largest = Math.Max(largest, Math.Max(q[i], e[i]));
        starts[0] = 0;
        for (var (last, waiting) = (n - 1, 0); last >= 0;)
        {
            var first = starts[waiting];
            var split = Deflate(first, ref last, ref shifts[waiting], largest);
            if (split > first)
            {
                (starts[waiting + 1], shifts[waiting + 1]) = (split, shifts[waiting]);
                waiting++;
                continue;
            }
            q[first] += shifts[waiting];
            last = first - 1;
            waiting--;
        }
    }

    /// <summary>Finds values from the last on.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">The last row that is left.</param>
    /// <param name="shift">What the matrix is shifted by.</param>
    /// <param name="largest">Its largest element.</param>
    /// <returns>The first row of what splits off at the end; the first of all if only that is left.</returns>
    private int Deflate(int first, ref int last, ref double shift, double largest)
    {
        if (first < last && 1.5 * q[first] < q[last])
        {
            // The transposed matrix, read from its end: small values are found at the end.
            new Span<double>(q + first, last - first + 1).Reverse();
            new Span<double>(e + first, last - first).Reverse();
        }
        var left = default(Rest);
        for (var pass = 0; last > first;)
        {
            var nothing = Negligible * Math.Max(largest, shift);
            // A value that lies apart moves by no more than three times what is left out.
            var bound = 2 * q[last] < q[last - 1] ? Rounding * Math.Sqrt((q[last] + shift) * largest) : Negligible * q[last];
            if (e[last - 1] <= Math.Max(nothing, bound) || pass == Passes)
            {
                q[last--] += shift;
                (pass, left) = (0, left with { Least = left.Before });
                continue;
            }
            if (left.Beside <= nothing)
            {
                for (var i = last - 2; i >= first; i--)
                {
                    if (e[i] <= nothing) return i + 1;
                }
            }
            if (last == first + 1)
            {
                var (half, gap) = ((q[first] + e[first] + q[last]) / 2, (q[first] - q[last] + e[first]) / 2);
                var larger = half + Math.Sqrt((gap * gap) + (q[last] * e[first]));
                (q[first], q[last]) = (larger, (q[first] * (q[last] / larger)) + shift);
                last--;
                continue;
            }
            pass++;
            shift += Chase(first, last, Shift(first, last, left));
            left = Vector512.IsHardwareAccelerated ? Transform<WideLane<double>>(first, last) : Transform<NativeLane<double>>(first, last);
        }
        return first;
    }

    /// <summary>Carries what is left of the diagonal down the matrix.</summary>
    /// <returns>The shift, or what it had to be lessened to because an eigenvalue is less.</returns>
    private double Chase(int first, int last, double shift)
    {
        for (var attempt = 1; shift > 0 && attempt <= Attempts; attempt++)
        {
            Carry(first, last, shift);
            var bad = first;
            while (bad <= last && rests[bad] >= 0) bad++;
            if (bad > last) return shift;
            // Below zero only at the end it is about so much that was too much; before that it may be more.
            var less = (shift + ((bad == last ? 1 : 2) * (rests[bad] / parts[bad]))) * (1 - 1e-15);
            shift = attempt < 3 && less > shift / 4 ? less : shift / 4;
        }
        Carry(first, last, 0);
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Carry(int first, int last, double shift)
    {
        var (x, y) = (q[first] - shift, 1.0);
        for (var i = first; i < last;)
        {
            for (var end = Math.Min(last, i + Block); i < end; i++)
            {
                (rests[i], parts[i]) = (x, y);
                y = double.MultiplyAddEstimate(e[i], y, x);
                x = double.MultiplyAddEstimate(-shift, y, x * q[i + 1]);
                sums[i] = y;
            }
            // By the power of two that makes the denominator at least 1, and less than 2.
            var scale = BitConverter.Int64BitsToDouble((2046L << 52) - (BitConverter.DoubleToInt64Bits(y) & (2047L << 52)));
            (x, y) = (x * scale, y * scale);
        }
        (rests[last], parts[last]) = (x, y);
    }

    /// <summary>The matrix of what was carried down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private Rest Transform<TLane>(int first, int last)
        where TLane : struct, ILane<TLane, double>
    {
        var lanes = stackalloc double[3 * Block];
        for (var lane = 0; lane < Block; lane++) lanes[lane] = lane;
        TLane places = TLane.Load(lanes), before = TLane.Fill(double.PositiveInfinity), beside = before;
        for (var i = first; i < last; i += TLane.Count)
        {
            TLane left = TLane.Fill(last - i), above = TLane.Load(e + i), part = TLane.Load(parts + i), sum = TLane.Load(sums + i);
            var least = TLane.Load(rests + i) / part;
            var next = above * TLane.Load(q + i + 1) * (part / sum);
            TLane.WhereGreater(left, places, sum / part, TLane.Load(q + i)).Store(q + i);
            TLane.WhereGreater(left, places, next, above).Store(e + i);
            before = TLane.WhereGreater(left, places, TLane.WhereGreater(before, least, least, before), before);
            beside = TLane.WhereGreater(left, places, TLane.WhereGreater(beside, next, next, beside), beside);
        }
        q[last] = rests[last] / parts[last];
        before.Store(lanes + Block);
        beside.Store(lanes + (2 * Block));
        var rest = new Rest(q[last], lanes[Block], lanes[2 * Block]);
        for (var lane = 1; lane < TLane.Count; lane++) rest = rest with { Before = Math.Min(rest.Before, lanes[Block + lane]), Beside = Math.Min(rest.Beside, lanes[(2 * Block) + lane]) };
        return rest with { Least = Math.Min(rest.Least, rest.Before) };
    }

    /// <summary>
    /// Not far below the least eigenvalue: with z the vector that solves all equations but the last, whose squares are 1, e/q, …, Rayleigh's quotient is ρ = q/‖z‖², and its residual ρ·√(‖z‖² - 1).
    /// </summary>
    private double Shift(int first, int last, Rest left)
    {
        var (sum, square) = (0.0, 1.0);
        for (var i = last - 1; i >= first && sum < 0.5 && square > 0.01 * sum; i--)
        {
            square *= e[i] / q[i];
            sum += square;
        }
        if (sum >= 0.5) return left.Least / 4;
        // With another eigenvalue so far away the square of the residual over the distance is a bound, too (Kato and Temple).
        var value = q[last] / (1 + sum);
        var distance = (0.75 * left.Before) - value;
        return Math.Min(left.Least, value * (1 - (distance > 0 ? Math.Min(Math.Sqrt(sum), value * sum / distance) : Math.Sqrt(sum))));
    }

    /// <summary>What a pass left.</summary>
    /// <param name="Least">The least that was left of the diagonal: no eigenvalue of the new matrix is larger.</param>
    /// <param name="Before">The same without the last row.</param>
    /// <param name="Beside">The least that is beside the new diagonal.</param>
    private readonly record struct Rest(double Least, double Before, double Beside);
}

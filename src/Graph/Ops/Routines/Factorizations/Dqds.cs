namespace GraphGrad.Operations;

/// <summary>
/// The singular values of bidiagonal matrices by quotients and differences of their elements' squares, with shifts and without square roots; a pass over the matrix divides once for each element
/// (Fernando and Parlett, "Accurate singular values and differential qd algorithms", 1994).
/// </summary>
internal static unsafe class Dqds
{
    private const int Passes = 1000, Attempts = 5;

    private const double Rounding = 1.0 / (1L << 55);

    // The square of some roundings.
    private const double Negligible = 4.0 / (1L << 52) / (1L << 52);

    /// <summary>Squares of singular values, in no order.</summary>
    /// <param name="q">The squares of the diagonal, [n]; the results.</param>
    /// <param name="e">The squares of what is above the diagonal, [n - 1]; lost.</param>
    public static void Solve(Span<double> q, Span<double> e)
    {
        var n = q.Length;
        using Scratch<double> memory = new(3 * n);
        using Scratch<int> starts = new(n);
        var trial = memory.Span[..(2 * n)];
        var shifts = memory.Span[(2 * n)..];
        var largest = 0.0;
        for (var i = 0; i < n; i++) largest = Math.Max(largest, Math.Max(q[i], i < n - 1 ? e[i] : 0));
        var floor = Negligible * largest;
        // What was split off waits, with what it is shifted by.
        var (first, last, waiting) = (0, n - 1, 0);
        (starts.Span[0], shifts[0]) = (0, 0);
        fixed (double* quotients = q, differences = e, other = trial)
        {
            while (last >= 0)
            {
                first = starts.Span[waiting];
                var shift = shifts[waiting];
                var (least, before, isSplit) = (0.0, 0.0, false);
                if (first < last && 1.5 * q[first] < q[last])
                {
                    // The transposed matrix, read from its end: small values are found at the end.
                    q[first..(last + 1)].Reverse();
                    e[first..last].Reverse();
                }
                for (var pass = 0; last > first && !isSplit;)
                {
                    var nothing = Math.Max(floor, Negligible * shift);
                    // A value that lies apart moves by no more than three times what is left out.
                    var bound = 2 * q[last] < q[last - 1] ? Rounding * Math.Sqrt((q[last] + shift) * largest) : Negligible * q[last];
                    if (e[last - 1] <= Math.Max(nothing, bound) || pass == Passes)
                    {
                        q[last--] += shift;
                        (pass, least) = (0, before);
                        continue;
                    }
                    for (var i = last - 2; i >= first && !isSplit; i--)
                    {
                        if (e[i] > nothing) continue;
                        waiting++;
                        (starts.Span[waiting], shifts[waiting]) = (i + 1, shift);
                        isSplit = true;
                    }
                    if (isSplit) break;
                    if (last == first + 1)
                    {
                        var (half, gap) = ((q[first] + e[first] + q[last]) / 2, (q[first] - q[last] + e[first]) / 2);
                        var larger = half + Math.Sqrt((gap * gap) + (q[last] * e[first]));
                        (q[first], q[last]) = (larger, q[first] * (q[last] / larger) + shift);
                        last--;
                        break;
                    }
                    pass++;
                    var next = Shift(quotients, differences, first, last, least, before);
                    for (var attempt = 0; ; attempt++)
                    {
                        if (attempt == Attempts) next = 0;
                        least = Transform(quotients, differences, other, other + n, first, last, next, out before);
                        var end = trial[last];
                        if (least >= 0 || next == 0) break;
                        // Below zero only at the end it is about so much that was too much; before that it may be more.
                        var less = (next + (end == least ? least : 2 * least)) * (1 - 1e-15);
                        next = attempt < 2 && less > next / 4 ? less : next / 4;
                    }
                    trial[first..(last + 1)].CopyTo(q[first..]);
                    trial.Slice(n + first, last - first).CopyTo(e[first..]);
                    shift += next;
                    shifts[waiting] = shift;
                }
                if (isSplit) continue;
                q[first] += shift;
                last = first - 1;
                waiting--;
            }
        }
    }

    /// <summary>A pass; the least of what was left of the diagonal, negative if the shift exceeds an eigenvalue, and the least before the last.</summary>
    private static double Transform(double* q, double* e, double* toQ, double* toE, int first, int last, double shift, out double before)
    {
        var d = q[first] - shift;
        var least = d;
        before = d;
        for (var i = first; i < last; i++)
        {
            var sum = d + e[i];
            var quotient = q[i + 1] / sum;
            toQ[i] = sum;
            toE[i] = e[i] * quotient;
            d = double.MultiplyAddEstimate(d, quotient, -shift);
            before = least;
            least = d < least ? d : least;
        }
        toQ[last] = d;
        return double.IsNaN(d) ? double.NegativeInfinity : least;
    }

    /// <summary>
    /// Not far below the least eigenvalue: with z the vector that solves all equations but the last, whose squares are 1, e/q, …, Rayleigh's quotient is ρ = q/‖z‖², and its residual ρ·√(‖z‖² - 1).
    /// </summary>
    private static double Shift(double* q, double* e, int first, int last, double least, double before)
    {
        var (sum, square) = (0.0, 1.0);
        for (var i = last - 1; i >= first && sum < 0.5 && square > 0.01 * sum; i--)
        {
            square *= e[i] / q[i];
            sum += square;
        }
        if (sum >= 0.5) return least / 4;
        // With another eigenvalue so far away the square of the residual over the distance is a bound, too (Kato and Temple).
        var value = q[last] / (1 + sum);
        var distance = (0.75 * before) - value;
        return Math.Min(least, value * (1 - (distance > 0 ? Math.Min(Math.Sqrt(sum), value * sum / distance) : Math.Sqrt(sum))));
    }
}

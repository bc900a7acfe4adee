using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// The eigenvalues and eigenvectors of D + ρ·z·zᵀ with D diagonal. Eigenvalues are the roots of 1/ρ + Σ zᵢ²/(dᵢ - λ), one between each pole and the next; as many as a vector has lanes are looked for at a time. A step puts a fraction with the nearest pole
/// in the place of the terms on either side (Li, "Solving secular equations stably and efficiently", 1993), between the last places with either sign. Vectors are those of the z to which these roots belong exactly, so that they are orthogonal
/// however near roots are (Gu and Eisenstat, "A stable and efficient algorithm for the rank-one modification of the symmetric eigenproblem", 1994).
/// </summary>
internal static unsafe class SecularEquation
{
    private const int Steps = 100;

    private const double Rounding = 1.0 / (1L << 53);

    /// <summary>Solves it.</summary>
    /// <param name="poles">D's diagonal, in any order, no two equal, up to whole vectors; what is behind is overwritten.</param>
    /// <param name="z">z, nowhere 0, up to whole vectors; overwritten.</param>
    /// <param name="order">The places of ascending poles.</param>
    /// <param name="rho">ρ, positive.</param>
    /// <param name="roots">The eigenvalues, ascending.</param>
    /// <param name="vectors">Row k is the vector of root k, of length 1, in the order of the poles; whole vectors.</param>
    /// <param name="pitch">How far rows are apart.</param>
    /// <param name="work">As many numbers as poles, in whole vectors.</param>
    public static void Solve(double* poles, double* z, ReadOnlySpan<int> order, double rho, double* roots, double* vectors, int pitch, double* work)
    {
        if (Vector512.IsHardwareAccelerated) Solve<WideLane<double>>(poles, z, order, rho, roots, vectors, pitch, work);
        else Solve<NativeLane<double>>(poles, z, order, rho, roots, vectors, pitch, work);
    }

    private static void Solve<TLane>(double* poles, double* z, ReadOnlySpan<int> order, double rho, double* roots, double* vectors, int pitch, double* squares)
        where TLane : struct, ILane<TLane, double>
    {
        var (count, width) = (order.Length, Householder.Pitch(order.Length));
        var sum = 0.0;
        for (var i = 0; i < width; i++)
        {
            if (i >= count) (poles[i], z[i]) = (poles[order[^1]] + 1 + Math.Abs(poles[order[^1]]), 0);
            squares[i] = z[i] * z[i];
            sum += squares[i];
        }
        for (var first = 0; first < count; first += TLane.Count) FindRoots<TLane>(poles, squares, order, first, rho, rho * sum, roots, vectors, pitch);
        // The squares of the z of these roots.
        for (var i = 0; i < width; i++) squares[i] = 1;
        for (var k = 0; k < count; k++)
        {
            var gaps = vectors + ((nint)k * pitch);
            var own = order[k];
            var square = squares[own] * gaps[own];
            var pole = TLane.Fill(poles[own]);
            for (var i = 0; i < width; i += TLane.Count) (TLane.Load(squares + i) * (TLane.Load(gaps + i) / (TLane.Load(poles + i) - pole))).Store(squares + i);
            squares[own] = square;
        }
        for (var i = 0; i < width; i++) z[i] = i < count ? Math.CopySign(Math.Sqrt(Math.Abs(squares[i])), z[i]) : 0;
        for (var k = 0; k < count; k++)
        {
            var row = vectors + ((nint)k * pitch);
            var square = default(TLane);
            for (var i = 0; i < width; i += TLane.Count)
            {
                var x = TLane.Load(z + i) / TLane.Load(row + i);
                x.Store(row + i);
                square = TLane.MultiplyAdd(x, x, square);
            }
            var scale = TLane.Fill(1 / Math.Sqrt(TLane.Sum(square)));
            for (var i = 0; i < width; i += TLane.Count) (TLane.Load(row + i) * scale).Store(row + i);
        }
    }

    /// <summary>As many roots as there are lanes, and how far all poles are from each.</summary>
    /// <remarks>Each is looked for by its distance from the nearer pole. Where that is the one above, all is mirrored, so that distances are positive.</remarks>
    [SkipLocalsInit]
    private static void FindRoots<TLane>(double* poles, double* squares, ReadOnlySpan<int> order, int first, double rho, double reach, double* roots, double* gaps, int pitch)
        where TLane : struct, ILane<TLane, double>
    {
        var (count, lanes) = (order.Length, TLane.Count);
        double* memory = stackalloc double[6 * lanes], below = memory, above = below + lanes, gap = above + lanes, left = gap + lanes, right = left + lanes, mirror = right + lanes;
        for (var lane = 0; lane < lanes; lane++)
        {
            // Beyond the last root it is found again. Above the last pole there is one of nothing, as far away again as the root can be, and never nearer.
            var k = Math.Min(first + lane, count - 1);
            var isLast = k == count - 1;
            below[lane] = poles[order[k]];
            left[lane] = squares[order[k]];
            above[lane] = isLast ? below[lane] : poles[order[k + 1]];
            gap[lane] = isLast ? 2 * reach : above[lane] - below[lane];
            right[lane] = isLast ? 0 : squares[order[k + 1]];
            mirror[lane] = isLast ? 1 : -1;
        }
        var half = TLane.Load(gap) * TLane.Fill(0.5);
        var zero = default(TLane);
        var value = TLane.Fill(1 / rho);
        for (var i = 0; i < count; i++) value += TLane.Fill(squares[i]) / (TLane.Fill(poles[i]) - TLane.Load(below) - half);
        var sign = TLane.WhereGreater(zero, value, TLane.Load(mirror), TLane.Fill(1));
        var origin = TLane.WhereGreater(zero, sign, TLane.Load(above), TLane.Load(below));
        // Of the others the value in the middle, of the two next poles the fractions.
        var rest = sign * (value + ((TLane.Load(left) - TLane.Load(right)) / half));
        var own = TLane.WhereGreater(zero, sign, TLane.Load(right), TLane.Load(left));
        var distance = Root(rest, TLane.MultiplyAdd(rest, TLane.Load(gap), TLane.Load(left) + TLane.Load(right)), own * TLane.Load(gap));
        distance = TLane.WhereGreater(distance, zero, TLane.WhereGreater(half, distance, distance, half * TLane.Fill(0.5)), half * TLane.Fill(0.5));
        distance = Search(poles, squares, count, sign, sign * origin, sign * TLane.Fill(1 / rho), TLane.Load(gap), distance);
        (sign * distance).Store(left);
        origin.Store(below);
        for (var lane = 0; lane < Math.Min(lanes, count - first); lane++)
        {
            roots[first + lane] = below[lane] + left[lane];
            var to = gaps + ((nint)(first + lane) * pitch);
            TLane from = TLane.Fill(below[lane]), away = TLane.Fill(left[lane]);
            for (var i = 0; i < Householder.Pitch(count); i += lanes) (TLane.Load(poles + i) - from - away).Store(to + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLane Search<TLane>(double* poles, double* squares, int count, TLane sign, TLane origin, TLane constant, TLane gap, TLane distance)
        where TLane : struct, ILane<TLane, double>
    {
        TLane zero = default, one = TLane.Fill(1), least = zero, most = gap * TLane.Fill(0.5);
        for (var step = 0; step < Steps; step++)
        {
            TLane low = zero, high = zero, slopeLow = zero, slopeHigh = zero;
            for (var i = 0; i < count; i++)
            {
                var inverse = one / (TLane.MultiplyAdd(TLane.Fill(poles[i]), sign, -origin) - distance);
                var term = TLane.Fill(squares[i]) * inverse;
                var (negative, positive) = (TLane.WhereGreater(zero, term, term, zero), TLane.WhereGreater(term, zero, term, zero));
                low += negative;
                high += positive;
                slopeLow = TLane.MultiplyAdd(negative, inverse, slopeLow);
                slopeHigh = TLane.MultiplyAdd(positive, inverse, slopeHigh);
            }
            var value = constant + low + high;
            var slope = slopeLow + slopeHigh;
            // What the roundings of the sum may be.
            var bound = TLane.Fill(Rounding) * (TLane.MultiplyAdd(TLane.Fill(8), high - low, TLane.Abs(constant)) + (distance * slope));
            if (!TLane.IsAnyGreater(TLane.Abs(value), bound)) break;
            least = TLane.WhereGreater(zero, value, distance, least);
            most = TLane.WhereGreater(zero, value, most, distance);
            TLane near = zero - distance, far = gap - distance;
            var both = near * far;
            var rest = value - (near * slopeLow) - (far * slopeHigh);
            var next = distance + Root(rest, ((near + far) * value) - (both * slope), both * value);
            var middle = (least + most) * TLane.Fill(0.5);
            next = TLane.WhereGreater(next, least, TLane.WhereGreater(most, next, next, middle), middle);
            next = TLane.WhereGreater(TLane.Abs(value), bound, next, distance);
            if (TLane.AreEqual(next, distance)) break;
            distance = next;
        }
        return distance;
    }

    /// <summary>The root of c·x² - a·x + b that is next to zero, or between the poles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Root<TLane>(TLane c, TLane a, TLane b)
        where TLane : struct, ILane<TLane, double>
    {
        var square = (a * a) - (TLane.Fill(4) * b * c);
        var root = TLane.Sqrt(TLane.WhereGreater(square, default, square, default));
        return TLane.WhereGreater(a, default, (b + b) / (a + root), (a - root) / (c + c));
    }
}

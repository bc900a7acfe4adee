using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>
/// The transformations of <see cref="SlideWinograd"/>, sixteen tiles of a line at a time. With d the four by four elements under a tile and g the
/// weights: Bᵀ d B and G g Gᵀ, each of the 16 numbers into a matrix of its own, and Aᵀ m A of 16 numbers. A vector that is not full holds more at its end, which what comes next overwrites.
/// </summary>
internal static unsafe class SlideWinogradLanes
{
    /// <summary>Bᵀ d B of lines of tiles.</summary>
    /// <param name="image">The first row of elements under the first line.</param>
    /// <param name="pitch">Elements from row to row.</param>
    /// <param name="lines">Lines of tiles, two rows apart.</param>
    /// <param name="places">Tiles of a line.</param>
    /// <param name="to">Where the first matrix's numbers go.</param>
    /// <param name="plane">Elements to the next matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Differences(float* image, long pitch, int lines, int places, float* to, long plane)
    {
        var (even, odd) = (Vector512<int>.Indices * 2, (Vector512<int>.Indices * 2) + Vector512<int>.One);
        // From the end: what a vector that is not full holds too much lies where the next line begins.
        for (var place = (places - 1) & -Vector512<float>.Count; place >= 0; place -= Vector512<float>.Count)
        {
            var from = image + (2 * place);
            var target = to + place;
            Line(from, even, odd, out var a0, out var a1, out var a2, out var a3);
            Line(from + pitch, even, odd, out var b0, out var b1, out var b2, out var b3);
            for (var line = 0; line < lines; line++, target += places)
            {
                from += 2 * pitch;
                Line(from, even, odd, out var c0, out var c1, out var c2, out var c3);
                Line(from + pitch, even, odd, out var d0, out var d1, out var d2, out var d3);
                Store(target, plane, a0 - c0, a1 - c1, a2 - c2, a3 - c3);
                Store(target + (4 * plane), plane, b0 + c0, b1 + c1, b2 + c2, b3 + c3);
                Store(target + (8 * plane), plane, c0 - b0, c1 - b1, c2 - b2, c3 - b3);
                Store(target + (12 * plane), plane, b0 - d0, b1 - d1, b2 - d2, b3 - d3);
                (a0, a1, a2, a3, b0, b1, b2, b3) = (c0, c1, c2, c3, d0, d1, d2, d3);
            }
        }
    }

    /// <summary>Aᵀ m A of lines of tiles, put where results lie; false if one is not finite.</summary>
    /// <param name="from">The first matrix's numbers.</param>
    /// <param name="plane">Elements to the next matrix.</param>
    /// <param name="rows">Rows of results: two of a line of tiles, of the last one perhaps one.</param>
    /// <param name="places">Tiles of a line.</param>
    /// <param name="to">The first row of results.</param>
    /// <param name="pitch">Elements from row to row.</param>
    /// <param name="width">Results of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Results(float* from, long plane, int rows, int places, float* to, long pitch, int width)
    {
        var (low, high) = (SlideRows.Turns(0), SlideRows.Turns(Vector512<float>.Count / 2));
        var finite = true;
        for (var place = 0; place < places; place += Vector512<float>.Count)
        {
            var check = Vector512<float>.Zero;
            var left = width - (2 * place);
            var all = left >= 2 * Vector512<float>.Count;
            var first = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(left)).AsSingle();
            var second = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(left - Vector512<float>.Count)).AsSingle();
            var source = from + place;
            var target = to + (2 * place);
            for (var row = 0; row < rows; row += 2, source += places, target += 2 * pitch)
            {
                Column(source, plane, out var s0, out var t0);
                Column(source + plane, plane, out var s1, out var t1);
                Column(source + (2 * plane), plane, out var s2, out var t2);
                Column(source + (3 * plane), plane, out var s3, out var t3);
                var (y00, y01, y10, y11) = (s0 + s1 + s2, s1 - s2 - s3, t0 + t1 + t2, t1 - t2 - t3);
                check += (y00 * 0f) + (y01 * 0f) + (y10 * 0f) + (y11 * 0f);
                Put(target, y00, y01, low, high, all, first, second);
                if (row + 1 < rows) Put(target + pitch, y10, y11, low, high, all, first, second);
            }
            // Behind the last tile there is anything.
            finite &= Vector512.EqualsAll(Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(places - place)).AsSingle(), check, Vector512<float>.Zero), Vector512<float>.Zero);
        }
        return finite;
    }

    /// <summary>G g Gᵀ of sixteen kernels.</summary>
    /// <param name="turned">A vector of each of the nine weights.</param>
    /// <param name="to">Where the first matrix's numbers go.</param>
    /// <param name="plane">Elements to the next matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(float* turned, float* to, long plane)
    {
        for (var line = 0; line < 4; line++)
        {
            var (g0, g1, g2) = (Sum(turned, line), Sum(turned + Vector512<float>.Count, line), Sum(turned + (2 * Vector512<float>.Count), line));
            Store(to + (4 * line * plane), plane, g0, (g0 + g1 + g2) * 0.5f, (g0 - g1 + g2) * 0.5f, g2);
        }

        static Vector512<float> Sum(float* column, int line)
        {
            var (g0, g1, g2) = (Vector512.Load(column), Vector512.Load(column + (3 * Vector512<float>.Count)), Vector512.Load(column + (6 * Vector512<float>.Count)));
            return line switch { 0 => g0, 1 => (g0 + g1 + g2) * 0.5f, 2 => (g0 - g1 + g2) * 0.5f, _ => g2 };
        }
    }

    /// <summary>Elements of the two places of sixteen tiles of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apart(float* row, Vector512<int> even, Vector512<int> odd, out Vector512<float> first, out Vector512<float> second)
    {
        var (p, q) = (Vector512.Load(row), Vector512.Load(row + Vector512<float>.Count));
        (first, second) = (Avx512F.PermuteVar16x32x2(p, even, q), Avx512F.PermuteVar16x32x2(p, odd, q));
    }

    /// <summary>One row of d B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line(float* row, Vector512<int> even, Vector512<int> odd, out Vector512<float> x0, out Vector512<float> x1, out Vector512<float> x2, out Vector512<float> x3)
    {
        Apart(row, even, odd, out var d0, out var d1);
        Apart(row + 2, even, odd, out var d2, out var d3);
        (x0, x1, x2, x3) = (d0 - d2, d1 + d2, d2 - d1, d1 - d3);
    }

    /// <summary>Results of two places of each tile in turns, all of them or as many as the masks tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* to, Vector512<float> even, Vector512<float> odd, Vector512<int> low, Vector512<int> high, bool all, Vector512<float> first, Vector512<float> second)
    {
        var (one, two) = (Avx512F.PermuteVar16x32x2(even, low, odd), Avx512F.PermuteVar16x32x2(even, high, odd));
        if (all)
        {
            one.Store(to);
            two.Store(to + Vector512<float>.Count);
            return;
        }
        Avx512F.MaskStore(to, first, one);
        Avx512F.MaskStore(to + Vector512<float>.Count, second, two);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, long plane, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2, Vector512<float> x3)
    {
        x0.Store(to);
        x1.Store(to + plane);
        x2.Store(to + (2 * plane));
        x3.Store(to + (3 * plane));
    }

    /// <summary>One column of Aᵀ m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(float* from, long plane, out Vector512<float> first, out Vector512<float> second)
    {
        var (m0, m1, m2, m3) = (Vector512.Load(from), Vector512.Load(from + (4 * plane)), Vector512.Load(from + (8 * plane)), Vector512.Load(from + (12 * plane)));
        (first, second) = (m0 + m1 + m2, m1 - m2 - m3);
    }
}

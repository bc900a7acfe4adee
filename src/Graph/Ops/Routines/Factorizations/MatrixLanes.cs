using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>Many small matrices, factored and solved side by side: each lane of a vector holds an element of another matrix, and exchanges its own rows.</summary>
internal static unsafe class MatrixLanes
{
    /// <summary>Larger matrices fill vectors along their rows; of these, all that a group of them needs stays in an L1 cache.</summary>
    public const int MostRows = 16;

    private const int MostSides = 64;

    /// <summary>Whether there are enough matrices, of so few rows and right-hand sides.</summary>
    public static bool Fits(int n, int columns, int count) => n is > 0 and <= MostRows && columns <= MostSides && count >= 4;

    /// <summary>P·A = L·U of square matrices, in place, as <see cref="RecursiveLu"/> gives them.</summary>
    public static void Factor<T>(Span<T> a, Span<int> rows, Span<T> parities, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Factor<T, WideLane<T>>(a, rows, parities, n);
        else Factor<T, NativeLane<T>>(a, rows, parities, n);
    }

    /// <summary>Solves systems of factored matrices.</summary>
    /// <param name="factors">U on and above the diagonal, L below it.</param>
    /// <param name="rows">For each row of the factors the row of the matrix.</param>
    /// <param name="from">The right-hand sides, [count, n, columns].</param>
    /// <param name="to">The solutions.</param>
    /// <param name="n">How many equations.</param>
    /// <param name="columns">How many right-hand sides.</param>
    /// <param name="isTransposed">Whether the systems are of the transposed matrices.</param>
    public static void Solve<T>(ReadOnlySpan<T> factors, ReadOnlySpan<int> rows, ReadOnlySpan<T> from, Span<T> to, int n, int columns, bool isTransposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Solve<T, WideLane<T>>(factors, rows, from, to, n, columns, isTransposed);
        else Solve<T, NativeLane<T>>(factors, rows, from, to, n, columns, isTransposed);
    }

    /// <summary>Solves triangular systems.</summary>
    /// <param name="a">The matrices; what lies on the other side of the diagonal is not used.</param>
    /// <param name="x">The right-hand sides, [count, n, columns]; afterwards the solutions.</param>
    /// <param name="n">How many equations.</param>
    /// <param name="columns">How many right-hand sides.</param>
    /// <param name="isLower">Whether A is what stands on and below the diagonal.</param>
    /// <param name="isTransposed">Whether the systems are of Aᵀ.</param>
    public static void SolveTriangular<T>(ReadOnlySpan<T> a, Span<T> x, int n, int columns, bool isLower, bool isTransposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) SolveTriangular<T, WideLane<T>>(a, x, n, columns, isLower, isTransposed);
        else SolveTriangular<T, NativeLane<T>>(a, x, n, columns, isLower, isTransposed);
    }

    /// <summary>The lower triangular L with L·Lᵀ = (A + Aᵀ) / 2 of matrices.</summary>
    /// <returns>How many matrices at the beginning are done: all, or those before the first group in which one is not positive definite.</returns>
    public static int FactorSymmetric<T>(ReadOnlySpan<T> a, Span<T> l, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? FactorSymmetric<T, WideLane<T>>(a, l, n) : FactorSymmetric<T, NativeLane<T>>(a, l, n);

    /// <summary>A = Q·R of matrices, as <see cref="Householder"/> gives them.</summary>
    /// <param name="a">A, [count, m, n].</param>
    /// <param name="q">Q, [count, m, k] with k the smaller of m and n.</param>
    /// <param name="r">R, [count, k, n].</param>
    /// <param name="m">How many rows.</param>
    /// <param name="n">How many columns.</param>
    public static void Reflect(ReadOnlySpan<double> a, Span<double> q, Span<double> r, int m, int n)
    {
        if (Vector512.IsHardwareAccelerated) Reflect<WideLane<double>>(a, q, r, m, n);
        else Reflect<NativeLane<double>>(a, q, r, m, n);
    }

    private static void Reflect<TLane>(ReadOnlySpan<double> a, Span<double> q, Span<double> r, int m, int n)
        where TLane : struct, ILane<TLane, double>
    {
        var (lanes, count, k) = (TLane.Count, a.Length / (m * n), Math.Min(m, n));
        using var scratch = new Scratch<double>(((m * n) + (m * k) + (k * n) + k) * lanes);
        fixed (double* group = scratch.Span)
        {
            double* orthogonal = group + (m * n * lanes), upper = orthogonal + (m * k * lanes), factors = upper + (k * n * lanes);
            for (var first = 0; first < count; first += lanes)
            {
                Gather(a, group, first, m * n, count, lanes);
                ReflectGroup<TLane>(group, orthogonal, upper, factors, m, n);
                Scatter(orthogonal, q, first, m * k, count, lanes);
                Scatter(upper, r, first, k * n, count, lanes);
            }
        }
    }

    /// <summary>The axis of a reflection stays in its column of A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReflectGroup<TLane>(double* a, double* q, double* r, double* factors, int m, int n)
        where TLane : struct, ILane<TLane, double>
    {
        var (lanes, k) = (TLane.Count, Math.Min(m, n));
        var (zero, one) = (default(TLane), TLane.Fill(1));
        for (var i = 0; i < k; i++)
        {
            var corner = a + (((i * n) + i) * lanes);
            var (beta, first) = (zero, TLane.Load(corner));
            if (i < m - 1)
            {
                var square = zero;
                for (var row = i; row < m; row++)
                {
                    var x = TLane.Load(a + (((row * n) + i) * lanes));
                    square = TLane.MultiplyAdd(x, x, square);
                }
                var length = TLane.Sqrt(square);
                var shift = TLane.WhereGreater(zero, first, zero - length, length);
                var axis = first + shift;
                axis.Store(corner);
                beta = TLane.WhereEqual(length, zero, zero, one / (shift * axis));
                first = zero - shift;
            }
            beta.Store(factors + (i * lanes));
            first.Store(r + (((i * n) + i) * lanes));
            for (var j = 0; j < i; j++) zero.Store(r + (((i * n) + j) * lanes));
            for (var j = i + 1; j < n; j++)
            {
                ReflectColumn(a + (((i * n) + i) * lanes), n * lanes, a + (((i * n) + j) * lanes), n * lanes, m - i, beta);
                TLane.Load(a + (((i * n) + j) * lanes)).Store(r + (((i * n) + j) * lanes));
            }
        }
        for (var at = 0; at < m * k; at++) (at / k == at % k ? one : zero).Store(q + (at * lanes));
        for (var i = k - 1; i >= 0; i--)
        {
            var beta = TLane.Load(factors + (i * lanes));
            for (var j = i; j < k; j++) ReflectColumn(a + (((i * n) + i) * lanes), n * lanes, q + (((i * k) + j) * lanes), k * lanes, m - i, beta);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReflectColumn<TLane>(double* axis, int axisStep, double* x, int step, int count, TLane beta)
        where TLane : struct, ILane<TLane, double>
    {
        var sum = default(TLane);
        for (var i = 0; i < count; i++) sum = TLane.MultiplyAdd(TLane.Load(axis + (i * axisStep)), TLane.Load(x + (i * step)), sum);
        sum = default(TLane) - (beta * sum);
        for (var i = 0; i < count; i++) TLane.MultiplyAdd(sum, TLane.Load(axis + (i * axisStep)), TLane.Load(x + (i * step))).Store(x + (i * step));
    }

    private static void Factor<T, TLane>(Span<T> a, Span<int> rows, Span<T> parities, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var (lanes, count) = (TLane.Count, parities.Length);
        using var scratch = new Scratch<T>(((n * n) + n + 1) * lanes);
        fixed (T* group = scratch.Span)
        {
            T* order = group + (n * n * lanes), signs = order + (n * lanes);
            for (var first = 0; first < count; first += lanes)
            {
                Gather(a, group, first, n * n, count, lanes);
                Eliminate<T, TLane>(group, order, signs, n);
                Scatter(group, a, first, n * n, count, lanes);
                for (var lane = 0; lane < Math.Min(lanes, count - first); lane++)
                {
                    parities[first + lane] = signs[lane];
                    for (var i = 0; i < n; i++) rows[((first + lane) * n) + i] = int.CreateTruncating(order[(i * lanes) + lane]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eliminate<T, TLane>(T* a, T* order, T* signs, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var lanes = TLane.Count;
        var parity = TLane.Fill(T.One);
        for (var i = 0; i < n; i++) TLane.Fill(T.CreateTruncating(i)).Store(order + (i * lanes));
        for (var k = 0; k < n; k++)
        {
            var row = a + (k * n * lanes);
            var (largest, here) = (TLane.Abs(TLane.Load(row + (k * lanes))), TLane.Fill(T.CreateTruncating(k)));
            var place = here;
            for (var i = k + 1; i < n; i++)
            {
                var magnitude = TLane.Abs(TLane.Load(a + (((i * n) + k) * lanes)));
                place = TLane.WhereGreater(magnitude, largest, TLane.Fill(T.CreateTruncating(i)), place);
                largest = TLane.WhereGreater(magnitude, largest, magnitude, largest);
            }
            for (var i = k + 1; i < n; i++)
            {
                var index = TLane.Fill(T.CreateTruncating(i));
                for (var j = 0; j < n; j++) Exchange<T, TLane>(place, index, row + (j * lanes), a + (((i * n) + j) * lanes));
                Exchange<T, TLane>(place, index, order + (k * lanes), order + (i * lanes));
            }
            parity = TLane.WhereEqual(place, here, parity, default(TLane) - parity);
            var pivot = TLane.Load(row + (k * lanes));
            for (var i = k + 1; i < n; i++)
            {
                // Nothing is left below a zero pivot.
                var to = a + (i * n * lanes);
                var below = TLane.Load(to + (k * lanes));
                var factor = TLane.WhereEqual(pivot, default, below, below / pivot);
                factor.Store(to + (k * lanes));
                factor = default(TLane) - factor;
                for (var j = (k + 1) * lanes; j < n * lanes; j += lanes)
                {
                    var old = TLane.Load(to + j);
                    TLane.WhereEqual(pivot, default, old, TLane.MultiplyAdd(factor, TLane.Load(row + j), old)).Store(to + j);
                }
            }
        }
        parity.Store(signs);
    }

    /// <summary>Exchanges elements in the lanes whose place is the index.</summary>
    public static void Exchange<T, TLane>(TLane place, TLane index, T* first, T* second)
        where T : unmanaged
        where TLane : struct, ILane<TLane, T>
    {
        var (x, y) = (TLane.Load(first), TLane.Load(second));
        TLane.WhereEqual(place, index, y, x).Store(first);
        TLane.WhereEqual(place, index, x, y).Store(second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Solve<T, TLane>(ReadOnlySpan<T> factors, ReadOnlySpan<int> rows, ReadOnlySpan<T> from, Span<T> to, int n, int columns, bool isTransposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var (lanes, count) = (TLane.Count, rows.Length / n);
        using var scratch = new Scratch<T>(((n * n) + (n * columns)) * lanes);
        fixed (T* a = scratch.Span)
        {
            var x = a + (n * n * lanes);
            for (var first = 0; first < count; first += lanes)
            {
                Gather(factors, a, first, n * n, count, lanes);
                for (var lane = 0; lane < lanes; lane++)
                {
                    var matrix = Math.Min(first + lane, count - 1);
                    for (var i = 0; i < n; i++)
                    {
                        var row = from.Slice(((matrix * n) + (isTransposed ? i : rows[(matrix * n) + i])) * columns, columns);
                        for (var j = 0; j < row.Length; j++) x[(((i * columns) + j) * lanes) + lane] = row[j];
                    }
                }
                // L's diagonal is 1.
                Substitute<T, TLane>(a, x, n, columns, isForward: true, isTransposed, isUnit: !isTransposed);
                Substitute<T, TLane>(a, x, n, columns, isForward: false, isTransposed, isUnit: isTransposed);
                for (var lane = 0; lane < Math.Min(lanes, count - first); lane++)
                {
                    for (var i = 0; i < n; i++)
                    {
                        var row = to.Slice((((first + lane) * n) + (isTransposed ? rows[((first + lane) * n) + i] : i)) * columns, columns);
                        for (var j = 0; j < row.Length; j++) row[j] = x[(((i * columns) + j) * lanes) + lane];
                    }
                }
            }
        }
    }

    private static void SolveTriangular<T, TLane>(ReadOnlySpan<T> a, Span<T> x, int n, int columns, bool isLower, bool isTransposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var (lanes, count) = (TLane.Count, a.Length / (n * n));
        using var scratch = new Scratch<T>(((n * n) + (n * columns)) * lanes);
        fixed (T* group = scratch.Span)
        {
            var sides = group + (n * n * lanes);
            for (var first = 0; first < count; first += lanes)
            {
                Gather(a, group, first, n * n, count, lanes);
                Gather(x, sides, first, n * columns, count, lanes);
                Substitute<T, TLane>(group, sides, n, columns, isLower != isTransposed, isTransposed, isUnit: false);
                Scatter(sides, x, first, n * columns, count, lanes);
            }
        }
    }

    /// <summary>Rows from the first to the last, or from the last to the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Substitute<T, TLane>(T* a, T* x, int n, int columns, bool isForward, bool isTransposed, bool isUnit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var lanes = TLane.Count;
        for (var step = 0; step < n; step++)
        {
            var i = isForward ? step : n - 1 - step;
            var row = x + (i * columns * lanes);
            for (var done = 0; done < step; done++)
            {
                var k = isForward ? done : n - 1 - done;
                var factor = default(TLane) - TLane.Load(a + ((isTransposed ? (k * n) + i : (i * n) + k) * lanes));
                var finished = x + (k * columns * lanes);
                for (var j = 0; j < columns * lanes; j += lanes) TLane.MultiplyAdd(factor, TLane.Load(finished + j), TLane.Load(row + j)).Store(row + j);
            }
            if (isUnit) continue;
            var diagonal = TLane.Load(a + (((i * n) + i) * lanes));
            for (var j = 0; j < columns * lanes; j += lanes) (TLane.Load(row + j) / diagonal).Store(row + j);
        }
    }

    private static int FactorSymmetric<T, TLane>(ReadOnlySpan<T> a, Span<T> l, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var (lanes, count) = (TLane.Count, a.Length / (n * n));
        using var scratch = new Scratch<T>(n * n * lanes);
        fixed (T* group = scratch.Span)
        {
            for (var first = 0; first < count; first += lanes)
            {
                Gather(a, group, first, n * n, count, lanes);
                if (!FactorGroup<T, TLane>(group, n)) return first;
                Scatter(group, l, first, n * n, count, lanes);
            }
        }
        return count;
    }

    /// <summary>Whether all of them are positive definite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool FactorGroup<T, TLane>(T* a, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var lanes = TLane.Count;
        var half = TLane.Fill(T.CreateChecked(0.5));
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                T* lower = a + (((i * n) + j) * lanes), upper = a + (((j * n) + i) * lanes);
                var sum = (TLane.Load(lower) + TLane.Load(upper)) * half;
                for (var k = 0; k < j; k++) sum = TLane.MultiplyAdd(default(TLane) - TLane.Load(a + (((i * n) + k) * lanes)), TLane.Load(a + (((j * n) + k) * lanes)), sum);
                if (j < i)
                {
                    (sum / TLane.Load(a + (((j * n) + j) * lanes))).Store(lower);
                    continue;
                }
                sum.Store(lower);
                for (var lane = 0; lane < lanes; lane++)
                {
                    if (!(lower[lane] > T.Zero)) return false;
                }
                TLane.Sqrt(sum).Store(lower);
            }
        }
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++) default(TLane).Store(a + (((i * n) + j) * lanes));
        }
        return true;
    }

    /// <summary>One matrix to each lane; lanes beyond the last matrix repeat it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(ReadOnlySpan<T> from, T* to, int first, int size, int count, int lanes)
        where T : unmanaged
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            var matrix = from.Slice(Math.Min(first + lane, count - 1) * size, size);
            for (var at = 0; at < matrix.Length; at++) to[(at * lanes) + lane] = matrix[at];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter<T>(T* from, Span<T> to, int first, int size, int count, int lanes)
        where T : unmanaged
    {
        for (var lane = 0; lane < Math.Min(lanes, count - first); lane++)
        {
            var matrix = to.Slice((first + lane) * size, size);
            for (var at = 0; at < matrix.Length; at++) matrix[at] = from[(at * lanes) + lane];
        }
    }
}

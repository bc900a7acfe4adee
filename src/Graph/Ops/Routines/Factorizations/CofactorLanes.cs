using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>The cofactors of many small matrices side by side, as <see cref="MatrixLanes"/> factors them: each lane exchanges its own rows and columns.</summary>
internal static unsafe class CofactorLanes
{
    /// <summary>det(A)·A⁻ᵀ of matrices, and its limit where one is singular, as <see cref="CofactorsOp"/> defines it.</summary>
    public static void Compute<T>(ReadOnlySpan<T> a, Span<T> cofactors, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Compute<T, WideLane<T>>(a, cofactors, n);
        else Compute<T, NativeLane<T>>(a, cofactors, n);
    }

    private static void Compute<T, TLane>(ReadOnlySpan<T> from, Span<T> to, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var (lanes, count) = (TLane.Count, from.Length / (n * n));
        using var scratch = new Scratch<T>(((2 * n * n) + (2 * n)) * lanes);
        fixed (T* a = scratch.Span)
        {
            T* w = a + (n * n * lanes), rows = w + (n * n * lanes), columns = rows + (n * lanes);
            for (var first = 0; first < count; first += lanes)
            {
                MatrixLanes.Gather(from, a, first, n * n, count, lanes);
                var scale = Eliminate<T, TLane>(a, rows, columns, n);
                Substitute<T, TLane>(a, w, n);
                // A zero among the pivots but the last leaves no cofactor, whatever was divided by it.
                for (var at = 0; at < n * n * lanes; at += lanes) TLane.WhereEqual(scale, default, default, scale * TLane.Load(w + at)).Store(w + at);
                for (var lane = 0; lane < Math.Min(lanes, count - first); lane++)
                {
                    var result = to.Slice((first + lane) * n * n, n * n);
                    for (var i = 0; i < n; i++)
                    {
                        var row = int.CreateTruncating(rows[(i * lanes) + lane]) * n;
                        for (var j = 0; j < n; j++) result[row + int.CreateTruncating(columns[(j * lanes) + lane])] = w[(((i * n) + j) * lanes) + lane];
                    }
                }
            }
        }
    }

    /// <summary>Factors with the largest pivot of all that is left; the product of all pivots but the last, with the sign of the exchanges.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLane Eliminate<T, TLane>(T* a, T* rows, T* columns, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var lanes = TLane.Count;
        var scale = TLane.Fill(T.One);
        for (var i = 0; i < n; i++)
        {
            var place = TLane.Fill(T.CreateTruncating(i));
            place.Store(rows + (i * lanes));
            place.Store(columns + (i * lanes));
        }
        for (var k = 0; k < n - 1; k++)
        {
            var here = TLane.Fill(T.CreateTruncating(k));
            var (row, column, largest) = (here, here, TLane.Abs(TLane.Load(a + (((k * n) + k) * lanes))));
            for (var i = k; i < n; i++)
            {
                var place = TLane.Fill(T.CreateTruncating(i));
                for (var j = k; j < n; j++)
                {
                    var magnitude = TLane.Abs(TLane.Load(a + (((i * n) + j) * lanes)));
                    row = TLane.WhereGreater(magnitude, largest, place, row);
                    column = TLane.WhereGreater(magnitude, largest, TLane.Fill(T.CreateTruncating(j)), column);
                    largest = TLane.WhereGreater(magnitude, largest, magnitude, largest);
                }
            }
            for (var other = k + 1; other < n; other++)
            {
                var index = TLane.Fill(T.CreateTruncating(other));
                for (var at = 0; at < n; at++) MatrixLanes.Exchange<T, TLane>(row, index, a + (((k * n) + at) * lanes), a + (((other * n) + at) * lanes));
                MatrixLanes.Exchange<T, TLane>(row, index, rows + (k * lanes), rows + (other * lanes));
            }
            for (var other = k + 1; other < n; other++)
            {
                var index = TLane.Fill(T.CreateTruncating(other));
                for (var at = 0; at < n; at++) MatrixLanes.Exchange<T, TLane>(column, index, a + (((at * n) + k) * lanes), a + (((at * n) + other) * lanes));
                MatrixLanes.Exchange<T, TLane>(column, index, columns + (k * lanes), columns + (other * lanes));
            }
            var pivot = TLane.Load(a + (((k * n) + k) * lanes));
            scale = TLane.WhereEqual(row, here, scale, -scale);
            scale = TLane.WhereEqual(column, here, scale, -scale) * pivot;
            for (var i = k + 1; i < n; i++)
            {
                // Nothing is left beside a zero pivot.
                var to = a + (i * n * lanes);
                var factor = TLane.WhereEqual(pivot, default, default, TLane.Load(to + (k * lanes)) / pivot);
                factor.Store(to + (k * lanes));
                factor = -factor;
                for (var j = (k + 1) * lanes; j < n * lanes; j += lanes) TLane.MultiplyAdd(factor, TLane.Load(a + (k * n * lanes) + j), TLane.Load(to + j)).Store(to + j);
            }
        }
        return scale;
    }

    /// <summary>W = [p·V⁻ᵀ, 0; -uᵀ·V⁻ᵀ, 1], then L⁻ᵀ·W.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Substitute<T, TLane>(T* a, T* w, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var (lanes, m) = (TLane.Count, n - 1);
        var (zero, one) = (default(TLane), TLane.Fill(T.One));
        for (var j = 0; j < m; j++)
        {
            for (var i = 0; i < m; i++)
            {
                var sum = i == j ? one : zero;
                for (var k = j; k < i; k++) sum = TLane.MultiplyAdd(-TLane.Load(a + (((k * n) + i) * lanes)), TLane.Load(w + (((k * n) + j) * lanes)), sum);
                (i < j ? zero : sum / TLane.Load(a + (((i * n) + i) * lanes))).Store(w + (((i * n) + j) * lanes));
            }
            var last = zero;
            for (var k = j; k < m; k++) last = TLane.MultiplyAdd(-TLane.Load(a + (((k * n) + m) * lanes)), TLane.Load(w + (((k * n) + j) * lanes)), last);
            last.Store(w + (((m * n) + j) * lanes));
            var pivot = TLane.Load(a + (((m * n) + m) * lanes));
            for (var k = j; k < m; k++) (pivot * TLane.Load(w + (((k * n) + j) * lanes))).Store(w + (((k * n) + j) * lanes));
            zero.Store(w + (((j * n) + m) * lanes));
        }
        one.Store(w + (((m * n) + m) * lanes));
        for (var i = m - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
            {
                var factor = -TLane.Load(a + (((k * n) + i) * lanes));
                for (var j = 0; j < n; j++) TLane.MultiplyAdd(factor, TLane.Load(w + (((k * n) + j) * lanes)), TLane.Load(w + (((i * n) + j) * lanes))).Store(w + (((i * n) + j) * lanes));
            }
        }
    }
}

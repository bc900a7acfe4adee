namespace GraphGrad.Operations;

/// <summary>
/// Elimination of symmetric matrices with pivots from the diagonal: of one row, or, where none is large enough, of two (Bunch and Kaufman, "Some stable methods for calculating inertia and solving symmetric linear
/// systems", 1977). Pivots, and where things stand, are LAPACK's.
/// </summary>
internal static class BunchKaufman
{
    // With it a step of one row lets elements grow no more than half a step of two does.
    private static readonly double Share = (1 + Math.Sqrt(17)) / 8;

    /// <summary>Factors a symmetric matrix in place.</summary>
    /// <param name="a">The matrix, of which the lower triangle is read; afterwards D's diagonal, its elements below and L's, above it 0.</param>
    /// <param name="pivots">For each row from 1 the row that it was exchanged with; of a pivot of two rows both times the negative number for the second one.</param>
    /// <param name="n">How many rows.</param>
    public static void Factor(Span<double> a, Span<int> pivots, int n)
    {
        for (var i = 0; i < n; i++) a.Slice((i * n) + i + 1, n - i - 1).Clear();
        for (var k = 0; k < n;)
        {
            var (row, size) = Choose(a, k, n);
            var moved = k + size - 1;
            if (row != moved) Exchange(a, k, moved, row, n);
            if (size == 1)
            {
                EliminateOne(a, k, n);
                pivots[k] = row + 1;
            }
            else
            {
                EliminateTwo(a, k, n);
                pivots[k] = pivots[k + 1] = -(row + 1);
            }
            k += size;
        }
    }

    /// <summary>The order of all exchanges together, and where each element of L stands before those that come after its column.</summary>
    /// <param name="pivots">As <see cref="Factor"/> leaves them.</param>
    /// <param name="order">For each row of L·D·Lᵀ the row of the matrix.</param>
    /// <param name="places">For each element of L, in the order of all exchanges, its row in the factored matrix.</param>
    /// <returns>Whether they are the pivots of a matrix.</returns>
    public static bool Follow(ReadOnlySpan<int> pivots, Span<int> order, Span<int> places)
    {
        var n = pivots.Length;
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
            places.Slice(i * n, n).Fill(i);
        }
        for (var k = 0; k < n;)
        {
            var (row, size) = pivots[k] < 0 ? (~pivots[k], 2) : (pivots[k] - 1, 1);
            var moved = k + size - 1;
            if (row < moved || row >= n || (size == 2 && pivots[moved] != pivots[k])) return false;
            (order[moved], order[row]) = (order[row], order[moved]);
            for (var column = 0; column < k; column++) (places[(moved * n) + column], places[(row * n) + column]) = (places[(row * n) + column], places[(moved * n) + column]);
            k += size;
        }
        return true;
    }

    private static (int Row, int Size) Choose(ReadOnlySpan<double> a, int k, int n)
    {
        var own = Math.Abs(a[(k * n) + k]);
        var (largest, inColumn) = (k, 0.0);
        for (var i = k + 1; i < n; i++)
        {
            if (Math.Abs(a[(i * n) + k]) > inColumn) (largest, inColumn) = (i, Math.Abs(a[(i * n) + k]));
        }
        if (inColumn == 0 || !(own < Share * inColumn)) return (k, 1);
        var inRow = 0.0;
        for (var j = k; j < largest; j++) inRow = Math.Max(inRow, Math.Abs(a[(largest * n) + j]));
        for (var i = largest + 1; i < n; i++) inRow = Math.Max(inRow, Math.Abs(a[(i * n) + largest]));
        if (own >= Share * inColumn * (inColumn / inRow)) return (k, 1);
        return (largest, Math.Abs(a[(largest * n) + largest]) >= Share * inRow ? 1 : 2);
    }

    /// <summary>Exchanges two rows and columns of what is not yet eliminated, of which only the lower triangle is there.</summary>
    private static void Exchange(Span<double> a, int k, int first, int second, int n)
    {
        for (var i = second + 1; i < n; i++) (a[(i * n) + first], a[(i * n) + second]) = (a[(i * n) + second], a[(i * n) + first]);
        for (var i = first + 1; i < second; i++) (a[(i * n) + first], a[(second * n) + i]) = (a[(second * n) + i], a[(i * n) + first]);
        (a[(first * n) + first], a[(second * n) + second]) = (a[(second * n) + second], a[(first * n) + first]);
        if (first > k) (a[(first * n) + k], a[(second * n) + k]) = (a[(second * n) + k], a[(first * n) + k]);
    }

    private static void EliminateOne(Span<double> a, int k, int n)
    {
        var pivot = a[(k * n) + k];
        if (pivot == 0) return;
        for (var i = k + 1; i < n; i++)
        {
            // The rows above have their factors already.
            var x = a[(i * n) + k];
            var factor = x / pivot;
            for (var j = k + 1; j < i; j++) a[(i * n) + j] -= x * a[(j * n) + k];
            a[(i * n) + i] -= x * factor;
            a[(i * n) + k] = factor;
        }
    }

    private static void EliminateTwo(Span<double> a, int k, int n)
    {
        if (k == n - 2) return;
        // The pivot divided by what is beside its diagonal, which is its largest element.
        var beside = a[((k + 1) * n) + k];
        var (lower, upper) = (a[((k + 1) * n) + k + 1] / beside, a[(k * n) + k] / beside);
        var scale = 1 / ((lower * upper) - 1) / beside;
        for (var i = k + 2; i < n; i++)
        {
            var (x, y) = (a[(i * n) + k], a[(i * n) + k + 1]);
            var (first, second) = (scale * ((lower * x) - y), scale * ((upper * y) - x));
            for (var j = k + 2; j < i; j++) a[(i * n) + j] -= (x * a[(j * n) + k]) + (y * a[(j * n) + k + 1]);
            a[(i * n) + i] -= (x * first) + (y * second);
            (a[(i * n) + k], a[(i * n) + k + 1]) = (first, second);
        }
    }
}

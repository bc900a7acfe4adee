using System.Numerics.Tensors;

namespace GraphGrad.Operations;

/// <summary>
/// Singular vectors of bidiagonal matrices: without one row a matrix falls apart, and with the singular vectors of both halves it is a diagonal with that row turned, whose squares are a diagonal and z·zᵀ
/// (Gu and Eisenstat, "A divide-and-conquer algorithm for the bidiagonal SVD", 1995). Vectors are turned by products, as those of <see cref="DivideAndConquer"/>.
/// </summary>
/// <remarks>A half that ends before a row that was taken has one column more than rows; a row of zeros in the place of that row makes it square, with a singular value of 0 whose left vector is that row's.</remarks>
/// <param name="d">The diagonal, of numbers that have squares; afterwards the singular values, in no order.</param>
/// <param name="e">What is above it; lost.</param>
/// <param name="n">How many rows.</param>
/// <param name="right">[n, n] in whole vectors, zeros; afterwards row i is the right vector of value i.</param>
/// <param name="left">As large; row i is the left vector.</param>
/// <param name="copies">As large.</param>
/// <param name="memory">As much as <see cref="Memory"/> says.</param>
internal readonly unsafe struct BidiagonalHalves(double* d, double* e, int n, double* right, double* left, double* copies, double* memory)
{
    // Smaller matrices are made diagonal by QR steps; halves begin where vectors do.
    private const int Leaf = 40;

    private const double Negligible = 8.0 / (1L << 53);

    private readonly int pitch = Householder.Pitch(n);

    /// <summary>How many numbers so many rows need.</summary>
    public static int Memory(int n) => (((2 * n) + 6) * Householder.Pitch(n)) + (2 * RotationSweeps.Memory(Leaf));

    /// <summary>Makes it diagonal.</summary>
    public void Solve()
    {
        using Scratch<int> places = new(4 * n);
        Solve(0, n, places.Span);
    }

    private void Solve(int from, int to, Span<int> places)
    {
        if (to - from <= Leaf)
        {
            SolveLeaf(from, to);
            return;
        }
        var cut = Householder.Pitch(from + ((to - from) / 2));
        var (diagonal, beside) = (d[cut - 1], e[cut - 1]);
        d[cut - 1] = 0;
        Solve(from, cut, places);
        Solve(cut, to, places);
        Join(from, cut, to, diagonal, beside, places);
    }

    private double* Right(int row, int column) => right + ((nint)row * pitch) + column;

    private double* Left(int row, int column) => left + ((nint)row * pitch) + column;

    private void SolveLeaf(int from, int to)
    {
        var (count, last) = (to - from, to - 1);
        for (var i = from; i < to; i++) *Right(i, i) = *Left(i, i) = 1;
        // What is above the row of zeros is turned into the columns before, from the last to the first.
        var rest = to < n && count > 1 ? e[last - 1] : 0;
        if (to < n && count > 1) e[last - 1] = 0;
        for (var i = last - 1; i >= from && rest != 0; i--)
        {
            var (c, s, length) = BidiagonalSteps.Rotation(d[i], rest);
            d[i] = length;
            Rotations.Turn(new Span<double>(Right(last, from), count), new Span<double>(Right(i, from), count), c, s);
            rest = i > from ? -s * e[i - 1] : 0;
            if (i > from) e[i - 1] *= c;
        }
        var columns = new RotationSweeps(Right(last, from), -pitch, count, memory);
        var rows = new RotationSweeps(Left(last, from), -pitch, count, memory + RotationSweeps.Memory(Leaf));
        BidiagonalSteps.Iterate(d + from, e + from, count, ref columns, ref rows);
        columns.Apply();
        rows.Apply();
        for (var i = from; i < to; i++)
        {
            if (d[i] >= 0) continue;
            d[i] = -d[i];
            var row = new Span<double>(Left(i, from), count);
            TensorPrimitives.Negate(row, row);
        }
    }

    private void Join(int from, int cut, int to, double diagonal, double beside, Span<int> places)
    {
        double* z = memory, poles = z + pitch, kept = poles + pitch, roots = kept + pitch, work = roots + pitch, lengths = work + pitch;
        double* turns = lengths + pitch, leftTurns = turns + ((nint)n * pitch);
        var count = to - from;
        var order = places[..count];
        for (var i = 0; i < count; i++)
        {
            z[i] = from + i < cut ? diagonal * *Right(from + i, cut - 1) : beside * *Right(from + i, cut);
            (roots[i], order[i]) = (d[from + i], i);
        }
        double largest = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<double>(z, count))), TensorPrimitives.Max(new ReadOnlySpan<double>(roots, count)));
        if (largest == 0) return;
        new Span<double>(roots, count).Sort(order);
        Span<int> stay = places.Slice(count, count), halves = places.Slice(2 * count, count), sorted = places.Slice(3 * count, count);
        for (var i = 0; i < count; i++) halves[i] = from + i < cut ? 0 : 2;
        var own = cut - 1 - from;
        var coupled = Deflate(from, to, own, Negligible * largest, z, order, stay, halves);
        var groups = new VectorGroups(order[..coupled], halves, sorted);
        for (var k = 0; k < coupled; k++)
        {
            var place = sorted[k];
            (lengths[place], kept[place]) = (d[from + order[k]], z[order[k]]);
            poles[place] = lengths[place] * lengths[place];
        }
        // Those that stay come behind, at their end the one of the row of zeros, which is the last again.
        for (var k = coupled; k < count; k++)
        {
            sorted[k] = k;
            order[k] = stay[k - coupled];
            z[k] = d[from + order[k]];
        }
        SecularEquation.Solve(poles, kept, sorted[..coupled], 1, roots, turns, pitch, work);
        // The row that was taken came before the others in the order of poles.
        for (var k = 0; k < coupled; k++)
        {
            d[from + k] = Math.Sqrt(roots[k]);
            ReadOnlySpan<double> turn = new(turns + ((nint)k * pitch), coupled);
            Span<double> leftTurn = new(leftTurns + ((nint)k * pitch), coupled);
            TensorPrimitives.Multiply(turn, new ReadOnlySpan<double>(lengths, coupled), leftTurn);
            leftTurn[sorted[0]] = turn[sorted[0]] * (roots[k] / kept[sorted[0]]);
            TensorPrimitives.Multiply(leftTurn, 1 / Math.Sqrt(TensorPrimitives.SumOfSquares<double>(leftTurn)), leftTurn);
        }
        new ReadOnlySpan<double>(z + coupled, count - coupled).CopyTo(new Span<double>(d + from + coupled, count - coupled));
        foreach (var isLeft in (ReadOnlySpan<bool>)[false, true])
        {
            var rows = new Block<double>(isLeft ? Left(from, from) : Right(from, from), count, count, pitch);
            groups.Turn(rows, new Block<double>(copies, count, count, pitch), new Block<double>(isLeft ? leftTurns : turns, coupled, coupled, pitch), order, sorted, cut - from);
        }
    }

    /// <summary>Finds the vectors that stay as they are.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last one.</param>
    /// <param name="own">The row that was taken, whose value is 0.</param>
    /// <param name="negligible">So much is nothing.</param>
    /// <param name="z">The row that was taken, turned.</param>
    /// <param name="order">The rows in ascending order of their values; afterwards at first those that are turned, the one that was taken before the others.</param>
    /// <param name="stay">The rows that stay; a row of zeros is the last of them.</param>
    /// <param name="halves">0 and 2 for a row with zeros in one half; 1 where there are none.</param>
    /// <returns>How many are turned.</returns>
    private int Deflate(int from, int to, int own, double negligible, double* z, Span<int> order, Span<int> stay, Span<int> halves)
    {
        var (count, coupled, stayCount, last) = (to - from, 0, 0, -1);
        var zeros = to < n ? count - 1 : -1;
        if (zeros >= 0) TurnToOwn(from, count, own, zeros, z, halves);
        for (var k = 0; k < count; k++)
        {
            var i = order[k];
            if (i == own || i == zeros) continue;
            var x = d + from + i;
            if (Math.Abs(z[i]) <= negligible) stay[stayCount++] = i;
            else if (*x <= negligible)
            {
                TurnToOwn(from, count, own, i, z, halves);
                *x = 0;
                stay[stayCount++] = i;
            }
            else
            {
                if (last >= 0 && !IsJoined(from, count, last, i, negligible, z, halves)) order[1 + coupled++] = last;
                else if (last >= 0) stay[stayCount++] = last;
                last = i;
            }
        }
        if (last >= 0) order[1 + coupled++] = last;
        order[0] = own;
        if (Math.Abs(z[own]) <= negligible) z[own] = negligible;
        if (zeros >= 0) stay[stayCount] = zeros;
        return coupled + 1;
    }

    /// <summary>Turns what z has beside a value of 0 to the row that was taken; left vectors of 0 may be any.</summary>
    private void TurnToOwn(int from, int count, int own, int other, double* z, Span<int> halves)
    {
        var length = Math.Sqrt((z[own] * z[own]) + (z[other] * z[other]));
        if (length == 0) return;
        Rotations.Turn(new Span<double>(Right(from + other, from), count), new Span<double>(Right(from + own, from), count), z[own] / length, z[other] / length);
        (z[own], z[other]) = (length, 0);
        if (halves[own] != halves[other]) halves[own] = halves[other] = 1;
    }

    /// <summary>Whether two values are next to equal, so that z can be turned from the first to the second.</summary>
    private bool IsJoined(int from, int count, int first, int second, double negligible, double* z, Span<int> halves)
    {
        var length = Math.Sqrt((z[second] * z[second]) + (z[first] * z[first]));
        var (c, s) = (z[second] / length, z[first] / length);
        double* x = d + from + first, y = d + from + second;
        if (Math.Abs((*y - *x) * c * s) > negligible) return false;
        (z[first], z[second]) = (0, length);
        (*x, *y) = ((c * c * *x) + (s * s * *y), (s * s * *x) + (c * c * *y));
        Rotations.Turn(new Span<double>(Right(from + first, from), count), new Span<double>(Right(from + second, from), count), c, s);
        Rotations.Turn(new Span<double>(Left(from + first, from), count), new Span<double>(Left(from + second, from), count), c, s);
        if (halves[first] != halves[second]) halves[first] = halves[second] = 1;
        return true;
    }
}

using System.Numerics.Tensors;

namespace GraphGrad.Operations;

/// <summary>
/// Eigenvectors of symmetric tridiagonal matrices: without the element that joins its halves, and as much less on the diagonal on both sides, a matrix falls apart; with the eigenvectors of both, what was taken is ρ·z·zᵀ beside a diagonal
/// (Cuppen, "A divide and conquer method for the symmetric tridiagonal eigenproblem", 1981). Vectors are turned by products. Where an element of z is nothing, or can be turned to nothing between eigenvalues that are next to equal, they are left as they are.
/// </summary>
/// <param name="d">The diagonal; afterwards the eigenvalues, in no order.</param>
/// <param name="e">What is beside it, nowhere negative; lost.</param>
/// <param name="n">How many rows.</param>
/// <param name="vectors">[n, n] in whole vectors, zeros; afterwards row i is the vector of value i.</param>
/// <param name="copies">As large.</param>
/// <param name="memory">As much as <see cref="Memory"/> says.</param>
internal readonly unsafe struct DivideAndConquer(double* d, double* e, int n, double* vectors, double* copies, double* memory)
{
    // Smaller matrices are made diagonal by QL steps; halves begin where vectors do.
    private const int Leaf = 40;

    private const double Negligible = 8.0 / (1L << 53);

    private readonly int pitch = Householder.Pitch(n);

    /// <summary>How many numbers so many rows need.</summary>
    public static int Memory(int n) => ((n + 5) * Householder.Pitch(n)) + RotationSweeps.Memory(Leaf);

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
            for (var i = from; i < to; i++) *At(i, i) = 1;
            var sweeps = new RotationSweeps(At(from, from), pitch, to - from, memory);
            Tridiagonal.Iterate(d + from, e + from, to - from, ref sweeps, hasVectors: true);
            sweeps.Apply();
            return;
        }
        var cut = Householder.Pitch(from + ((to - from) / 2));
        var joint = e[cut - 1];
        d[cut - 1] -= joint;
        d[cut] -= joint;
        Solve(from, cut, places);
        Solve(cut, to, places);
        Join(from, cut, to, joint, places);
    }

    private double* At(int row, int column) => vectors + ((nint)row * pitch) + column;

    private void Join(int from, int cut, int to, double joint, Span<int> places)
    {
        double* z = memory, poles = z + pitch, kept = poles + pitch, roots = kept + pitch, work = roots + pitch, turns = work + pitch;
        var count = to - from;
        var order = places[..count];
        for (var i = 0; i < count; i++)
        {
            // z has the length √2.
            z[i] = *At(from + i, from + i < cut ? cut - 1 : cut) / Math.Sqrt(2);
            (roots[i], order[i]) = (d[from + i], i);
        }
        var rho = 2 * joint;
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<double>(z, count)));
        var negligible = Negligible * Math.Max(largest, Math.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<double>(roots, count))));
        if (rho * largest <= negligible) return;
        new Span<double>(roots, count).Sort(order);
        Span<int> left = places.Slice(count, count), halves = places.Slice(2 * count, count), sorted = places.Slice(3 * count, count);
        for (var i = 0; i < count; i++) halves[i] = from + i < cut ? 0 : 2;
        var coupled = Deflate(from, count, rho, negligible, z, order, left, halves);
        var groups = new VectorGroups(order[..coupled], halves, sorted);
        for (var k = 0; k < coupled; k++) (poles[sorted[k]], kept[sorted[k]]) = (d[from + order[k]], z[order[k]]);
        for (var k = coupled; k < count; k++)
        {
            sorted[k] = k;
            order[k] = left[k - coupled];
            z[k] = d[from + order[k]];
        }
        SecularEquation.Solve(poles, kept, sorted[..coupled], rho, d + from, turns, pitch, work);
        new ReadOnlySpan<double>(z + coupled, count - coupled).CopyTo(new Span<double>(d + from + coupled, count - coupled));
        groups.Turn(new Block<double>(At(from, from), count, count, pitch), new Block<double>(copies, count, count, pitch), new Block<double>(turns, coupled, coupled, pitch), order, sorted, cut - from);
    }

    /// <summary>Finds the vectors that stay as they are.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="rho">ρ.</param>
    /// <param name="negligible">So much is nothing.</param>
    /// <param name="z">z.</param>
    /// <param name="order">The rows in ascending order of their values; afterwards at first those that are turned.</param>
    /// <param name="left">The rows that stay.</param>
    /// <param name="halves">0 and 2 for a row with zeros in one half; 1 where there are none.</param>
    /// <returns>How many are turned.</returns>
    private int Deflate(int from, int count, double rho, double negligible, double* z, Span<int> order, Span<int> left, Span<int> halves)
    {
        var (coupled, leftCount, last) = (0, 0, -1);
        for (var k = 0; k < count; k++)
        {
            var i = order[k];
            if (rho * Math.Abs(z[i]) <= negligible)
            {
                left[leftCount++] = i;
                continue;
            }
            if (last >= 0)
            {
                var length = Math.Sqrt((z[i] * z[i]) + (z[last] * z[last]));
                var (c, s) = (z[i] / length, z[last] / length);
                double* x = d + from + last, y = d + from + i;
                if (Math.Abs((*y - *x) * c * s) <= negligible)
                {
                    (z[last], z[i]) = (0, length);
                    (*x, *y) = ((c * c * *x) + (s * s * *y), (s * s * *x) + (c * c * *y));
                    Rotations.Turn(new Span<double>(At(from + last, from), count), new Span<double>(At(from + i, from), count), c, s);
                    if (halves[i] != halves[last]) halves[i] = halves[last] = 1;
                    left[leftCount++] = last;
                }
                else order[coupled++] = last;
            }
            last = i;
        }
        order[coupled++] = last;
        return coupled;
    }
}

using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>Implicitly shifted QR steps, which make a bidiagonal matrix diagonal by rotations of its columns and rows (Golub and Reinsch, "Singular value decomposition and least squares solutions", 1970).</summary>
internal static unsafe class BidiagonalSteps
{
    private const int Sweeps = 60;

    private const double Rounding = 1.0 / (1L << 53);

    /// <summary>Makes a bidiagonal matrix diagonal.</summary>
    /// <param name="d">The diagonal.</param>
    /// <param name="e">What is above it; lost.</param>
    /// <param name="n">How many rows.</param>
    /// <param name="right">Takes the rotations of columns, of rows that are read from the last.</param>
    /// <param name="left">Takes those of rows.</param>
    public static void Iterate(double* d, double* e, int n, ref RotationSweeps right, ref RotationSweeps left)
    {
        var largest = Math.Abs(d[n - 1]);
        for (var i = 0; i < n - 1; i++) largest = Math.Max(largest, Math.Max(Math.Abs(d[i]), Math.Abs(e[i])));
        var negligible = largest * Rounding / 8;
        for (var (last, sweep) = (n - 1, 0); last > 0;)
        {
            var first = last;
            var isSingular = Math.Abs(d[last]) <= negligible;
            for (; first > 0 && Math.Abs(e[first - 1]) > (Rounding * (Math.Abs(d[first - 1]) + Math.Abs(d[first]))) + negligible; first--) isSingular |= Math.Abs(d[first - 1]) <= negligible;
            if (first == last || sweep == Sweeps)
            {
                (last, sweep) = (last - 1, 0);
                continue;
            }
            sweep++;
            // The eigenvalues of the last two rows and columns of BᵀB; none if a value is 0, which then comes to the end.
            double* columns = right.Next(), rows = left.Next();
            var (near, far) = isSingular ? (0, 0) : Shifts(d[last - 1], d[last], e[last - 1], last - 1 > first ? e[last - 2] : 0);
            if (last - first < 3)
            {
                var chase = new Chase(d, e, first, last, near, columns, rows, n);
                for (var i = first; i < last; i++) chase.Step(d, e, i);
                e[last - 1] = chase.Rest;
                right.Add(n - 1 - last, n - 1 - first);
                left.Add(n - 1 - last, n - 1 - first);
                continue;
            }
            // Two sweeps, one two rows behind the other, neither of which waits for the other's roots and quotients.
            var ahead = new Chase(d, e, first, last, near, columns, rows, n);
            ahead.Step(d, e, first);
            ahead.Step(d, e, first + 1);
            var behind = new Chase(d, e, first, last, far, columns + (2 * n), rows + (2 * n), n);
            for (var i = first + 2; i < last; i++)
            {
                ahead.Step(d, e, i);
                behind.Step(d, e, i - 2);
            }
            e[last - 1] = ahead.Rest;
            behind.Step(d, e, last - 2);
            behind.Step(d, e, last - 1);
            e[last - 1] = behind.Rest;
            for (var sweeps = 0; sweeps < 2; sweeps++)
            {
                right.Add(n - 1 - last, n - 1 - first);
                left.Add(n - 1 - last, n - 1 - first);
            }
        }
    }

    /// <summary>The eigenvalues of [[x² + z², x·w], [x·w, y² + w²]], first that which is nearer to the last element.</summary>
    private static (double Near, double Far) Shifts(double x, double y, double w, double z)
    {
        var (first, last, beside) = ((x * x) + (z * z), (y * y) + (w * w), x * w);
        var half = (first - last) / 2;
        var root = half + Math.CopySign(Math.Sqrt((half * half) + (beside * beside)), half);
        var share = root == 0 ? 0 : beside * beside / root;
        return (last - share, first + share);
    }

    /// <summary>The angle that takes f and g to their length and 0. Squares that are hardly numbers give no right angle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Cosine, double Sine, double Length) Rotation(double f, double g)
    {
        var square = (f * f) + (g * g);
        if (square < 1e-280) return (1, 0, f);
        var length = Math.Sqrt(square);
        var inverse = 1 / length;
        return (f * inverse, g * inverse, length);
    }

    /// <summary>What a sweep carries down the diagonal: in turn it rotates two columns and two rows.</summary>
    private ref struct Chase
    {
        private readonly double* columns, rows;
        private readonly int first, last, count;
        private double f, g;

        public Chase(double* d, double* e, int first, int last, double shift, double* columns, double* rows, int count)
        {
            (this.first, this.last, this.count) = (first, last, count);
            this.columns = columns;
            this.rows = rows;
            (f, g) = (d[first] == 0 ? 0 : d[first] - (shift / d[first]), e[first]);
        }

        /// <summary>What is left beside the last element in the end.</summary>
        public readonly double Rest => f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step(double* d, double* e, int i)
        {
            var (c, s, length) = Rotation(f, g);
            if (i > first) e[i - 1] = length;
            (columns[count - 2 - i], columns[(2 * count) - 2 - i]) = (c, s);
            var (corner, beside, next) = ((c * d[i]) + (s * e[i]), (c * e[i]) - (s * d[i]), c * d[i + 1]);
            (c, s, d[i]) = Rotation(corner, s * d[i + 1]);
            (rows[count - 2 - i], rows[(2 * count) - 2 - i]) = (c, s);
            f = (c * beside) + (s * next);
            d[i + 1] = (c * next) - (s * beside);
            if (i >= last - 1) return;
            g = s * e[i + 1];
            e[i + 1] *= c;
        }
    }
}

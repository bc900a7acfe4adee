using GraphGrad.Operations;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of Fourier's transform, against its sum: short lengths with their gradients, and lengths that take each of its ways at every width of vectors.</summary>
internal static class FourierCases
{
    public static IEnumerable<OpCase> All
    {
        get
        {
            foreach (var type in Floats)
            {
                foreach (var isInverse in new[] { false, true })
                {
                    foreach (var (extents, behind) in new (int[], int)[] { ([1, 2], 0), ([6, 2], 0), ([2, 7, 2], 0), ([2, 4, 3, 2], 1), ([3, 2, 2, 2], 2), ([0, 4, 2], 0), ([4, 0, 2], 1) })
                        yield return Pairs(type, extents, behind, isInverse, true);
                }
                foreach (var (extents, behind) in new (int[], int)[] { ([3, 210, 2], 0), ([2, 254, 2], 0), ([2, 67, 2], 0), ([256, 2], 0), ([2, 88, 21, 2], 1), ([67, 3, 2], 1) })
                    yield return Pairs(type, extents, behind, true, false);
                foreach (var n in new[] { 1, 2, 5, 6, 200, 201 })
                {
                    var kept = (n / 2) + 1;
                    yield return Row(
                        $"rfft {type.Text()} of {n}", new FourierOp(FourierKind.FromReal, n, 0, false, 0.75), n < 9, type, [3, n],
                        x => [.. Enumerable.Range(0, 3 * kept * 2).Select(at => Sum(n, false, at / 2 % kept, at % 2, j => (x.At((at / 2 / kept * n) + j), 0)))]);
                    yield return Row(
                        $"irfft {type.Text()} of {n}", new FourierOp(FourierKind.ToReal, n, 0, true, 0.75), n < 9, type, [3, kept, 2],
                        x => [.. Enumerable.Range(0, 3 * n).Select(at => Sum(n, true, at % n, 0, k => Whole(x, at / n * kept, k, n)))]);
                }
            }
        }
    }

    private static OpCase Pairs(DType type, int[] extents, int behind, bool isInverse, bool gradient)
    {
        var (axis, columns) = (extents.Length - 2 - behind, extents[^(1 + behind)..^1].Aggregate(1, (a, b) => a * b));
        var n = extents[axis];
        return Row(
            $"fft {type.Text()} [{string.Join(", ", extents)}] behind {behind}{(isInverse ? " inverse" : "")}", new FourierOp(FourierKind.Pairs, n, behind, isInverse, 0.75), gradient, type, extents,
            x => [.. Enumerable.Range(0, x.Count).Select(at =>
            {
                var (matrix, k, column, part) = (at / (2 * columns * n), at / (2 * columns) % n, at / 2 % columns, at % 2);
                return Sum(n, isInverse, k, part, j => (x.At(2 * ((((matrix * n) + j) * columns) + column)), x.At((2 * ((((matrix * n) + j) * columns) + column)) + 1)));
            })]);
    }

    private static OpCase Row(string name, FourierOp op, bool gradient, DType type, int[] extents, Func<TensorData, double[]> expected) => new()
    {
        Name = name, Op = typeof(FourierOp), Inputs = [Sample(type, extents)], Ulps = 64, Absolute = (type == DType.Float32 ? 1e-6 : 2e-15) * op.Length, CheckGradient = gradient,
        Build = v => v[0].Graph.Add(op, [v[0]]), Expected = x => expected(x[0]),
    };

    /// <summary>One part of ¾·Σ x[j]·e^(∓2πi·jk/n).</summary>
    private static double Sum(int n, bool isInverse, int k, int part, Func<int, (double Re, double Im)> element) => 0.75 * Enumerable.Range(0, n).Sum(j =>
    {
        var (sin, cos) = Math.SinCos((isInverse ? 2 : -2) * Math.PI * (j * k % n) / n);
        var (re, im) = element(j);
        return part == 0 ? (re * cos) - (im * sin) : (re * sin) + (im * cos);
    });

    /// <summary>A number of a whole spectrum of which the first half is there.</summary>
    private static (double Re, double Im) Whole(TensorData x, int row, int k, int n)
    {
        var (at, sign) = k <= n / 2 ? (k, 1) : (n - k, -1);
        return (x.At(2 * (row + at)), at == 0 || 2 * at == n ? 0 : sign * x.At((2 * (row + at)) + 1));
    }
}

using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of factors of symmetric matrices, against elimination of whole blocks with pivots that are told.</summary>
internal static class SymmetricFactorCases
{
    // What is large in each matrix, and which pivots that makes: one row each, two, two with an exchange, one with an exchange and two.
    private static readonly (int[] Pivots, (int Row, int Column, double Number)[] Large)[] Matrices =
    [
        ([1, 2, 3, 4], [(0, 0, 3), (1, 1, -4), (2, 2, 2), (3, 3, 5)]),
        ([-2, -2, -4, -4], [(1, 0, 4), (3, 2, 3)]),
        ([-4, -4, 3, 4], [(3, 0, 4), (1, 1, 2), (2, 2, -3)]),
        ([3, -4, -4, 4], [(2, 0, 1.5), (2, 2, 4), (3, 1, 5), (0, 0, 0.3)]),
    ];

    public static IEnumerable<OpCase> All
    {
        get
        {
            foreach (var (pivots, large) in Matrices)
            {
                var name = string.Join(", ", pivots);
                yield return new OpCase
                {
                    Name = $"LdlOp {name}", Op = typeof(LdlOp), Ulps = 4096, Absolute = 1e-13,
                    Inputs = [Data.Generate(DType.Float64, [4, 4], at => Element(at / 4, at % 4, large))],
                    Build = v => v[0].Graph.AddNode(new LdlOp(), [v[0] + SwapAxes(v[0], 0, 1)]).Outputs[0],
                    Expected = x => Eliminated(x[0], pivots),
                };
            }
            // As pivots they are right in any order.
            foreach (var pivots in new int[][] { [4, 4, 4, 4], [-4, -4, -4, -4] })
            {
                yield return new OpCase
                {
                    Name = $"LdlOrderOp {pivots[0]}", Op = typeof(LdlOrderOp), Ulps = 0, Inputs = [TensorData.FromArray(pivots)],
                    Build = v => v[0].Graph.AddNode(new LdlOrderOp(), [v[0]]).Outputs[0],
                    Expected = _ => Order(pivots),
                };
            }
        }
    }

    private static double Element(int row, int column, (int Row, int Column, double Number)[] large) =>
        (large.FirstOrDefault(l => l.Row == row && l.Column == column).Number / 2) + (0.05 / (1 + row + (2 * column)));

    private static double[] Order(int[] pivots)
    {
        double[] order = [0, 1, 2, 3];
        foreach (var (from, to) in Exchanges(pivots)) (order[from], order[to]) = (order[to], order[from]);
        return order;
    }

    private static IEnumerable<(int From, int To)> Exchanges(int[] pivots)
    {
        for (var k = 0; k < pivots.Length; k += pivots[k] < 0 ? 2 : 1) yield return (pivots[k] < 0 ? k + 1 : k, Math.Abs(pivots[k]) - 1);
    }

    private static double[] Eliminated(TensorData x, int[] pivots)
    {
        const int n = 4;
        var a = new double[n, n];
        for (var at = 0; at < n * n; at++) a[at / n, at % n] = x.At(at) + x.At((at % n * n) + (at / n));
        for (var k = 0; k < n;)
        {
            var size = pivots[k] < 0 ? 2 : 1;
            var (from, to) = (k + size - 1, Math.Abs(pivots[k]) - 1);
            for (var j = k; j < n; j++) (a[from, j], a[to, j]) = (a[to, j], a[from, j]);
            for (var i = k; i < n; i++) (a[i, from], a[i, to]) = (a[i, to], a[i, from]);
            var block = size == 1 ? [1 / a[k, k]] : Inverse(a[k, k], a[k + 1, k], a[k + 1, k + 1]);
            var (before, first) = ((double[,])a.Clone(), k + size);
            for (var i = first; i < n; i++)
            {
                for (var c = 0; c < size; c++) a[i, k + c] = Enumerable.Range(0, size).Sum(r => before[i, k + r] * block[(r * size) + c]);
                for (var j = first; j < n; j++) a[i, j] -= Enumerable.Range(0, size).Sum(c => a[i, k + c] * before[j, k + c]);
            }
            k += size;
        }
        return [.. Enumerable.Range(0, n * n).Select(at => at % n <= at / n ? a[at / n, at % n] : 0)];
    }

    private static double[] Inverse(double a, double b, double c) => [c / ((a * c) - (b * b)), -b / ((a * c) - (b * b)), -b / ((a * c) - (b * b)), a / ((a * c) - (b * b))];
}

using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of routines, against plain loops.</summary>
internal static class RoutineCases
{
    public static IEnumerable<OpCase> All
    {
        get
        {
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"RequireOp {type.Text()}", Op = typeof(RequireOp), Inputs = [Sample(type, 3, 2)], Ulps = 0,
                    Build = v => Require(v[0], v[0].Graph.Constant(TensorData.Filled(DType.Bool, 1)), "It must hold."),
                    Expected = x => [.. Enumerable.Range(0, x[0].Count).Select(x[0].At)],
                };
            }
            foreach (var extents in new int[][] { [1, 1], [4, 4], [2, 3, 3], [0, 2, 2], [2, 0, 0] })
            {
                // V·λ²·Vᵀ = A², which no sign of a vector changes; likewise V·s⁴·Vᵀ = (Aᵀ·A)².
                yield return Row(
                    $"EigenVectorsOp {Text(extents)}", typeof(EigenVectorsOp),
                    v => Composed(EigenVectors(v[0] + SwapLast(v[0])), vectors => Square(Sum(vectors * MatMul(v[0] + SwapLast(v[0]), vectors), -2))), 4096,
                    x => Each(x[0], null, (a, _, n, _) => Product(Both(a, n), Both(a, n), n)), Data.Random(DType.Float64, extents, new Random(4)));
                yield return Row(
                    $"SingularVectorsOp {Text(extents)}", typeof(SingularVectorsOp),
                    v => Composed(RightVectors(v[0]), vectors => Square(Sum(Square(MatMul(v[0], vectors)), -2))), 4096,
                    x => Each(x[0], null, (a, _, n, _) => Gram(a, n) is var gram ? Product(gram, gram, n) : a), Data.Random(DType.Float64, extents, new Random(5)));
            }
            foreach (var extents in new int[][] { [1, 1], [4, 4], [2, 5, 3], [2, 3, 5], [0, 2, 2] })
            {
                // Squares, which no sign of a column changes.
                yield return Row(
                    $"QrOp {Text(extents)}", typeof(QrOp), v => v[0].Graph.AddNode(new QrOp(), [v[0]]).Outputs is var factors ? MatMul(Square(factors[0]), Square(factors[1])) : v[0], 4096,
                    x => SquaresOfFactors(x[0]), Independent(extents));
            }
            foreach (var extents in new int[][] { [2, 5, 3], [3, 1] })
            {
                yield return Row(
                    $"QrOp whole {Text(extents)}", typeof(QrOp), v => v[0].Graph.AddNode(new QrOp(true), [v[0]]).Outputs is var factors ? MatMul(Square(factors[0]), Square(factors[1])) : v[0], 4096,
                    x => SquaresOfFactors(x[0]), Independent(extents));
            }
            foreach (var type in new[] { DType.Float32, DType.Float64 })
            {
                // Of a matrix with exchanges among its first two rows alone, the factors of two columns, or of two rows, are part of the whole one's.
                yield return Row($"LuOp {type.Text()} tall", typeof(LuOp), v => Factors(Slice(Square(v[0]), -1, 0, 2)).Packed, 256, x => [.. Each(x[0], null, (a, _, n, _) => Packed([.. a.Select(e => e * e)], n)).Where((_, at) => at % 4 < 2)], Swapped(Positive(type, [2, 4, 4])));
                yield return Row($"LuOp {type.Text()} wide", typeof(LuOp), v => Factors(Slice(Square(v[0]), -2, 0, 2)).Packed, 256, x => [.. Each(x[0], null, (a, _, n, _) => Packed([.. a.Select(e => e * e)], n)).Where((_, at) => at % 16 < 8)], Swapped(Positive(type, [2, 4, 4])));
                foreach (var extents in new int[][] { [1, 1], [4, 4], [3, 5, 5], [0, 2, 2], [2, 0, 0] })
                {
                    yield return Row($"CholeskyOp {type.Text()} {Text(extents)}", typeof(CholeskyOp), v => v[0].Graph.Add(new CholeskyOp(), [Definite(v[0])]), 256, x => Each(x[0], null, Factor), Data.Random(type, extents, new Random(4)));
                    int[] sides = [.. extents[..^1], 3];
                    var b = Data.Random(type, sides, new Random(5));
                    foreach (var (lower, transpose) in new[] { (true, false), (true, true), (false, false), (false, true) })
                    {
                        yield return Row(
                            $"TriangularSolveOp {type.Text()} {Text(extents)} {(lower ? "lower" : "upper")}{(transpose ? " transposed" : "")}", typeof(TriangularSolveOp),
                            v => v[0].Graph.Add(new TriangularSolveOp(lower, transpose), [v[0], v[1]]), 64,
                            x => Each(x[0], x[1], (a, s, n, m) => Eliminated((i, j) => Triangle(a, n, transpose ? j : i, transpose ? i : j, lower), s, n, m)), Positive(type, extents), b);
                    }
                    // Of squares: the last pivot enters linearly, so that its second derivative is nothing but rounding.
                    yield return Row($"LuOp {type.Text()} {Text(extents)}", typeof(LuOp), v => Factors(Square(v[0])).Packed, 256, x => Each(x[0], null, (a, _, n, _) => Packed([.. a.Select(e => e * e)], n)), Swapped(Positive(type, extents)));
                    yield return Row($"CofactorsOp {type.Text()} {Text(extents)}", typeof(CofactorsOp), v => Cofactors(v[0]), 256, x => Each(x[0], null, Minors), Swapped(Positive(type, extents)));
                    yield return Row($"SolveOp {type.Text()} {Text(extents)}", typeof(SolveOp), v => v[0].Graph.Add(new SolveOp(false), [v[0], Factors(v[0]).Packed, Factors(v[0]).Rows, v[1]]), 256, x => Each(x[0], x[1], (a, s, n, m) => Eliminated((i, j) => a[(i * n) + j], s, n, m)), Swapped(Positive(type, extents)), b);
                }
            }
        }
    }

    /// <summary>Matrices whose first columns are far from dependent.</summary>
    private static TensorData Independent(int[] extents) => Data.Generate(DType.Float64, extents, at =>
        at / extents[^1] % extents[^2] == at % extents[^1] ? 2 + (at % 5 * 0.25) : (at * 7 % 11 / 11.0) - 0.4);

    /// <summary>The product of the squares of Q's elements and those of R's, by the process of Gram and Schmidt.</summary>
    private static double[] SquaresOfFactors(TensorData x)
    {
        var (m, n) = (x.Extents[^2], x.Extents[^1]);
        var k = Math.Min(m, n);
        var results = new List<double>();
        for (var matrix = 0; matrix * m * n < x.Count; matrix++)
        {
            var (q, r) = (new double[k][], new double[k, n]);
            for (var j = 0; j < n; j++)
            {
                double[] rest = [.. Enumerable.Range(0, m).Select(i => x.At((matrix * m * n) + (i * n) + j))];
                for (var i = 0; i < Math.Min(j, k); i++)
                {
                    r[i, j] = q[i].Zip(rest, (a, b) => a * b).Sum();
                    rest = [.. rest.Zip(q[i], (a, b) => a - (r[i, j] * b))];
                }
                if (j >= k) continue;
                r[j, j] = Math.Sqrt(rest.Sum(e => e * e));
                q[j] = [.. rest.Select(e => e / r[j, j])];
            }
            results.AddRange(Enumerable.Range(0, m * n).Select(at => Enumerable.Range(0, k).Sum(i => q[i][at / n] * q[i][at / n] * r[i, at % n] * r[i, at % n])));
        }
        return [.. results];
    }

    /// <summary>The factors by the op itself, in the matrix's own type.</summary>
    private static LuFactors Factors(Value a) => a.Graph.AddNode(new LuOp(), [a]) is var node ? new(node.Outputs[0], node.Outputs[1], node.Outputs[2]) : default;

    private static Value Composed(Value vectors, Func<Value, Value> values) => MatMul(vectors * ExpandDims(values(vectors), -2), SwapLast(vectors));

    private static double[] Both(double[] a, int n) => [.. a.Select((e, at) => e + a[(at % n * n) + (at / n)])];

    private static double[] Gram(double[] a, int n) => Product([.. a.Select((_, at) => a[(at % n * n) + (at / n)])], a, n);

    private static double[] Product(double[] a, double[] b, int n) =>
        [.. Enumerable.Range(0, n * n).Select(at => Enumerable.Range(0, n).Sum(k => a[(at / n * n) + k] * b[(k * n) + (at % n)]))];

    private static string Text(int[] extents) => $"[{string.Join(", ", extents)}]";

    private static OpCase Row(string name, Type op, Func<Value[], Value> build, double ulps, Func<TensorData[], double[]> expected, params TensorData[] inputs) =>
        new() { Name = name, Op = op, Inputs = inputs, Build = build, Expected = expected, Ulps = ulps, Absolute = inputs[0].DType == DType.Float32 ? 1e-6 : 1e-14 };

    /// <summary>Symmetric matrices, far from singular.</summary>
    private static TensorData Positive(DType type, int[] extents)
    {
        var n = extents[^1];
        return Data.Generate(type, extents, at => (at / Math.Max(n, 1) % Math.Max(n, 1)) is var i && at % Math.Max(n, 1) is var j && i == j ? n + 1.5 + (at % 7 * 0.125) : 1.0 / (2 + Math.Abs(i - j)));
    }

    /// <summary>With the first rows exchanged, so that elimination has to exchange them back.</summary>
    private static TensorData Swapped(TensorData data)
    {
        var n = data.Extents[^1];
        return n < 2 ? data : Data.Generate(data.DType, data.Extents.ToArray(), at => data.At((at / n % n) switch { 0 => at + n, 1 => at - n, _ => at }));
    }

    private static Value Definite(Value x) => MatMul(x, SwapLast(x)) + (Identity(x.Graph, x.Shape[^1], x.DType) * 2);

    private static double[] Each(TensorData a, TensorData? b, Func<double[], double[], int, int, double[]> solve)
    {
        var n = a.Extents[^1];
        var m = b?.Extents[^1] ?? n;
        var count = n == 0 ? 0 : a.Count / (n * n);
        return [.. Enumerable.Range(0, count).SelectMany(k => solve(
            [.. Enumerable.Range(k * n * n, n * n).Select(a.At)], b is null ? [] : [.. Enumerable.Range(k * n * m, n * m).Select(b.At)], n, m))];
    }

    private static double Triangle(double[] a, int n, int i, int j, bool lower) => (lower ? j <= i : j >= i) ? a[(i * n) + j] : 0;

    private static double[] Factor(double[] a, double[] unused, int n, int m)
    {
        var l = new double[n * n];
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var sum = i == j ? 2.0 : 0;
                for (var k = 0; k < n; k++) sum += a[(i * n) + k] * a[(j * n) + k];
                for (var k = 0; k < j; k++) sum -= l[(i * n) + k] * l[(j * n) + k];
                l[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / l[(j * n) + j];
            }
        }
        return l;
    }

    /// <summary>Both triangles of the factors, found column by column, rows exchanged to put the largest on the diagonal.</summary>
    private static double[] Packed(double[] f, int n)
    {
        for (var k = 0; k < n; k++)
        {
            var pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(f[(i * n) + k]));
            for (var j = 0; j < n; j++) (f[(k * n) + j], f[(pivot * n) + j]) = (f[(pivot * n) + j], f[(k * n) + j]);
            for (var i = k + 1; i < n; i++)
            {
                f[(i * n) + k] /= f[(k * n) + k];
                for (var j = k + 1; j < n; j++) f[(i * n) + j] -= f[(i * n) + k] * f[(k * n) + j];
            }
        }
        return f;
    }

    /// <summary>Cofactors by their definition.</summary>
    private static double[] Minors(double[] a, double[] unused, int n, int m) =>
        [.. Enumerable.Range(0, n * n).Select(at => ((at / n) + (at % n)) % 2 == 0 ? Minor(a, n, at / n, at % n) : -Minor(a, n, at / n, at % n))];

    private static double Minor(double[] a, int n, int row, int column) =>
        Laplace([.. Enumerable.Range(0, n * n).Where(at => at / n != row && at % n != column).Select(at => a[at])], n - 1);

    /// <summary>A determinant, expanded along its first row.</summary>
    private static double Laplace(double[] a, int n) =>
        n == 0 ? 1 : Enumerable.Range(0, n).Sum(j => (j % 2 == 0 ? a[j] : -a[j]) * Minor(a, n, 0, j));

    /// <summary>Gauss and Jordan's elimination with the largest pivot.</summary>
    private static double[] Eliminated(Func<int, int, double> matrix, double[] sides, int n, int m)
    {
        var a = new double[n, n + m];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++) a[i, j] = matrix(i, j);
            for (var j = 0; j < m; j++) a[i, n + j] = sides[(i * m) + j];
        }
        for (var k = 0; k < n; k++)
        {
            var pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(a[i, k]));
            for (var j = 0; j < n + m; j++) (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]);
            for (var i = 0; i < n; i++)
            {
                var factor = i == k ? 0 : a[i, k] / a[k, k];
                for (var j = k; j < n + m; j++) a[i, j] -= factor * a[k, j];
            }
        }
        return [.. Enumerable.Range(0, n * m).Select(at => a[at / m, n + (at % m)] / a[at / m, at / m])];
    }
}

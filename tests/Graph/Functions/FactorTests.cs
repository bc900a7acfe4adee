using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Factors of matrices of sizes at which routines change their ways: rows that fill a vector or a tile, panels, many small ones side by side.</summary>
public sealed class FactorTests
{
    public static TheoryData<int, DType> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, DType>();
            foreach (var n in new[] { 5, 16, 17, 24, 49, 97, 130, 150 })
            {
                sizes.Add(n, DType.Float32);
                sizes.Add(n, DType.Float64);
            }
            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Factors_multiply_to_the_matrix(int n, DType type)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [n, n], type);
        var definite = MatMul(a, Transpose(a)) + (Identity(graph, n, type) * 2);
        var (lu, l, (q, r)) = (Lu(a), Cholesky(definite), Qr(a));
        var (values, vectors) = SymmetricEigen(definite);
        var (u, s, vt) = Svd(a);
        Value[] errors =
        [
            Error(Product(lu.Permutation, a), Product(lu.Lower, lu.Upper)),
            Error(Product(l, Transpose(l)), definite),
            Error(TriangularUpper(l, 1), ZerosLike(l)),
            Error(Product(q, r), a),
            Error(Product(Transpose(q), q), Identity(graph, n, DType.Float64)),
            Error(TriangularLower(r, -1), ZerosLike(r)),
            Error(Product(definite, vectors), Wide(vectors) * Wide(values)),
            Error(Product(Transpose(vectors), vectors), Identity(graph, n, DType.Float64)),
            Error(Product(Wide(u) * Wide(s), vt), a),
            Error(Product(Transpose(u), u), Identity(graph, n, DType.Float64)),
        ];
        // Of three columns fewer square ones, too; and a symmetric matrix that is not definite.
        var tall = Slice(a, 1, 0, n - 3);
        var ((whole, under), (left, lengths, right)) = (Qr(tall, complete: true), Svd(tall, full: true));
        var symmetric = a + Transpose(a);
        var ldl = Ldl(symmetric);
        var sides = Slice(a, 1, 0, 2);
        errors =
        [
            .. errors,
            Error(Product(whole, under), tall),
            Error(Product(Transpose(whole), whole), Identity(graph, n, DType.Float64)),
            Error(Product(Wide(Slice(left, 1, 0, n - 3)) * Wide(lengths), right), tall),
            Error(Product(Transpose(left), left), Identity(graph, n, DType.Float64)),
            Error(Product(Product(ldl.Permutation, symmetric), Transpose(Wide(ldl.Permutation))), Product(Product(ldl.Lower, ldl.Blocks), Transpose(Wide(ldl.Lower)))),
        ];
        if (type == DType.Float64) errors = [.. errors, Error(Product(symmetric, LdlSolve(ldl, sides)), sides) * 0.01];
        // A modest multiple of n roundings of the largest element.
        AssertSmall(graph, errors, (type == DType.Float32 ? 6e-8 : 1.2e-16) * n * 20, (a, TestMatrix(type, 1, n, n)));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Systems_are_solved_from_either_end(int n, DType type)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [n, n], type);
        var matrix = a + (Identity(graph, n, type) * Math.Sqrt(n) * 3);
        var errors = new List<Value>();
        foreach (var columns in new[] { 1, 2, 16, 19, 50 })
        {
            var b = graph.Constant(TestMatrix(type, 2, n, columns));
            errors.Add(Error(Product(matrix, Solve(matrix, b)), b));
            foreach (var (lower, transpose) in new[] { (true, false), (true, true), (false, false), (false, true) })
            {
                var triangle = lower ? TriangularLower(matrix) : TriangularUpper(matrix);
                errors.Add(Error(Product(transpose ? Transpose(triangle) : triangle, TriangularSolve(matrix, b, lower, transpose)), b));
            }
        }
        AssertSmall(graph, errors, (type == DType.Float32 ? 6e-8 : 1.2e-16) * n * 20, (a, TestMatrix(type, 1, n, n)));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Cholesky_factors_are_of_the_symmetric_part(DType type)
    {
        foreach (var n in new[] { 3, 15, 17, 34, 150 })
        {
            var graph = new Graph();
            var a = graph.Placeholder("a", [n, n], type);
            var definite = MatMul(a, Transpose(a)) + (Identity(graph, n, type) * 2);
            var l = Cholesky(definite + a - Transpose(a));
            AssertSmall(graph, [Error(Product(l, Transpose(l)), definite), Error(TriangularUpper(l, 1), ZerosLike(l))], type == DType.Float32 ? 3e-6 : 1e-14, (a, TestMatrix(type, 5, n, n)));
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Systems_with_unit_vectors_are_solved_as_others(DType type)
    {
        foreach (var n in new[] { 17, 24, 37, 50, 150 })
        {
            var graph = new Graph();
            var a = graph.Placeholder("a", [n, n], type);
            // Rows are exchanged in order, so that columns of the inverse are, too.
            var matrix = Roll((MatMul(a, Transpose(a)) * (1.0 / n)) + Identity(graph, n, type), 3, 0);
            var unit = Data.Generate(type, [n, n], i => i % (n + 1) == 0 ? 1 : 0);
            var nearly = Data.Generate(type, [n, n], i => i % (n + 1) != 0 ? 0 : i == (n * n) - 1 ? 2 : 1);
            Value[] errors = [Error(Product(matrix, Inverse(matrix)), graph.Constant(unit)), .. new[] { unit, nearly }.Select(sides => Error(Product(matrix, Solve(matrix, graph.Constant(sides))), graph.Constant(sides)))];
            AssertSmall(graph, errors, (type == DType.Float32 ? 6e-8 : 1.2e-16) * n * 20, (a, TestMatrix(type, 6, n, n)));
        }
    }

    [Fact]
    public void Singular_vectors_take_a_product_only_where_derivatives_are_asked_for()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [40, 30], DType.Float64);
        var (u, s, vt) = Svd(a);
        using var session = new Session(graph);
        Assert.DoesNotContain("dot(", session.Explain(u, s, vt).ToString(), StringComparison.Ordinal);
        Assert.Contains("dot(", session.Explain(Gradients(Sum(u * u * u), [a])).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_small_matrices_are_factored_as_one_by_one()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [21, 6, 6], DType.Float64);
        var b = graph.Placeholder("b", [21, 6, 3], DType.Float64);
        var definite = MatMul(a, Transpose(a, 0, 2, 1)) + Identity(graph, 6, DType.Float64);
        var (q, r) = Qr(a);
        var errors = new List<Value>();
        for (var i = 0; i < 21; i += 4)
        {
            errors.Add(Error(Lu(a).Packed[i], Lu(a[i]).Packed));
            errors.Add(Error(Cholesky(definite)[i], Cholesky(definite[i])));
            errors.Add(Error(Solve(a, b)[i], Solve(a[i], b[i])));
            errors.Add(Error(q[i], Qr(a[i]).Q));
            errors.Add(Error(r[i], Qr(a[i]).R));
            foreach (var (lower, transpose) in new[] { (true, false), (true, true), (false, false), (false, true) })
                errors.Add(Error(TriangularSolve(definite, b, lower, transpose)[i], TriangularSolve(definite[i], b[i], lower, transpose)));
        }
        AssertSmall(graph, errors, 1e-11, (a, TestMatrix(DType.Float64, 3, 21, 6, 6)), (b, TestMatrix(DType.Float64, 4, 21, 6, 3)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(8, 8)]
    [InlineData(16, 16)]
    [InlineData(11, 5)]
    [InlineData(64, 7)]
    public void Many_small_spectra_are_those_of_one_by_one(int m, int n)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [21, m, n], DType.Float64);
        var gram = MatMul(Transpose(a, 0, 2, 1), a);
        var (values, vectors) = SymmetricEigen(gram);
        var (u, s, vt) = Svd(a);
        var errors = new List<Value>
        {
            Error(MatMul(gram, vectors), vectors * ExpandDims(values, -2)),
            Error(MatMul(Transpose(vectors, 0, 2, 1), vectors), Identity(graph, n, DType.Float64)),
            Error(MatMul(u * ExpandDims(s, -2), vt), a),
            Error(MatMul(Transpose(u, 0, 2, 1), u), Identity(graph, n, DType.Float64)),
            Error(MatMul(vt, Transpose(vt, 0, 2, 1)), Identity(graph, n, DType.Float64)),
        };
        for (var i = 0; i < 21; i += 4)
        {
            var one = SymmetricEigen(gram[i]);
            errors.Add(Error(values[i], one.Values));
            errors.Add(Error(s[i], Svd(a[i]).S));
        }
        AssertSmall(graph, errors, 1.2e-16 * m * 40, (a, TestMatrix(DType.Float64, 5, 21, m, n)));
    }

    [Theory]
    [InlineData(300, 6)]
    [InlineData(40, 16)]
    [InlineData(3, 1)]
    public void Of_a_tall_matrix_small_singular_values_have_all_their_digits_where_columns_are_short(int m, int n)
    {
        // Orthonormal columns times powers of ten: these are the singular values.
        var graph = new Graph();
        var b = graph.Placeholder("b", [m, n], DType.Float64);
        var lengths = graph.Constant(TensorData.Create<double>([.. Enumerable.Range(0, n).Select(j => Math.Pow(10, -1.5 * j))], [n]));
        var a = Qr(b).Q * lengths;
        var (u, s, vt) = Svd(a);
        Value[] errors = [Error(s / lengths, OnesLike(s)), Error(MatMul(u * s, vt), a), Error(MatMul(Transpose(u), u), Identity(graph, n, DType.Float64)), Error(Svd(a).S, s)];
        AssertSmall(graph, errors, 1e-14, (b, TestMatrix(DType.Float64, 9, m, n)));
        // Two equal columns: a singular value of 0 has a left vector, too.
        var (left, values, right) = Svd(Concat([b, b], 1));
        AssertSmall(graph, [Error(Slice(values, 0, n, n), Slice(ZerosLike(values), 0, n, n)), Error(MatMul(left * values, right), Concat([b, b], 1))], 1e-13, (b, TestMatrix(DType.Float64, 9, m, n)));
    }

    [Fact]
    public void Of_many_small_matrices_each_has_its_own_spectrum()
    {
        // Nothing, of one rank, of equal and of far apart values, with NaN and infinity, and large ones, side by side.
        const int count = 12, n = 3;
        double[][] matrices =
        [
            new double[9], [1, 2, 0, 2, 5, 0, 0, 0, 0], [2, 0, 0, 0, 2, 0, 0, 0, 2], [1, 1e-9, 0, 1e-9, 1e-6, 0, 0, 0, 1e-12], [1, 2, 3, 2, double.NaN, 1, 3, 1, 0],
            [double.PositiveInfinity, 0, 0, 0, 1, 0, 0, 0, 1], [1e100, 2e99, 0, 2e99, 3e99, 1, 0, 1, 1e98],
        ];
        var data = new double[count * n * n];
        for (var i = 0; i < count; i++) matrices[i % matrices.Length].CopyTo(data, i * n * n);
        var graph = new Graph();
        var a = graph.Placeholder("a", [count, n, n], DType.Float64);
        var (values, vectors) = SymmetricEigen(a);
        var (u, s, vt) = Svd(a);
        using var session = new Session(graph);
        var all = session.Run([values, vectors, u, s, vt], (a, TensorData.Create<double>(data, [count, n, n])));
        for (var i = 0; i < count; i++)
        {
            var one = graph.Constant(TensorData.Create<double>(matrices[i % matrices.Length], [n, n]));
            var (left, singular, right) = Svd(one);
            var (eigenvalues, eigenvectors) = SymmetricEigen(one);
            var each = session.Run([eigenvalues, eigenvectors, left, singular, right]);
            for (var part = 0; part < each.Length; part++)
            {
                var (expected, length) = (each[part].AsSpan<double>().ToArray(), each[part].AsSpan<double>().Length);
                var actual = all[part].AsSpan<double>().Slice(i * length, length).ToArray();
                var bound = 1e-14 * Math.Max(1, expected.Max(Math.Abs));
                for (var at = 0; at < length; at++)
                {
                    var isSame = double.IsNaN(expected[at]) ? double.IsNaN(actual[at]) : Math.Abs(actual[at] - expected[at]) <= bound;
                    Expect.True(isSame, $"matrix {i}, part {part}, {at}: {actual[at]:R}, alone {expected[at]:R}");
                }
            }
        }
    }

    [Fact]
    public void Of_many_small_matrices_the_one_that_fails_is_named()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [9, 3, 3], DType.Float64);
        var data = new double[81];
        for (var i = 0; i < 81; i++) data[i] = i % 9 % 4 == 0 ? 2 : 0;
        (data[(6 * 9) + 4], data[(7 * 9) + 8]) = (-1, 0);
        using var session = new Session(graph);
        (Value, TensorData) feed = (a, TensorData.Create<double>(data, [9, 3, 3]));
        Assert.Contains("matrix 6 is not positive definite: pivot 1 is -1", Assert.Throws<GraphException>(() => session.Run(Cholesky(a), feed)).Message);
        Assert.Contains("matrix 7 is singular: no pivot is left in column 2", Assert.Throws<GraphException>(() => session.Run(Inverse(a), feed)).Message);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-170)]
    [InlineData(1e-310)]
    public void Elements_whose_squares_float64_does_not_hold(double size)
    {
        foreach (var n in new[] { 3, 16, 17, 40 })
        {
            foreach (var count in new[] { 1, 5 })
            {
                var graph = new Graph();
                var ones = graph.Placeholder("ones", [count, n, n], DType.Float64);
                var turned = Transpose(ones, 0, 2, 1);
                var data = TestMatrix(DType.Float64, 5, count, n, n);
                // Scaled before the run, so that no rewriting sees the factor; of the mixed matrix every other column.
                var (large, symmetric) = (graph.Placeholder("a", [count, n, n], DType.Float64), graph.Placeholder("s", [count, n, n], DType.Float64));
                var mixed = graph.Placeholder("mixed", [count, n, n], DType.Float64);
                var scale = graph.Placeholder("scale", [n], DType.Float64);
                var (q, r) = Qr(large);
                var (ofMixed, upper) = Qr(mixed);
                var vectors = SymmetricEigen(symmetric).Vectors;
                var turnedSymmetric = MatMul(Transpose(vectors, 0, 2, 1), MatMul(ones + turned, vectors));
                var diagonal = turnedSymmetric * Identity(graph, n, DType.Float64);
                Value[] errors =
                [
                    Error(MatMul(q, r / size), large / size), Error(MatMul(ofMixed, upper / scale), mixed / scale),
                    Error(turnedSymmetric, diagonal), Error(MatMul(Transpose(q, 0, 2, 1), q), Identity(graph, n, DType.Float64)),
                ];
                double[] sizes = [.. Enumerable.Range(0, n).Select(j => j % 2 == 1 ? size : 1)];
                var mirrored = Data.Generate(DType.Float64, [count, n, n], i => (data.At(i) + data.At((i / (n * n) * n * n) + (i % n * n) + (i / n % n))) * size / 2);
                // Halves of subnormal numbers are less exact.
                AssertSmall(
                    graph, errors, size < 1e-307 ? 1e-10 : 1e-13, (ones, data), (large, Data.Generate(DType.Float64, [count, n, n], i => data.At(i) * size)), (symmetric, mirrored),
                    (mixed, Data.Generate(DType.Float64, [count, n, n], i => data.At(i) * sizes[i % n])), (scale, TensorData.Create<double>(sizes, [n])));
            }
        }
    }

    // At the machine's own vectors; at narrower ones in NarrowHardwareTests.
    [Fact]
    public void They_pass_by_LAPACKs_ratios_whatever_borrowed_memory_holds()
    {
        var failed = FactorRatios.All().Where(f => !(f.Ratio <= FactorRatios.Accepted)).Select(f => $"{f.Name}: {f.Ratio:G3}");
        Assert.Empty(failed);
    }

    private static Value Wide(Value x) => Cast(x, DType.Float64);

    private static Value Product(Value a, Value b) => MatMul(Wide(a), Wide(b));

    private static Value Error(Value x, Value y) => Max(Abs(Wide(x) - Wide(y))) / Maximum(Max(Abs(Wide(y))), 1);

    private static TensorData TestMatrix(DType type, int seed, params int[] extents) => Data.Random(type, extents, new Random(seed));

    private static void AssertSmall(Graph graph, IReadOnlyList<Value> errors, double bound, params (Value, TensorData)[] feeds)
    {
        using var session = new Session(graph);
        var results = session.Run([.. errors], feeds);
        for (var i = 0; i < results.Length; i++) Expect.True(results[i].Item<double>() <= bound, $"{i}: {results[i].Item<double>():E1} exceeds {bound:E1}");
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(4, 4)]
    [InlineData(3, 5)]
    public void Gradients_of_one_factor_leave_out_products_with_the_zeros_of_the_other(int m, int n)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [m, n], DType.Float64);
        var (q, r) = Qr(a);
        var (ofQ, ofR) = (Sum(q * Square(q)), Sum(r * Square(r)));
        var counts = new[] { ofQ, ofR, ofQ + ofR }.Select(y =>
        {
            var before = graph.Nodes.Count;
            GradientCheck.Verify(y, [a], (a, Data.Generate(DType.Float64, [m, n], i => Math.Sin(1.7 * ((i * i) + 1)))));
            _ = Gradient(y, a);
            return graph.Nodes.Skip(before).Count(node => node.OpName == "dot");
        }).ToArray();
        // Columns beyond a square are Q times something.
        Assert.True(counts[0] < counts[2] && (m < n || counts[1] < counts[2]), string.Join(' ', counts));
    }
}

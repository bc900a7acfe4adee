using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Factors and spectra of matrices that are nearly or entirely singular, graded, clustered, tiny, huge, of one row or column, or not finite.</summary>
public sealed class ExtremeMatrixTests
{
    public static TheoryData<int, int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, string>();
            foreach (var (m, n) in new[] { (40, 40), (17, 17), (70, 23), (23, 70) })
            {
                foreach (var kind in new[] { "graded", "reversed", "rank 3", "zero", "identity", "cluster", "zero columns", "blocks" }) cases.Add(m, n, kind);
            }
            foreach (var (m, n) in new[] { (100, 90), (90, 130) })
            {
                foreach (var kind in new[] { "graded", "rank 3", "cluster", "zero columns" }) cases.Add(m, n, kind);
            }
            foreach (var (m, n) in new[] { (1, 20), (20, 1), (1, 1), (2, 30), (9, 9) }) cases.Add(m, n, "graded");
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Factors_multiply_to_the_matrix_and_are_orthogonal(int m, int n, string kind)
    {
        foreach (var type in new[] { DType.Float32, DType.Float64 })
        {
            var graph = new Graph();
            var a = graph.Placeholder("a", [m, n], type);
            var k = Math.Min(m, n);
            var (u, s, vt) = Svd(a);
            var (q, r) = Qr(a);
            var gram = MatMul(a, Transpose(a));
            var (values, vectors) = SymmetricEigen(gram);
            Value[] errors =
            [
                Error(Product(Wide(u) * Wide(s), vt), a), Error(Product(Transpose(u), u), Unit(k)), Error(Product(vt, Transpose(vt)), Unit(k)),
                Error(Product(q, r), a), Error(Product(Transpose(q), q), Unit(k)),
                Error(Product(gram, vectors), Wide(vectors) * Wide(values)), Error(Product(Transpose(vectors), vectors), Unit(m)),
            ];
            using var session = new Session(graph);
            (Value, TensorData) feed = (a, Fed(type, Data(kind, m, n), m, n));
            var bound = (type == DType.Float32 ? 6e-8 : 1.2e-16) * Math.Max(m, n) * 20;
            var results = session.Run([.. errors], feed);
            for (var i = 0; i < results.Length; i++) Expect.True(results[i].Item<double>() <= bound, $"{type}, error {i}: {results[i].Item<double>():E1} exceeds {bound:E1}");
            // Read alone, singular values are found another way.
            var beside = Numbers(session.Run([s, vt], feed)[0]);
            var alone = Numbers(session.Run(s, feed));
            for (var i = 0; i < k; i++) Expect.True(Math.Abs(alone[i] - beside[i]) <= bound / 4 * beside[0], $"{type}, value {i}: {alone[i]:R}, beside vectors {beside[i]:R}");

            Value Unit(int size) => Identity(graph, size, DType.Float64);
        }
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    [InlineData(1e-310)]
    public void Singular_values_are_as_large_as_the_matrix(double size)
    {
        foreach (var (m, n) in new[] { (30, 30), (60, 20), (5, 4) })
        {
            var graph = new Graph();
            var a = graph.Placeholder("a", [m, n], DType.Float64);
            using var session = new Session(graph);
            var s = Svd(a).S;
            var data = Data("graded", m, n);
            var expected = Numbers(session.Run(s, (a, Fed(DType.Float64, data, m, n))));
            var actual = Numbers(session.Run(s, (a, Fed(DType.Float64, [.. data.Select(x => x * size)], m, n))));
            // Subnormal elements are less exact.
            for (var i = 0; i < n; i++) Assert.Equal(expected[i], actual[i] / size, (size < 1e-307 ? 1e-10 : 1e-13) * expected[0]);
        }
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    [InlineData(1e-310)]
    public void Eigenvalues_are_as_large_as_the_matrix(double size)
    {
        foreach (var n in new[] { 5, 17, 40, 60 })
        {
            var graph = new Graph();
            var a = graph.Placeholder("a", [n, n], DType.Float64);
            using var session = new Session(graph);
            var (values, vectors) = SymmetricEigen(a);
            var data = Data("blocks", n, n);
            (Value, TensorData) one = (a, Fed(DType.Float64, data, n, n)), other = (a, Fed(DType.Float64, [.. data.Select(x => x * size)], n, n));
            var expected = Numbers(session.Run(values, one));
            foreach (var actual in new[] { session.Run(values, other), session.Run([values, vectors], other)[0] })
            {
                // Subnormal elements are less exact.
                for (var i = 0; i < n; i++) Assert.Equal(expected[i], Numbers(actual)[i] / size, (size < 1e-307 ? 1e-9 : 1e-13) * expected[^1]);
            }
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_not_finite_has_no_spectrum(double element)
    {
        foreach (var (m, n) in new[] { (30, 30), (60, 20), (5, 4), (1, 1) })
        {
            var graph = new Graph();
            var a = graph.Placeholder("a", [m, n], DType.Float64);
            using var session = new Session(graph);
            var data = Data("graded", m, n);
            data[data.Length / 2] = element;
            (Value, TensorData) feed = (a, Fed(DType.Float64, data, m, n));
            var (u, s, vt) = Svd(a);
            Assert.All(Numbers(session.Run(s, feed)), x => Assert.True(double.IsNaN(x)));
            foreach (var result in session.Run([u, s, vt], feed)) Assert.All(Numbers(result), x => Assert.True(double.IsNaN(x)));
            Assert.Contains(Numbers(session.Run(Qr(a).R, feed)), x => !double.IsFinite(x));
        }
    }

    [Fact]
    public void A_zero_column_leaves_the_others_their_reflections()
    {
        // Of the columns 0, e, 0, 2e + f, R has a zero where a column brings nothing new.
        var graph = new Graph();
        var a = graph.Placeholder("a", [20, 4], DType.Float64);
        var data = new double[80];
        for (var i = 0; i < 20; i++) (data[(4 * i) + 1], data[(4 * i) + 3]) = (1, 2 + (i % 2));
        using var session = new Session(graph);
        var r = Numbers(session.Run(Qr(a).R, (a, Fed(DType.Float64, data, 20, 4))));
        Assert.Equal(0, r[0]);
        Assert.Equal(20, (r[1] * r[1]) + (r[5] * r[5]), 1e-12);
        Assert.Equal(0, r[10]);
    }

    private static double[] Data(string kind, int m, int n)
    {
        var (random, data) = (new Random(7), new double[m * n]);
        double[] left = [.. Enumerable.Range(0, 3 * m).Select(_ => random.NextDouble() - 0.5)], right = [.. Enumerable.Range(0, 3 * n).Select(_ => random.NextDouble() - 0.5)];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var x = random.NextDouble() - 0.5;
                var share = (double)j / n;
                data[(i * n) + j] = kind switch
                {
                    "graded" => x * Math.Pow(10, 6 - (12 * share)),
                    "reversed" => x * Math.Pow(10, (12 * share) - 6),
                    "rank 3" => Enumerable.Range(0, 3).Sum(l => left[(l * m) + i] * right[(l * n) + j]),
                    "zero" => 0,
                    "identity" => i == j ? 1 : 0,
                    "cluster" => i == j ? 1 : 1e-13 * x,
                    "zero columns" => j % 3 == 0 ? 0 : x,
                    _ => i / 5 == j / 5 ? x : 0,
                };
            }
        }
        return data;
    }

    [Fact]
    public void What_is_not_finite_has_no_rank()
    {
        foreach (var type in new[] { DType.Float32, DType.Float64 })
        {
            var graph = new Graph();
            var a = graph.Placeholder("a", [2, 20, 20], type);
            var rank = MatrixRank(a);
            using var session = new Session(graph);
            var data = Data("rank 3", 40, 20);
            Assert.Equal([3, 3], session.Run(rank, (a, Fed(type, data, 2, 20, 20))).AsSpan<long>());
            foreach (var odd in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            {
                double[] broken = [.. data];
                broken[777] = odd;
                var error = Assert.Throws<GraphException>(() => session.Run(rank, (a, Fed(type, broken, 2, 20, 20))));
                Assert.StartsWith("require 'require': A singular value of 'a' is infinite or NaN, and such a matrix has no rank; look for infinite or NaN elements before.", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_matrix_whose_singular_values_float32_does_not_hold_has_a_rank()
    {
        var graph = new Graph();
        var a = graph.Constant(new float[,] { { float.MaxValue, float.MaxValue, 0 }, { float.MaxValue, float.MaxValue, 0 }, { 0, 0, float.MaxValue / 8 } });
        using var session = new Session(graph);
        Assert.Equal(2, session.Run(MatrixRank(a)).Item<long>());
    }

    [Fact]
    public void The_condition_of_zeros_is_infinite()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [3, 4, 4]);
        using var session = new Session(graph);
        var data = new float[3, 4, 4];
        for (var i = 0; i < 4; i++) (data[0, i, i], data[2, i, i]) = (i + 1, float.NaN);
        Assert.Equal([4, float.PositiveInfinity, float.NaN], session.Run(ConditionNumber(a), (a, data)).AsSpan<float>());
    }

    private static TensorData Fed(DType type, double[] data, params int[] extents) =>
        type == DType.Float32 ? TensorData.Create<float>([.. data.Select(x => (float)x)], extents) : TensorData.Create<double>(data, extents);

    private static double[] Numbers(TensorData x) => x.DType == DType.Float32 ? [.. x.AsSpan<float>().ToArray().Select(element => (double)element)] : x.AsSpan<double>().ToArray();

    private static Value Wide(Value x) => Cast(x, DType.Float64);

    private static Value Product(Value a, Value b) => MatMul(Wide(a), Wide(b));

    private static Value Error(Value x, Value y) => Max(Abs(Wide(x) - Wide(y))) / (Max(Abs(Wide(y))) + 1e-300);
}

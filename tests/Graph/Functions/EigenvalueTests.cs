namespace GraphGrad.Tests.Functions;

/// <summary>Eigenvalues that are read without their vectors, which are found another way.</summary>
public sealed class EigenvalueTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(17, 1)]
    [InlineData(64, 2)]
    [InlineData(101, 1)]
    public void Alone_they_are_those_beside_the_vectors(int n, int count)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [count, n, n], DType.Float64);
        var (values, vectors) = Ops.SymmetricEigen(a);
        using var session = new Session(graph);
        var data = TensorData.Create<double>([.. Enumerable.Range(0, count * n * n).Select(i => 1e5 * Math.Sin(i * i * 0.37))], [count, n, n]);
        var alone = session.Run(values, (a, data)).AsSpan<double>().ToArray();
        var beside = session.Run([values, vectors], (a, data))[0].AsSpan<double>().ToArray();
        for (var i = 0; i < alone.Length; i++) Assert.Equal(beside[i], alone[i], 1e-8);
        Assert.Contains("eigenvalues", session.Explain(values).Rewritten.ToText(), StringComparison.Ordinal);
        Assert.DoesNotContain("eigenvalues", session.Explain(values, vectors).Rewritten.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_in_blocks_or_of_zeros_have_theirs()
    {
        const int n = 40;
        var graph = new Graph();
        var a = graph.Placeholder("a", [2, n, n], DType.Float64);
        using var session = new Session(graph);
        // Blocks [[0, k], [k, 0]], and nothing at all.
        var data = new double[2, n, n];
        for (var k = 0; k < n / 2; k++) data[0, 2 * k, (2 * k) + 1] = data[0, (2 * k) + 1, 2 * k] = k + 1;
        var values = session.Run(Ops.SymmetricEigen(a).Values, (a, data)).AsSpan<double>().ToArray();
        for (var k = 0; k < n / 2; k++)
        {
            Assert.Equal(k - (n / 2), values[k], 1e-13);
            Assert.Equal(k + 1, values[(n / 2) + k], 1e-13);
        }
        Assert.All(values[n..], v => Assert.Equal(0, v));
    }

    // A matrix of equal elements leaves roundings, and roundings of those, until their squares are no numbers.
    [Theory]
    [InlineData(17)]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(300)]
    public void Equal_elements_have_one_value(int n)
    {
        var (values, _) = Solve(n, (i, j) => 1 / 3.0);
        for (var i = 0; i < n - 1; i++) Assert.Equal(0, values[i], 3e-15 * n);
        Assert.Equal(n / 3.0, values[^1], 3e-15 * n);
    }

    // Wilkinson's matrices have pairs of values that are all but equal, chains of them many; a matrix of a diagonal is halved where nothing joins the halves.
    [Theory]
    [InlineData("wilkinson", 129)]
    [InlineData("wilkinson", 300)]
    [InlineData("chain", 200)]
    [InlineData("diagonal", 90)]
    [InlineData("differences", 41)]
    [InlineData("differences", 257)]
    [InlineData("any", 41)]
    [InlineData("any", 250)]
    [InlineData("nearly equal", 150)]
    public void Vectors_are_orthogonal_and_belong_to_their_values(string kind, int n)
    {
        const int seed = 20261128;
        var random = new Random(seed);
        double Next() => (2 * random.NextDouble()) - 1;
        var (values, vectors) = Solve(n, (i, j) => kind switch
        {
            "wilkinson" => i == j ? Math.Abs(i - ((n - 1) / 2.0)) : i == j + 1 ? 1 : 0,
            "chain" => i == j ? Math.Abs((i % 21) - 10) : i == j + 1 ? (i % 21 == 0 ? 1e-8 : 1) : 0,
            "diagonal" => i == j ? i % 7 : 0,
            "differences" => i == j ? 2 : i == j + 1 ? -1 : 0,
            "nearly equal" => (i == j ? 1 : 0) + (1e-13 * Next()),
            _ => Next(),
        });
        Assert.All(Enumerable.Range(1, n - 1), i => Assert.True(values[i - 1] <= values[i], $"seed {seed}: {values[i - 1]} before {values[i]}"));
    }

    private static (double[] Values, double[] Vectors) Solve(int n, Func<int, int, double> element)
    {
        var data = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++) data[i, j] = data[j, i] = element(i, j);
        }
        var graph = new Graph();
        var a = graph.Placeholder("a", [n, n], DType.Float64);
        var (values, vectors) = Ops.SymmetricEigen(a);
        using var session = new Session(graph);
        var error = Ops.Max(Ops.Abs(Ops.MatMul(a, vectors) - (vectors * values)));
        var results = session.Run([values, vectors, error, Ops.SwapLast(vectors)], (a, data));
        var found = results[0].AsSpan<double>().ToArray();
        // LAPACK's are about 3 and 12 roundings of the largest value and of 1; of equal elements, whose sums all round the same way, 16 of 300.
        Assert.InRange(results[2].Item<double>(), 0, (30 + (n / 4)) * 1.2e-16 * Math.Max(Math.Abs(found[0]), Math.Abs(found[^1])));
        Assert.InRange(Skew(results[3].AsSpan<double>(), n), 0, 60 * 1.2e-16);
        return (found, results[1].AsSpan<double>().ToArray());
    }

    // Compensated: a plain product of 300 rows is as far off as they are from orthogonal, and more without fused multiply-add.
    private static double Skew(ReadOnlySpan<double> rows, int n)
    {
        var worst = 0.0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                double sum = i == j ? -1 : 0, lost = 0;
                for (var k = 0; k < n; k++)
                {
                    var term = (rows[(i * n) + k] * rows[(j * n) + k]) - lost;
                    var next = sum + term;
                    lost = next - sum - term;
                    sum = next;
                }
                worst = Math.Max(worst, Math.Abs(sum));
            }
        }
        return worst;
    }
}

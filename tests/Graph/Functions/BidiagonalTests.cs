using GraphGrad.Operations;

namespace GraphGrad.Tests.Functions;

/// <summary>Singular values and vectors of bidiagonal matrices.</summary>
public sealed class BidiagonalTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 7, 8, 9, 10, 16, 17, 33, 100, 300];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Of_ones_they_are_cosines(int n)
    {
        var values = Squares(n, _ => 1, _ => 1);
        for (var k = 1; k <= n; k++) Assert.Equal(2 * Math.Cos(k * Math.PI / ((2 * n) + 1)), Math.Sqrt(values[n - k]), 1e-15 * n);
    }

    // Their squares' sum is that of the elements' squares, and their product that of the diagonal; small ones are as exact as the largest one's roundings.
    [Theory]
    [MemberData(nameof(Sizes))]
    public void Their_sum_and_their_product_are_those_of_the_elements(int n)
    {
        const int seed = 20261211;
        var random = new Random(seed);
        foreach (var digits in new[] { 0.0, 6, 12, -6, -12 })
        {
            double[] diagonal = [.. Enumerable.Range(0, n).Select(i => (random.NextDouble() + 0.1) * Math.Pow(10, -digits * i / n))];
            double[] beside = [.. diagonal.Skip(1).Select((d, i) => Math.Min(d, diagonal[i]) * random.NextDouble())];
            var values = Squares(n, i => diagonal[i], i => beside[i]);
            var (sum, expected) = (values.Sum(), diagonal.Sum(d => d * d) + beside.Sum(e => e * e));
            Expect.True(Math.Abs(sum - expected) <= 1e-15 * n * expected, $"seed {seed}, {digits} digits: the sum {sum:R} should be {expected:R}");
            var (product, right) = (values.Sum(x => Math.Log(x)), diagonal.Sum(d => 2 * Math.Log(Math.Abs(d))));
            Expect.True(digits != 0 || Math.Abs(product - right) <= 1e-13 * n, $"seed {seed}, {digits} digits: the logarithm of the product {product:R} should be {right:R}");
        }
    }

    [Fact]
    public void Zeros_fall_apart()
    {
        // [[3, 4], [0, 0]], [[0, 2], [0, 0]], [5], and nothing.
        double[] diagonal = [3, 0, 0, 0, 5, 0, 0, 0, 0, 0], beside = [4, 0, 2, 0, 0, 0, 0, 0, 0];
        var values = Squares(10, i => diagonal[i], i => beside[i]);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 4, 25, 25], values.Select(x => Math.Round(x, 13)));
        Assert.Equal(new double[20], Squares(20, _ => 0, _ => 0));
    }

    public static TheoryData<string, int> Hard
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var n in new[] { 17, 41, 64, 81, 129, 300 })
            {
                foreach (var kind in new[] { "random", "ones", "falling", "rising", "zeros", "zero rows", "glued", "nothing beside", "nothing", "small beside", "last row nothing" }) cases.Add(kind, n);
            }
            return cases;
        }
    }

    // A ratio of 2 in LAPACK's tests, which accept 30: residuals and orthogonality within two units of the last place for each row.
    [Theory]
    [MemberData(nameof(Hard))]
    public unsafe void Vectors_of_halves_are_orthogonal_and_turn_into_each_other(string kind, int n)
    {
        const int seed = 20261212;
        var random = new Random(seed);
        double[] diagonal = new double[n], beside = new double[n];
        for (var i = 0; i < n; i++)
        {
            var (x, y, share) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5, (double)i / n);
            (diagonal[i], beside[i]) = kind switch
            {
                "random" => (x, y),
                "ones" => (1, 1),
                "falling" => (x * Math.Pow(10, -18 * share), y * Math.Pow(10, -18 * share)),
                "rising" => (x * Math.Pow(10, (18 * share) - 18), y * Math.Pow(10, (18 * share) - 18)),
                "zeros" => (random.Next(3) == 0 ? 0 : x, random.Next(3) == 0 ? 0 : y),
                "zero rows" => random.Next(2) == 0 ? (0, 0) : (x, y),
                "glued" => ((i % 10) + 1, i % 10 == 9 ? 1e-12 : 1),
                "nothing beside" => (x, 0),
                "nothing" => (0, 0),
                "small beside" => (1, 1e-15 * y),
                _ => (i == n - 1 ? 0 : x, y),
            };
        }
        var (values, right, left) = Vectors(diagonal, beside, n);
        var size = Math.Max(values.Max(), 1e-300);
        double residual = 0, other = 0;
        for (var k = 0; k < n; k++)
        {
            Assert.True(values[k] >= 0);
            for (var i = 0; i < n; i++)
            {
                var image = (diagonal[i] * right[k, i]) + (i < n - 1 ? beside[i] * right[k, i + 1] : 0);
                residual = Math.Max(residual, Math.Abs(image - (values[k] * left[k, i])) / size);
                double u = i == k ? -1 : 0, v = u;
                for (var j = 0; j < n; j++) (u, v) = (u + (left[k, j] * left[i, j]), v + (right[k, j] * right[i, j]));
                other = Math.Max(other, Math.Max(Math.Abs(u), Math.Abs(v)));
            }
        }
        Expect.True(residual <= 4.4e-16 * n && other <= 4.4e-16 * n, $"seed {seed}: residual {residual:E1}, orthogonality {other:E1}");
        Array.Sort(values);
        var alone = Squares(n, i => diagonal[i], i => beside[i]);
        for (var k = 0; k < n; k++) Expect.True(Math.Abs(Math.Sqrt(alone[k]) - values[k]) <= 2e-16 * n * size, $"seed {seed}: {Math.Sqrt(alone[k]):R} alone, {values[k]:R} beside vectors");
    }

    private static unsafe (double[] Values, double[,] Right, double[,] Left) Vectors(double[] diagonal, double[] beside, int n)
    {
        var pitch = Householder.Pitch(n);
        double[] values = [.. diagonal], rest = [.. beside], memory = new double[(3 * n * pitch) + BidiagonalHalves.Memory(n)];
        double[,] right = new double[n, n], left = new double[n, n];
        fixed (double* d = values, e = rest, rows = memory)
        {
            var size = n * pitch;
            new BidiagonalHalves(d, e, n, rows, rows + size, rows + (2 * size), rows + (3 * size)).Solve();
            for (var k = 0; k < n; k++)
            {
                for (var i = 0; i < n; i++) (right[k, i], left[k, i]) = (rows[(k * pitch) + i], rows[size + (k * pitch) + i]);
            }
        }
        return (values, right, left);
    }

    private static double[] Squares(int n, Func<int, double> diagonal, Func<int, double> beside)
    {
        double[] q = [.. Enumerable.Range(0, n).Select(i => diagonal(i) * diagonal(i))];
        Dqds.Solve(q, [.. Enumerable.Range(0, n - 1).Select(i => beside(i) * beside(i))]);
        Array.Sort(q);
        return q;
    }
}

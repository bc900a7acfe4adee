using GraphGrad.Operations;

namespace GraphGrad.Tests.Functions;

/// <summary>Singular values of bidiagonal matrices, of which they are known.</summary>
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

    private static double[] Squares(int n, Func<int, double> diagonal, Func<int, double> beside)
    {
        double[] q = [.. Enumerable.Range(0, n).Select(i => diagonal(i) * diagonal(i))];
        Dqds.Solve(q, [.. Enumerable.Range(0, n - 1).Select(i => beside(i) * beside(i))]);
        Array.Sort(q);
        return q;
    }
}

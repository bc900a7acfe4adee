using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Products with one-hot rows, which are lookups and sums at places where all elements are finite.</summary>
public sealed class OneHotProductsTests
{
    private static readonly float[] Odd = [float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    // Forward and backward, from either side, indices with two axes; of indices some are outside.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Values_are_those_of_the_product(bool isFinite)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [20, 40]);
        var i = graph.Placeholder("i", ["n", 10], DType.Int32);
        var adjoint = graph.Placeholder("g", ["n", 10, 40]);
        var y = MatMul(OneHot(i, 20), x);
        var turned = Dot(Transpose(x), OneHot(i, 20), [1], [2]);
        Value[] values = [y, Gradient(Sum(y * adjoint), x), turned];
        using var written = new Session(graph, new SessionOptions { Rewrite = false });
        using var compiled = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        var random = new Random(7);
        var (data, given, places) = (new float[20, 40], new float[30, 10, 40], new int[30, 10]);
        for (var e = 0; e < 800; e++) data[e / 40, e % 40] = random.NextSingle() - 0.5f;
        for (var e = 0; e < 12_000; e++) given[e / 400, e / 40 % 10, e % 40] = random.NextSingle() - 0.5f;
        for (var e = 0; e < 300; e++) places[e / 10, e % 10] = random.Next(-1, 22);
        for (var k = 0; k < Odd.Length && !isFinite; k++) (data[k, k], given[k, k, k], given[20, 1, k]) = (Odd[k], Odd[k], Odd[k]);
        var expected = written.Run(values, (x, data), (i, places), (adjoint, given));
        foreach (var session in new[] { compiled, interpreted })
        {
            var found = session.Run(values, (x, data), (i, places), (adjoint, given));
            for (var v = 0; v < values.Length; v++) Assert.Equal(expected[v].AsSpan<float>().ToArray(), found[v].AsSpan<float>().ToArray(), (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-5);
        }
        Assert.Contains("gather", compiled.Explain(y).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)] // Few terms.
    [InlineData(1)] // Few classes.
    [InlineData(2)] // Few rows.
    [InlineData(3)] // Not one-hot.
    public void Other_products_are_left_alone(int which)
    {
        var graph = new Graph();
        var i = graph.Placeholder("i", [64], DType.Int64);
        var product = which switch
        {
            0 => MatMul(OneHot(i, 20), graph.Placeholder("x", [20, 20])),
            1 => MatMul(OneHot(i, 10), graph.Placeholder("x", [10, 1000])),
            2 => MatMul(OneHot(graph.Placeholder("j", [2], DType.Int64), 500), graph.Placeholder("x", [500, 100])),
            _ => MatMul(Cast(ExpandDims(i, -1) > Iota(graph, [100]), DType.Float32), graph.Placeholder("x", [100, 100])),
        };
        RuleTest.Given(product).Applying(AlgebraRules.Strength).Gives(product);
    }
}

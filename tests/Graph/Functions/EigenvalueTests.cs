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
}

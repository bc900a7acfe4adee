using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Some eigenvalues and singular values against all of them.</summary>
public sealed class LowRankTests
{
    private readonly Graph graph = new();

    [Theory]
    [InlineData(DType.Float32, 1e-4)]
    [InlineData(DType.Float64, 1e-9)]
    public void Eigenvalues_are_the_outermost_of_all(DType type, double most)
    {
        var a = Graded(type);
        var all = SymmetricEigen(a).Values;
        using var session = new Session(graph);
        var expected = session.Run(Cast(all, DType.Float64)).AsSpan<double>().ToArray();
        var largest = session.Run(Cast(Lobpcg(a, 4, seed: 5).Values, DType.Float64)).AsSpan<double>().ToArray();
        var smallest = session.Run(Cast(Lobpcg(a, 4, largest: false, seed: 5).Values, DType.Float64)).AsSpan<double>().ToArray();
        Assert.Equal(expected.Reverse().Take(4), largest, (x, y) => Math.Abs(x - y) <= most * expected[^1]);
        Assert.Equal(expected.Take(4), smallest, (x, y) => Math.Abs(x - y) <= most * expected[^1]);
    }

    [Fact]
    public void Derivatives_of_eigenvectors_are_those_of_differences()
    {
        var a = graph.Placeholder("a", [6, 6], DType.Float64);
        var b = graph.Placeholder("b", [6, 6], DType.Float64);
        var (values, vectors) = Lobpcg(a, 2, b: Identity(graph, 6, DType.Float64) + MatMul(b, Transpose(b)), tolerance: 1e-14, seed: 5);
        var loss = Sum(values) + Sum(Square(Square(vectors)));
        double[] numbers = [.. Enumerable.Range(0, 36).Select(i => Math.Sin(i * i))];
        GradientCheck.Verify(loss, [a, b], (a, TensorData.Create<double>(numbers, 6, 6)), (b, TensorData.Create<double>([.. numbers.Select(x => x * 0.3)], 6, 6)));
    }

    [Fact]
    public void A_preconditioner_spares_steps()
    {
        var a = Graded(DType.Float64) + Identity(graph, 60, DType.Float64);
        var diagonal = Diagonal(a);
        using var session = new Session(graph);
        var steep = Assert.Throws<GraphException>(() => session.Run(Lobpcg(a, 2, largest: false, maximumIterations: 12, seed: 5).Values));
        Assert.Contains("did not fall to 1.49E-08 in 12 steps", steep.Message, StringComparison.Ordinal);
        session.Run(Lobpcg(a, 2, largest: false, preconditioner: Identity(graph, 60, DType.Float64) / diagonal, maximumIterations: 12, seed: 5).Values);
    }

    [Fact]
    public void More_iterations_bring_singular_values_nearer()
    {
        var a = Graded(DType.Float64);
        using var session = new Session(graph);
        var results = session.Run([Svd(a).S, SvdLowRank(a, 6, iterations: 0, seed: 5).S, SvdLowRank(a, 6, iterations: 8, seed: 5).S]);
        var (all, few, many) = (results[0].AsSpan<double>().ToArray(), results[1].AsSpan<double>().ToArray(), results[2].AsSpan<double>().ToArray());
        for (var i = 0; i < 3; i++) Expect.True(Math.Abs(many[i] - all[i]) < 0.1 * Math.Abs(few[i] - all[i]), $"{all[i]} is {few[i]} at once and {many[i]} with iterations");
    }

    /// <summary>60 rows, with eigenvalues near 0, 1, 4, 9, …</summary>
    private Value Graded(DType type)
    {
        var places = Iota(graph, [60], dtype: DType.Float64);
        var small = Sin(ExpandDims(places, 0) * ExpandDims(places, 1));
        return Cast(Identity(graph, 60, DType.Float64) * Square(places) + 0.2 * (small + Transpose(small)), type);
    }
}

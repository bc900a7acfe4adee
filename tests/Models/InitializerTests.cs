using GraphGrad.Tests.Functions;

namespace GraphGrad.Tests.Models;

public sealed class InitializerTests
{
    [Fact]
    public void Constants_fill_any_type()
    {
        var graph = new Graph();
        using var session = new Session(graph);
        Assert.Equal([0f, 0f], session.Run(Initializers.Zeros(graph, [2])).AsSpan<float>().ToArray());
        Assert.Equal([1L, 1L], session.Run(Initializers.Ones(graph, [2], DType.Int64)).AsSpan<long>().ToArray());
        Assert.Equal([true], session.Run(Initializers.Ones(graph, [1], DType.Bool)).AsSpan<bool>().ToArray());
        Assert.Equal([0.1, 0.1], session.Run(Initializers.Constant(graph, [2], 0.1, DType.Float64)).AsSpan<double>().ToArray());
    }

    // Of 20,000 draws, mean and variance lie within five standard errors of those of the distribution.
    [Theory]
    [MemberData(nameof(Distributions))]
    public void Random_numbers_have_mean_variance_and_bounds_of_their_distribution(string name, double mean, double variance, double bound)
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var graph = new Graph();
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var w = graph.Variable("w", All[name](graph));
            var drawn = FunctionCheck.Elements(session.Read(w));
            var error = Math.Sqrt(variance / drawn.Length);
            Assert.Equal(mean, drawn.Average(), 5 * error);
            Assert.Equal(variance, drawn.Average(x => (x - mean) * (x - mean)), 5 * variance * Math.Sqrt(2.0 / drawn.Length));
            Assert.All(drawn, x => Assert.True(Math.Abs(x - mean) <= bound));
        }
    }

    public static TheoryData<string, double, double, double> Distributions => new()
    {
        { "uniform", 2.5, 9.0 / 12, 1.5 },
        { "normal", -1, 4, 12 },
        { "glorot uniform", 0, 2.0 / 300, Math.Sqrt(6.0 / 300) },
        { "glorot normal", 0, 2.0 / 300, 1 },
        { "he uniform", 0, 2.0 / 100, Math.Sqrt(6.0 / 100) },
        { "he normal", 0, 2.0 / 100, 1 },
        { "he normal of outputs before tanh", 0, 25.0 / 9 / 200, 2 },
        { "glorot uniform of a gain", 0, 4 * 2.0 / 300, 2 * Math.Sqrt(6.0 / 300) },
        { "sparse", 0, 0.75 * 9, 18 },
        // Between -1 and 1 deviation: the variance is 1 - 2φ(1) / (Φ(1) - Φ(-1)) of that of the whole.
        { "truncated normal", 2, 9 * 0.2911250947727169, 3 },
        { "he uniform of kernels", 0, 2.0 / 45, Math.Sqrt(6.0 / 45) },
    };

    [Fact]
    public void Equal_seeds_draw_equal_numbers_and_others_do_not()
    {
        var graph = new Graph();
        var a = graph.Variable("a", Initializers.HeNormal(graph, [8, 8], seed: 1));
        var b = graph.Variable("b", Initializers.HeNormal(graph, [8, 8], seed: 1));
        var c = graph.Variable("c", Initializers.HeNormal(graph, [8, 8], seed: 2));
        using var session = new Session(graph);
        Assert.Equal(session.Read(a), session.Read(b));
        Assert.NotEqual(session.Read(a), session.Read(c));
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(3, 8)]
    [InlineData(4, 4)]
    public void Orthogonal_rows_or_columns_have_the_length_of_the_gain(int rows, int columns)
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var graph = new Graph();
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var w = Initializers.Orthogonal(graph, [rows, columns / 2, 2], seed: 5, gain: 2, DType.Float64);
            var matrix = Ops.Reshape(w, rows, columns / 2 * 2);
            var products = rows < columns / 2 * 2 ? Ops.MatMul(matrix, Ops.SwapAxes(matrix, 0, 1)) : Ops.MatMul(Ops.SwapAxes(matrix, 0, 1), matrix);
            var size = Math.Min(rows, columns / 2 * 2);
            var elements = FunctionCheck.Elements(session.Run(products));
            for (var i = 0; i < elements.Length; i++) Assert.Equal(i / size == i % size ? 4 : 0, elements[i], 12);
        }
    }

    // With the signs of LAPACK's factors alone, the first element of a column would always be negative.
    [Fact]
    public void Orthogonal_matrices_have_either_sign()
    {
        var graph = new Graph();
        using var session = new Session(graph);
        var w = Initializers.Orthogonal(graph, [1, 1], seed: 3);
        var drawn = Enumerable.Range(0, 64).Select(_ => FunctionCheck.Elements(session.Run(w))[0]).ToArray();
        Assert.Contains(1, drawn);
        Assert.Contains(-1, drawn);
    }

    [Fact]
    public void Refuses_ends_that_hold_nothing_and_shapes_that_are_no_matrix()
    {
        var graph = new Graph();
        Assert.Contains("swap them", Assert.Throws<GraphException>(() => Initializers.TruncatedNormal(graph, [3], 0, 1, 2, 1, seed: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("not above 0", Assert.Throws<GraphException>(() => Initializers.TruncatedNormal(graph, [3], 0, 0, -1, 1, seed: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("move it nearer", Assert.Throws<GraphException>(() => Initializers.TruncatedNormal(graph, [3], 0, 1, 40, 41, seed: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("int32 is not", Assert.Throws<GraphException>(() => Initializers.TruncatedNormal(graph, [3], 0, 1, -1, 1, seed: 1, DType.Int32)).Message, StringComparison.Ordinal);
        Assert.Contains("not from 0 to 1", Assert.Throws<GraphException>(() => Initializers.Sparse(graph, [3, 3], 1.5, seed: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("at least two extents", Assert.Throws<GraphException>(() => Initializers.Orthogonal(graph, [3], seed: 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, 13)]
    [InlineData(-13, -12)]
    public void Tails_far_from_the_mean_are_drawn_on_either_side(double low, double high)
    {
        var graph = new Graph();
        using var session = new Session(graph);
        var drawn = session.Run(Initializers.TruncatedNormal(graph, [10_000], 0, 1, low, high, seed: 3, DType.Float64)).AsSpan<double>().ToArray();
        Assert.True(drawn.Distinct().Count() > 9_000);
        // Beyond 12 the density falls as exp(-12·t - t²/2): its mean is 12.0822.
        Assert.Equal(12.0822, Math.Abs(drawn.Average()), 0.005);
        Assert.All(drawn, x => Assert.InRange(x, low, high));
    }

    [Fact]
    public void Refuses_symbolic_shapes() => Errors.Throws(
        "Initializers.HeNormal: it needs a shape that is known while the graph is built; [n, 3] is symbolic. Built at {here}.",
        () => Initializers.HeNormal(new Graph(), ["n", 3], seed: 1));

    [Fact]
    public void Refusals_begin_with_the_initializer_that_was_called()
    {
        var graph = new Graph();
        Errors.Throws("Initializers.Uniform: the lower end 2 is not below the upper end 1; swap them. Built at {here}.", () => Initializers.Uniform(graph, [2], 2, 1, seed: 1));
        Errors.Throws("Initializers.HeNormal: the standard deviation -1 is not at least 0. Built at {here}.", () => Initializers.HeNormal(graph, [1, 2], seed: 1, gain: -1));
        Errors.Throws("Initializers.Sparse: the sparsity 2 of zeros is not from 0 to 1. Built at {here}.", () => Initializers.Sparse(graph, [2, 2], 2, seed: 1));
    }

    private static Dictionary<string, Func<Graph, Value>> All { get; } = new()
    {
        ["uniform"] = graph => Initializers.Uniform(graph, [100, 200], 1, 4, seed: 3),
        ["normal"] = graph => Initializers.Normal(graph, [100, 200], -1, 2, seed: 3),
        ["glorot uniform"] = graph => Initializers.GlorotUniform(graph, [100, 200], seed: 3),
        ["glorot normal"] = graph => Initializers.GlorotNormal(graph, [100, 200], seed: 3),
        ["he uniform"] = graph => Initializers.HeUniform(graph, [100, 200], seed: 3),
        ["he normal"] = graph => Initializers.HeNormal(graph, [100, 200], seed: 3),
        ["he normal of outputs before tanh"] = graph => Initializers.HeNormal(graph, [100, 200], seed: 3, Gain.Tanh, Fan.Out),
        ["glorot uniform of a gain"] = graph => Initializers.GlorotUniform(graph, [100, 200], seed: 3, gain: 2),
        ["sparse"] = graph => Initializers.Sparse(graph, [100, 200], 0.25, seed: 3, deviation: 3),
        ["truncated normal"] = graph => Initializers.TruncatedNormal(graph, [100, 200], 2, 3, -1, 5, seed: 3),
        ["he uniform of kernels"] = graph => Initializers.HeUniform(graph, [400, 5, 3, 3], seed: 3),
    };
}

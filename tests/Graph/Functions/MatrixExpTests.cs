using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>The exponential of matrices: how often it squares depends on the norms of powers.</summary>
public sealed class MatrixExpTests
{
    private const double Rounding = 1.2e-16;

    [Fact]
    public void Of_nothing_it_is_one_and_of_the_least_one_and_that()
    {
        Assert.Equal([1, 0, 0, 1], Exponential(new double[,] { { 0, 0 }, { 0, 0 } }));
        Assert.Equal([1, 1e-30, -1e-40, 1], Exponential(new double[,] { { 0, 1e-30 }, { -1e-40, 0 } }));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(100)]
    public void Of_a_turn_it_is_cosine_and_sine(double angle)
    {
        var result = Exponential(new[,] { { 0, -angle }, { angle, 0 } });
        var bound = 8 * (1 + angle) * Rounding;
        Assert.Equal(Math.Cos(angle), result[0], bound);
        Assert.Equal(-Math.Sin(angle), result[1], bound);
        Assert.Equal(Math.Sin(angle), result[2], bound);
    }

    // The square is 0, and so are the norms of all powers but the first.
    [Theory]
    [InlineData(1)]
    [InlineData(1e4)]
    public void Of_a_matrix_whose_square_is_nothing_it_is_one_and_the_matrix(double size) =>
        Assert.Equal([1, size, 0, 1], Exponential(new[,] { { 0, size }, { 0, 0 } }));

    [Fact]
    public void Of_a_diagonal_it_is_that_of_each()
    {
        double[] diagonal = [-700, -20, -1, 0, 1e-9, 2, 30];
        var matrix = new double[diagonal.Length, diagonal.Length];
        for (var i = 0; i < diagonal.Length; i++) matrix[i, i] = diagonal[i];
        var result = Exponential(matrix);
        for (var i = 0; i < diagonal.Length; i++)
        {
            var exact = Math.Exp(diagonal[i]);
            Assert.Equal(exact, result[(i * diagonal.Length) + i], exact * 2000 * Rounding);
        }
    }

    // Of random signs powers are much smaller than their elements' magnitudes say.
    [Theory]
    [InlineData(3, 1)]
    [InlineData(40, 1)]
    [InlineData(40, 8)]
    [InlineData(130, 3)]
    public void With_that_of_the_negated_matrix_it_makes_one(int n, double size)
    {
        const int seed = 20261128;
        var random = new Random(seed);
        var matrix = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++) matrix[i, j] = ((2 * random.NextDouble()) - 1) * size / Math.Sqrt(n);
        }
        var graph = new Graph();
        var a = graph.Placeholder("a", [n, n], DType.Float64);
        var (there, back) = (MatrixExp(a), MatrixExp(-a));
        Value Norm(Value x) => Max(Sum(Abs(x), -2));
        var error = Norm(MatMul(there, back) - Identity(graph, n, DType.Float64)) / (Norm(there) * Norm(back));
        using var session = new Session(graph);
        var found = session.Run(error, (a, matrix)).Item<double>();
        Assert.True(found <= 50 * Rounding, $"seed {seed}: {found:E1}");
    }

    private static double[] Exponential(double[,] matrix)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [matrix.GetLength(0), matrix.GetLength(1)], DType.Float64);
        using var session = new Session(graph);
        return session.Run(MatrixExp(a), (a, matrix)).AsSpan<double>().ToArray();
    }
}

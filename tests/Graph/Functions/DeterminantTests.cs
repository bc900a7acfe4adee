using GraphGrad.Tests.Loops;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class DeterminantTests
{
    private static readonly TensorData Matrices = new(new[] { 3.0, 1, 2, -1, 4, 0.5, 2, -2, 5, 0, 1, 2, 1, 0.5, -3, 4, 1, 1 }, [2, 3, 3]);

    [Fact]
    public void Factors_multiply_to_the_matrix_with_its_rows_exchanged()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [70, 70], DType.Float64);
        var factors = Lu(a);
        var results = LoopRuns.Everywhere([MatMul(factors.Lower, factors.Upper), MatMul(factors.Permutation, a), Determinant(a), Exp(SignedLogDeterminant(a).LogAbs) * SignedLogDeterminant(a).Sign], (a, LoopRuns.Data(3, 70, 70)));
        for (var k = 0; k < 4900; k++) Assert.Equal(results[1][k], results[0][k], 1e-12);
        Assert.Equal(1, results[3][0] / results[2][0], 1e-10);
    }

    [Fact]
    public void Values_of_three_by_three_matrices()
    {
        double[] Expected(double[][] x) => [.. x[0].Chunk(9).Select(Sarrus)];
        FunctionCheck.All(v => Determinant(v[0]), Expected, Matrices);
        FunctionCheck.All(v => SignedLogDeterminant(v[0]).LogAbs, x => [.. Expected(x).Select(d => Math.Log(Math.Abs(d)))], Matrices);
        FunctionCheck.Values(v => SignedLogDeterminant(v[0]).Sign, x => [.. Expected(x).Select(d => (double)Math.Sign(d))], Matrices);
    }

    [Fact]
    public void Derivatives_hold_at_singular_matrices()
    {
        // Rank 2, rank 1, and the zero matrix.
        TensorData singular = new(new[] { 1.0, 2, 3, 2, 4, 6, 1, 0, 1, 1, 2, 3, 2, 4, 6, 3, 6, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, [3, 3, 3]);
        FunctionCheck.All(v => Determinant(v[0]), _ => [0, 0, 0], singular);
        Assert.Equal([0, -1.0], FunctionCheck.Gradient(v => Determinant(v[0]), [new double[,] { { 0, 1 }, { 0, 0 } }]).AsSpan<double>()[1..3].ToArray());
    }

    /// <summary>Many small matrices are computed side by side, one to a lane, each with exchanges of its own.</summary>
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Cofactors_of_many_matrices_are_those_of_each(DType type)
    {
        for (var n = 1; n <= 6; n++)
        {
            const int Count = 21;
            var graph = new Graph();
            var (all, one) = (graph.Placeholder("all", [Count, n, n], type), graph.Placeholder("one", [n, n], type));
            var (many, single) = (Cofactors(all), Cofactors(one));
            using var session = new Session(graph);
            var random = new Random(n);
            // Every third is singular by one, every seventh by more.
            var matrices = Enumerable.Range(0, Count).Select(m =>
            {
                var rank = m % 7 == 6 ? Math.Max(0, n - 2) : m % 3 == 2 ? n - 1 : n;
                var rows = Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, n).Select(_ => random.Next(-4, 5) * 1.0).ToArray()).ToArray();
                for (var i = rank; i < n; i++) rows[i] = rank == 0 ? new double[n] : [.. rows[0].Select(v => v * 2)];
                return rows.SelectMany(r => r).ToArray();
            }).ToArray();

            var found = session.Run(many, (all, Data.Generate(type, [Count, n, n], e => matrices[e / (n * n)][e % (n * n)])));
            for (var m = 0; m < Count; m++)
            {
                var expected = session.Run(single, (one, Data.Generate(type, [n, n], e => matrices[m][e])));
                var bound = (type == DType.Float32 ? 1e-5 : 1e-13) * Math.Max(1, Enumerable.Range(0, n * n).Max(e => Math.Abs(expected.At(e)))) * 10;
                for (var e = 0; e < n * n; e++) Assert.Equal(expected.At(e), found.At((m * n * n) + e), bound);
            }
        }
    }

    /// <summary>Larger ones are made of the inverse, or by the largest pivots where there is none.</summary>
    [Theory]
    [InlineData(DType.Float32, 1)]
    [InlineData(DType.Float32, 20)]
    [InlineData(DType.Float64, 53)]
    public void A_matrix_times_its_cofactors_is_its_determinant(DType type, int n)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [n, n], type);
        var wide = Cast(a, DType.Float64);
        Value[] values = [MatMul(wide, Transpose(Cast(Cofactors(a), DType.Float64))), Determinant(wide), Max(Abs(Cofactors(wide)))];
        using var session = new Session(graph);
        var random = new Random(n);
        double[][] rows = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => (random.NextDouble() - 0.5) + (i == j ? 1 : 0)).ToArray())];
        foreach (var isSingular in new[] { false, true })
        {
            if (isSingular) rows[n - 1] = [.. rows[0].Select(x => n == 1 ? 0 : x)];
            var found = session.Run(values, (a, Data.Generate(type, [n, n], e => rows[e / n][e % n])));
            Assert.True(found[2].At(0) > 0);
            var bound = (type == DType.Float32 ? 1e-4 : 1e-12) * Math.Max(Math.Abs(found[1].At(0)), found[2].At(0));
            for (var e = 0; e < n * n; e++) Assert.Equal(isSingular || e / n != e % n ? 0 : found[1].At(0), found[0].At(e), bound);
        }
    }

    [Fact]
    public void Second_derivatives()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [2, 3, 3], DType.Float64);
        foreach (var y in new[] { Determinant(a), SignedLogDeterminant(a).LogAbs, Sum(Square(Lu(a).Upper) + Lu(a).Lower, [-1, -2]), Sum(Square(MatrixPower(a, -3)), [-1, -2]), Sum(MatrixPower(a, 5), [-1, -2]) })
            GradientCheck.Verify(Gradient(Sum(Square(y)), a), [a], (a, Matrices));
    }

    [Fact]
    public void Powers()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [2, 3, 3], DType.Float64);
        var results = LoopRuns.Everywhere([MatrixPower(a, 0), MatrixPower(a, 3), MatMul(a, MatMul(a, a)), MatMul(MatrixPower(a, -2), MatMul(a, a))], (a, Matrices));
        for (var k = 0; k < 18; k++)
        {
            Assert.Equal(k % 9 % 4 == 0 ? 1 : 0, results[0][k]);
            Assert.Equal(results[2][k], results[1][k], 1e-11);
            Assert.Equal(results[0][k], results[3][k], 1e-11);
        }
    }

    [Fact]
    public void The_singular_has_sign_zero_and_no_inverse()
    {
        TensorData singular = new(new[] { 1.0, 2, 2, 4 }, [2, 2]);
        FunctionCheck.Values(v => SignedLogDeterminant(v[0]).Sign, _ => [0], singular);
        FunctionCheck.Values(v => SignedLogDeterminant(v[0]).LogAbs, _ => [double.NegativeInfinity], singular);
        Errors.Throws(
            "solve 'gradients/solve': matrix 0 is singular: no pivot is left in column 1. Remove dependent rows, or add a multiple of the identity. Built at {here}.",
            () => FunctionCheck.Gradient(v => SignedLogDeterminant(v[0]).LogAbs, [singular]));
    }

    [Fact]
    public void Shapes_are_checked()
    {
        var x = new Graph().Placeholder("x", [2, 3]);
        Errors.Throws("determinant: 'x' float32[2, 3] is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it. Built at {here}.", () => Determinant(x));
        Errors.Throws("matrix_power: 'x' float32[2, 3] is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it. Built at {here}.", () => MatrixPower(x, 2));
    }

    private static double Sarrus(double[] a) =>
        (a[0] * ((a[4] * a[8]) - (a[5] * a[7]))) - (a[1] * ((a[3] * a[8]) - (a[5] * a[6]))) + (a[2] * ((a[3] * a[7]) - (a[4] * a[6])));
}

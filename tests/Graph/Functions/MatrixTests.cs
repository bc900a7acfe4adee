using GraphGrad.Tests.Loops;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class MatrixTests
{
    [Fact]
    public void Triangles_diagonals_and_traces()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, 3, 3], DType.Float64);
        var data = new TensorData(Enumerable.Range(1, 18).Select(i => (double)i).ToArray(), [2, 3, 3]);
        var results = LoopRuns.Everywhere([TriangularLower(x[0]), TriangularUpper(x[0], 1), Diagonal(x), Trace(x), Identity(graph, 2, DType.Float64)], (x, data));
        Assert.Equal([1, 0, 0, 4, 5, 0, 7, 8, 9], results[0]);
        Assert.Equal([0, 2, 3, 0, 0, 6, 0, 0, 0], results[1]);
        Assert.Equal([1, 5, 9, 10, 14, 18], results[2]);
        Assert.Equal([15, 42], results[3]);
        Assert.Equal([1, 0, 0, 1], results[4]);
    }

    [Fact]
    public void Systems_are_solved_by_either_way_and_inverses_undo()
    {
        var graph = new Graph();
        var root = graph.Placeholder("root", [5, 5], DType.Float64);
        var b = graph.Placeholder("b", [5, 2], DType.Float64);
        var a = MatMul(root, Transpose(root)) + Identity(graph, 5, DType.Float64);
        var results = LoopRuns.Everywhere([Solve(a, b), SolvePositiveDefinite(a, b), MatMul(Inverse(a), b), MatMul(a, Solve(a, b)), b], (root, LoopRuns.Data(1, 5, 5)), (b, LoopRuns.Data(2, 5, 2)));
        for (var k = 0; k < 10; k++)
        {
            Assert.Equal(results[0][k], results[1][k], 1e-12);
            Assert.Equal(results[0][k], results[2][k], 1e-12);
            Assert.Equal(results[4][k], results[3][k], 1e-12);
        }
    }

    [Fact]
    public void Gradients_of_a_Gaussian_likelihood_agree_with_differences_and_the_closed_form()
    {
        var graph = new Graph();
        var root = graph.Placeholder("root", [4, 4], DType.Float64);
        var y = graph.Placeholder("y", [4, 1], DType.Float64);
        var covariance = MatMul(root, Transpose(root)) + Identity(graph, 4, DType.Float64);
        var loss = Sum(y * SolvePositiveDefinite(covariance, y)) + LogDeterminant(covariance);
        (Value, TensorData)[] feeds = [(root, LoopRuns.Data(3, 4, 4)), (y, LoopRuns.Data(4, 4, 1))];
        Assert.InRange(GradientCheck.Verify(loss, [root, y], feeds), 0, 1e-6);
        // d log det = tr(A⁻¹·dA).
        var results = LoopRuns.Everywhere([Ops.Gradient(LogDeterminant(covariance), root), MatMul(Inverse(covariance), root) * 2], feeds);
        for (var k = 0; k < 16; k++) Assert.Equal(results[1][k], results[0][k], 1e-11);
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_cannot_be_solved_says_so_and_leaves_the_session_usable(Backend backend)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [2, 2]);
        var x = Solve(a, Identity(graph, 2));
        var l = Cholesky(a);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Errors.Throws(
            "solve 'solve': matrix 0 is singular: no pivot is left in column 1. Remove dependent rows, or add a multiple of the identity. Built at MatrixTests.cs:60.",
            () => session.Run(x, (a, new float[,] { { 1, 2 }, { 2, 4 } })));
        Errors.Throws(
            "cholesky 'cholesky': matrix 0 is not positive definite: pivot 1 is -3. Add a multiple of the identity, or use Solve. Built at MatrixTests.cs:61.",
            () => session.Run(l, (a, new float[,] { { 1, 2 }, { 2, 1 } })));
        Assert.Equal([0.5f, 0, 0, 0.25f], session.Run(x, (a, new float[,] { { 2, 0 }, { 0, 4 } })).AsSpan<float>());
    }

    [Fact]
    public void A_routine_reads_a_reshaped_value_in_its_new_shape()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4], DType.Float64);
        var results = LoopRuns.Everywhere([Cholesky(Reshape(x, 2, 2)), Reshape(CumSum(Reshape(x, 2, 2), 0), [4])], (x, new double[] { 4, 2, 2, 10 }));
        Assert.Equal([2, 0, 1, 3], results[0]);
        Assert.Equal([4, 2, 6, 12], results[1]);
    }

    [Fact]
    public void Shapes_are_checked()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [2, 3]);
        var square = graph.Placeholder("square", [2, 2]);
        Errors.Throws("cholesky: 'a' float32[2, 3] is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it. Built at {here}.", () => Cholesky(a));
        var tall = graph.Placeholder("tall", ["n", 2]);
        Errors.Throws("qr: 'tall' float32[n, 2] is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers. Built at {here}.", () => Qr(tall));
        Errors.Throws("solve: the matrix 'square' float32[2, 2] and the right-hand sides 'b' float32[3, 1] do not fit: 2 rows are needed, and equal leading axes. Reshape or broadcast one of them; a single right-hand side is a vector or one column. Built at {here}.", () => Solve(square, graph.Placeholder("b", [3, 1])));
    }

    [Fact]
    public void A_right_hand_side_may_be_a_vector()
    {
        var graph = new Graph();
        var root = graph.Placeholder("root", [2, 3, 3], DType.Float64);
        var b = graph.Placeholder("b", [2, 3], DType.Float64);
        var a = MatMul(root, Transpose(root, 0, 2, 1)) + Identity(graph, 3, DType.Float64);
        Value[] All(Func<Value, Value, Value> solve) => [.. new[] { Squeeze(solve(a, ExpandDims(b, 2)), 2), solve(a, b), ExpandDims(solve(a[0], b[0]), 0) }.SelectMany(x => new[] { x, Ops.Gradient(Sum(Sin(x)), b) })];
        var results = LoopRuns.Everywhere(
            [.. All(Solve), .. All(SolvePositiveDefinite), .. All((m, y) => TriangularSolve(m, y)), .. All((m, y) => TriangularSolve(m, y, lower: false, transpose: true))],
            (root, LoopRuns.Data(1, 2, 3, 3)), (b, LoopRuns.Data(2, 2, 3)));
        for (var way = 0; way < 24; way += 6)
        {
            for (var k = 0; k < 6; k++)
            {
                Assert.Equal(results[way][k], results[way + 2][k], 1e-14);
                Assert.Equal(results[way + 1][k], results[way + 3][k], 1e-14);
                if (k < 3) Assert.Equal(results[way][k], results[way + 4][k], 1e-14);
                if (k < 3) Assert.Equal(results[way + 1][k], results[way + 5][k], 1e-14);
            }
        }
    }

    [Fact]
    public void Diagonals_keep_the_element_type_where_sums_do_not()
    {
        var graph = new Graph();
        var (n, b) = (graph.Placeholder("n", ["m", "m"], DType.Int32), graph.Placeholder("b", [2, 2], DType.Bool));
        using var session = new Session(graph);
        Assert.Equal(TensorData.Create([1, -4], 2), session.Run(Diagonal(n), (n, new[,] { { 1, 2 }, { 3, -4 } })));
        Assert.Equal(TensorData.Create([true, false], 2), session.Run(Diagonal(b), (b, new[,] { { true, true }, { true, false } })));
        Assert.Equal(DType.Int64, Trace(n).DType);
    }
}

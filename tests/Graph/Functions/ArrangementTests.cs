using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class ArrangementTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(2, 3);

    private readonly Graph graph = new();

    [Fact]
    public void Rolled_turned_and_moved()
    {
        FunctionCheck.All(v => Roll(v[0], 1, 1), x => Picked(x[0], 2, 0, 1, 5, 3, 4), X);
        FunctionCheck.All(v => Roll(v[0], [-1, 4], [0, 1]), x => Picked(x[0], 5, 3, 4, 2, 0, 1), X);
        FunctionCheck.All(v => Roll(v[0], -2), x => Picked(x[0], 2, 3, 4, 5, 0, 1), X);
        FunctionCheck.All(v => Rot90(v[0]), x => Picked(x[0], 2, 5, 1, 4, 0, 3), X);
        FunctionCheck.All(v => Rot90(v[0], 2), x => Picked(x[0], 5, 4, 3, 2, 1, 0), X);
        FunctionCheck.All(v => Rot90(v[0], -1), x => Picked(x[0], 3, 0, 4, 1, 5, 2), X);
        FunctionCheck.All(v => SwapAxes(v[0], 0, -1), x => Picked(x[0], 0, 3, 1, 4, 2, 5), X);
        var four = graph.Placeholder("four", [2, 3, 4, 5]);
        Assert.Equal([3, 4, 2, 5], MoveAxis(four, 0, 2).Shape);
        Assert.Equal([4, 2, 5, 3], MoveAxis(four, [2, 1], [0, -1]).Shape);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Rolled_around_an_axis_of_any_extent(int n)
    {
        var x = graph.Placeholder("x", ["n"], DType.Int32);
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var rolled = session.Run([Roll(x, 3, 0), Roll(x, -4, 0)], (x, Enumerable.Range(0, n).ToArray()));
            Assert.Equal(Enumerable.Range(0, n).Select(i => (i - 3 + (3 * n)) % n), rolled[0].AsSpan<int>().ToArray());
            Assert.Equal(Enumerable.Range(0, n).Select(i => (i + 4) % n), rolled[1].AsSpan<int>().ToArray());
        }
    }

    [Fact]
    public void Cut_and_joined()
    {
        var x = graph.Placeholder("x", [7, 2]);
        Assert.Equal([3, 3, 1], Chunk(x, 3).Select(p => (int)p.Shape[0].Value));
        Assert.Equal([2, 2, 2, 1], Chunk(x, 5).Select(p => (int)p.Shape[0].Value));
        Assert.Equal([3, 2, 2], ArraySplit(x, 3).Select(p => (int)p.Shape[0].Value));
        Assert.Equal([7], Unbind(x, 1)[1].Shape);
        FunctionCheck.All(v => Unbind(v[0], 1)[2], x => Picked(x[0], 2, 5), X);
        FunctionCheck.All(v => BlockDiagonal(v[0], v[1]), x => [.. x[0][..3], 0, .. x[0][3..], 0, 0, 0, 0, x[1][0]], X, FunctionCheck.Numbers(1, 1));
        FunctionCheck.All(v => CartesianProduct(v[0], v[1]), x => [x[0][0], x[1][0], x[0][0], x[1][1], x[0][1], x[1][0], x[0][1], x[1][1]], FunctionCheck.Numbers(2), Data.Generate(DType.Float64, [2], i => i + 4));
        FunctionCheck.All(v => Tile(v[0], 2, 1, 2), x => [.. Enumerable.Repeat(Picked(x[0], 0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5), 2).SelectMany(p => p)], X);
    }

    [Fact]
    public void Diagonals_out_of_and_into_matrices()
    {
        FunctionCheck.All(v => Diagonal(v[0], 0), x => Picked(x[0], 0, 4), X);
        FunctionCheck.All(v => Diagonal(v[0], 1), x => Picked(x[0], 1, 5), X);
        FunctionCheck.All(v => Diagonal(v[0], -1), x => Picked(x[0], 3), X);
        FunctionCheck.All(v => Diagonal(v[0], 1, 1, 0), x => Picked(x[0], 3), X);
        Assert.Equal([0], Diagonal(graph.Placeholder("x", [2, 3]), 3).Shape);
        Assert.Equal([4, 2], Diagonal(graph.Placeholder("y", [2, 4, 3]), 0, 0, 2).Shape);
        FunctionCheck.All(v => DiagonalMatrix(v[0]), x => [x[0][0], 0, 0, x[0][1]], FunctionCheck.Numbers(2));
        FunctionCheck.All(v => DiagonalMatrix(v[0], 1), x => [0, x[0][0], 0, 0, 0, x[0][1], 0, 0, 0], FunctionCheck.Numbers(2));
        FunctionCheck.All(v => DiagonalMatrix(v[0], -1), x => [0, 0, 0, x[0][0], 0, 0, 0, x[0][1], 0], FunctionCheck.Numbers(1, 2));
    }

    [Theory]
    [InlineData(PadMode.Reflect, 2, 2, new[] { 2, 1, 0, 1, 2, 1, 0 })]
    [InlineData(PadMode.Symmetric, 2, 3, new[] { 1, 0, 0, 1, 2, 2, 1, 0 })]
    [InlineData(PadMode.Replicate, 2, 1, new[] { 0, 0, 0, 1, 2, 2 })]
    [InlineData(PadMode.Circular, 1, 3, new[] { 2, 0, 1, 2, 0, 1, 2 })]
    [InlineData(PadMode.Reflect, 0, 1, new[] { 0, 1, 2, 1 })]
    [InlineData(PadMode.Circular, 2, 0, new[] { 1, 2, 0, 1, 2 })]
    public void Surrounded_by_its_own_elements(PadMode mode, int low, int high, int[] places) =>
        FunctionCheck.All(v => Pad(v[0], [0, low], [0, high], mode), x => [.. Picked(x[0], places), .. Picked(x[0][3..], places)], X);

    [Fact]
    public void Padding_axes_of_any_extent()
    {
        var x = graph.Placeholder("x", ["n", 2], DType.Float64);
        var padded = Pad(x, [1, 1], [2, 1], PadMode.Replicate);
        Assert.Equal([Dim.Symbol("n") + 3, 4], padded.Shape);
        using var session = new Session(graph);
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2], session.Run(padded, (x, new double[,] { { 1, 2 } })).AsSpan<double>());
    }

    [Fact]
    public void Ranges()
    {
        Value[] ranges =
        [
            Arange(graph, 1, 2, 0.25, DType.Float64), Arange(graph, 3, 0, -2, DType.Int32), Linspace(graph, 0, 2, 5, DType.Float64), Linspace(graph, 3, 7, 1, DType.Float64), Linspace(graph, 3, 7, 0, DType.Float64),
            Logspace(graph, 0, 2, 3, dtype: DType.Float64), Full(graph, [2], 7, DType.Int64), FullLike(Pair(), 0.5), Identity(graph, 2, 3, DType.Float64), Meshgrid(Arange(graph, 2), Arange(graph, 3))[1],
        ];
        double[][] expected = [[1, 1.25, 1.5, 1.75], [3, 1], [0, 0.5, 1, 1.5, 2], [3], [], [1, 10, 100], [7, 7], [0.5, 0.5], [1, 0, 0, 0, 1, 0], [0, 1, 2, 0, 1, 2]];
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            foreach (var (range, numbers) in ranges.Zip(expected)) Assert.Equal(numbers, FunctionCheck.Elements(session.Run(range)), (a, b) => Math.Abs(a - b) <= 1e-13 * a);
        }

        Value Pair() => graph.Constant([1.0, 2.0]);
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var open = graph.Placeholder("open", ["n"]);
        Errors.Throws("pad: axis 1 of 'x' float32[2, 3] has extent 3; reflect padding by 3 needs at least 4 elements. Pad less, or in another mode. Built at {here}.", () => Pad(x, [0, 3], [0, 0], PadMode.Reflect));
        Errors.Throws("pad: axis 0 of 'x' float32[2, 3] has too few elements to cut off 1 before and 2 after. Built at {here}.", () => Pad(x, [-1, 0], [-2, 0], PadMode.Circular));
        Errors.Throws("pad: 1 paddings before and 1 after do not fit the 2 axes of 'x' float32[2, 3]; give both for every axis. Built at {here}.", () => Pad(x, [1], [1], PadMode.Replicate));
        Errors.Throws("roll: 1 shifts do not fit 2 axes of 'x' float32[2, 3]; give one for each. Built at {here}.", () => Roll(x, [1], [0, 1]));
        Errors.Throws("rot90: axis 1 of 'x' float32[2, 3] is named twice; name each axis once. Built at {here}.", () => Rot90(x, 1, 1, -1));
        Errors.Throws("move_axis: 1 axes of 'x' float32[2, 3] do not fit 2 places; give one for each. Built at {here}.", () => MoveAxis(x, [0], [1, 0]));
        Errors.Throws("unbind: axis 0 of 'open' float32[n] has the symbolic extent n; only a known number of slices can be told apart. Slice it, or use Scan. Built at {here}.", () => Unbind(open));
        Errors.Throws("chunk: 0 parts of axis 0 of 'x' float32[2, 3] are asked for; ask for at least one. Built at {here}.", () => Chunk(x, 0));
        Errors.Throws("arange: there is no range from 0 to 1 by 0; all must be finite and the step not 0. Built at {here}.", () => Arange(graph, 0, 1, 0));
        Errors.Throws("arange: int32 does not hold the range from 0 by 0.5; use whole numbers or a float type. Built at {here}.", () => Arange(graph, 0, 1, 0.5, DType.Int32));
        Errors.Throws("linspace: int64 is not float32 or float64; cast the result with Cast. Built at {here}.", () => Linspace(graph, 0, 1, 2, DType.Int64));
        Errors.Throws("meshgrid: 'x' float32[2, 3] is no vector; flatten it. Built at {here}.", () => Meshgrid(x));
        Errors.Throws("diagonal_matrix: 'constant' float32[] is a scalar; it needs an axis. Built at {here}.", () => DiagonalMatrix(graph.Constant(1f)));
    }

    private static double[] Picked(double[] x, params int[] places) => [.. places.Select(i => x[i])];
}

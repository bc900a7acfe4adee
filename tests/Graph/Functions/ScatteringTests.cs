using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class ScatteringTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(4, 2);
    private static readonly TensorData Slices = Data.Generate(DType.Float64, [3, 2], i => (i * 0.7) - 1.9);

    private readonly Graph graph = new();

    [Fact]
    public void Places_of_sorted_elements_are_known_to_be_distinct()
    {
        var (x, u, values) = (graph.Constant([[3f, 1f, 2f], [5f, 6f, 4f]]), graph.Constant([[1f, 2f, 3f], [4f, 5f, 6f]]), graph.Placeholder("values", [2, 2]));
        var gradient = Gradient(Sum(PutAlongAxis(ZerosLike(x), TopK(x, 2, 1).Indices, values, 1) * u), values);
        Assert.DoesNotContain("equal(", graph.ToText(), StringComparison.Ordinal);
        using var session = new Session(graph);
        Assert.Equal([1f, 3f, 5f, 4f], session.Run(gradient, (values, new float[2, 2])).AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData(ScatterReduction.Replace)]
    [InlineData(ScatterReduction.Sum)]
    [InlineData(ScatterReduction.Product)]
    [InlineData(ScatterReduction.Mean)]
    [InlineData(ScatterReduction.Maximum)]
    [InlineData(ScatterReduction.Minimum)]
    public void Slices_combine_in_the_order_of_the_indices(ScatterReduction reduction)
    {
        foreach (var includeSelf in new[] { true, false })
            FunctionCheck.All(v => Scatter(v[0], v[0].Graph.Constant([2, 0, 2]), v[1], 0, reduction, includeSelf), x => Expected(x[0], x[1], includeSelf), X, Slices);

        double[] Expected(double[] x, double[] values, bool includeSelf) => [.. x.Select((own, at) =>
        {
            double[] given = (at / 2) switch { 0 => [values[2 + (at % 2)]], 2 => [values[at % 2], values[4 + (at % 2)]], _ => [] };
            double[] all = includeSelf && reduction != ScatterReduction.Replace || given.Length == 0 ? [own, .. given] : given;
            return reduction switch
            {
                ScatterReduction.Replace => all[^1],
                ScatterReduction.Sum => all.Sum(),
                ScatterReduction.Product => all.Aggregate((a, b) => a * b),
                ScatterReduction.Mean => all.Average(),
                ScatterReduction.Maximum => all.Max(),
                _ => all.Min(),
            };
        })];
    }

    [Fact]
    public void Indices_of_whole_rows_are_not_repeated()
    {
        var (x, places) = (graph.Placeholder("x", [4, 3, 5]), graph.Placeholder("places", [2], DType.Int64));
        Assert.Equal("int64[2, 1, 1]", Scatter(x, places, x[..2], 0, ScatterReduction.Maximum).Node.Inputs[1].Type.ToString());
        Assert.Equal("int64[4, 2, 1]", Scatter(x, places, x[.., ..2], 1, ScatterReduction.Maximum).Node.Inputs[1].Type.ToString());
        Assert.Equal("int64[4, 3, 2]", Scatter(x, places, x[.., .., ..2], 2, ScatterReduction.Maximum).Node.Inputs[1].Type.ToString());
    }

    [Fact]
    public void Equal_extrema_share_and_a_replaced_value_gets_nothing()
    {
        TensorData x = new double[] { 1, 5 };
        TensorData values = new double[] { 5, 5, 2 };
        Assert.Equal([1, 1.0 / 3], Gradients(ScatterReduction.Maximum, 0));
        Assert.Equal([1.0 / 3, 1.0 / 3, 0], Gradients(ScatterReduction.Maximum, 1));
        Assert.Equal([0, 0, 1], Gradients(ScatterReduction.Replace, 1));

        double[] Gradients(ScatterReduction reduction, int by)
        {
            var own = new Graph();
            Value[] v = [own.Placeholder("x", [2], DType.Float64), own.Placeholder("values", [3], DType.Float64)];
            using var session = new Session(own);
            return session.Run(Gradient(Sum(PutAlongAxis(v[0], own.Constant([1, 1, 1]), v[1], 0, reduction)), v[by]), (v[0], x), (v[1], values)).AsSpan<double>().ToArray();
        }
    }

    [Fact]
    public void Places_by_several_indices_or_in_row_major_order()
    {
        FunctionCheck.All(v => Gather(v[0], [v[0].Graph.Constant([[3], [0]]), v[0].Graph.Constant([1, 0, 1])]), x => [x[0][7], x[0][6], x[0][7], x[0][1], x[0][0], x[0][1]], X);
        FunctionCheck.All(v => Take(v[0], v[0].Graph.Constant([7, 0, 7])), x => [x[0][7], x[0][0], x[0][7]], X);
        FunctionCheck.All(
            v => Put(v[0], v[0].Graph.Constant([7, 0, 7]), v[1], ScatterReduction.Sum), x => [x[0][0] + x[1][1], .. x[0][1..7], x[0][7] + x[1][0] + x[1][2]], X, FunctionCheck.Numbers(3));
        FunctionCheck.All(
            v => Scatter(v[0], [v[0].Graph.Constant([1, 3]), v[0].Graph.Constant([1, 0])], v[1]), x => [.. x[0][..3], x[1][0], .. x[0][4..6], x[1][1], x[0][7]], X, FunctionCheck.Numbers(2));
        FunctionCheck.Values(v => Scatter(v[0], v[0].Graph.Constant([1]), 9, 1), x => [.. x[0].Select((e, i) => i % 2 == 1 ? 9 : e)], X);
    }

    [Fact]
    public void Values_under_a_mask_or_in_a_slice()
    {
        TensorData mask = new[,] { { true, false }, { false, false }, { true, true }, { false, true } };
        FunctionCheck.All(v => MaskedScatter(v[0], v[0].Graph.Constant(mask), v[1]), x => [x[1][0], x[0][1], x[0][2], x[0][3], x[1][1], x[1][2], x[0][6], x[1][3]], X, FunctionCheck.Numbers(5));
        FunctionCheck.All(v => SliceScatter(v[0], v[1], 0, 0, 3), x => [x[1][0], x[1][1], .. x[0][2..6], x[1][2], x[1][3]], X, FunctionCheck.Numbers(2, 2));
        FunctionCheck.All(v => SelectScatter(v[0], v[1], 1, 1), x => [.. x[0].Select((e, i) => i % 2 == 1 ? x[1][i / 2] : e)], X, FunctionCheck.Numbers(4));
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void An_index_outside_fails_the_run(Backend backend)
    {
        var x = graph.Placeholder("x", [4, 2]);
        var places = graph.Placeholder("places", [1, 2], DType.Int64);
        var taken = TakeAlongAxis(x, places, 0);
        var put = PutAlongAxis(x, places, Ops.OnesLike(taken), 0);
        var paired = Gather(x, [places[0], places[0]]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var error = Assert.Throws<GraphException>(() => session.Run(taken, (x, new float[4, 2]), (places, new long[,] { { 0, 4 } })));
        Assert.StartsWith("take_along_axis 'take_along_axis': index 4 lies outside axis 0, whose extent is 4", error.Message);
        error = Assert.Throws<GraphException>(() => session.Run(put, (x, new float[4, 2]), (places, new long[,] { { 0, -1 } })));
        Assert.StartsWith("put_along_axis 'put_along_axis': index -1 lies outside axis 0, whose extent is 4", error.Message);
        Assert.Throws<GraphException>(() => session.Run(paired, (x, new float[4, 2]), (places, new long[,] { { 0, 3 } })));
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [4, 2]);
        var flag = graph.Placeholder("flag", [4, 2], DType.Bool);
        var places = graph.Placeholder("places", [3], DType.Int64);
        var wide = graph.Placeholder("wide", [4, 3], DType.Int64);
        Errors.Throws("take_along_axis: the indices 'places' int64[3] need the 2 axes of 'x' float32[4, 2]; insert axes of extent 1, or use Gather for whole slices. Built at {here}.", () => TakeAlongAxis(x, places, 0));
        Errors.Throws(
            "take_along_axis: 'x' float32[4, 2] and the indices 'wide' int64[4, 3] do not broadcast outside axis 0: axis -1 has extent 2 on one side and 3 on the other; extents must be equal or 1. Reshape, slice or transpose one of them. Built at {here}.",
            () => TakeAlongAxis(x, wide, 0));
        Errors.Throws("take_along_axis: the indices 'x' float32[4, 2] are not integers; cast them to int32 or int64. Built at {here}.", () => TakeAlongAxis(x, x, 0));
        Errors.Throws("put_along_axis: 'flag' bool[4, 2] is not a number; cast it with Cast. Built at {here}.", () => PutAlongAxis(flag, wide, graph.Constant(true), 1, ScatterReduction.Sum));
        Errors.Throws("put_along_axis: 'x' float32[4, 2] and the values 'flags' bool[4, 3] differ in element type; cast one of them with Cast. Built at {here}.", () => PutAlongAxis(x, wide, graph.Placeholder("flags", [4, 3], DType.Bool), 1));
        Errors.Throws(
            "scatter_elements: the indices 'wide' int64[4, 3] and the values 'line' float32[3] must have as many axes as 'x' float32[4, 2]. Reshape them, or use PutAlongAxis, whose values broadcast. Built at {here}.",
            () => ScatterElements(x, wide, graph.Placeholder("line", [3]), 1));
        Errors.Throws(
            "scatter_elements: there are indices for 3 elements of axis 1 of 'short' float32[4, 1], whose extent is 1; slice the indices. Built at {here}.",
            () => ScatterElements(x, wide, graph.Placeholder("short", [4, 1]), 1));
        Errors.Throws(
            "scatter_elements: there are indices for 2 elements of axis 0 of 'one' float32[1], whose extent is 1; slice the indices. Built at {here}.",
            () => ScatterElements(graph.Placeholder("s", []), graph.Placeholder("two", [2], DType.Int64), graph.Placeholder("one", [1]), 0));
        Errors.Throws("gather: 3 index tensors do not fit the 2 axes of 'x' float32[4, 2]; give one for each of the first axes. Built at {here}.", () => Gather(x, [places, places, places]));
        Errors.Throws("slice_scatter: elements 3 … 4 do not all lie on axis 0 of 'x' float32[4, 2], whose extent is 4; replace fewer. Built at {here}.", () => SliceScatter(x, x[..2], 0, 3));
        Errors.Throws("masked_scatter: the mask 'x' float32[4, 2] is not bool; compare it with something first. Built at {here}.", () => MaskedScatter(x, x, x));
    }
}

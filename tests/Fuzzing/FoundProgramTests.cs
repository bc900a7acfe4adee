using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Programs that random search found to fail once, cut down to what made them fail.</summary>
public sealed class FoundProgramTests
{
    private readonly Graph graph = new();

    [Fact]
    public void A_row_keeps_no_addresses()
    {
        // The place that was gathered from was kept in a row, which lost that it differs from lane to lane.
        var x = graph.Placeholder("x", [5, 5, 3], DType.Float64);
        var indices = graph.Constant([1L, 0L, 0L]);
        AssertBackendsAgree(LogSumExp(Gather(x, indices), 1), x);
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_loop_over_constants_runs(Backend backend)
    {
        // Constant folding took it for an op that it could evaluate.
        var (sum, _) = Scan((h, x) => (h + x, h), graph.Constant(1.0), graph.Constant([2.0, 3.0]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Assert.Equal(6, session.Run(sum).Item<double>());
    }

    [Fact]
    public void A_member_under_another_shape_is_not_read_before_it_is_stored()
    {
        var x = graph.Placeholder("x", [51], DType.Float64);
        AssertBackendsAgree(Gradient(Sum(Square(Repeat(x, 2, 0))), x), x);
    }

    [Fact]
    public void What_a_tail_hoists_survives_the_next_row()
    {
        // Locals freed by an inner block were taken for values computed before the loop around it.
        var x = graph.Placeholder("x", [5, 90, 7], DType.Float64);
        AssertBackendsAgree(Sum(x, 1), x);
    }

    [Fact]
    public void Updates_in_nested_loops_find_their_places()
    {
        // An index chosen by a branch was hoisted out of the loops around it.
        var x = graph.Placeholder("x", [5, 16, 5], DType.Float64);
        var indices = graph.Constant([2, 4, 3, 0, 3]);
        AssertBackendsAgree(Gradient(Sum(Gather(x, indices, 2) * 0.7), x), x);
    }

    [Fact]
    public void A_predicate_is_known_before_what_it_guards()
    {
        // The guarded value was built first, and its kernel looked at a predicate that no kernel had stored yet.
        var x = graph.Placeholder("x", [70], DType.Float64);
        var product = Prod(x);
        AssertBackendsAgree(Cond(Max(x) > 5, Sum(x), product), x);
    }

    [Fact]
    public void Rows_and_columns_share_an_axis_of_extent_1()
    {
        // The first axis belongs to the rows of one reduction and to the columns of the other; its index was given to the wrong one.
        var x = graph.Placeholder("x", [1, "n", "n"], DType.Float64);
        AssertBackendsAgree(Prod(x, 1) + Sum(x, 2), x, 67);
    }

    [Fact]
    public void Correlations_read_operands_in_another_shape_than_their_buffers()
    {
        // The extents were those of the buffer, which is the input as it is fed.
        var x = graph.Placeholder("x", [5, 9], DType.Float64);
        var kernels = graph.Constant([0.5, 2, -1, 3, 0.25, 1]);
        AssertBackendsAgree(Conv1d(Reshape(x, 15, 3, 1), Reshape(kernels, 6, 1, 1), groups: 3), x);
    }

    private void AssertBackendsAgree(Value y, Value x, int symbol = 0)
    {
        var random = new Random(1);
        var extents = x.Shape.Select(d => d.IsConstant ? (int)d.Value : symbol).ToArray();
        var data = OpTable.Data.Random(x.DType, extents, random);
        (Value, TensorData)[] feeds = GraphSlice.Of([y.Node]).Contains(x.Node) ? [(x, data)] : [];
        using var compiled = new Session(graph, new SessionOptions { Verify = true });
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        var expected = interpreted.Run(y, feeds);
        var actual = compiled.Run(y, feeds);
        Assert.Equal(expected.Type, actual.Type);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.At(i), actual.At(i), 1e-12);
    }
}

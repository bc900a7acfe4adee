using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

public sealed class ScatterTests
{
    /// <summary>The JIT once took the addresses of this loop nest to move with the outer loops alone; every update met element 0.</summary>
    [Fact]
    public void Updates_along_the_last_axis_reach_their_own_elements()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [9, 2, 9], DType.Float64);
        long[] indices = [2, 8, 8, 8, 0, 3, 8, 6, 2, 8, 6, 4, 3, 3, 7, 4];
        var gradient = Gradient(Sum(Gather(x, graph.Constant(indices), 2)) * 0.5, x);

        using var session = new Session(graph);
        var actual = session.Run(gradient, (x, new double[9, 2, 9])).AsSpan<double>();

        for (var i = 0; i < actual.Length; i++) Assert.Equal(0.5 * indices.Count(k => k == i % 9), actual[i]);
    }

    /// <summary>Where the place is the same for every update, the sum was read before the loop, and only the last update stayed.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    public void Updates_at_one_constant_place_are_all_added(int extent, int place)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [extent], DType.Float64);
        var updates = graph.Placeholder("updates", [5], DType.Float64);
        var sums = ScatterAdd(x, graph.Constant(Enumerable.Repeat((long)place, 5).ToArray()), updates);

        using var session = new Session(graph);
        var actual = session.Run(sums, (x, new double[extent]), (updates, new double[] { 1, 2, 4, 8, 16 })).AsSpan<double>();

        Assert.Equal(31, actual[place]);
    }

    /// <summary>Threads share long slices, each with a part of every one: all parts add in the order of the indices.</summary>
    [Theory]
    [InlineData(1100, 1)]
    [InlineData(1100, 3)]
    [InlineData(255, 3)]
    public void Slices_are_added_in_order_on_any_number_of_threads(int length, int threads)
    {
        var graph = new Graph();
        Dim width = threads == 3 ? length : "width";
        var (x, places, updates) = (graph.Placeholder("x", [7, width]), graph.Placeholder("places", [300], DType.Int64), graph.Placeholder("updates", [300, width]));
        using var session = new Session(graph, new SessionOptions { Threads = threads });
        var random = new Random(4);
        var at = Array.ConvertAll(new long[300], _ => random.NextInt64(7));
        var (start, added) = (new float[7, length], new float[300, length]);
        foreach (var rows in (float[][,])[start, added])
        {
            for (var i = 0; i < rows.GetLength(0); i++)
            {
                for (var j = 0; j < length; j++) rows[i, j] = (random.NextSingle() - 0.5f) * MathF.ScaleB(1, random.Next(20));
            }
        }
        var sums = session.Run(ScatterAdd(x, places, updates), (x, start), (places, at), (updates, added)).AsSpan<float>();
        for (var k = 0; k < 300; k++)
        {
            for (var j = 0; j < length; j++) start[at[k], j] += added[k, j];
        }
        Assert.Equal(start.Cast<float>(), sums.ToArray());
    }

    /// <summary>Both bounds are one comparison of unsigned numbers.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_place_outside_fails(long outside)
    {
        var graph = new Graph();
        var (x, places) = (graph.Placeholder("x", ["n"], DType.Float64), graph.Placeholder("places", [3], DType.Int64));
        Value[] results = [BinCount(places, 5), ScatterAdd(x, places, graph.Constant(new double[3])), Gather(x, places)];
        using var session = new Session(graph);
        foreach (var result in results)
        {
            foreach (var at in (int[])[0, 2])
            {
                long[] found = [4, 0, 4];
                session.Run(result, (x, new double[5]), (places, found));
                found[at] = outside;
                Assert.Throws<GraphException>(() => session.Run(result, (x, new double[5]), (places, found)));
            }
        }
    }
}

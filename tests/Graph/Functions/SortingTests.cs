using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class SortingTests
{
    private static readonly TensorData Numbers = FunctionCheck.Numbers(3, 7);

    private readonly Graph graph = new();

    /// <summary>Of an extent that a feed makes 0, as of one that is known to be.</summary>
    [Fact]
    public void Edges_around_nothing_are_0_to_1()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n"]);
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            Assert.Equal([0, 0.25f, 0.5f, 0.75f, 1], session.Run(HistogramEdges(x, 4), (x, Array.Empty<float>())).AsSpan<float>());
            Assert.Equal([2, 3, 4], session.Run(HistogramEdges(x, 2), (x, new float[] { 4, 2 })).AsSpan<float>());
        }
    }

    [Fact]
    public void Values_come_in_order_and_gradients_go_back_to_their_places()
    {
        FunctionCheck.All(v => Sort(v[0]).Values, x => Lines(x[0], line => line.Order()), Numbers);
        FunctionCheck.All(v => Sort(v[0], 1, descending: true).Values, x => Lines(x[0], line => line.OrderDescending()), Numbers);
        FunctionCheck.All(v => TopK(v[0], 3).Values, x => Lines(x[0], line => line.OrderDescending().Take(3)), Numbers);
        FunctionCheck.All(v => TopK(v[0], 2, largest: false).Values, x => Lines(x[0], line => line.Order().Take(2)), Numbers);
        FunctionCheck.All(v => KthValue(v[0], 3).Values, x => Lines(x[0], line => line.Order().Skip(2).Take(1)), Numbers);
        FunctionCheck.All(v => Median(v[0], -1).Values, x => Lines(x[0], line => line.Order().Skip(3).Take(1)), Numbers);
        FunctionCheck.All(v => MaxWithIndex(v[0]).Values, x => Lines(x[0], line => [line.Max()]), Numbers);
        FunctionCheck.All(v => MinWithIndex(v[0], keepDims: true).Values, x => Lines(x[0], line => [line.Min()]), Numbers);
    }

    /// <summary>The number of the element depends on the extent, which a run tells; lines of every length on the way of another method.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Medians_of_symbolic_lines(Backend backend)
    {
        const int Seed = 7;
        var random = new Random(Seed);
        var x = graph.Placeholder("x", ["n", "m"]);
        var (median, place) = Median(x, 1);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        foreach (var m in new[] { 1, 2, 3, 8, 31, 32, 33, 64, 65, 200, 1001 })
        {
            var data = new float[5, m];
            for (var i = 0; i < 5; i++)
            {
                // Of few values many are equal.
                for (var j = 0; j < m; j++) data[i, j] = i < 2 ? random.Next(-3, 3) : (random.NextSingle() - 0.5f) * MathF.Exp(random.Next(20));
            }
            var results = session.Run([median, place], (x, data));
            for (var i = 0; i < 5; i++)
            {
                var expected = Enumerable.Range(0, m).OrderBy(j => data[i, j]).ElementAt((m - 1) / 2);
                Expect.True(results[1].At(i) == expected && results[0].At(i) == data[i, expected], $"seed {Seed}: line {i} of {m} gave place {results[1].At(i)}, expected {expected}");
            }
        }
        Assert.StartsWith("argsort 'argsort': axis 1 has no element number 0 in its order: its extent is 0 in this run. Built at SortingTests.cs:", Assert.Throws<GraphException>(() => session.Run(median, (x, new float[2, 0]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Second_derivatives_of_sorted_values()
    {
        var x = graph.Placeholder("x", [5], DType.Float64);
        var loss = Sum(Square(Sort(x).Values) * Sin(TopK(x, 5).Values));
        TensorData point = new double[] { 0.3, -1, 2, 0.9, 0.1 };
        Assert.InRange(GradientCheck.Verify(loss, [x], (x, point)), 0, 1e-6);
        Assert.InRange(GradientCheck.Verify(Ops.Gradient(loss, x), [x], (x, point)), 0, 1e-6);
    }

    [Fact]
    public void Quantiles_lie_between_neighbours()
    {
        foreach (var fraction in new[] { 0, 0.1, 0.25, 0.5, 0.77, 1 })
        {
            FunctionCheck.All(
                v => Quantile(v[0], fraction, 1),
                x => Lines(x[0], line =>
                {
                    var sorted = line.Order().ToArray();
                    var rank = fraction * 6;
                    var (below, above) = (sorted[(int)Math.Floor(rank)], sorted[(int)Math.Ceiling(rank)]);
                    return [below + ((rank - Math.Floor(rank)) * (above - below))];
                }),
                Numbers);
        }
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Medians_and_quantiles_with_NaN(Backend backend)
    {
        var x = graph.Placeholder("x", [3, 4]);
        var (median, place) = Median(x, 1);
        var (other, otherPlace) = NanMedian(x, 1);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run(
            [median, place, other, otherPlace, Quantile(x, 0.5), NanQuantile(x, 0.5), Median(x)],
            (x, new float[,] { { 4, 1, 3, 2 }, { 1, float.NaN, 3, 2 }, { float.NaN, float.NaN, float.NaN, float.NaN } }));
        Assert.Equal([2, float.NaN, float.NaN], results[0].AsSpan<float>());
        Assert.Equal([3, 1, 0], results[1].AsSpan<long>());
        Assert.Equal([2, 2, float.NaN], results[2].AsSpan<float>());
        Assert.Equal([3, 3, 0], results[3].AsSpan<long>());
        Assert.Equal([2.5f, float.NaN, float.NaN], results[4].AsSpan<float>());
        Assert.Equal([2.5f, 2, float.NaN], results[5].AsSpan<float>());
        Assert.Equal(float.NaN, results[6].Item<float>());
    }

    [Fact]
    public void Counting_into_intervals()
    {
        FunctionCheck.Values(v => Cast(Bucketize(v[0], v[1]), v[0].DType), x => [0, 0, 1, 2, 3], new double[] { 0, 1, 1.5, 3, 9 }, new double[] { 1, 2, 3 });
        FunctionCheck.Values(v => Histogram(v[0], 4, 0, 2), x => [2, 1, 0, 3], new double[] { 0, 0.25, 0.5, 1.5, 2, 1.75, 2.01, -0.1, double.NaN });
        FunctionCheck.Values(v => Histogram(v[0], v[1]), x => [1, 2], new double[] { 0, 1, 5, 6 }, new double[] { 0, 1, 5 });
        FunctionCheck.All(v => Histogram(v[0].Graph.Constant(new double[] { 0.1, 0.6, 0.2 }), v[0].Graph.Constant(new double[] { 0, 0.5, 1 }), v[0]), x => [x[0][0] + x[0][2], x[0][1]], FunctionCheck.Numbers(3));
        FunctionCheck.Values(v => Cast(BinCount(v[0], 5), DType.Float64), x => [1, 2, 0, 1, 0], new[] { 1, 0, 3, 1 });
        FunctionCheck.All(v => BinCount(v[0].Graph.Constant([2, 0, 2]), 4, v[0]), x => [x[0][1], 0, x[0][0] + x[0][2], 0], FunctionCheck.Numbers(3));
        FunctionCheck.Values(v => Cast(IsIn(v[0], v[1]), v[0].DType), x => [1, 0, 0, 1], new double[] { 3, 4, double.NaN, -1 }, new double[,] { { -1, double.NaN }, { 3, 3 } });
    }

    [Fact]
    public void Sorting_each_example_is_sorting_all()
    {
        var x = graph.Placeholder("x", ["n", 5], DType.Float64);
        var each = Vectorize(row => Sort(row).Values + CumSum(TopK(row, 2).Values, 0)[0] + Cast(SearchSorted(Sort(row).Values, row), DType.Float64), x);
        var all = Sort(x).Values + TopK(x, 1).Values + Cast(SearchSorted(Sort(x).Values, x), DType.Float64);
        using var session = new Session(graph);
        var results = session.Run([each, all], (x, FunctionCheck.Numbers(4, 5)));
        Assert.Equal(results[1].AsSpan<double>(), results[0].AsSpan<double>());
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var n = graph.Placeholder("n", [4], DType.Int32);
        Errors.Throws("Sort: 'x' float32[2, 3] has no axis 2; axes are 0 … 1, or -2 … -1 counted from the end. Built at {here}.", () => Sort(x, 2));
        Errors.Throws("topk: 4 elements of axis 1 of 'x' float32[2, 3] are asked for, whose extent is 3; ask for 0 … 3. Built at {here}.", () => TopK(x, 4));
        Errors.Throws("kthvalue: axis 1 of 'x' float32[2, 3] has no element number 0 in its order; numbers are 1 … 3. Built at {here}.", () => KthValue(x, 0));
        Errors.Throws("median: axis 0 of 'empty' float32[0] has no elements, so none of them can be chosen. Built at {here}.", () => Median(graph.Placeholder("empty", [0]), 0));
        Errors.Throws("quantile: the fraction 1.5 for 'x' does not lie in 0 … 1. Built at {here}.", () => Quantile(x, 1.5));
        Errors.Throws("quantile: 'n' int32[4] is not float32 or float64; cast it with Cast. Built at {here}.", () => Quantile(n, 0.5));
        Errors.Throws("searchsorted: 'n' int32[4] and the values 'x' float32[2, 3] differ in element type; cast one of them with Cast. Built at {here}.", () => SearchSorted(n, x));
        Errors.Throws("searchsorted: the lines 'x' float32[2, 3] and the values 'y' float32[3, 3] do not fit: but for the last their axes must be equal. Reshape or broadcast one of them. Built at {here}.", () => SearchSorted(x, graph.Placeholder("y", [3, 3])));
        Errors.Throws("bucketize: the boundaries 'x' float32[2, 3] must have one axis; for lines of their own use SearchSorted. Built at {here}.", () => Bucketize(x, x));
        Errors.Throws("bincount: 'x' float32[2, 3] is not int32 or int64; cast it with Cast. Built at {here}.", () => BinCount(x, 3));
        Errors.Throws("bincount: 'places' int64[2, 3] must have one axis; flatten it. Built at {here}.", () => BinCount(graph.Placeholder("places", [2, 3], DType.Int64), 3));
        Errors.Throws("histogram: 0 intervals for 'x' float32[2, 3] hold nothing; ask for at least one. Built at {here}.", () => Histogram(x, 0, 0, 1));
        Errors.Throws("histogram: the ends 1 and 1 for 'x' must be finite and ascending. Built at {here}.", () => Histogram(x, 2, 1, 1));
    }

    private static double[] Lines(double[] x, Func<double[], IEnumerable<double>> line) => [.. x.Chunk(7).SelectMany(line)];

    /// <summary>The few first of a short line are kept in order as it is read: those that sorting puts first, equal ones and NaN included.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_first_of_short_lines_are_those_of_the_sorted_line(bool largest)
    {
        foreach (var type in (DType[])[DType.Float32, DType.Float64, DType.Int32, DType.Int64])
        {
            foreach (var length in (int[])[2, 3, 5, 16, 31])
            {
                var graph = new Graph();
                var x = graph.Placeholder("x", [40, length], type);
                var data = OpTable.Data.Generate(type, [40, length], e => type.IsFloat() && e % 23 == 0 ? double.NaN : ((e * 37) % 11) - 5);
                using var session = new Session(graph);
                var sorted = session.Run(ArgSort(x, descending: largest), (x, data)).AsSpan<long>().ToArray();
                for (var count = 1; count < Math.Min(length, 6); count++)
                {
                    var found = session.Run(TopK(x, count, largest: largest).Indices, (x, data)).AsSpan<long>().ToArray();
                    Assert.Equal(sorted.Chunk(length).SelectMany(line => line[..count]), found);
                }
            }
        }
    }

    /// <summary>Short lines are sorted side by side, by a network: as LINQ sorts them, equal elements in their order and NaN last, along any axis and whatever is left over.</summary>
    [Theory]
    [InlineData(DType.Float32, false)]
    [InlineData(DType.Float32, true)]
    [InlineData(DType.Int32, false)]
    [InlineData(DType.Int32, true)]
    [InlineData(DType.Float64, false)]
    [InlineData(DType.Float64, true)]
    [InlineData(DType.Int64, false)]
    [InlineData(DType.Int64, true)]
    [InlineData(DType.Bool, true)]
    public void Short_lines_are_sorted_side_by_side(DType type, bool descending)
    {
        foreach (var length in (int[])[2, 3, 7, 8, 9, 31, 33, 64, 65])
        {
            foreach (var (outer, inner) in ((int, int)[])[(3, 1), (8, 1), (21, 1), (2, 5), (1, 17)])
            {
                var graph = new Graph();
                var x = graph.Placeholder("x", [outer, length, inner], type);
                var random = new Random(length + inner);
                var numbers = Enumerable.Range(0, outer * length * inner).Select(_ => (double)(random.Next(9) - 4)).ToArray();
                if (type.IsFloat()) numbers = [.. numbers.Select(n => n == 3 ? double.NaN : n == 2 ? -0.0 : n == 4 ? double.NegativeInfinity : n)];
                var data = OpTable.Data.Generate(type, [outer, length, inner], e => type == DType.Bool ? (numbers[e] > 0 ? 1 : 0) : numbers[e]);
                using var session = new Session(graph, new SessionOptions { Threads = 2 });

                var found = session.Run(ArgSort(x, 1, descending), (x, data)).AsSpan<long>().ToArray();
                var first = session.Run(TopK(x, Math.Min(length, 5), 1, descending).Indices, (x, data)).AsSpan<long>().ToArray();

                for (var line = 0; line < outer * inner; line++)
                {
                    int At(int place, int count) => (((line / inner * count) + place) * inner) + (line % inner);
                    // NaN is greater than any number, and LINQ holds it for smaller.
                    double Key(int place) => double.IsNaN(data.At(At(place, length))) ? double.PositiveInfinity : data.At(At(place, length)) + 0.0;
                    var places = Enumerable.Range(0, length);
                    var expected = (descending ? places.OrderByDescending(Key) : places.OrderBy(Key)).Select(i => (long)i).ToArray();
                    Assert.Equal(expected, places.Select(i => found[At(i, length)]));
                    Assert.Equal(expected[..Math.Min(length, 5)], Enumerable.Range(0, Math.Min(length, 5)).Select(i => first[At(i, Math.Min(length, 5))]));
                }
            }
        }
    }
}

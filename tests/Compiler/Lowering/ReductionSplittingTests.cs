using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>
/// Reductions that are cut into chunks: the same as the interpreter's up to rounding at every width, and the same bits at any number
/// of threads.
/// </summary>
public sealed class ReductionSplittingTests
{
    private static readonly VectorWidth[] Widths = [VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar];

    [Theory]
    [InlineData(301, 257)]
    [InlineData(5000, 33)]
    [InlineData(40, 3001)]
    [InlineData(9001, 7)]
    public void Columns(int rows, int columns) =>
        Check([rows, columns], DType.Float32, x => [Sum(x, 0), Max(x, 0), Sum(Square(x) + 1, 0) * 0.5f]);

    /// <summary>Bodies that wait for their own results, several rows and vectors at a time; the last ones are fewer.</summary>
    [Theory]
    [InlineData(301, 257)]
    [InlineData(1030, 64)]
    [InlineData(999, 24)]
    public void Columns_of_long_chains(int rows, int columns) =>
        Check([rows, columns], DType.Float32, x => [Sum(Tanh(x + x[0]), 0), Max(Sigmoid(x * 3), 0), Sum(Exp(Sin(x)), 0) * 0.5f, Gradient(Sum(Tanh(x * x[1])), x)]);

    [Theory]
    [InlineData(100_003)]
    [InlineData(32_768)]
    public void All_elements(int count) => Check([count], DType.Float32, x => [Mean(x), Max(x), x - Mean(x)]);

    /// <summary>Without rows there are no chunks.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70)]
    public void An_unknown_number_of_rows_that_may_be_none(int rows)
    {
        Check(["rows", 1024], [rows, 1024], DType.Float32, x => [Sum(x), Max(x), Sum(x, 0), Prod(x, 0)]);
        Check([3, "rows", 8, 8], [3, rows, 8, 8], DType.Float64, x => [Sum(x, [0, 2, 3]), Sum(x, [1]), Sum(x * x)]);
    }

    [Fact]
    public void Doubles() => Check([777, 129], DType.Float64, x => [Sum(x, 0), Mean(x), Min(x, 0)]);

    [Fact]
    public void An_axis_in_the_middle() => Check([3, 200, 130], DType.Float32, x => [Sum(x, 1), Max(Abs(x), 1)]);

    [Fact]
    public void Axes_around_the_kept_one() => Check([40, 30, 65], DType.Float32, x => [Sum(x, [0, 2]), Sum(x, [0, 1])]);

    [Fact]
    public void One_walk_after_another() => Check([500, 97], DType.Float32, x => [Softmax(x, 0), BatchNorm(x, axis: 1).Output]);

    /// <summary>Rows are walked once: for reductions along them, what is computed from those, and sums over them.</summary>
    [Theory]
    [InlineData(301, 130)]
    [InlineData(70, 2051)]
    public void Rows_and_columns_in_one_walk(int rows, int columns) =>
        Check([rows, columns], DType.Float32, x =>
        {
            var y = LayerNorm(x, x[0], x[1]);
            return [y, .. Gradients(Sum(y * y * x), x), Sum(Softmax(x), 0), Sum(x / Sum(Abs(x), 1, keepDims: true), 0)];
        });

    [Fact]
    public void Rows_of_two_axes_and_columns() =>
        Check([20, 9, 67], DType.Float64, x => [Softmax(x), Sum(Softmax(x), [0, 1]), Max(x - Mean(x, -1, keepDims: true), [0, 1])]);

    /// <summary>The logit of a label is read, not searched for; labels out of range are nobody's.</summary>
    [Theory]
    [InlineData(DType.Int64, 70)]
    [InlineData(DType.Int32, 129)]
    [InlineData(DType.Int64, 5)]
    public void Terms_that_a_label_picks(DType type, int classes) =>
        Check([33, classes], DType.Float32, x =>
        {
            var labels = Cast(Round(x[.., 0] * 100), type);
            var chosen = OneHot(labels, classes, DType.Bool);
            var loss = Losses.CategoricalCrossEntropyFromLogits(x * 2, Cast(Floor(Abs(x[.., 1]) * 4), type));
            return [Sum(Where(chosen, x * 3, 0), -1), Cast(Any(chosen, -1), DType.Float32), Sum(OneHot(labels, classes) * x, -1), loss, Gradient(loss, x)];
        });

    [Fact]
    public void Truth_values() => Check([600, 70], DType.Float32, x => [Cast(Any(x > 0.99f, 0), DType.Float32), Cast(All(x > -0.99f, 0), DType.Float32)]);

    [Fact]
    public void An_extent_known_when_it_runs()
    {
        foreach (var rows in new[] { 1, 7, 1000, 4099 })
        {
            Check(["n", 65], [rows, 65], DType.Float32, x => [Sum(x, 0), Mean(Square(x)), Softmax(x, 0)]);
        }
    }

    [Fact]
    public void A_product_of_few_columns_is_exact()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [100_000, 3], DType.Int64);
        using var session = new Session(graph);
        var data = Enumerable.Range(0, 300_000).Select(i => (long)i).ToArray();
        var sums = session.Run(Sum(x, 0), (x, TensorData.Create(data, 100_000, 3))).AsSpan<long>();
        for (var c = 0; c < 3; c++) Assert.Equal(Enumerable.Range(0, 100_000).Sum(r => (3L * r) + c), sums[c]);
    }

    private static void Check(int[] extents, DType type, Func<Value, Value[]> define) => Check([.. extents.Select(e => (Dim)e)], extents, type, define);

    private static void Check(Dim[] shape, int[] extents, DType type, Func<Value, Value[]> define)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", new Shape(shape), type);
        var results = define(x);
        var random = new Random(1);
        var numbers = Enumerable.Range(0, extents.Aggregate(1, (a, b) => a * b)).Select(_ => (random.NextDouble() * 2) - 1).ToArray();
        var data = type == DType.Float64 ? TensorData.Create(numbers, extents) : TensorData.Create(Array.ConvertAll(numbers, n => (float)n), extents);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        // Alone and together: what else is fetched decides what shares a kernel.
        foreach (var fetches in results.Select(r => new[] { r }).Append(results))
        {
            var expected = interpreted.Run(fetches, (x, data));
            foreach (var width in Widths)
            {
                using var one = new Session(graph, new SessionOptions { Width = width, Threads = 1 });
                using var two = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
                var (actual, again) = (one.Run(fetches, (x, data)), two.Run(fetches, (x, data)));
                for (var i = 0; i < fetches.Length; i++)
                {
                    AssertClose(expected[i], actual[i], $"{fetches[i].Name} at {width}");
                    Assert.Equal(actual[i].Bytes, again[i].Bytes);
                }
            }
        }
    }

    private static void AssertClose(TensorData expected, TensorData actual, string what)
    {
        var tolerance = expected.DType == DType.Float64 ? 1e-11 : 2e-4;
        var (e, a) = (Numbers(expected), Numbers(actual));
        Assert.Equal(e.Length, a.Length);
        for (var i = 0; i < e.Length; i++) Expect.True(e[i].Equals(a[i]) || Math.Abs(e[i] - a[i]) <= tolerance * (1 + Math.Abs(e[i])), $"{what}[{i}]: {a[i]} instead of {e[i]}");
    }

    private static double[] Numbers(TensorData data) =>
        data.DType == DType.Float64 ? data.AsSpan<double>().ToArray() : Array.ConvertAll(data.AsSpan<float>().ToArray(), x => (double)x);
}

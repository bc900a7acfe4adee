using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Masks by chance, masks upon masks, and what is refused; masks by size are compared with libtorch's.</summary>
public sealed class PruningTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Random_masks_leave_as_many_out_and_none_twice()
    {
        const long seed = 5;
        var w = graph.Constant(TensorData.Filled(DType.Float32, 1, 6, 8));
        var first = Pruning.Random(w, 11, seed: seed);
        var slices = Pruning.RandomSlices(w, 2, 1, seed: seed);
        Value[] masks = [first, Pruning.Random(w, 0.5, first, seed + 1), slices, Pruning.RandomSlices(w, 0.5, 1, slices, seed + 1), Pruning.Random(w, 99, seed: seed)];
        using var session = new Session(graph);
        var results = session.Run(masks).Select(m => m.AsSpan<float>().ToArray()).ToArray();
        // Of 37 that are left half are 18.5, and 18 the even number.
        Assert.Equal([37, 19, 36, 18, 0], results.Select(m => m.Count(e => e == 1)));
        Assert.All(results, m => Assert.All(m, e => Assert.True(e is 0 or 1)));
        for (var i = 0; i < 48; i++)
        {
            Assert.True(results[1][i] <= results[0][i] && results[3][i] <= results[2][i]);
            Assert.Equal(results[2][i % 8], results[2][i]);
        }
    }

    /// <summary>Each weight is left out as often as any other.</summary>
    [Fact]
    public void Every_weight_has_its_chance()
    {
        const int runs = 4000;
        var w = graph.Constant(TensorData.Filled(DType.Float64, 1, 10));
        var left = graph.Variable("left", new double[10]);
        using var session = new Session(graph, new SessionOptions());
        session.Run(AssignAdd(left, 1 - Pruning.Random(w, 3, seed: 9)), times: runs);
        Assert.All(session.Read(left).AsSpan<double>().ToArray(), count => Assert.InRange(count, (runs * 0.3) - (5 * Math.Sqrt(runs * 0.21)), (runs * 0.3) + (5 * Math.Sqrt(runs * 0.21))));
    }

    [Fact]
    public void Equal_weights_go_in_order_and_nan_stays()
    {
        var w = graph.Constant([2.0, -2, double.NaN, 2, 0.0, double.PositiveInfinity]);
        var mask = graph.Constant([1.0, 1, 1, 1, 0, 1]);
        using var session = new Session(graph);
        Assert.Equal([0, 0, 1, 1, 0, 1], session.Run(Pruning.Smallest(w, 2, mask)).AsSpan<double>().ToArray());
        Assert.Equal([1, 1, 1, 1, 0, 1], session.Run(Pruning.Smallest(w, 0, mask)).AsSpan<double>().ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0], session.Run(Pruning.Smallest(w, 1.0, mask)).AsSpan<double>().ToArray());
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var (w, n) = (graph.Placeholder("w", [3, 4]), graph.Placeholder("n", [3], DType.Int64));
        Errors.Throws("pruning: -1 weights cannot be left out; the number must not be negative. Built at {here}.", () => Pruning.Smallest(w, -1));
        Assert.Contains("'n' int64[3] must be a float32 or float64 like the other weights; cast it with Cast.", Assert.Throws<GraphException>(() => Pruning.Smallest(n, 1)).Message);
        Assert.Contains("the mask 'n' is int64[3], its weights 'w' float32[3, 4]; they must be of one type and shape.", Assert.Throws<GraphException>(() => Pruning.Random(w, 1, n)).Message);
        Assert.Contains("1 weights have 2 masks; give one for each.", Assert.Throws<GraphException>(() => Pruning.SmallestOfAll([w], 1, [w, w])).Message);
        Assert.Contains("there are no weights; give at least one.", Assert.Throws<GraphException>(() => Pruning.SmallestOfAll([], 1)).Message);
    }
}

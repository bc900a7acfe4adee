using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>What rows need once each and takes as long as much of a row has a kernel of its own, with rows in the lanes.</summary>
public sealed class RowValuesTests
{
    [Theory]
    [MemberData(nameof(KernelCases.Floats), MemberType = typeof(KernelCases))]
    public void Rows_are_scaled_and_chosen_as_they_are_one_by_one(VectorWidth width, DType type)
    {
        foreach (var (n, m, k) in new[] { (60, 50, 16), (41, 37, 23), (40, 300, 5) })
        {
            var graph = new Graph();
            var (w, x, y) = (graph.Placeholder("w", [n, m], type), graph.Placeholder("x", [n, k], type), graph.Placeholder("y", [m, k], type));
            var weights = ExpandDims(Where(w > 0, 1 / Sqrt(Abs(w)), 0), 2);
            var terms = Where(ExpandDims(w > -0.5, 2), weights * (ExpandDims(x, 1) - y), 0.25);
            // Of elements of both sizes, of which masks have one.
            var wide = Where(ExpandDims(w > -0.5, 2), Cast(weights, DType.Float64) * Cast(ExpandDims(x, 1) - y, DType.Float64), 0.25);
            Value[] results = [Sum(terms, 1), Sum(terms, 0), terms, Cast(wide, type), Cast(Sum(wide, 1), type)];
            foreach (var result in results)
            {
                using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
                using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
                (Value, TensorData)[] feeds = [(w, Numbers(1, type, n, m)), (x, Numbers(2, type, n, k)), (y, Numbers(3, type, m, k))];
                var (actual, expected) = (compiled.Run(result, feeds), interpreted.Run(result, feeds));
                for (var e = 0; e < expected.Count; e++)
                    Expect.True(Math.Abs(actual.At(e) - expected.At(e)) <= (type == DType.Float32 ? 2e-5 : 1e-13) * Math.Max(1, Math.Abs(expected.At(e))), $"{n}×{m}×{k}, {result.Name}, element {e}: {actual.At(e)}, not {expected.At(e)}");
            }
        }
    }

    [Fact]
    public void Roots_and_quotients_of_rows_go_to_the_lanes_where_rows_are_short_beside_them()
    {
        Assert.Equal(1, Kernels(64, w => 1 / Sqrt(w)));
        // A long row hides them; a product takes no longer than to load it.
        Assert.Equal(0, Kernels(4096, w => 1 / Sqrt(w)));
        Assert.Equal(0, Kernels(64, w => w * 2));

        static int Kernels(int columns, Func<Value, Value> weight)
        {
            var graph = new Graph();
            var (w, x) = (graph.Placeholder("w", [100, 80]), graph.Placeholder("x", [100, 1, columns]));
            using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector256 });
            return session.Explain(ExpandDims(weight(w), 2) * Tanh(x)).Kernels.Split('\n').Count(line => line.StartsWith("step", StringComparison.Ordinal) && line.EndsWith("/rows", StringComparison.Ordinal));
        }
    }

    /// <summary>Which of a hundred tensors a row is of is compared, not brought to the lanes.</summary>
    [Fact]
    public void Comparisons_of_places_have_no_kernel()
    {
        var graph = new Graph();
        using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector256 });
        var stack = Stack([.. Enumerable.Range(0, 100).Select(i => graph.Placeholder($"x{i}", [32, 64]))], 1);
        Assert.DoesNotContain("/rows", session.Explain(stack).Kernels);
    }

    /// <summary>An exponential of rows of softmax is read again; computed again it takes longer, and its rows' extrema would stay in memory for it.</summary>
    [Fact]
    public void Dear_terms_are_stored_unless_their_sources_are_there_anyway()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [500, 300]), graph.Placeholder("y", [500, 300]));
        using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector256 });
        var kernels = session.Explain(Losses.KullbackLeibler(LogSoftmax(x), Softmax(y))).Kernels;
        Assert.Equal(2, kernels.Split("1.442695f").Length - 1);
    }

    /// <summary>Both sums of the gradient of distances: terms are computed twice rather than stored, in tiles, with what they share widened once.</summary>
    [Fact]
    public void Gradients_of_distances_store_no_term()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [300, 64]), graph.Placeholder("y", [200, 64]));
        using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector256 });
        var distances = PairwiseDistances(x, y);
        var kernels = session.Explain([distances, .. Gradients(Sum(distances), x, y)]).Kernels;
        Assert.DoesNotContain("parts[", kernels);
        Assert.DoesNotContain("Select(row", kernels);
        Assert.Equal(2, kernels.Split('\n').Count(line => line.EndsWith("/rows", StringComparison.Ordinal)));
    }

    private static TensorData Numbers(int seed, DType type, params int[] shape)
    {
        var random = new Random(seed);
        return Data.Generate(type, shape, _ => (random.NextDouble() * 4) - 2);
    }
}

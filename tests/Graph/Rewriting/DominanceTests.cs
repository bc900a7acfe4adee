using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Losses of confident examples, in batches too large for float64.</summary>
public class DominanceTests
{
    private const int Classes = 300;

    [Theory]
    [InlineData(Backend.Compiled, false)]
    [InlineData(Backend.Compiled, true)]
    [InlineData(Backend.Interpreted, false)]
    [InlineData(Backend.Interpreted, true)]
    public void Cross_entropy_keeps_the_digits_of_confident_examples(Backend backend, bool ofProbabilities)
    {
        // Sure of its label, unsure, sure of another one, several greatest ones, all alike.
        float[] greatest = [30, 3, 20, 5, 0];
        int[] labels = [0, 0, 7, 0, 4];
        var (logits, chosen) = (new float[5, Classes], new float[5, Classes]);
        for (var row = 0; row < 5; row++)
        {
            for (var k = 0; k < Classes; k++) logits[row, k] = row == 4 ? 0 : -0.01f * (k % 17);
            logits[row, 0] = greatest[row];
            if (row == 3) logits[row, 1] = greatest[row];
            chosen[row, labels[row]] = 1;
        }
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", Classes]);
        Value y = ofProbabilities ? graph.Placeholder("y", ["batch", Classes]) : graph.Placeholder("y", ["batch"], DType.Int32);
        var losses = Losses.CategoricalCrossEntropyFromLogits(x, y, Reduction.None);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run([losses, Gradient(Sum(losses), x)], (x, logits), (y, ofProbabilities ? chosen : (TensorData)labels));
        for (var row = 0; row < 5; row++)
        {
            var label = labels[row];
            var others = Enumerable.Range(0, Classes).Where(k => k != label).Sum(k => Math.Exp((double)logits[row, k] - logits[row, label]));
            Near(others < 1e-6 ? others : Math.Log(1 + others), results[0].At(row));
            for (var k = 0; k < Classes; k++)
            {
                var share = Math.Exp((double)logits[row, k] - logits[row, label]) / (1 + others);
                Near(k == label ? -others / (1 + others) : share, results[1].At((row * Classes) + k));
            }
        }
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Gelu_by_tanh_has_a_gradient_where_the_cube_overflows(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [40_000]);
        var y = 0.5 * x * (1 + Tanh(0.7978845608 * (x + (0.044715 * Pow(x, 3)))));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var data = new float[40_000];
        (data[0], data[1], data[2]) = (1e20f, -3e30f, 3e38f);
        var gradient = session.Run(Gradient(Sum(y), x), (x, data));
        Assert.Equal([1, 0, 1], Enumerable.Range(0, 3).Select(i => Math.Abs(gradient.At(i))));
    }

    [Fact]
    public void Shares_that_are_added_step_after_step_cost_nothing()
    {
        // The forward recursion of a hidden Markov model, at whose gradient only the shares of the first normalization may cancel.
        var graph = new Graph();
        var (transitions, first) = (graph.Placeholder("transitions", [8, 8], DType.Float64), graph.Placeholder("first", [8], DType.Float64));
        var state = first;
        for (var step = 0; step < 5; step++) state = LogSumExp(ExpandDims(state, 1) + transitions, 0);
        using var session = new Session(graph);
        var report = session.Explain(Gradient(LogSumExp(state), transitions)).StabilityReport;
        Assert.DoesNotContain(report, r => r.Remedy.Contains("where exp > s - 1", StringComparison.Ordinal));
    }

    private static void Near(double expected, double actual) => Assert.InRange(actual / expected, 1 - 1e-5, 1 + 1e-5);
}

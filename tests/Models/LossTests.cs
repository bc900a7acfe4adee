using GraphGrad.Tests.Functions;

namespace GraphGrad.Tests.Models;

public sealed class LossTests
{
    private static readonly TensorData Prediction = FunctionCheck.Numbers(3, 4);
    private static readonly TensorData Target = new double[,] { { 0.1, 0.9, 0.3, -1 }, { 2, 0.4, 0, 1 }, { -0.2, 0.8, 0.5, 0.6 } };
    private static readonly TensorData Shares = new double[,] { { 0.1, 0.9, 0.3, 1 }, { 0.7, 0.4, 0, 1 }, { 0.2, 0.8, 0.5, 0.6 } };
    private static readonly TensorData Rows = new double[,] { { 0.1, 0.2, 0.3, 0.4 }, { 0.25, 0.5, 0, 0.25 }, { 0, 1, 0, 0 } };
    private static readonly TensorData Classes = new[] { 3, 0, 1 };

    public static TheoryData<Reduction> Reductions => [Reduction.Mean, Reduction.Sum, Reduction.None];

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Mean_squared_error(Reduction reduction) => FunctionCheck.All(
        v => Losses.MeanSquaredError(v[0], v[1], reduction),
        x => Reduce(x[0].Zip(x[1], (p, t) => (p - t) * (p - t)), reduction), Prediction, Target);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Mean_absolute_error(Reduction reduction) => FunctionCheck.All(
        v => Losses.MeanAbsoluteError(v[0], v[1], reduction),
        x => Reduce(x[0].Zip(x[1], (p, t) => Math.Abs(p - t)), reduction), Prediction, Target);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Huber(Reduction reduction) => FunctionCheck.All(
        v => Losses.Huber(v[0], v[1], 0.7, reduction),
        x => Reduce(x[0].Zip(x[1], (p, t) => Math.Abs(p - t)).Select(d => d <= 0.7 ? d * d / 2 : 0.7 * (d - 0.35)), reduction), Prediction, Target);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Binary_cross_entropy(Reduction reduction) => FunctionCheck.All(
        v => Losses.BinaryCrossEntropy(Ops.Sigmoid(v[0]), v[1], reduction),
        x => Reduce(x[0].Zip(x[1], BinaryCrossEntropy), reduction), Prediction, Shares);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Binary_cross_entropy_from_logits(Reduction reduction) => FunctionCheck.All(
        v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], reduction),
        x => Reduce(x[0].Zip(x[1], BinaryCrossEntropy), reduction), Prediction, Shares);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Categorical_cross_entropy_of_class_numbers(Reduction reduction) => FunctionCheck.All(
        v => Losses.CategoricalCrossEntropy(Ops.Softmax(v[0]), v[1], reduction),
        x => Reduce(x[0].Chunk(4).Zip(x[1], (row, label) => -Logs(row)[(int)label]), reduction), Prediction, Classes);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Categorical_cross_entropy_of_class_numbers_from_logits(Reduction reduction) => FunctionCheck.All(
        v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1], reduction),
        x => Reduce(x[0].Chunk(4).Zip(x[1], (row, label) => -Logs(row)[(int)label]), reduction), Prediction, Classes);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Categorical_cross_entropy_of_probabilities_from_logits(Reduction reduction) => FunctionCheck.All(
        v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1], reduction),
        x => Reduce(x[0].Chunk(4).Zip(x[1].Chunk(4), (row, y) => -Logs(row).Zip(y, (l, s) => l * s).Sum()), reduction), Prediction, Rows);

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Categorical_cross_entropy_of_probabilities(Reduction reduction) => FunctionCheck.All(
        v => Losses.CategoricalCrossEntropy(Ops.Softmax(v[0]), v[1], reduction),
        x => Reduce(x[0].Chunk(4).Zip(x[1].Chunk(4), (row, y) => -Logs(row).Zip(y, (l, s) => l * s).Sum()), reduction), Prediction, Rows);

    [Fact]
    public void Certain_probabilities_give_finite_losses_and_gradients()
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            TensorData[] inputs = [new[] { 0f, 1f, 0f, 1f }, new[] { 0f, 1f, 1f, 0f }];
            var losses = FunctionCheck.Run(v => Losses.BinaryCrossEntropy(v[0], v[1], Reduction.None), inputs, backend);
            Assert.Equal([0f, 0f, 100f, 100f], losses.AsSpan<float>().ToArray());
            // libtorch's gradient, (p - y) / max(p·(1 - p), 1e-12), forward too; the next derivative is that of p / 1e-12.
            Assert.Equal([0f, 0f, -1e12f, 1e12f], Derivative(v => Ops.Gradient(Ops.Sum(Loss(v)), v[0])));
            Assert.Equal([0f, 0f, -1e12f, 1e12f], Derivative(v => Ops.Jvp(Loss(v), v[0], Ops.OnesLike(v[0]))));
            Assert.Equal([1e12f, 1e12f, 1e12f, 1e12f], Derivative(v => Ops.Gradient(Ops.Sum(Ops.Gradient(Ops.Sum(Loss(v)), v[0])), v[0])));
            Assert.Equal([100f, -100f, 100f, -100f], Derivative(v => Ops.Gradient(Ops.Sum(Loss(v)), v[1])));

            float[] Derivative(Func<Value[], Value> build) => FunctionCheck.Run(build, inputs, backend).AsSpan<float>().ToArray();
        }

        static Value Loss(Value[] v) => Losses.BinaryCrossEntropy(v[0], v[1], Reduction.None);
    }

    [Fact]
    public void Sigmoids_that_round_to_certainty_have_the_gradient_of_their_logits()
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            TensorData[] inputs = [new[] { -90f, -40f, 40f, 90f, 40f }, new[] { 1f, 1f, 0f, 0f, 0.25f }];
            Assert.Equal([-1f, -1f, 1f, 1f, 0.75f], Gradient(x => Ops.Sigmoid(x)));
            Assert.Equal([-1f, -1f, 1f, 1f, 0.75f], Gradient(x => 1 / (1 + Ops.Exp(-x))));

            float[] Gradient(Func<Value, Value> sigmoid) =>
                FunctionCheck.Gradient(v => Losses.BinaryCrossEntropy(sigmoid(v[0]), v[1], Reduction.Sum), inputs, backend).AsSpan<float>().ToArray();
        }
    }

    /// <summary>Of known extents and of unknown ones, which are computed in different ways, and of so many elements that none is tried.</summary>
    [Theory]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(1 << 17, true)]
    public void An_infinite_logit_costs_nothing_where_its_target_agrees(int count, bool isKnown)
    {
        foreach (var type in (DType[])[DType.Float32, DType.Float64])
        {
            var graph = new Graph();
            var (logits, targets) = (graph.Placeholder("logits", [isKnown ? count : "n"], type), graph.Placeholder("targets", [isKnown ? count : "n"], type));
            var losses = Losses.BinaryCrossEntropyFromLogits(logits, targets, Reduction.None);
            double[] scores = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? double.PositiveInfinity : double.NegativeInfinity)];
            double[] labels = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? 1.0 : 0)];
            foreach (var backend in Enum.GetValues<Backend>())
            {
                using var session = new Session(graph, new SessionOptions { Backend = backend });
                Assert.All(Elements(session.Run(losses, (logits, Of(scores)), (targets, Of(labels)))), loss => Assert.Equal(0, loss));
            }

            TensorData Of(double[] data) => type == DType.Float64 ? data : data.Select(d => (float)d).ToArray();

            double[] Elements(TensorData data) => type == DType.Float64 ? data.AsSpan<double>().ToArray() : [.. data.AsSpan<float>().ToArray().Select(f => (double)f)];
        }
    }

    [Fact]
    public void Large_logits_give_finite_losses_and_gradients()
    {
        const float inf = float.PositiveInfinity;
        foreach (var backend in Enum.GetValues<Backend>())
        {
            TensorData[] binary = [new[] { 1000f, -1000f, 1000f }, new[] { 1f, 0f, 0f }];
            Assert.Equal([0f, 0f, 1000f], FunctionCheck.Run(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], Reduction.None), binary, backend).AsSpan<float>().ToArray());
            Assert.Equal([0f, 0f, 1f], FunctionCheck.Gradient(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], Reduction.Sum), binary, backend).AsSpan<float>().ToArray());

            // A logit may be infinite where the label agrees with it, as where an output is masked.
            TensorData[] agreeing = [new[] { inf, -inf }, new[] { 1f, 0f }], infinite = [new[] { inf, -inf, inf, -inf, inf, -inf }, new[] { 1f, 0f, 0f, 1f, 0.5f, 0.5f }];
            foreach (var reduction in (Reduction[])[Reduction.Sum, Reduction.Mean])
            {
                Assert.Equal(0f, FunctionCheck.Run(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], reduction), agreeing, backend).Item<float>());
                Assert.Equal(inf, FunctionCheck.Run(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], reduction), infinite, backend).Item<float>());
            }

            Assert.Equal([0f, 0f, inf, inf, inf, inf], FunctionCheck.Run(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], Reduction.None), infinite, backend).AsSpan<float>().ToArray());
            Assert.Equal([0f, 0f, 1f, -1f, 0.5f, -0.5f], FunctionCheck.Gradient(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], Reduction.Sum), infinite, backend).AsSpan<float>().ToArray());

            // With weights of the positive class, too, of which each term is a product of its own.
            TensorData[] weighed = [.. infinite, 3f];
            Assert.Equal([0f, 0f, inf, inf, inf, inf], FunctionCheck.Run(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], null, v[2], Reduction.None), weighed, backend).AsSpan<float>().ToArray());
            Assert.Equal([0f, 0f, 1f, -3f, 0.5f, -1.5f], FunctionCheck.Gradient(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], null, v[2], Reduction.Sum), weighed, backend).AsSpan<float>().ToArray());
            Assert.Equal(0f, FunctionCheck.Run(v => Losses.BinaryCrossEntropyFromLogits(v[0], v[1], null, v[2]), [.. agreeing, 3f], backend).Item<float>());

            TensorData[] classes = [new[,] { { 1000f, 0f, -1000f } }, new[] { 1 }];
            Assert.Equal(1000f, FunctionCheck.Run(v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1]), classes, backend).Item<float>());
            Assert.Equal([1f, -1f, 0f], FunctionCheck.Gradient(v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1]), classes, backend).AsSpan<float>().ToArray());
        }
    }

    /// <summary>Two equal labels need three time steps, and there are two.</summary>
    [Fact]
    public void Labels_that_cannot_be_aligned_cost_infinitely_much_and_have_the_gradient_zero()
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            TensorData[] inputs = [new float[,,] { { { -0.7f, -0.7f } }, { { -0.7f, -0.7f } } }, new[,] { { 1, 1 } }, new[] { 2 }, new[] { 2 }];
            Assert.Equal(float.PositiveInfinity, FunctionCheck.Run(v => Losses.ConnectionistTemporal(v[0], v[1], v[2], v[3]), inputs, backend).Item<float>());
            Assert.All(FunctionCheck.Gradient(v => Losses.ConnectionistTemporal(v[0], v[1], v[2], v[3]), inputs, backend).AsSpan<float>().ToArray(), slope => Assert.Equal(0, slope));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    public void A_class_number_that_does_not_exist_makes_its_loss_NaN(int label)
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var losses = FunctionCheck.Run(
                v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1], Reduction.None), [Prediction, new[] { label, 0, 1 }], backend);
            Assert.Equal([true, false, false], losses.AsSpan<double>().ToArray().Select(double.IsNaN));
        }
    }

    [Fact]
    public void The_mean_is_over_the_batch_of_the_run()
    {
        var graph = new Graph();
        var (p, t) = (graph.Placeholder("p", ["batch"]), graph.Placeholder("t", ["batch"]));
        var loss = Losses.MeanSquaredError(p, t);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            Assert.Equal(4f, session.Run(loss, (p, new[] { 2f }), (t, new[] { 0f })).Item<float>());
            Assert.Equal(2f, session.Run(loss, (p, new[] { 2f, 1f }), (t, new[] { 0f, 1f })).Item<float>());
        }
    }

    [Fact]
    public void Refuses_to_broadcast() => Assert.Equal(
        "Losses.MeanSquaredError: the prediction 'p' has shape [batch, 1], the target 't' [batch]; they must be equal. Reshape one of them.",
        Assert.Throws<GraphException>(() =>
        {
            var graph = new Graph();
            return Losses.MeanSquaredError(graph.Placeholder("p", ["batch", 1]), graph.Placeholder("t", ["batch"]));
        }).Message.Split(" Built at ")[0]);

    private static double[] Reduce(IEnumerable<double> losses, Reduction reduction) => reduction switch
    {
        Reduction.Mean => [losses.Average()],
        Reduction.Sum => [losses.Sum()],
        _ => [.. losses],
    };

    private static double BinaryCrossEntropy(double x, double y)
    {
        var p = 1 / (1 + Math.Exp(-x));
        return -((y * Math.Log(p)) + ((1 - y) * Math.Log(1 - p)));
    }

    private static double[] Logs(double[] row)
    {
        var sum = row.Sum(Math.Exp);
        return Array.ConvertAll(row, x => Math.Log(Math.Exp(x) / sum));
    }
}

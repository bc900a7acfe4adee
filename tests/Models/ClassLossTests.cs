using GraphGrad.Tests.Functions;

namespace GraphGrad.Tests.Models;

/// <summary>Losses with classes on any axis, weights, ignored and smoothed labels, and margins.</summary>
public sealed class ClassLossTests
{
    private static readonly TensorData Logits = FunctionCheck.Numbers(4, 3);
    private static readonly TensorData Labels = new[] { 2, 0, 1, 0 };
    private static readonly TensorData Weights = new[] { 0.5, 2, 1.25 };

    [Fact]
    public void Weights_divide_the_mean_by_their_sum() => FunctionCheck.All(
        v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1], new ClassOptions { Weights = v[2] }),
        x => [Losses3(x).Zip(x[1], (l, label) => l * x[2][(int)label]).Sum() / x[1].Sum(label => x[2][(int)label])], Logits, Labels, Weights);

    [Fact]
    public void An_ignored_label_does_not_count() => FunctionCheck.All(
        v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1], new ClassOptions { IgnoreIndex = 0 }),
        x => [(Losses3(x)[0] + Losses3(x)[2]) / 2], Logits, Labels);

    [Fact]
    public void Smoothing_spreads_a_part_of_each_label() => FunctionCheck.All(
        v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1], new ClassOptions { LabelSmoothing = 0.3 }, Reduction.None),
        x => [.. Losses3(x).Select((l, i) => (0.7 * l) - (0.1 * Logs(x[0][(3 * i)..((3 * i) + 3)]).Sum()))], Logits, Labels);

    [Fact]
    public void The_classes_may_stand_on_any_axis()
    {
        var first = FunctionCheck.Run(v => Losses.CategoricalCrossEntropyFromLogits(Ops.Transpose(v[0], 1, 0), v[1], new ClassOptions { Axis = 0 }, Reduction.None), [Logits, Labels]);
        var last = FunctionCheck.Run(v => Losses.CategoricalCrossEntropyFromLogits(v[0], v[1], Reduction.None), [Logits, Labels]);
        for (var i = 0; i < 4; i++) Assert.Equal(last.At(i), first.At(i), 1e-15);
    }

    [Fact]
    public void The_mean_of_no_example_is_no_number()
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            TensorData[] inputs = [Logits, new[] { 1, 1, 1, 1 }];
            Assert.True(double.IsNaN(FunctionCheck.Run(v => Losses.NegativeLogLikelihood(v[0], v[1], new ClassOptions { IgnoreIndex = 1 }), inputs, backend).Item<double>()));
            Assert.Equal(0, FunctionCheck.Run(v => Losses.NegativeLogLikelihood(v[0], v[1], new ClassOptions { IgnoreIndex = 1 }, Reduction.Sum), inputs, backend).Item<double>());
        }
    }

    [Fact]
    public void A_label_that_does_not_exist_makes_its_loss_no_number()
    {
        TensorData[] inputs = [Logits, new[] { 3, -1, 0, 2 }];
        foreach (var build in new Func<Value[], Value>[]
        {
            v => Losses.NegativeLogLikelihood(v[0], v[1], reduction: Reduction.None),
            v => Losses.MultiMargin(v[0], v[1], reduction: Reduction.None),
        })
        {
            foreach (var backend in Enum.GetValues<Backend>())
                Assert.Equal([true, true, false, false], FunctionCheck.Run(build, inputs, backend).AsSpan<double>().ToArray().Select(double.IsNaN));
        }
    }

    [Fact]
    public void Labels_of_a_row_end_with_the_first_negative_number()
    {
        // Row [1, 2, 4], right class 2 only: (max(0, 1 - 4 + 1) + max(0, 1 - 4 + 2)) / 3 = 0, then right class 0: (1 - 1 + 2 + 1 - 1 + 4) / 3.
        TensorData[] inputs = [new[,] { { 1.0, 2, 4 }, { 1, 2, 4 } }, new[,] { { 2, -1, 0 }, { 0, -1, 2 } }];
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal([0.0, 2], FunctionCheck.Run(v => Losses.MultiLabelMargin(v[0], v[1], Reduction.None), inputs, backend).AsSpan<double>().ToArray());
    }

    [Fact]
    public void Vectors_of_length_zero_have_finite_losses_and_gradients()
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            TensorData[] inputs = [new[] { 0f, 0f }, new[] { 0f, 0f }, 1f];
            Assert.Equal(1f, FunctionCheck.Run(v => Losses.CosineEmbedding(v[0], v[1], v[2]), inputs, backend).Item<float>());
            Assert.All(FunctionCheck.Gradient(v => Losses.CosineEmbedding(v[0], v[1], v[2]), inputs, backend).AsSpan<float>().ToArray(), g => Assert.True(float.IsFinite(g)));
        }
    }

    [Fact]
    public void Each_distance_of_a_triplet_counts_its_own_features()
    {
        // Of anchor and positive one feature each: 2 apart, not 2 in each of the negative's three features.
        TensorData[] inputs = [new[,] { { 0.0 }, { 1 } }, new[,] { { 2.0 }, { 1 } }, new[,] { { 2.0, 1, 2 }, { 1, 1, 1.5 } }];
        foreach (var backend in Enum.GetValues<Backend>())
        {
            Assert.Equal([0, 0.5], FunctionCheck.Run(v => Losses.TripletMargin(v[0], v[1], v[2], epsilon: 0, reduction: Reduction.None), inputs, backend).AsSpan<double>().ToArray());
            Assert.Equal([2, 0.5], FunctionCheck.Run(v => Losses.TripletMargin(v[0], v[1], v[2], epsilon: 0, swap: true, reduction: Reduction.None), inputs, backend).AsSpan<double>().ToArray());
        }
        Refused("they must be equal.", () => Losses.TripletMargin(Of("a", 1, 3), Of("b", 4, 3), Of("c", 5, 3)));

        Value Of(string name, params int[] extents) => new Graph().Placeholder(name, [.. extents]);
    }

    [Fact]
    public void Wrong_calls_are_refused()
    {
        var graph = new Graph();
        var (x, labels, weights) = (graph.Placeholder("x", [4, 3]), graph.Placeholder("y", [4], DType.Int32), graph.Placeholder("w", [2]));
        Refused("the weights 'w' are float32 of shape [2]; there must be one float32 for each of the 3 classes of 'x'.", () => Losses.CategoricalCrossEntropyFromLogits(x, labels, new ClassOptions { Weights = weights }));
        Refused("the label smoothing for 'x' is 1.5; it must be in 0 … 1.", () => Losses.CategoricalCrossEntropyFromLogits(x, labels, new ClassOptions { LabelSmoothing = 1.5 }));
        Refused("has no axis 2 of classes.", () => Losses.CategoricalCrossEntropyFromLogits(x, labels, new ClassOptions { Axis = 2 }));
        Refused("are probabilities, of which none is the class number 1 to ignore; leave IgnoreIndex out.", () => Losses.CategoricalCrossEntropyFromLogits(x, x, new ClassOptions { IgnoreIndex = 1 }));
        Refused("the labels 'x' are float32; they must be int32 or int64.", () => Losses.NegativeLogLikelihood(x, x));
        Refused("the power for 'x' is 3; it must be 1 or 2.", () => Losses.MultiMargin(x, labels, 3));
        Refused("the weights 'u' of shape [2, 1, 1] do not broadcast to the losses of shape [4, 3].", () => Losses.BinaryCrossEntropy(x, x, graph.Placeholder("u", [2, 1, 1])));
        Refused("the order for 'x' is 0; it must be positive.", () => Losses.TripletMargin(x, x, x, p: 0));
        Refused("epsilon for 'x' is 0; it must be positive.", () => Losses.GaussianNegativeLogLikelihood(x, x, x, epsilon: 0));
    }

    private static void Refused(string why, Func<Value> build) => Assert.Contains(why, Assert.Throws<GraphException>(build).Message, StringComparison.Ordinal);

    private static double[] Losses3(double[][] x) => [.. x[0].Chunk(3).Zip(x[1], (row, label) => -Logs(row)[(int)label])];

    private static double[] Logs(double[] row)
    {
        var sum = row.Sum(Math.Exp);
        return Array.ConvertAll(row, x => x - Math.Log(sum));
    }
}

using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Functions;

public sealed class DropoutTests
{
    private static readonly TensorData Ones = Data.Generate(DType.Float64, [100, 100], _ => 1);

    [Fact]
    public void Drops_its_share_and_scales_the_rest()
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var y = FunctionCheck.Elements(FunctionCheck.Run(v => Ops.Dropout(v[0], 0.3, seed: 4), [Ones], backend));
            Assert.All(y, e => Assert.True(e == 0 || Math.Abs(e - (1 / 0.7)) < 1e-12));
            // Of 10,000 draws the share dropped is 0.3 within five standard deviations of 0.0046.
            Assert.InRange(y.Count(e => e == 0) / 10_000.0, 0.277, 0.323);
        }
    }

    [Fact]
    public void Alpha_dropout_keeps_mean_and_variance()
    {
        var x = Data.Generate(DType.Float64, [100, 100], i => i % 2 == 0 ? 1 : -1);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var y = FunctionCheck.Elements(FunctionCheck.Run(v => Ops.AlphaDropout(v[0], 0.3, seed: 4), [x], backend));
            // Three values: both kept ones and the one in place of what is dropped. Within five standard errors of 10,000 draws.
            Assert.Equal(3, y.Select(e => Math.Round(e, 9)).Distinct().Count());
            Assert.Equal(0, y.Average(), 0.05);
            Assert.Equal(1, y.Average(e => e * e), 0.05);
        }
        var constant = new Graph().Constant(x);
        Assert.Same(constant, Ops.AlphaDropout(constant, 0.3, seed: 4, training: false));
    }

    [Fact]
    public void The_gradient_is_that_of_what_stayed()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n"], DType.Float64);
        var y = Ops.Dropout(x, 0.5, seed: 9);
        var gradient = Ops.Gradient(Ops.Sum(y), x);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var results = session.Run([y, gradient], (x, Data.Generate(DType.Float64, [64], _ => 1)));
            Assert.Equal(FunctionCheck.Elements(results[0]), FunctionCheck.Elements(results[1]));
        }
    }

    [Fact]
    public void Draws_anew_in_every_run()
    {
        var graph = new Graph();
        var y = Ops.Dropout(graph.Constant(Ones), 0.5, seed: 1);
        using var session = new Session(graph);
        Assert.NotEqual(FunctionCheck.Elements(session.Run(y)), FunctionCheck.Elements(session.Run(y)));
    }

    [Fact]
    public void Outside_training_it_is_the_identity()
    {
        var graph = new Graph();
        var x = graph.Constant(Ones);
        Assert.Same(x, Ops.Dropout(x, 0.5, seed: 1, training: false));

        var training = graph.Placeholder("training", [], DType.Bool);
        var y = Ops.Dropout(x, 0.5, 1, training);
        using var session = new Session(graph);
        Assert.Equal(FunctionCheck.Elements(Ones), FunctionCheck.Elements(session.Run(y, (training, false))));
        Assert.Contains(0.0, FunctionCheck.Elements(session.Run(y, (training, true))));
    }

    [Fact]
    public void Feature_dropout_drops_whole_channels()
    {
        var x = Data.Generate(DType.Float64, [50, 40, 3, 2], _ => 1);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var channels = FunctionCheck.Elements(FunctionCheck.Run(v => Ops.FeatureDropout(v[0], 0.3, seed: 4), [x], backend)).Chunk(6).ToArray();
            Assert.All(channels, c => Assert.True(c.All(e => e == c[0]) && (c[0] == 0 || Math.Abs(c[0] - (1 / 0.7)) < 1e-12)));
            // Of 2,000 draws within five standard deviations of 0.0102.
            Assert.InRange(channels.Count(c => c[0] == 0) / 2000.0, 0.248, 0.352);
        }
    }

    [Fact]
    public void Feature_alpha_dropout_drops_whole_channels_and_keeps_mean_and_variance()
    {
        var x = Data.Generate(DType.Float64, [100, 40, 2], i => i % 2 == 0 ? 1 : -1);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var y = FunctionCheck.Elements(FunctionCheck.Run(v => Ops.FeatureAlphaDropout(v[0], 0.3, seed: 4), [x], backend));
            Assert.InRange(y.Chunk(2).Count(c => c[0] == c[1]) / 4000.0, 0.263, 0.337);
            Assert.Equal(0, y.Average(), 0.1);
            Assert.Equal(1, y.Average(e => e * e), 0.1);
        }
    }

    [Fact]
    public void Feature_dropout_is_turned_on_and_off_by_a_value()
    {
        var graph = new Graph();
        var training = graph.Placeholder("training", [], DType.Bool);
        var y = Ops.FeatureDropout(graph.Constant(Ones), 0.5, 1, training);
        using var session = new Session(graph);
        Assert.Equal(FunctionCheck.Elements(Ones), FunctionCheck.Elements(session.Run(y, (training, false))));
        Assert.Contains(0.0, FunctionCheck.Elements(session.Run(y, (training, true))));
    }

    [Fact]
    public void A_rate_of_1_leaves_zeros_and_no_gradient()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, 3]);
        Value[] dropped = [Ops.Dropout(x, 1, seed: 0), Ops.AlphaDropout(x, 1, seed: 0), Ops.FeatureDropout(x, 1, seed: 0), Ops.FeatureAlphaDropout(x, 1, seed: 0)];
        Value[] all = [.. dropped, .. dropped.Select(y => Ops.Gradient(Ops.Sum(y), x))];
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            Assert.All(session.Run(all, (x, Data.Generate(DType.Float32, [2, 3], i => i + 1.0))), y => Assert.All(FunctionCheck.Elements(y), e => Assert.Equal(0, e)));
        }
    }

    [Fact]
    public void Refuses_rates_outside_their_range() => Errors.Throws(
        "dropout: the rate 1.5 for 'x' must be in 0 … 1. Built at {here}.",
        () => Ops.Dropout(new Graph().Placeholder("x", [2]), 1.5, seed: 0));

    [Fact]
    public void Refuses_channels_of_a_vector() => Errors.Throws(
        "feature_dropout: 'x' float32[2] must have two axes at least, examples and channels; put an axis in front with ExpandDims. Built at {here}.",
        () => Ops.FeatureDropout(new Graph().Placeholder("x", [2]), 0.5, seed: 0));
}

namespace GraphGrad.Tests.Functions;

public sealed class NormalizationTests
{
    private const double Epsilon = 1e-5;

    private static readonly TensorData X = FunctionCheck.Numbers(4, 3, 5);

    [Fact]
    public void Layer_norm_of_the_last_axis() => FunctionCheck.All(
        v => Ops.LayerNorm(v[0], v[1], v[2]),
        x => [.. x[0].Chunk(5).SelectMany(row => Normalized(row).Select((e, i) => (e * x[1][i]) + x[2][i]))],
        X, FunctionCheck.Numbers(5), FunctionCheck.Numbers(5));

    [Fact]
    public void Layer_norm_of_two_axes_without_parameters() => FunctionCheck.All(
        v => Ops.LayerNorm(v[0], axes: [1, 2]), x => [.. x[0].Chunk(15).SelectMany(Normalized)], X);

    [Fact]
    public void Layer_norm_of_an_axis_that_is_not_the_last() => FunctionCheck.All(
        v => Ops.LayerNorm(v[0], v[1], axes: [1]),
        x => ByChannel(x[0], (n, i, channel) => Enumerable.Range(0, 3).Select(c => x[0][(((n * 3) + c) * 5) + i]), (e, c) => e * x[1][c]),
        X, FunctionCheck.Numbers(3));

    [Fact]
    public void Batch_norm_by_the_statistics_of_the_batch() => FunctionCheck.All(
        v => Ops.BatchNorm(v[0], v[1], v[2]).Output,
        x => ByChannel(x[0], (n, i, channel) => Channel(x[0], channel), (e, c) => (e * x[1][c]) + x[2][c]),
        X, FunctionCheck.Numbers(3), FunctionCheck.Numbers(3));

    [Fact]
    public void Batch_norm_by_given_statistics() => FunctionCheck.All(
        v => Ops.BatchNormInference(v[0], v[1], Ops.Square(v[2]), v[3], v[4]),
        x => [.. x[0].Select((e, at) =>
        {
            var c = at / 5 % 3;
            return ((e - x[1][c]) / Math.Sqrt((x[2][c] * x[2][c]) + Epsilon) * x[3][c]) + x[4][c];
        })],
        X, FunctionCheck.Numbers(3), FunctionCheck.Numbers(3), FunctionCheck.Numbers(3), FunctionCheck.Numbers(3));

    [Fact]
    public void Running_statistics_move_toward_those_of_the_batch()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 3, 5], DType.Float64);
        var mean = graph.Variable("mean", new double[3], trainable: false);
        var variance = graph.Variable("variance", [1.0, 1, 1], trainable: false);
        var update = Ops.UpdateRunningStatistics(mean, variance, Ops.BatchNorm(x), momentum: 0.25);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            session.Run(update, (x, X));
            var elements = FunctionCheck.Elements(X);
            for (var c = 0; c < 3; c++)
            {
                var channel = Channel(elements, c).ToArray();
                var average = channel.Average();
                Assert.Equal(0.25 * average, session.Read(mean).At(c), 1e-14);
                Assert.Equal(0.75 + (0.25 * channel.Sum(e => (e - average) * (e - average)) / 19), session.Read(variance).At(c), 1e-14);
            }
        }
    }

    [Fact]
    public void Equal_numbers_become_zero_and_not_NaN() =>
        Assert.Equal([0f, 0f, 0f], FunctionCheck.Run(v => Ops.LayerNorm(v[0]), [new[] { 3f, 3f, 3f }]).AsSpan<float>().ToArray());

    [Fact]
    public void Refuses_parameters_of_another_shape() => Errors.Throws(
        "LayerNorm: gamma 'gamma' has shape [4], but axes [-1] of 'x' [batch, 5] need [5]. Built at {here}.",
        () =>
        {
            var graph = new Graph();
            return Ops.LayerNorm(graph.Placeholder("x", ["batch", 5]), graph.Placeholder("gamma", [4]));
        });

    /// <summary>Each element of [4, 3, 5] normalized by the group of numbers that belongs to its place, then mapped by its channel.</summary>
    private static double[] ByChannel(double[] x, Func<int, int, int, IEnumerable<double>> group, Func<double, int, double> map) =>
        [.. x.Select((e, at) =>
        {
            var (n, c, i) = (at / 15, at / 5 % 3, at % 5);
            double[] all = [.. group(n, i, c)];
            return map((e - all.Average()) / Math.Sqrt(all.Average(v => Math.Pow(v - all.Average(), 2)) + Epsilon), c);
        })];

    private static IEnumerable<double> Channel(double[] x, int channel) => x.Where((_, at) => at / 5 % 3 == channel);

    private static IEnumerable<double> Normalized(double[] row)
    {
        var mean = row.Average();
        var deviation = Math.Sqrt(row.Average(e => (e - mean) * (e - mean)) + Epsilon);
        return row.Select(e => (e - mean) / deviation);
    }
}

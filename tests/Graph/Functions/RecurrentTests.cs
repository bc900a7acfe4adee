using GraphGrad.Tests.Loops;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class RecurrentTests
{
    // Inputs of 2, states of 3, 4 steps, a batch of 2.
    private static readonly TensorData X = FunctionCheck.Numbers(4, 2, 2);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void One_layer_is_the_formula_step_by_step(int gates) => FunctionCheck.All(
        v => Run(gates, v[0], [new(v[1], v[2], v[3], v[4])], false),
        x => Stepped(gates, x),
        X, FunctionCheck.Numbers(gates * 3, 2), FunctionCheck.Numbers(gates * 3, 3), FunctionCheck.Numbers(gates * 3), FunctionCheck.Numbers(gates * 3));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Layers_and_directions_are_composed_of_single_ones(int gates)
    {
        TensorData Weights(int inputs, int seed) => LoopRuns.Data(seed, gates * 3, inputs);
        var graph = new Graph();
        var x = graph.Placeholder("x", [4, 2, 2], DType.Float64);
        var (data, layers) = (new List<(Value, TensorData)> { (x, X) }, new List<RecurrentWeights>());
        for (var k = 0; k < 4; k++)
        {
            var (input, hidden) = (graph.Placeholder($"i{k}", [gates * 3, k < 2 ? 2 : 6], DType.Float64), graph.Placeholder($"h{k}", [gates * 3, 3], DType.Float64));
            data.AddRange((input, Weights(k < 2 ? 2 : 6, k)), (hidden, Weights(3, k + 9)));
            layers.Add(new RecurrentWeights(input, hidden));
        }
        var all = Run(gates, x, [.. layers], true);
        var first = Concat([Run(gates, x, [layers[0]], false), Reverse(Run(gates, Reverse(x, 0), [layers[1]], false), 0)], 2);
        var second = Concat([Run(gates, first, [layers[2]], false), Reverse(Run(gates, Reverse(first, 0), [layers[3]], false), 0)], 2);
        var results = LoopRuns.Everywhere([all, second, Gradient(Sum(Square(all)), layers[0].Input), Gradient(Sum(Square(second)), layers[0].Input)], [.. data]);
        for (var k = 0; k < results[0].Length; k++) Assert.Equal(results[1][k], results[0][k], 1e-12);
        for (var k = 0; k < results[2].Length; k++) Assert.Equal(results[3][k], results[2][k], 1e-10);
    }

    [Fact]
    public void Starts_and_ends_belong_to_layers_and_directions()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4, 2, 2], DType.Float64);
        var (h, c) = (graph.Placeholder("h", [2, 2, 3], DType.Float64), graph.Placeholder("c", [2, 2, 3], DType.Float64));
        RecurrentWeights Weights(int inputs, int seed) => new(graph.Constant(LoopRuns.Data(seed, 12, inputs)), graph.Constant(LoopRuns.Data(seed + 1, 12, 3)));
        var (forward, backward) = (Weights(2, 3), Weights(2, 5));
        var (output, hidden, cell) = Lstm(x, [forward, backward], h, c, bidirectional: true);
        var (h0, c0) = (h[1], c[1]);
        for (var t = 3; t >= 0; t--) (h0, c0) = LstmCell(x[t], h0, c0, backward);
        var transposed = Lstm(Transpose(x, 1, 0, 2), [forward, backward], h, c, bidirectional: true, batchFirst: true).Output;
        var results = LoopRuns.Everywhere(
            [output[0, .., 3..], hidden[1], h0, cell[1], c0, output[3, .., ..3], hidden[0], output, Transpose(transposed, 1, 0, 2)],
            (x, X), (h, LoopRuns.Data(1, 2, 2, 3)), (c, LoopRuns.Data(2, 2, 2, 3)));
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[2], results[1], (a, b) => Math.Abs(a - b) < 1e-13);
        Assert.Equal(results[4], results[3], (a, b) => Math.Abs(a - b) < 1e-13);
        Assert.Equal(results[5], results[6]);
        Assert.Equal(results[7], results[8]);
    }

    [Fact]
    public void Second_derivatives()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4, 2, 2], DType.Float64);
        foreach (var gates in new[] { 1, 3, 4 })
        {
            var weights = new RecurrentWeights(graph.Constant(LoopRuns.Data(3, gates * 3, 2)), graph.Constant(LoopRuns.Data(4, gates * 3, 3)));
            GradientCheck.Verify(Gradient(Sum(Square(Run(gates, x, [weights], false))), x), [x], (x, X));
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var graph = new Graph();
        var (x, h, w) = (graph.Placeholder("x", [4, 2, 2]), graph.Placeholder("h", [1, 2, 3]), graph.Placeholder("w", [9, 3]));
        Errors.Throws("lstm: the input weights 'w' [9, 3] must have the shape [12, 2]: 4 times 3 hidden elements by inputs of their own. Built at {here}.", () => Lstm(x, [new RecurrentWeights(w, w)]));
        Errors.Throws("gru: 3 weights do not make layers of 2 directions; give those of each direction of each layer. Built at {here}.", () => Gru(x, [new(w, w), new(w, w), new(w, w)], bidirectional: true));
        Errors.Throws("gru: the start 'h' float32[1, 2, 3] must be float32[2, 2, 3]: layers and directions, batch, hidden. Built at {here}.", () => Gru(x, [new(w, w), new(w, w)], h));
        Errors.Throws("rnn: 'h0' float32[2] must have three axes: time, batch, inputs. Reshape it. Built at {here}.", () => Rnn(graph.Placeholder("h0", [2]), [new(w, w)]));
    }

    private static Value Run(int gates, Value x, RecurrentWeights[] weights, bool bidirectional) => gates switch
    {
        1 => Rnn(x, weights, bidirectional: bidirectional).Output,
        3 => Gru(x, weights, bidirectional: bidirectional).Output,
        _ => Lstm(x, weights, bidirectional: bidirectional).Output,
    };

    private static double[] Stepped(int gates, double[][] d)
    {
        var output = new double[4 * 2 * 3];
        for (var batch = 0; batch < 2; batch++)
        {
            var (h, c) = (new double[3], new double[3]);
            for (var t = 0; t < 4; t++)
            {
                var fromX = Mapped(d[1], d[3], [.. d[0].AsSpan(((t * 2) + batch) * 2, 2)]);
                var fromH = Mapped(d[2], d[4], h);
                double Sum(int gate, int k) => fromX[(gate * 3) + k] + fromH[(gate * 3) + k];
                for (var k = 0; k < 3; k++)
                {
                    switch (gates)
                    {
                        case 1: h[k] = Math.Tanh(Sum(0, k)); break;
                        case 3:
                            var n = Math.Tanh(fromX[6 + k] + (Sigmoid(Sum(0, k)) * fromH[6 + k]));
                            var z = Sigmoid(Sum(1, k));
                            h[k] = ((1 - z) * n) + (z * h[k]);
                            break;
                        default:
                            c[k] = (Sigmoid(Sum(1, k)) * c[k]) + (Sigmoid(Sum(0, k)) * Math.Tanh(Sum(2, k)));
                            h[k] = Sigmoid(Sum(3, k)) * Math.Tanh(c[k]);
                            break;
                    }
                }
                h.CopyTo(output, ((t * 2) + batch) * 3);
            }
        }
        return output;

        static double[] Mapped(double[] w, double[] b, double[] x) => [.. b.Select((e, row) => e + x.Select((v, k) => v * w[(row * x.Length) + k]).Sum())];

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }
}

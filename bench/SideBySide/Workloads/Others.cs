using static GraphGrad.Bench.SideBySide.Workloads.Catalogue;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Other shapes and other programs, for which the compiler must show the same kind of ratio.</summary>
internal static class Others
{
    public static IEnumerable<Workload> All => new Workload[]
    {
        Products.Matrices("matmul-odd", 127, 301, 65),
        Products.Matrices("matmul-tall", 4096, 48, 96),
        Products.Attention("attention-odd", 3, 5, 197, 40),
        Perceptrons.Create("mlp-odd", 50, 100, 75, 33, 7),
        new("layernorm-odd", () => Chains.LayerNormGradient(1000, 777), Flops: Count(1000, 777) * 40, Bytes: 16 * Count(1000, 777)),
        new("softmax-columns", SoftmaxOverColumns, Flops: Count(1024, 512) * (ExpFlops + 8), Bytes: 8 * Count(1024, 512)),
        new("gru-train", () => Gru(32, 20, 64, 128), Flops: 2 * 3 * 20 * Count(32, 192, 384), Bytes: 4 * 6 * Count(192, 384)) { Tolerance = 5e-3 },
        new("lstm-train", () => Lstm(32, 20, 64, 128), Flops: 2 * 3 * 20 * Count(32, 192, 512)) { Tolerance = 5e-3 },
        new("linear-train", LinearRegression, Flops: 4 * Count(20000, 100)),
        new("norm-chain", NormChain, Flops: Count(2000, 500) * 30, Bytes: 8 * Count(2000, 500)),
    }.Concat(OtherConvolutions.All).Concat(OtherProducts.All).Concat(OtherChains.All).Concat(OtherPrograms.All).Concat(OtherAlgebra.All).Select(w => w with { IsOther = true });

    private static Definition SoftmaxOverColumns()
    {
        var definition = new Definition(seed: 20);
        return definition.Fetch(Ops.Softmax(definition.Input("x", [1024, 512], scale: 4), axis: 0));
    }

    /// <summary>A gated recurrent unit over a sequence, its last state against a target.</summary>
    private static Definition Gru(int batch, int length, int inputs, int width)
    {
        var definition = new Definition(seed: 21);
        var (x, target) = (definition.Input("x", [length, batch, inputs]), definition.Input("target", [batch, width]));
        var (wx, wh) = (definition.Weight("wx", [inputs, 3 * width], 0.1f), definition.Weight("wh", [width, 3 * width], 0.1f));
        var (bx, bh) = (definition.Weight("bx", [3 * width], 0.1f), definition.Weight("bh", [3 * width], 0.1f));
        var h = BroadcastTo(definition.Graph.Constant(0f), new[] { batch, width });
        (h, _) = Scan(Step, h, x);
        var loss = Losses.MeanSquaredError(h, target);
        return definition.Train(loss, new Adam(0.001f).Minimize(loss));

        (Value State, Value Output) Step(Value state, Value part)
        {
            var fromInput = Split(Linear(part, wx, bx), 3, axis: 1);
            var fromState = Split(Linear(state, wh, bh), 3, axis: 1);
            var (reset, update) = (Sigmoid(fromInput[0] + fromState[0]), Sigmoid(fromInput[1] + fromState[1]));
            var candidate = Tanh(fromInput[2] + (reset * fromState[2]));
            var next = candidate + (update * (state - candidate));
            return (next, next);
        }
    }

    /// <summary>A long short-term memory over a sequence, its last state against a target.</summary>
    private static Definition Lstm(int batch, int length, int inputs, int width)
    {
        var definition = new Definition(seed: 23);
        var (x, target) = (definition.Input("x", [length, batch, inputs]), definition.Input("target", [batch, width]));
        var weights = new RecurrentWeights(
            definition.Weight("wx", [4 * width, inputs], 0.1f), definition.Weight("wh", [4 * width, width], 0.1f),
            definition.Weight("bx", [4 * width], 0.1f), definition.Weight("bh", [4 * width], 0.1f));
        var loss = Losses.MeanSquaredError(Ops.Lstm(x, [weights]).Hidden[0], target);
        return definition.Train(loss, new Adam(0.001f).Minimize(loss));
    }

    /// <summary>Logistic regression on all examples at once.</summary>
    private static Definition LinearRegression()
    {
        var definition = new Definition(seed: 24);
        var (x, target) = (definition.Input("x", [20000, 100]), definition.Input("target", [20000]));
        var (w, b) = (definition.Weight("w", [100], 0.1f), definition.Weight("b", [], [0f]));
        var loss = Losses.BinaryCrossEntropyFromLogits(MatMul(x, w) + b, (target + 1) / 2);
        return definition.Train(loss, new GradientDescent(0.01f).Minimize(loss));
    }

    /// <summary>Rows and columns normalized in turn, with the gradient.</summary>
    private static Definition NormChain()
    {
        var definition = new Definition(seed: 22);
        var x = definition.Input("x", [2000, 500]);
        var y = x / (1 + Norm(x, 2, 1, keepDims: true));
        y = Silu(y / (1 + Max(Abs(y), 0, keepDims: true)));
        return definition.Fetch(y, Gradient(Sum(Square(y)), x));
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>A program with its data: of each kind that people run, one that falls into several chunks, with extents that no vector divides.</summary>
internal sealed class Workload
{
    private readonly Random random = new(1);
    private readonly List<(Value Placeholder, TensorData Data)> feeds = [];

    private Workload(Action<Workload> define) => define(this);

    public Graph Graph { get; } = new();

    public (Value Placeholder, TensorData Data)[] Feeds => [.. feeds];

    public Value[] Fetches { get; private set; } = [];

    public Node? Step { get; private set; }

    private static Dictionary<string, Action<Workload>> Definitions { get; } = new()
    {
        ["gelu with gradient"] = w =>
        {
            var (x, g) = (w.Input("x", 70_001), w.Input("g", 70_001));
            var y = Gelu(x);
            w.Fetch(y, Gradient(Sum(y * g), x));
        },
        ["softmax of rows"] = w => w.Fetch(Softmax(w.Input("x", 301, 257))),
        ["softmax of columns"] = w => w.Fetch(Softmax(w.Input("x", 301, 257), axis: 0)),
        ["layer norm with gradient"] = w =>
        {
            var (x, g, gamma, beta) = (w.Input("x", 301, 203), w.Input("g", 301, 203), w.Input("gamma", 203), w.Input("beta", 203));
            var y = LayerNorm(x, gamma, beta);
            w.Fetch([y, .. Gradients(Sum(y * g), x, gamma, beta)]);
        },
        ["cross-entropy with gradient"] = w =>
        {
            var logits = w.Input("logits", 65, 1001);
            var loss = Losses.CategoricalCrossEntropyFromLogits(logits, w.Classes("labels", 65, 1001));
            w.Fetch(loss, Gradient(loss, logits));
        },
        ["broadcast and reduce"] = w => w.Fetch(Sum(Tanh(w.Input("a", 33, 1, 65) + w.Input("b", 1, 47, 65)), [0, 1])),
        ["sums"] = w =>
        {
            var x = w.Input("x", 515, 301);
            w.Fetch(Sum(x, 0), Sum(x, 1), Sum(x), Mean(Square(x), [0]), Max(x), Cast(ArgMax(x, 1), DType.Float32));
        },
        ["products of views"] = w =>
        {
            var (a, b) = (w.Input("a", 131, 257), w.Input("b", 257, 130));
            w.Fetch(MatMul(a, b), MatMul(Transpose(b), Transpose(a)), MatMul(a[.., 3..254], b[3..254, ..]));
        },
        ["product in float64"] = w => w.Fetch(Cast(MatMul(Cast(w.Input("a", 131, 157), DType.Float64), Cast(w.Input("b", 157, 130), DType.Float64)), DType.Float32)),
        ["attention with gradient"] = w =>
        {
            var (q, k, v) = (w.Input("q", 2, 3, 131, 20), w.Input("k", 2, 3, 131, 20), w.Input("v", 2, 3, 131, 20));
            var y = MatMul(Softmax(MatMul(q, Transpose(k, 0, 1, 3, 2)) * 0.2f), v);
            w.Fetch([y, .. Gradients(Sum(Square(y)), q, k, v)]);
        },
        ["random draws"] = w => w.Fetch(Dropout(w.Input("x", 301, 203), 0.3, seed: 7) + RandomNormal(w.Graph, [301, 203])),
        ["lookup in training"] = w =>
        {
            var table = w.Weight("table", 501, 67);
            w.Train(Mean(Square(Gather(table, w.Classes("at", 1000, 501)) - w.Input("target", 1000, 67))), new Momentum(0.1f));
        },
        ["recurrent network in training"] = w =>
        {
            var (x, wx, wh) = (w.Input("x", 7, 65, 130), w.Weight("wx", 130, 131), w.Weight("wh", 131, 131));
            var start = BroadcastTo(w.Graph.Constant(0f), [65, 131]);
            var (last, states) = Scan((h, part) => Tanh(MatMul(part, wx) + MatMul(h, wh)) is var next ? (next, next) : default, start, x);
            w.Train(Mean(Square(states)) + Mean(last), new Momentum(0.1f));
        },
        ["iteration to convergence"] = w =>
        {
            var x = w.Input("x", 301, 203);
            var root = While(c => Any(Abs(c * c - Abs(x)) > 1e-3f), c => (c + Abs(x) / c) * 0.5f, Abs(x) + 1, maximumIterations: 30);
            w.Fetch(root, Gradient(Sum(root), x));
        },
        ["perceptron in training"] = w =>
        {
            var h = Relu(Linear(w.Input("x", 65, 203), w.Weight("w1", 203, 129), w.Weight("b1", 129)));
            w.Train(Losses.CategoricalCrossEntropyFromLogits(Linear(h, w.Weight("w2", 129, 11), w.Weight("b2", 11)), w.Classes("labels", 65, 11)), new Adam(0.01f));
        },
        ["convolutions in training"] = w =>
        {
            var h = MaxPool2d(Relu(Conv2d(w.Input("x", 5, 1, 38, 38), w.Weight("k1", 9, 1, 3, 3), w.Weight("b1", 9))), 2);
            h = Relu(BatchNorm(Conv2d(h, w.Weight("k2", 17, 9, 3, 3), stride: 2, padding: 1), w.Weight("gamma", 17), w.Weight("beta", 17)).Output);
            w.Train(Losses.CategoricalCrossEntropyFromLogits(Linear(Flatten(h, fromAxis: 1), w.Weight("w3", 1377, 10), w.Weight("b3", 10)), w.Classes("labels", 5, 10)), new Adam(0.01f));
        },
        ["transformer in training"] = w =>
        {
            var x = w.Input("x", 3, 75, 48);
            var (q, k, v) = (Heads(w.Weight("q", 48, 48)), Heads(w.Weight("k", 48, 48)), Heads(w.Weight("v", 48, 48)));
            var attended = Reshape(Transpose(MatMul(Softmax(MatMul(q, Transpose(k, 0, 1, 3, 2)) * 0.25f), v), 0, 2, 1, 3), 3, 75, 48);
            var h = LayerNorm(x + MatMul(attended, w.Weight("out", 48, 48)), w.Weight("gamma", 48), w.Weight("beta", 48));
            var y = h + Linear(Gelu(Linear(h, w.Weight("up", 48, 190), w.Weight("bias", 190))), w.Weight("down", 190, 48), w.Weight("b", 48));
            w.Train(Losses.MeanSquaredError(y, w.Input("target", 3, 75, 48)), new Adam(0.01f));

            Value Heads(Value weight) => Transpose(Reshape(MatMul(x, weight), 3, 75, 4, 12), 0, 2, 1, 3);
        },
        ["recurrence in training"] = w =>
        {
            var (x, wx, wh) = (w.Input("x", 4, 259, 151), w.Weight("wx", 151, 166), w.Weight("wh", 166, 166));
            var h = Tanh(MatMul(x[0], wx));
            for (var t = 1; t < 4; t++) h = Tanh(MatMul(x[t], wx) + MatMul(h, wh));
            w.Train(Mean(Square(h - 0.5f)), new GradientDescent(0.1f));
        },
    };

    public static TheoryData<string> Names => [.. Definitions.Keys];

    public static Workload Create(string name) => new(Definitions[name]);

    private Value Input(string name, params int[] extents)
    {
        var placeholder = Graph.Placeholder(name, [.. extents.Select(e => (Dim)e)]);
        feeds.Add((placeholder, Numbers(extents)));
        return placeholder;
    }

    private Value Classes(string name, int count, int limit)
    {
        var placeholder = Graph.Placeholder(name, [count], DType.Int64);
        feeds.Add((placeholder, TensorData.Create(Enumerable.Range(0, count).Select(_ => random.NextInt64(limit)).ToArray(), count)));
        return placeholder;
    }

    private Value Weight(string name, params int[] extents) => Graph.Variable(name, Numbers(extents));

    private void Fetch(params Value[] values) => Fetches = values;

    private void Train(Value loss, Optimizer optimizer)
    {
        Fetches = [loss];
        Step = optimizer.Minimize(loss);
    }

    private TensorData Numbers(int[] extents) =>
        TensorData.Create(Enumerable.Range(0, extents.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f).ToArray(), extents);
}

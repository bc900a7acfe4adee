using GraphGrad.Compilation;
using GraphGrad.Compilation.Passes;
using GraphGrad.Execution;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>What is made of constants and of variables nobody wrote is computed in the first run of a frame, and packed weights are kept; results are those of a session that runs for the first time.</summary>
public sealed class InvariantResultsTests
{
    private static readonly int[] Threads = [1, 2];

    [Fact]
    public void Weights_written_between_runs_are_packed_anew()
    {
        foreach (var threads in Threads)
        {
            var (graph, x, y) = Network("batch");
            var options = new SessionOptions { Threads = threads };
            using var session = new Session(graph, options);
            foreach (var seed in Enumerable.Range(1, 4))
            {
                foreach (var variable in graph.Variables) session.Write(variable, Numbers(seed * 100, variable));
                // Two batch sizes in turns, and each of them with other images.
                for (var run = 0; run < 4; run++)
                {
                    var images = Numbers(seed + run, 1 + (run % 2), 32, 14, 14);
                    Assert.Equal(First(graph, options, session, y, (x, images)), session.Run(y, (x, images)));
                }
            }
        }
    }

    [Fact]
    public void So_are_weights_that_are_trained_loaded_or_initialized_again()
    {
        var (graph, x, y) = Network("batch");
        var step = new GradientDescent(0.1f).Minimize(Mean(y * y));
        using var session = new Session(graph);
        var images = Numbers(1, 2, 32, 14, 14);
        Check();
        session.Run(step, 3, (x, images));
        Check();
        using var saved = new MemoryStream();
        session.Save(saved);
        session.Initialize();
        Check();
        saved.Position = 0;
        session.Load(saved);
        Check();

        void Check()
        {
            Assert.Equal(First(graph, new(), session, y, (x, images)), session.Run(y, (x, images)));
            Assert.Equal(First(graph, new(), session, y, (x, images)), session.Run(y, (x, images)));
        }
    }

    [Fact]
    public void Matrices_written_between_runs_are_packed_anew()
    {
        // Packed beside the arithmetic and before it, in several blocks of terms, with columns that fill no vector, transposed, as the left operand, and read in place.
        foreach (var (rows, terms, columns) in new[] { (32, 700, 90), (40, 300, 1001), (100, 1100, 64), (10, 64, 3000), (600, 200, 150), (3, 500, 600) })
        {
            foreach (var threads in Threads)
            {
                var graph = new Graph();
                var x = graph.Placeholder("x", ["batch", terms]);
                var (w, turned) = (graph.Variable("w", Numbers(1, terms, columns)), graph.Variable("turned", Numbers(2, columns, terms)));
                var constant = graph.Constant(Numbers(3, terms, columns));
                Value[] products = [MatMul(x, w), MatMul(x, Transpose(turned)), MatMul(turned, Transpose(x)), MatMul(x, constant), MatMul(x, w * w)];
                var options = new SessionOptions { Threads = threads };
                using var session = new Session(graph, options);
                for (var seed = 0; seed < 3; seed++)
                {
                    session.Write(w, Numbers(10 + seed, terms, columns));
                    session.Write(turned, Numbers(20 + seed, columns, terms));
                    for (var run = 0; run < 4; run++)
                    {
                        // Two batch sizes in turns.
                        (Value, TensorData) feed = (x, Numbers(30 + seed + run, rows + (run % 2), terms));
                        var found = session.Run(products, feed);
                        for (var i = 0; i < products.Length; i++) Assert.Equal(First(graph, options, session, products[i], feed), found[i]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Kept_matrices_give_the_same_bits_at_any_number_of_threads()
    {
        // What packing costs decides between two orders of summing, and more threads cut rows, so that nothing can be kept.
        foreach (var (rows, terms, columns) in new[] { (69, 656, 80), (64, 391, 52), (50, 379, 43), (104, 656, 63), (29, 336, 40), (54, 566, 8) })
        {
            foreach (var type in new[] { DType.Float32, DType.Float64 })
            {
                var graph = new Graph();
                var x = graph.Placeholder("x", [rows, terms], type);
                var w = graph.Variable("w", Numbers(type, 1, columns, terms));
                var loop = Scan((h, t) => (Tanh(h + t + MatMul(x, Transpose(w))), t), Zeros(graph, [rows, columns], type), Iota(graph, [3], dtype: type)).Carry;
                Value[] fetches = [MatMul(x, Transpose(w)), MatMul(w, Transpose(x)), loop];
                using var one = new Session(graph, new SessionOptions { Threads = 1 });
                using var two = new Session(graph, new SessionOptions { Threads = 2 });
                using var three = new Session(graph, new SessionOptions { Threads = 3 });
                var data = Numbers(type, 2, rows, terms);
                foreach (var fetch in fetches)
                {
                    var expected = one.Run(fetch, (x, data));
                    Assert.Equal(expected, two.Run(fetch, (x, data)));
                    Assert.Equal(expected, three.Run(fetch, (x, data)));
                }
            }
        }
    }

    [Fact]
    public void A_matrix_packed_for_many_runs_is_packed_once()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [32, 400]), graph.Variable("w", Numbers(1, 400, 500)));
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        Assert.Contains(session.Explain(MatMul(x, w)).Arena().Places, p => p.Holds.StartsWith("packed", StringComparison.Ordinal));
        // Who trains it changes it in each run; what a feed brings may be other data; a hundredth of the work is no matter.
        Assert.DoesNotContain(session.Explain(AssignSub(w, MatMul(Transpose(x), MatMul(x, w)))).Arena().Places, p => p.Holds.StartsWith("packed", StringComparison.Ordinal));
        Assert.DoesNotContain(session.Explain(MatMul(x, Transpose(x) * 2)).Arena().Places, p => p.Holds.StartsWith("packed", StringComparison.Ordinal));
        var many = graph.Placeholder("many", [2000, 400]);
        Assert.DoesNotContain(session.Explain(MatMul(many, w)).Arena().Places, p => p.Holds.StartsWith("packed", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_of_large_networks_are_all_packed_once()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [32, 1500]);
        var weights = Enumerable.Range(0, 4).Select(i => graph.Variable($"w{i}", Zeros(graph, [1500, 1500]))).ToArray();
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        // Four of 9 MB each.
        var places = session.Explain(weights.Aggregate((Value)x, (h, w) => Relu(MatMul(h, w)))).Arena().Places;
        Assert.Equal(4, places.Count(p => p.Holds.StartsWith("packed", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_run_called_back_by_one_that_trains_sees_the_weights_of_that_moment()
    {
        var (graph, x, y) = Network("batch");
        var step = new GradientDescent(0.1f).Minimize(Mean(y * y));
        using var session = new Session(graph);
        var images = Numbers(1, 2, 32, 14, 14);
        // The last step comes after the last call.
        session.Run(step, 5, [(x, images)], 2, _ => Assert.Equal(First(graph, new(), session, y, (x, images)), session.Run(y, (x, images))));
        Assert.Equal(First(graph, new(), session, y, (x, images)), session.Run(y, (x, images)));
    }

    [Fact]
    public void Masks_of_symbolic_lengths_and_in_loops_stay()
    {
        var graph = new Graph();
        var scores = graph.Placeholder("scores", ["steps", "length", "length"]);
        var mask = Abs(Iota(graph, ["length", "length"], 1) - Iota(graph, ["length", "length"], 0)) <= 8;
        var first = graph.Placeholder("first", ["length", "length"]);
        var y = Softmax(Where(mask, scores, double.NegativeInfinity));
        var z = Scan(
            (sum, s) =>
            {
                var next = Tanh(MatMul(sum, Softmax(Where(mask, s, -1e9))));
                return (next, next);
            },
            first,
            scores).Carry;
        using var session = new Session(graph, new SessionOptions { Unroll = false });
        foreach (var length in new[] { 40, 70, 40, 70, 40 })
        {
            (Value, TensorData)[] feeds = [(scores, Numbers(length, 3, length, length)), (first, Numbers(length + 1, length, length))];
            foreach (var fetch in new[] { y, z })
            {
                Value[] fetches = [fetch];
                var needed = fetch == y ? feeds[..1] : feeds;
                using var other = new Session(graph, new SessionOptions { Unroll = false });
                Assert.Equal(other.Run(fetches, needed)[0], session.Run(fetches, needed)[0]);
            }
        }
    }

    [Fact]
    public void Steps_of_constants_and_of_variables_are_told_from_others()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [300, 300]), graph.Variable("w", new float[300, 300]));
        var mask = Cast(Abs(Iota(graph, [300, 300], 1) - Iota(graph, [300, 300], 0)) <= 8, DType.Float32);
        var (ofConstants, ofWeights, ofBoth) = (MatMul(mask, mask), Tanh(MatMul(w, w)), MatMul(x, Tanh(x)));
        var y = ofConstants + ofWeights + ofBoth;

        Assert.Equal([Invariance.Always, Invariance.UntilWritten], Invariants(y, assigns: null).Where(i => i != Invariance.None).Distinct().Order().Reverse());
        // Who trains them changes them in each run.
        Assert.Equal([Invariance.Always], Invariants(y, assigns: AssignSub(w, MatMul(x, x))).Where(i => i != Invariance.None).Distinct());
        // Draws differ from run to run.
        Assert.DoesNotContain(Invariance.Always, Invariants(RandomNormal(graph, [300, 300]), assigns: null));
    }

    [Fact]
    public void Large_results_are_computed_again()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n", "n"]);
        var mask = Abs(Iota(graph, ["n", "n"], 1) - Iota(graph, ["n", "n"], 0)) <= 8;
        var y = Softmax(Where(mask, MatMul(x, x), -1e9)) + Where(mask, Exp(x), 0);
        using var session = new Session(graph);
        var arena = session.Explain(y).Arena(("n", 5000));
        Assert.DoesNotContain(arena.Places, p => p.Holds.Contains("bool", StringComparison.Ordinal) && p.FirstStep == 1 && p.LastStep > 3);
    }

    private static Invariance[] Invariants(Value fetch, Node? assigns)
    {
        var request = SliceAnalysis.Analyze(fetch.Graph, [fetch], assigns is null ? [] : [assigns]);
        return Pipeline.Compile(CompiledPlan.SourceOf(request), new CompilerOptions { Unroll = false }).Invariants!.Steps;
    }

    /// <summary>Windows that are walked, some in fewer products and some with their terms in parts, batch norms of stored statistics, and a dense layer.</summary>
    private static (Graph Graph, Value X, Value Y) Network(Dim batch)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [batch, 32, 14, 14]);
        Variable Weight(string name, params int[] extents) => graph.Variable(name, Numbers(name.Length, extents));
        Value Layer(Value v, string name, int from, int to, int size, int stride) => Relu(BatchNormInference(
            Conv2d(v, Weight(name, to, from, size, size), stride: stride, padding: size / 2),
            Weight(name + "mean", to), Square(Weight(name + "variance", to)) + 0.5, Weight(name + "scale", to), Weight(name + "shift", to)));
        var h = Layer(Layer(Layer(x, "k", 32, 48, 3, 1), "k2", 48, 64, 3, 2), "k3", 64, 33, 5, 1);
        return (graph, x, Mean(h, [2, 3]) * MatMul(Weight("left", 1, 40), Weight("right", 40, 33)));
    }

    private static TensorData First(Graph graph, SessionOptions options, Session variablesOf, Value fetch, params (Value, TensorData)[] feeds)
    {
        using var session = new Session(graph, options);
        foreach (var variable in graph.Variables) session.Write(variable, variablesOf.Read(variable));
        return session.Run(fetch, feeds);
    }

    private static TensorData Numbers(int seed, Value like) => Numbers(seed, [.. like.Shape.Select(d => (int)d.Value)]);

    private static TensorData Numbers(int seed, params int[] extents) => Numbers(DType.Float32, seed, extents);

    private static TensorData Numbers(DType type, int seed, params int[] extents)
    {
        var random = new Random(seed);
        return Data.Generate(type, extents, _ => (random.NextDouble() - 0.5) / 4);
    }
}

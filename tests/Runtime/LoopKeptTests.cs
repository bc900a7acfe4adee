using GraphGrad.Compilation;
using GraphGrad.Compilation.Passes;
using GraphGrad.Execution;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>What the first iteration of a loop has packed of matrices that all iterations are given serves the others, until the loop may be given other ones.</summary>
public sealed class LoopKeptTests
{
    private static readonly int[] Threads = [1, 2, 3];

    [Fact]
    public void Matrices_that_change_between_runs_are_packed_anew()
    {
        // Rows for a tile or less, for several, and for as many as threads share.
        foreach (var rows in new[] { 1, 8, 32, 130 })
        {
            var graph = new Graph();
            var (h, fed, variable) = (graph.Placeholder("h", [rows, 96]), graph.Placeholder("fed", [96, 96]), graph.Variable("variable", Numbers(1, 96, 96)));
            Value[] fetches = [.. new Value[] { fed, Transpose(fed), variable, Transpose(variable), variable * variable, fed + variable }.Select(w => Repeated(h, w, 10))];
            foreach (var threads in Threads)
            {
                var options = new SessionOptions { Threads = threads, Unroll = false };
                using var session = new Session(graph, options);
                for (var seed = 0; seed < 6; seed++)
                {
                    // Twice the same, and what is fed changes when the variable does not.
                    if (seed % 3 == 0) session.Write(variable, Numbers(10 + seed, 96, 96));
                    foreach (var fetch in fetches)
                    {
                        (Value, TensorData)[] feeds = [(h, Numbers(20, rows, 96)), .. fetch == fetches[2] || fetch == fetches[3] || fetch == fetches[4] ? [] : new[] { (fed, Numbers(30 + (seed / 2), 96, 96)) }];
                        using var fresh = new Session(graph, options);
                        fresh.Write(variable, session.Read(variable));
                        Assert.Equal(fresh.Run(fetch, feeds), session.Run(fetch, feeds));
                    }
                }
            }
        }
    }

    [Fact]
    public void An_inner_loop_is_given_another_matrix_by_each_iteration_of_the_outer_one()
    {
        var graph = new Graph();
        var (h, w, steps) = (graph.Placeholder("h", [20, 64]), graph.Placeholder("w", [64, 64]), graph.Placeholder("steps", [12, 64, 64]));
        var (last, _) = Scan((m, step) => (Tanh(m + step + Transpose(MatMul(Transpose(h), Repeated(h, m, 9)))), Sum(m)), w, steps);
        var unrolled = w;
        for (var i = 0; i < 12; i++) unrolled = Tanh(unrolled + steps[i] + Transpose(MatMul(Transpose(h), Repeated(h, unrolled, 9))));
        (Value, TensorData)[] feeds = [(h, Numbers(1, 20, 64)), (w, Numbers(2, 64, 64)), (steps, Numbers(3, 12, 64, 64))];
        foreach (var threads in Threads)
        {
            using var session = new Session(graph, new SessionOptions { Threads = threads, Unroll = false });
            var found = session.Run([last, unrolled], feeds);
            Assert.Equal(found[1].AsSpan<float>().ToArray(), found[0].AsSpan<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4f);
        }
    }

    [Fact]
    public void Trained_matrices_are_those_of_each_step()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [32, 64]), graph.Variable("w", Numbers(1, 64, 64)));
        var step = new GradientDescent(0.5f).Minimize(Mean(Square(Repeated(x, w, 10) - 1)));
        var data = Numbers(2, 32, 64);
        foreach (var threads in Threads)
        {
            var options = new SessionOptions { Threads = threads, Unroll = false };
            using var together = new Session(graph, options);
            together.Run(step, 5, (x, data));
            var weights = Numbers(1, 64, 64);
            for (var i = 0; i < 5; i++)
            {
                using var alone = new Session(graph, options);
                alone.Write(w, weights);
                alone.Run(step, 1, (x, data));
                weights = alone.Read(w);
            }
            Assert.Equal(weights, together.Read(w));
        }
    }

    [Fact]
    public void They_are_packed_once_where_there_are_many_iterations()
    {
        Assert.True(IsKept(length: 20, rows: 32));
        Assert.True(IsKept(length: "n", rows: 32));
        // Rows that one of two threads takes through all iterations.
        Assert.True(IsKept(length: 20, rows: 32, ofParts: true));
        Assert.False(IsKept(length: 3, rows: 32));

        static bool IsKept(Dim length, int rows, bool ofParts = false)
        {
            var graph = new Graph();
            var (h, w) = (graph.Placeholder("h", [rows, 600]), graph.Placeholder("w", [600, 600]));
            var loop = Assert.Single(Pipeline.Compile(CompiledPlan.SourceOf(SliceAnalysis.Analyze(graph, [Repeated(h, w, length)], [])), new CompilerOptions { Unroll = false }).Steps.OfType<LoopStep>());
            var symbols = new Dictionary<string, long> { ["n"] = 30 };
            var part = ofParts ? LoopParts.Of(loop.Loop, loop.Body, s => symbols[s], threads: 2)[1] : null;
            Assert.Equal(ofParts, part is not null);
            var plan = new FramePlan(loop.Body, symbols, 1, part);
            return plan.KeptOf(Assert.Single(loop.Body.Steps.OfType<ContractionStep>())) is { Until: Invariance.UntilWritten };
        }
    }

    private static Value Repeated(Value h, Value w, Dim length) => Scan(c => (Tanh(MatMul(c, w)), c[0, 0]), h, length).Carry;

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        return Data.Generate(DType.Float32, extents, _ => (random.NextDouble() - 0.5) / 4);
    }
}

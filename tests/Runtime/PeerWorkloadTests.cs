using System.Runtime.InteropServices;
using GraphGrad.Bench.SideBySide.Workloads;
using GraphGrad.Execution;

namespace GraphGrad.Tests.Runtime;

/// <summary>The programs that <c>bench -- peers</c> times, at their full size: same bits on all threads, and nothing allocated.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class PeerWorkloadTests
{
    // What is done sooner is done by one thread.
    private static readonly string[] TooSmall =
        ["himmelblau-loop", "himmelblau-step", "logistic-step", "mlp-tiny", "mlp-odd", "matmul-16", "matmul-32", "matmul-64", "matmul-128", "matmul-odd"];

    // Of the other workloads those that are trained, and one for each way in which threads share work.
    private static readonly string[] Others =
        ["gru-train", "lstm-train", "norm-chain", "attention-odd", "layernorm-odd", "softmax-columns", "matmul-tall", "mlp-odd", "matmul-odd", "conv-256x14-one", "conv-grouped-grad", "depthwise-grad", "concatenate", "pad"];

    public static TheoryData<string> Names => [.. Catalogue.All.Where(w => !w.IsOther || Others.Contains(w.Name)).Select(w => w.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_bits_on_two_threads_and_nothing_allocated(string name)
    {
        var workload = Catalogue.All.Single(w => w.Name == name);
        var one = new Runner(workload, threads: 1);
        var two = new Runner(workload, threads: 2);
        var helped = WorkerPool.Shared.Helped;
        for (var step = 0; step < 3; step++)
        {
            one.Step();
            two.Step();
            Expect.True(one.Agrees(two), $"step {step} differs");
        }
        // Nobody waits for a thread that does not come, so on a busy machine one may miss a run.
        for (var attempt = 0; attempt < 200 && WorkerPool.Shared.Helped == helped; attempt++) two.Step();
        if (WorkerPool.Shared.Threads > 1 && !TooSmall.Contains(name)) Assert.NotEqual(helped, WorkerPool.Shared.Helped);

        // A method that gets faster code may allocate once; what a run allocates shows in every attempt.
        var allocations = new ThreadAllocations();
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 100 && least > 0; attempt++)
        {
            var before = allocations.Read();
            two.Step();
            least = Math.Min(least, allocations.Read() - before);
        }
        Assert.Equal(0, least);
        one.Dispose();
        two.Dispose();
    }

    /// <summary>libtorch's peak for this step is 26.2 MB; each thread needs packed panels of its own.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_transformer_step_takes_less_than_three_fifths_of_the_memory_of_libtorch(int threads)
    {
        using var runner = new Runner(Catalogue.All.Single(w => w.Name == "transformer-train"), threads);
        runner.Step();
        Assert.InRange(runner.ArenaBytes, 1, 0.6 * 26.2e6);
    }

    private sealed class Runner : IDisposable
    {
        private readonly Array[] feeds;
        private readonly Session session;
        private readonly CompiledFunction function;
        private readonly float[][] results;

        public Runner(GraphGrad.Bench.SideBySide.Workload workload, int threads)
        {
            var definition = workload.Define();
            feeds = [.. definition.Feeds.Select(f => f.Data)];
            session = new Session(definition.Graph, new SessionOptions { Threads = threads });
            function = session.Compile([.. definition.Feeds.Select(f => f.Placeholder)], definition.Fetches, definition.Target is { } step ? [step] : []);
            results = [.. definition.Fetches.Select(f => new float[(int)f.Shape.ElementCount.Value])];
        }

        public long ArenaBytes => function.ArenaBytes;

        /// <summary>Whether the last steps of both fetched the same bits.</summary>
        public bool Agrees(Runner other) =>
            results.Zip(other.results).All(r => MemoryMarshal.AsBytes<float>(r.First).SequenceEqual(MemoryMarshal.AsBytes<float>(r.Second)));

        public void Step()
        {
            var call = function.Call();
            foreach (var data in feeds) call = data is float[] floats ? call.Feed<float>(floats) : call.Feed<long>((long[])data);
            foreach (var result in results) call = call.Fetch<float>(result);
            call.Run();
        }

        public void Dispose() => session.Dispose();
    }
}

using GraphGrad.Execution;

namespace GraphGrad.Tests.Runtime;

/// <summary>Runs alone: other tests would take the worker threads.</summary>
[CollectionDefinition(nameof(DeterminismTests), DisableParallelization = true)]
public sealed class DeterminismCollection;

/// <summary>A run gives the same bits whatever the number of threads, and more than one does work.</summary>
[Collection(nameof(DeterminismTests))]
public sealed class DeterminismTests
{
    private const int Steps = 3;

    public static TheoryData<string> Names => Workload.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_are_the_same_bits_on_any_number_of_threads(string name)
    {
        var expected = Results(name, threads: 1);
        var helped = WorkerPool.Shared.Helped;
        // Nobody waits for a thread that does not come, so on a busy machine one may miss a run.
        for (var attempt = 0; attempt < 200; attempt++)
        {
            Assert.Equal(expected, Results(name, threads: 2));
            if (WorkerPool.Shared.Helped > helped) break;
        }
        Assert.Equal(expected, Results(name, threads: 3));
        if (WorkerPool.Shared.Threads > 1) Assert.NotEqual(helped, WorkerPool.Shared.Helped);
    }

    [Fact]
    public void Nobody_is_woken_for_short_work()
    {
        var work = new ShortWork();
        // Long enough for all threads to park.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Thread.Sleep(20);
            WorkerPool.Shared.Run(work, ShortWork.Chunks, threads: 2);
            Assert.Equal((attempt + 1) * ShortWork.Chunks, work.Done);
            Assert.Equal(0, work.Others);
        }
    }

    private sealed class ShortWork : ParallelWork
    {
        public const int Chunks = 8;

        private int done;
        private int others;

        public int Done => done;

        public int Others => others;

        public override bool IsShort => true;

        public override void Execute(long chunk, int worker)
        {
            Interlocked.Increment(ref done);
            if (worker > 0) Interlocked.Increment(ref others);
        }
    }

    /// <summary>The bytes of all fetches of some steps, and of all variables after them.</summary>
    private static byte[] Results(string name, int threads)
    {
        var workload = Workload.Create(name);
        using var session = new Session(workload.Graph, new SessionOptions { Threads = threads });
        var bytes = new List<byte>();
        for (var step = 0; step < Steps; step++)
        {
            var results = workload.Step is { } target
                ? session.Run(workload.Fetches, target, workload.Feeds)
                : session.Run(workload.Fetches, workload.Feeds);
            foreach (var result in results) bytes.AddRange(result.Bytes);
        }
        foreach (var variable in workload.Graph.Variables) bytes.AddRange(session.Read(variable).Bytes);
        return [.. bytes];
    }
}

using GraphGrad.Execution;

namespace GraphGrad.Tests.Runtime;

/// <summary>Each chunk of a work is done once, by whoever comes, and nothing is left when the call returns.</summary>
[Collection(nameof(DeterminismTests))]
public sealed class WorkerPoolTests
{
    private const int Rounds = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void Every_chunk_is_done_once(int chunks)
    {
        var work = new Counting(chunks);
        for (var round = 1; round <= Rounds; round++)
        {
            // Now and then all threads park.
            if (round % (Rounds / 4) == 0) Thread.Sleep(5);
            WorkerPool.Shared.Run(work, chunks, threads: 2 + (round % 2));
            for (var chunk = 0; chunk < chunks; chunk++) Assert.Equal(round, work.Done[chunk]);
        }
    }

    [Fact]
    public void A_chunk_that_throws_ends_the_work_and_the_next_one_runs()
    {
        const int Chunks = 8;
        var work = new Counting(Chunks);
        for (var round = 0; round < 200; round++)
        {
            var throwing = new Throwing(round % Chunks);
            var thrown = Assert.ThrowsAny<Exception>(() => WorkerPool.Shared.Run(throwing, Chunks, threads: 2));
            Assert.Equal("of the chunk", thrown.InnerException?.Message ?? thrown.Message);
            WorkerPool.Shared.Run(work, Chunks, threads: 2);
            Assert.All(work.Done, done => Assert.Equal(round + 1, done));
        }
    }

    [Fact]
    public void After_a_chunk_that_throws_no_other_is_begun()
    {
        const int Chunks = 100_000;
        var work = new ThrowingFirst();
        Assert.ThrowsAny<Exception>(() => WorkerPool.Shared.Run(work, Chunks, threads: 2));
        Assert.InRange(work.Others, 0, Chunks - 2);
    }

    private sealed class ThrowingFirst : ParallelWork
    {
        private long others;

        public long Others => others;

        public override void Execute(long chunk, int worker)
        {
            if (chunk == 0) throw new InvalidOperationException("of the chunk");
            Thread.SpinWait(10);
            Interlocked.Increment(ref others);
        }
    }

    private sealed class Counting(int chunks) : ParallelWork
    {
        public int[] Done { get; } = new int[chunks];

        public override void Execute(long chunk, int worker) => Done[chunk]++;
    }

    private sealed class Throwing(long bad) : ParallelWork
    {
        public override void Execute(long chunk, int worker)
        {
            if (chunk == bad) throw new InvalidOperationException("of the chunk");
        }
    }
}

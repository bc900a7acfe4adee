using GraphGrad.Execution;

namespace GraphGrad.Tests.Runtime;

/// <summary>
/// Counts what the calling thread and the threads of the pool allocate, and nobody else: the test host and the just-in-time compiler
/// allocate in the background, on a busy machine within every run that takes long.
/// </summary>
internal sealed class ThreadAllocations : ParallelWork
{
    private const int Patience = 100;

    private readonly long[] bytes = new long[WorkerPool.Shared.Threads];
    private int missing;

    /// <summary>Bytes so far. Waits for every thread of the pool to say.</summary>
    public long Read()
    {
        var all = (1 << bytes.Length) - 1;
        for (missing = all; missing != 0;)
        {
            missing = all;
            WorkerPool.Shared.Run(this, bytes.Length, bytes.Length);
        }
        return bytes.Sum();
    }

    public override void Execute(long chunk, int worker)
    {
        bytes[worker] = GC.GetAllocatedBytesForCurrentThread();
        Interlocked.And(ref missing, ~(1 << worker));
        // Whoever is done first would take over the chunks of a thread that has not come yet.
        for (var start = Environment.TickCount64; Volatile.Read(ref missing) != 0 && Environment.TickCount64 - start < Patience;) Thread.Yield();
    }
}

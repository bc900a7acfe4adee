namespace GraphGrad.Execution;

/// <summary>Work that falls into chunks which may run at the same time, each written by nobody else.</summary>
internal abstract class ParallelWork
{
    /// <param name="chunk">Which chunk.</param>
    /// <param name="worker">Which thread, from 0; chunks of one thread run one after the other, so it may own scratch memory.</param>
    public abstract void Execute(long chunk, int worker);

    /// <summary>
    /// Whether the work is over before a parked thread would have come: then only threads that still spin after the work before take part.
    /// </summary>
    public virtual bool IsShort => false;
}

/// <summary>
/// The threads that all sessions of a process share. Idle threads spin briefly, because the next kernel mostly follows within
/// microseconds, then park. One run uses them at a time; another that comes meanwhile works alone, with the same result. Nobody
/// waits for a thread that has not begun: on a machine with other things to do it may take milliseconds to come.
/// <para>
/// Each thread begins with its own stretch of the chunks, the same in every work of as many threads, and then takes over from the ends
/// of the others' stretches. Chunks follow the outermost axis, so what a kernel wrote is mostly read by the thread whose cache
/// holds it.
/// </para>
/// </summary>
internal sealed class WorkerPool
{
    // About 30 µs of pauses: from parked, a thread takes 11 µs to come.
    private const int SpinsBeforeParking = 3_000;

    // Added to the number of helpers at work when none may join any more.
    private const int Closed = int.MinValue;

    private readonly Lock gate = new();
    private readonly Worker[] workers;
    private ParallelWork? work;
    private Exception? fault;
    private readonly ChunkRange[] ranges;
    private int helpers;
    private int active = Closed;
    private long helped;

    private WorkerPool(int helpers)
    {
        workers = new Worker[helpers];
        ranges = new ChunkRange[helpers + 1];
        for (var i = 0; i < helpers; i++) workers[i] = new Worker(this, i + 1);
    }

    public static WorkerPool Shared { get; } = new(Environment.ProcessorCount - 1);

    /// <summary>Threads that a run can have, the caller's own included.</summary>
    public int Threads => workers.Length + 1;

    /// <summary>Chunks that other threads than the callers' have worked on so far.</summary>
    public long Helped => Interlocked.Read(ref helped);

    /// <summary>Runs every chunk, on up to <paramref name="threads"/> threads, and returns when all are done. Allocates nothing.</summary>
    public void Run(ParallelWork job, long count, int threads)
    {
        var wanted = (int)Math.Min(Math.Min(threads - 1, workers.Length), count - 1);
        if (job.IsShort)
        {
            while (wanted > 0 && !workers[wanted - 1].IsAwake) wanted--;
        }
        if (wanted <= 0 || !gate.TryEnter())
        {
            for (var chunk = 0L; chunk < count; chunk++) job.Execute(chunk, 0);
            return;
        }
        try
        {
            (work, helpers, fault) = (job, wanted, null);
            for (var i = 0; i <= wanted; i++) ranges[i].Set(count * i / (wanted + 1), count * (i + 1) / (wanted + 1));
            Volatile.Write(ref active, 0);
            for (var i = 0; i < wanted; i++) workers[i].Wake();
            Drain(0);
            Interlocked.Add(ref active, Closed);
            var spin = default(SpinWait);
            while (Volatile.Read(ref active) != Closed) spin.SpinOnce(sleep1Threshold: -1);
            work = null;
            if (fault is not null) throw new AggregateException(fault);
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>
    /// Takes part in the work that is open, if any: perhaps a later one than the call was for, which may want fewer threads.
    /// </summary>
    private void Join(int worker)
    {
        int before;
        do
        {
            before = Volatile.Read(ref active);
            if (before < 0) return;
        }
        while (Interlocked.CompareExchange(ref active, before + 1, before) != before);
        if (worker <= helpers) Drain(worker);
        Interlocked.Decrement(ref active);
    }

    private void Drain(int worker)
    {
        var done = 0;
        try
        {
            for (long chunk; (chunk = Take(worker)) >= 0; done++) work!.Execute(chunk, worker);
        }
        catch (Exception exception)
        {
            // Handed to the caller of Run, who waits for all threads before anything is freed.
            fault = exception;
            for (var i = 0; i <= helpers; i++) ranges[i].Set(0, 0);
        }
        if (worker > 0 && done > 0) Interlocked.Add(ref helped, done);
    }

    /// <summary>The next chunk for a thread, or -1 if none is left.</summary>
    private long Take(int worker)
    {
        var chunk = ranges[worker].TakeFirst();
        for (var i = 0; chunk < 0 && i <= helpers; i++)
        {
            if (i != worker) chunk = ranges[i].TakeLast();
        }
        return chunk;
    }

    private sealed class Worker
    {
        private readonly WorkerPool pool;
        private readonly int number;
        private readonly AutoResetEvent signal = new(false);
        private int calls;
        private int parked;
        private bool started;

        public Worker(WorkerPool pool, int number) => (this.pool, this.number) = (pool, number);

        public bool IsAwake => started && Volatile.Read(ref parked) == 0;

        public void Wake()
        {
            if (!started)
            {
                started = true;
                new Thread(Loop) { IsBackground = true, Name = $"GraphGrad worker {number}" }.Start();
            }
            Interlocked.Increment(ref calls);
            if (Interlocked.Exchange(ref parked, 0) == 1) signal.Set();
        }

        private void Loop()
        {
            for (var served = 0; ; served++)
            {
                for (var spins = 0; Volatile.Read(ref calls) == served; spins++)
                {
                    if (spins < SpinsBeforeParking)
                    {
                        Thread.SpinWait(4);
                        continue;
                    }
                    Interlocked.Exchange(ref parked, 1);
                    // A call that came before the flag was up set no signal; whoever takes the flag down decides who waits.
                    if (Volatile.Read(ref calls) != served && Interlocked.CompareExchange(ref parked, 0, 1) == 1) break;
                    signal.WaitOne();
                    spins = 0;
                }
                pool.Join(number);
            }
        }
    }
}

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
/// Each thread begins with its own range of the chunks, the same in every work of as many threads, and then takes over from the ends
/// of the others' ranges. Chunks follow the outermost axis, so what a kernel wrote is mostly read by the thread whose cache
/// holds it.
/// </para>
/// </summary>
internal sealed class WorkerPool
{
    // About 30 µs of pauses: from parked, a thread takes 11 µs to come.
    private const int SpinsBeforeParking = 3_000;

    // Waiting for the last chunk of another thread; beyond this it may have lost its processor.
    private const int SpinsBeforeYielding = 3_000;

    private readonly Lock gate = new();
    private readonly Worker[] workers;
    private readonly WorkStealingRange[] ranges;
    private Exception? fault;

    private WorkerPool(int helpers)
    {
        workers = new Worker[helpers];
        ranges = new WorkStealingRange[helpers + 1];
        for (var i = 0; i < helpers; i++) workers[i] = new Worker(this, i + 1);
    }

    public static WorkerPool Shared { get; } = new(Environment.ProcessorCount - 1);

    /// <summary>Threads that a run can have, the caller's own included.</summary>
    public int Threads => workers.Length + 1;

    /// <summary>Chunks that other threads than the callers' have worked on so far.</summary>
    public long Helped
    {
        get
        {
            var sum = 0L;
            for (var i = 1; i < ranges.Length; i++) sum += ranges[i].Done;
            return sum;
        }
    }

    /// <summary>Runs every chunk, on up to <paramref name="threads"/> threads, and returns when all are done. Allocates nothing.</summary>
    public void Run(ParallelWork job, long count, int threads)
    {
        var helpers = (int)Math.Min(Math.Min(threads - 1, workers.Length), count - 1);
        if (job.IsShort)
        {
            while (helpers > 0 && !workers[helpers - 1].IsAwake) helpers--;
        }
        if (helpers <= 0 || !gate.TryEnter())
        {
            for (var chunk = 0L; chunk < count; chunk++) job.Execute(chunk, 0);
            return;
        }
        try
        {
            for (var i = helpers; i > 0; i--) ranges[i].Open(job, count * i / (helpers + 1), count * (i + 1) / (helpers + 1), helpers + 1);
            // The caller's own first chunk is not offered to others: it begins before the others are seen to have been called.
            ranges[0].Open(job, 1, count / (helpers + 1), helpers + 1);
            for (var i = 0; i < helpers; i++) workers[i].Start();
            Execute(job, 0, 0);
            // A thread that was about to park has either seen its range or is seen to be parked.
            Interlocked.MemoryBarrier();
            for (var i = 0; i < helpers; i++) workers[i].Wake();
            Drain(job, 0, helpers + 1);
            for (var i = 1; i <= helpers; i++)
            {
                for (var spins = 0; ranges[i].IsInside; spins++)
                {
                    if (spins < SpinsBeforeYielding) Thread.SpinWait(4);
                    else Thread.Yield();
                }
            }
            if (fault is null) return;
            var thrown = fault;
            fault = null;
            throw new AggregateException(thrown);
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>Does chunks until none is left for this thread to take.</summary>
    /// <returns>How many.</returns>
    private long Drain(ParallelWork job, int worker, int threads)
    {
        var done = 0L;
        for (long chunk; (chunk = Take(worker, threads)) >= 0; done++) Execute(job, chunk, worker);
        return done;
    }

    private void Execute(ParallelWork job, long chunk, int worker)
    {
        try
        {
            job.Execute(chunk, worker);
        }
        catch (Exception exception)
        {
            // Handed to the caller of Run, who waits for all threads before anything is freed; nobody takes another chunk.
            fault = exception;
            for (var i = 0; i < ranges.Length; i++)
            {
                while (ranges[i].TakeFirst() >= 0) { }
            }
        }
    }

    /// <summary>The next chunk for a thread, or -1 if none is left.</summary>
    private long Take(int worker, int threads)
    {
        var chunk = ranges[worker].TakeFirst();
        for (var i = 0; chunk < 0 && i < threads; i++)
        {
            if (i != worker) chunk = ranges[i].TakeLast();
        }
        return chunk;
    }

    /// <summary>Takes part in a work whose range for this thread was opened, unless others have done it meanwhile.</summary>
    private void Join(int worker)
    {
        ref var own = ref ranges[worker];
        if (own.TryEnter()) own.Leave(Drain(own.Work, worker, own.Threads));
    }

    private sealed class Worker(WorkerPool pool, int number)
    {
        private readonly AutoResetEvent signal = new(false);
        private int parked;
        private bool started;

        public bool IsAwake => started && Volatile.Read(ref parked) == 0;

        public void Start()
        {
            if (started)
            {
                Wake();
                return;
            }
            started = true;
            new Thread(Loop) { IsBackground = true, Name = $"GraphGrad worker {number}" }.Start();
        }

        /// <summary>Wakes the thread if it is seen to be parked.</summary>
        public void Wake()
        {
            if (Volatile.Read(ref parked) == 1 && Interlocked.Exchange(ref parked, 0) == 1) signal.Set();
        }

        private void Loop()
        {
            while (true)
            {
                for (var spins = 0; !pool.ranges[number].HasChunks; spins++)
                {
                    if (spins < SpinsBeforeParking)
                    {
                        Thread.SpinWait(4);
                        continue;
                    }
                    Interlocked.Exchange(ref parked, 1);
                    // Chunks that came before the flag was up set no signal; whoever takes the flag down decides who waits.
                    if (pool.ranges[number].HasChunks && Interlocked.CompareExchange(ref parked, 0, 1) == 1) break;
                    signal.WaitOne();
                    spins = 0;
                }
                pool.Join(number);
            }
        }
    }
}

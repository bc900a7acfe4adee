namespace GraphGrad.Execution;

/// <summary>
/// Lets either one run that assigns, or any number that do not, into a session; who has to wait is let in by order of arrival.
/// Uncontended it costs one interlocked operation each way, where a ReaderWriterLockSlim took a third of a small step's time.
/// </summary>
internal sealed class SessionGate
{
    private const int Exclusive = -1;

    // What this thread has entered and can enter again: only a run that calls the user back gets here.
    [ThreadStatic]
    private static Visit? visits;

    private readonly object queue = new();
    private long tickets;
    private long served;
    private int state;
    private int waiting;

    /// <summary>
    /// Waits until nobody else is inside (exclusive), or only others that share. False if this thread is inside on its own already,
    /// and must not leave again.
    /// </summary>
    /// <param name="exclusive">Whether to keep everyone else out.</param>
    /// <param name="intent">For the message: what a callback wanted and cannot do.</param>
    /// <exception cref="GraphException">This thread is inside and asks to be there alone.</exception>
    public bool Enter(bool exclusive, string intent) =>
        (Volatile.Read(ref waiting) == 0 && TryEnter(exclusive)) || EnterSlowly(exclusive, intent);

    public void Leave(bool exclusive)
    {
        if (exclusive) Interlocked.Exchange(ref state, 0);
        else Interlocked.Decrement(ref state);
        // A waiting thread is counted before it looks at the state: either it sees what has just been written, or it is seen here.
        if (Volatile.Read(ref waiting) == 0) return;
        lock (queue) Monitor.PulseAll(queue);
    }

    /// <summary>Says that until <see cref="EndVisit"/> this thread, which has entered, may come again from a callback.</summary>
    public void BeginVisit(bool exclusive) => visits = new Visit(this, exclusive, visits);

    public static void EndVisit() => visits = visits?.Before;

    private bool TryEnter(bool exclusive)
    {
        if (exclusive) return Interlocked.CompareExchange(ref state, Exclusive, 0) == 0;
        for (var seen = Volatile.Read(ref state); seen >= 0;)
        {
            var before = Interlocked.CompareExchange(ref state, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }
        return false;
    }

    private bool EnterSlowly(bool exclusive, string intent)
    {
        for (var visit = visits; visit is not null; visit = visit.Before)
        {
            if (visit.Gate != this) continue;
            if (exclusive)
                throw new GraphException($"a trace callback cannot {intent}: the run that calls it is still under way. Do it after the run has ended.");
            // Shared with others, it enters past those who wait: they wait for this thread, too.
            return !visit.Exclusive && TryEnter(exclusive);
        }
        lock (queue)
        {
            var ticket = tickets++;
            Interlocked.Increment(ref waiting);
            while (ticket != served || !TryEnter(exclusive)) Monitor.Wait(queue);
            served++;
            Interlocked.Decrement(ref waiting);
            // The next may share.
            Monitor.PulseAll(queue);
        }
        return true;
    }

    private sealed record Visit(SessionGate Gate, bool Exclusive, Visit? Before);
}

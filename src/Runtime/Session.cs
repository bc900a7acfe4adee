using System.Collections.Concurrent;
using GraphGrad.Execution;

namespace GraphGrad;

/// <summary>
/// Runs a graph and holds the values of its variables. All reads in a run see the values from its start, all assignments
/// take effect together at its end. Safe for use by several threads: runs that assign variables have the session to
/// themselves, others run at once. The graph may grow while sessions run it.
/// </summary>
public sealed partial class Session : IDisposable
{
    private readonly SessionOptions options;
    private readonly VariableStore variables;
    private readonly ConcurrentDictionary<PlanKey, BoundPlan> plans;
    private readonly ConcurrentDictionary<PlanKey, BoundPlan>.AlternateLookup<PlanLookup> planLookup;
    private readonly ReaderWriterLockSlim gate = new(LockRecursionPolicy.SupportsRecursion);
    private long steps;
    private volatile bool disposed;

    /// <summary>A session for one graph.</summary>
    /// <param name="graph">The graph to run.</param>
    /// <param name="options">Backend, threads, seed; null for the defaults.</param>
    /// <exception cref="GraphException">An option is out of range.</exception>
    public Session(Graph graph, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        this.options = options ?? new SessionOptions();
        this.options.Validate();
        variables = new VariableStore(this.options);
        plans = new ConcurrentDictionary<PlanKey, BoundPlan>(new PlanKeyComparer());
        planLookup = plans.GetAlternateLookup<PlanLookup>();
        steps = this.options.FirstRunIndex;
    }

    /// <summary>The graph that the session runs.</summary>
    public Graph Graph { get; }

    /// <summary>
    /// Frees the variables and all memory of the session, once the runs under way have ended. Any later use throws
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    /// <exception cref="GraphException">Called from a trace callback of this session.</exception>
    public void Dispose()
    {
        if (disposed) return;
        Enter(exclusive: true, "dispose the session");
        try
        {
            if (disposed) return;
            disposed = true;
            foreach (var plan in plans.Values) plan.Dispose();
            plans.Clear();
            variables.Dispose();
        }
        finally
        {
            Exit(exclusive: true);
        }
    }

    internal BoundPlan Plan(ReadOnlySpan<Value> fetches, ReadOnlySpan<Node> targets)
    {
        var lookup = new PlanLookup(fetches, targets);
        if (planLookup.TryGetValue(lookup, out var known)) return known;
        ThrowIfDisposed();
        var request = SliceAnalysis.Analyze(Graph, fetches, targets);
        var plan = new BoundPlan(request, PlanFactory.Create(request, options), Array.ConvertAll(request.Variables, variables.Slot), fetches);
        return planLookup.TryAdd(lookup, plan) ? plan : planLookup[lookup];
    }

    /// <summary>
    /// Runs a frame whose arguments are set. <paramref name="frame"/> stays the caller's.
    /// </summary>
    internal void Execute(BoundPlan plan, PooledFrame frame)
    {
        var times = frame.Arguments.Times;
        Enter(plan.Assigns, "run a node that assigns variables");
        try
        {
            plan.EnsureInitialized(variables);
            frame.Arguments.RunIndex = Interlocked.Add(ref steps, times) - times;
            frame.Run();
        }
        finally
        {
            Exit(plan.Assigns);
            GC.KeepAlive(this);
        }
    }

    internal void ThrowIfDisposed()
    {
        if (disposed) throw new ObjectDisposedException(nameof(Session), "the session was disposed, and its variables with it; make a new Session for the graph.");
    }

    /// <summary>Waits until the session is this thread's to write (exclusive) or read.</summary>
    private void Enter(bool exclusive, string intent)
    {
        if (exclusive)
        {
            if (gate.IsWriteLockHeld || gate.IsReadLockHeld)
                throw new GraphException($"a trace callback cannot {intent}: the run that calls it is still under way. Do it after the run has ended.");
            gate.EnterWriteLock();
        }
        else
        {
            gate.EnterReadLock();
        }
        if (!disposed) return;
        Exit(exclusive);
        ThrowIfDisposed();
    }

    private void Exit(bool exclusive)
    {
        if (exclusive) gate.ExitWriteLock();
        else gate.ExitReadLock();
    }
}

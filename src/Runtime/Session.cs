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
    private readonly SessionGate gate = new();
    private long steps;
    private volatile BoundPlan? latest;
    private volatile bool disposed;

    /// <summary>A session for one graph.</summary>
    /// <param name="graph">The graph to run.</param>
    /// <param name="options">Backend, threads, seed; null for the defaults.</param>
    /// <exception cref="GraphException">An option is out of range.</exception>
    public Session(Graph graph, SessionOptions? options = null)
    {
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
    /// Frees the variables and all memory of the session, once the runs under way have ended; up to 64 MB of what held intermediate values
    /// the process keeps for the next session. Any later use throws
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
            latest = null;
            variables.Dispose();
        }
        finally
        {
            gate.Leave(exclusive: true);
        }
    }

    internal BoundPlan Plan(ReadOnlySpan<Value> fetches, ReadOnlySpan<Node> targets)
    {
        // A loop asks for the same plan over and over.
        if (latest is { } before && PlanKeyComparer.AreEqual(fetches, targets, before.Key)) return before;
        if (planLookup.TryGetValue(new PlanLookup(fetches, targets), out var known)) return latest = known;
        ThrowIfDisposed();
        var request = SliceAnalysis.Analyze(Graph, fetches, targets);
        var key = new PlanKey(fetches.ToArray(), targets.ToArray());
        var plan = new BoundPlan(key, request, PlanFactory.Create(request, options), Array.ConvertAll(request.Variables, variables.Slot));
        return latest = plans.GetOrAdd(key, plan);
    }

    /// <summary>
    /// Runs a frame whose arguments are set. <paramref name="frame"/> stays the caller's.
    /// </summary>
    internal void Execute(BoundPlan plan, PooledFrame frame)
    {
        var (exclusive, arguments) = (plan.Assigns, frame.Arguments);
        var entered = Enter(exclusive, "run a node that assigns variables");
        var traced = entered && arguments.Trace is not null;
        if (traced) gate.BeginVisit(exclusive);
        try
        {
            plan.EnsureInitialized(variables);
            // A run that calls this one back may have assigned since the last call.
            if (!entered) variables.Change();
            arguments.VariableChanges = variables.Changes;
            arguments.RunIndex = exclusive ? steps : Interlocked.Add(ref steps, arguments.Times) - arguments.Times;
            if (exclusive) steps += arguments.Times;
            frame.Run();
        }
        finally
        {
            if (traced) SessionGate.EndVisit();
            // After the run, for one that it called back may have read variables before the last step.
            if (exclusive) variables.Change();
            if (entered) gate.Leave(exclusive);
            GC.KeepAlive(this);
        }
    }

    internal void ThrowIfDisposed()
    {
        if (disposed) throw new ObjectDisposedException(nameof(Session), "the session was disposed, and its variables with it; make a new Session for the graph.");
    }

    /// <summary>
    /// Waits until the session is this thread's to write (exclusive) or read. False if a run of this thread, which calls it back, has
    /// it already: then there is nothing to leave.
    /// </summary>
    private bool Enter(bool exclusive, string intent)
    {
        var entered = gate.Enter(exclusive, intent);
        if (!disposed) return entered;
        if (entered) gate.Leave(exclusive);
        ThrowIfDisposed();
        return false;
    }
}

using System.Collections.Concurrent;
using GraphGrad.Interpretation;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// The variables of one session. Initializers are interpreted whatever the backend, so that sessions of both backends start
/// from the same bits. A slot that is not initialized is in no run's use, so filling it needs only <see cref="gate"/>.
/// </summary>
internal sealed class VariableStore(SessionOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<Variable, VariableSlot> slots = new();
    private readonly Lock gate = new();
    private long changes;

    /// <summary>Another number whenever variables may have changed.</summary>
    public long Changes => Volatile.Read(ref changes);

    public VariableSlot Slot(Variable variable) => slots.GetOrAdd(variable, static v => new VariableSlot(v));

    /// <summary>Says that variables change; who writes them has the session to himself.</summary>
    public void Change() => Interlocked.Increment(ref changes);

    /// <summary>Initializes those of <paramref name="needed"/> that are not, or refuses where the session does not do so by itself.</summary>
    public void EnsureInitialized(ReadOnlySpan<VariableSlot> needed)
    {
        foreach (var slot in needed)
        {
            if (slot.IsInitialized) continue;
            if (!options.AutoInitialize)
            {
                throw new GraphException(
                    $"variable '{slot.Variable.Name}' has no value yet in this session. Call session.Initialize() or write it first, " +
                    $"or leave SessionOptions.AutoInitialize on. Built at {slot.Variable.Node.Origin}.");
            }
            lock (gate)
            {
                Fill([.. needed.ToArray().Where(s => !s.IsInitialized)]);
            }
        }
    }

    /// <summary>Starts the given variables anew. The caller keeps runs out.</summary>
    public void Initialize(IEnumerable<Variable> variables)
    {
        lock (gate) Fill([.. variables.Select(Slot)]);
    }

    public void Dispose()
    {
        foreach (var slot in slots.Values) slot.Dispose();
    }

    private void Fill(VariableSlot[] targets)
    {
        if (targets.Length == 0) return;
        var initializers = targets.Select(t => t.Variable.Initializer).Distinct().ToArray();
        var request = SliceAnalysis.Analyze(initializers[0].Graph, initializers, []);
        foreach (var node in request.Nodes)
        {
            if (node.Op is PlaceholderOp or VariableOp or AssignOp) throw Refuse(targets, node);
        }
        var results = Array.ConvertAll(initializers, i => new NativeBuffer(VariableSlot.ByteCount(i)));
        using (var frame = new InterpretedPlan(request).CreateFrame(new Dictionary<string, long>()))
        {
            frame.Run(new RunArguments
            {
                Feeds = [],
                Fetches = Array.ConvertAll(results, r => r.Address),
                Variables = [],
                RunIndex = options.FirstRunIndex,
            });
        }
        Change();
        // Only now, so that an initializer that fails leaves every variable as it was.
        foreach (var target in targets)
        {
            results[Array.IndexOf(initializers, target.Variable.Initializer)].Bytes(0, target.Bytes.Length).CopyTo(target.Bytes);
            target.IsInitialized = true;
        }
        foreach (var result in results) result.Dispose();
    }

    private static GraphException Refuse(VariableSlot[] targets, Node node)
    {
        var variable = targets.First(t => GraphSlice.Of([t.Variable.Initializer.Node]).Contains(node)).Variable;
        return new GraphException(
            $"variable '{variable.Name}': its initializer depends on the {node.OpName} '{node.Name}' (built at {node.Origin}); " +
            $"an initializer is evaluated before anything is fed or stored. Make it of constants and random draws. Built at {variable.Node.Origin}.");
    }
}

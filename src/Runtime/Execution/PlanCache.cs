using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// Plans shared by all sessions of the process, found by structure: a second session, or the same graph built anew, compiles
/// nothing. The plans longest unused are given up beyond a fixed number; plans with much constant data are not kept.
/// </summary>
internal sealed class PlanCache<TPlan>(int capacity)
    where TPlan : class
{
    // Constants are part of a plan. First values of variables are not: a run never reads them.
    private const long MaximumConstantBytes = 256 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<PlanSignature, LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> byUse = new();

    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>The plan for a request; made by <paramref name="create"/> at most once, even if several threads ask at once.</summary>
    public TPlan Get(PlanRequest request, object options, Func<TPlan> create)
    {
        if (request.Nodes.Sum(n => n.Op is ConstantOp constant ? (long)constant.Data.Bytes.Length : 0) > MaximumConstantBytes) return create();
        var signature = new PlanSignature(request, options);
        LinkedListNode<Entry>? entry;
        var isNew = false;
        lock (gate)
        {
            if (entries.TryGetValue(signature, out entry)) byUse.Remove(entry);
            else isNew = entries.TryAdd(signature, entry = new LinkedListNode<Entry>(new Entry(signature, new Lazy<TPlan>(create))));
            byUse.AddFirst(entry);
            if (entries.Count > capacity) Remove(byUse.Last!);
        }
        // Beside the compilation, which leaves the other cores alone.
        if (isNew) ThreadPool.UnsafeQueueUserWorkItem(static s => s.Rehearse(), signature, preferLocal: false);
        try
        {
            return entry.Value.Plan.Value;
        }
        catch
        {
            // What failed to compile is tried again, with its own graph's lines in the message.
            lock (gate) Remove(entry);
            throw;
        }
    }

    private void Remove(LinkedListNode<Entry> entry)
    {
        if (entry.List is null) return;
        byUse.Remove(entry);
        entries.Remove(entry.Value.Signature);
    }

    private sealed record Entry(PlanSignature Signature, Lazy<TPlan> Plan);
}

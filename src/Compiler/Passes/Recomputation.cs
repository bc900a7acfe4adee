using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Decides which stored values later kernels compute again instead of keeping them in memory until then: large ones of a few dozen
/// instructions, from values that are in memory at that time anyway. What a backward pass needs of a forward pass is mostly of that
/// kind: the derivative of an activation, from the numbers that went into it.
/// </summary>
internal static class Recomputation
{
    // An element written and read again goes through the memory bus twice, in about the time of thirty instructions a lane; and it
    // takes room until then. Below the size of a second-level cache it does neither.
    private const int MostCost = 64;

    // Where what it is computed from would not be in memory any more: less than an exponential function, whose rows of softmax took 350 us stored and 580 computed again.
    private const int MostCostOfKept = 20;
    private const long FewestElements = 1 << 16;
    private const int MostReaders = 2;

    // For extents that are not known.
    private const long AssumedExtent = 64;

    /// <summary>The values that each group computes for itself though another one could store them.</summary>
    /// <param name="steps">Groups and nodes with kernels of their own, in the order in which they run.</param>
    /// <param name="stored">What has a buffer.</param>
    /// <param name="outputs">What must be stored whoever reads it.</param>
    public static Dictionary<FusionGroup, HashSet<Value>> Find(IReadOnlyList<object> steps, HashSet<Value> stored, HashSet<Value> outputs)
    {
        var chosen = new Dictionary<FusionGroup, HashSet<Value>>();
        // An alias stands for the buffer of what is behind it, which then has to be there; and its index may be another one.
        var aliased = new HashSet<Value>();
        var loaded = steps.Select(step => Loaded(step, stored, aliased: aliased)).ToArray();
        // How long each value is in memory whatever is decided here: nothing that is itself computed again counts.
        var lastUse = new Dictionary<Value, int>();
        for (var at = 0; at < steps.Count; at++)
        {
            foreach (var value in loaded[at]) lastUse[value] = at;
        }
        for (var home = 0; home < steps.Count; home++)
        {
            if (steps[home] is not FusionGroup group) continue;
            foreach (var (value, kind) in group.Roots)
            {
                if (kind != RootKind.Full || outputs.Contains(value) || aliased.Contains(value) || value.Shape.ElementCount.Evaluate(_ => AssumedExtent) < FewestElements) continue;
                if (Sources(value, stored) is not var (sources, cost)) continue;
                var readers = Enumerable.Range(home + 1, steps.Count - home - 1).Where(at => loaded[at].Contains(value)).ToArray();
                if (readers.Length is 0 or > MostReaders || !readers.All(at => steps[at] is FusionGroup)) continue;
                // What stays longer in memory on its account takes less of it than the value itself.
                var kept = Array.ConvertAll(readers, at => SizeOf(sources.Where(s => !loaded[at].Contains(s) && s.Node.Op.KindAt(s.Node) != OpKind.Source && lastUse.GetValueOrDefault(s, -1) <= at)));
                if (kept.Max() >= (cost <= MostCostOfKept ? SizeOf([value]) : 1)) continue;
                if (sources.Any(s => chosen.Values.Any(c => c.Contains(s)))) continue;
                foreach (var at in readers)
                {
                    var reader = (FusionGroup)steps[at];
                    if (!chosen.TryGetValue(reader, out var own)) chosen.Add(reader, own = []);
                    own.Add(value);
                }
            }
        }
        return chosen;
    }

    /// <summary>The stored values that a step reads from memory, its own members excepted.</summary>
    /// <param name="step">A group or a node with a kernel of its own.</param>
    /// <param name="stored">What has a buffer.</param>
    /// <param name="computed">What the step computes for itself nevertheless.</param>
    /// <param name="aliased">Receives what the step reads by another name.</param>
    public static HashSet<Value> Loaded(object step, HashSet<Value> stored, HashSet<Value>? computed = null, HashSet<Value>? aliased = null)
    {
        var found = new HashSet<Value>();
        var seen = new HashSet<Value>();
        var members = step is FusionGroup group ? group.Roots.Select(r => r.Value).ToHashSet() : ((Node)step).Outputs.ToHashSet();
        foreach (var member in members) Below(member);
        found.ExceptWith(members);
        return found;

        void Below(Value value)
        {
            foreach (var input in value.Node.Inputs)
            {
                if (!seen.Add(input)) continue;
                if (input.Node.Op.KindAt(input.Node) == OpKind.Alias) aliased?.Add(Materialization.BehindAliases(input));
                var isLoaded = stored.Contains(input) && computed?.Contains(input) != true;
                if (isLoaded || input.Node.Op.KindAt(input.Node) == OpKind.Source) found.Add(Materialization.BehindAliases(input));
                if (!isLoaded || members.Contains(input)) Below(input);
            }
        }
    }

    private static long SizeOf(IEnumerable<Value> values) => values.Sum(v => v.Shape.ElementCount.Evaluate(_ => AssumedExtent) * v.DType.Size());

    /// <summary>What a value is computed from, if that is cheap, and at the same index throughout.</summary>
    private static (HashSet<Value> Sources, int Cost)? Sources(Value value, HashSet<Value> stored)
    {
        var found = new HashSet<Value>();
        var cost = 0;
        return Visit(value, []) ? (found, cost) : null;

        bool Visit(Value at, HashSet<Value> seen)
        {
            if (!seen.Add(at)) return true;
            var kind = at.Node.Op.KindAt(at.Node);
            if (at != value && (stored.Contains(at) || kind is OpKind.Source or OpKind.Alias))
            {
                found.Add(Materialization.BehindAliases(at));
                return true;
            }
            cost += at.Node.Op.Cost;
            return kind is OpKind.Elementwise or OpKind.View && cost <= MostCost && at.Node.Inputs.All(i => Visit(i, seen));
        }
    }
}

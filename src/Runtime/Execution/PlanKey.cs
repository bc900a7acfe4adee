using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GraphGrad.Execution;

/// <summary>What the caller asked for, by reference: the key of a session's plans.</summary>
internal sealed class PlanKey(Value[] fetches, Node[] targets)
{
    public Value[] Fetches { get; } = fetches;

    public Node[] Targets { get; } = targets;
}

/// <summary>A key that is looked up without being made.</summary>
internal readonly ref struct PlanLookup(ReadOnlySpan<Value> fetches, ReadOnlySpan<Node> targets)
{
    public ReadOnlySpan<Value> Fetches { get; } = fetches;

    public ReadOnlySpan<Node> Targets { get; } = targets;
}

/// <summary>Compares keys element by element, by reference.</summary>
internal sealed class PlanKeyComparer : IEqualityComparer<PlanKey>, IAlternateEqualityComparer<PlanLookup, PlanKey>
{
    public bool Equals(PlanKey? x, PlanKey? y) => x is not null && y is not null && Equals(Lookup(x), y);

    public int GetHashCode([DisallowNull] PlanKey key) => GetHashCode(Lookup(key));

    public bool Equals(PlanLookup lookup, PlanKey key) => AreEqual(lookup.Fetches, lookup.Targets, key);

    public static bool AreEqual(ReadOnlySpan<Value> fetches, ReadOnlySpan<Node> targets, PlanKey key)
    {
        if (fetches.Length != key.Fetches.Length || targets.Length != key.Targets.Length) return false;
        for (var i = 0; i < fetches.Length; i++)
        {
            if (!ReferenceEquals(fetches[i], key.Fetches[i])) return false;
        }
        for (var i = 0; i < targets.Length; i++)
        {
            if (!ReferenceEquals(targets[i], key.Targets[i])) return false;
        }
        return true;
    }

    public int GetHashCode(PlanLookup lookup)
    {
        var hash = lookup.Fetches.Length;
        foreach (var fetch in lookup.Fetches) hash = (hash * 31) + RuntimeHelpers.GetHashCode(fetch);
        foreach (var target in lookup.Targets) hash = (hash * 31) + RuntimeHelpers.GetHashCode(target);
        return hash;
    }

    public PlanKey Create(PlanLookup lookup) => new(lookup.Fetches.ToArray(), lookup.Targets.ToArray());

    private static PlanLookup Lookup(PlanKey key) => new(key.Fetches, key.Targets);
}

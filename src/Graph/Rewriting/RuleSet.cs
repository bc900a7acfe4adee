using System.Collections;

namespace GraphGrad.Rewriting;

/// <summary>
/// Rules under one name, indexed by the op at their root. Written as a collection initializer, one line a rule. In a union
/// the rules of the left operand are tried first.
/// </summary>
internal sealed class RuleSet(string name) : IEnumerable<Rule>
{
    private readonly List<Rule> rules = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Rule[]> index = [];

    public string Name { get; } = name;

    public static RuleSet operator +(RuleSet first, RuleSet second)
    {
        var union = new RuleSet($"{first.Name} and {second.Name}");
        foreach (var rule in first.rules.Concat(second.rules)) union.Add(rule);
        return union;
    }

    public void Add(string name, Pattern pattern, Func<Match, Value?> build, Soundness soundness) =>
        Add(new Rule(name, pattern, build, soundness, null));

    /// <summary>A stability rule.</summary>
    public void Add(string name, Pattern pattern, Func<Match, Value?> build, Soundness soundness, string fails) =>
        Add(new Rule(name, pattern, build, soundness, fails));

    /// <summary>The rules that do no more harm than allowed.</summary>
    public RuleSet Within(Soundness allowed)
    {
        var admitted = new RuleSet(Name);
        foreach (var rule in rules.Where(r => (r.Soundness & ~allowed) == 0)) admitted.Add(rule);
        return admitted;
    }

    /// <summary>The rules without those of some names.</summary>
    public RuleSet Without(IReadOnlyCollection<string> disabled)
    {
        if (disabled.Count == 0) return this;
        var admitted = new RuleSet(Name);
        foreach (var rule in rules.Where(r => !disabled.Contains(r.Name))) admitted.Add(rule);
        return admitted;
    }

    /// <summary>The rules that may apply to results of an op, in the order in which they were written.</summary>
    public ReadOnlySpan<Rule> For(Type opType)
    {
        lock (index)
        {
            if (!index.TryGetValue(opType, out var found))
            {
                found = [.. rules.Where(r => r.RootType is null || r.RootType == opType)];
                index.Add(opType, found);
            }
            return found;
        }
    }

    public IEnumerator<Rule> GetEnumerator() => rules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => rules.GetEnumerator();

    private void Add(Rule rule)
    {
        if (!names.Add(rule.Name)) throw new InvalidOperationException($"two rules are named '{rule.Name}'");
        if (rule.Pattern is Wildcard or ConstantPattern) throw new InvalidOperationException($"'{rule.Name}' would apply to everything");
        rules.Add(rule);
    }
}

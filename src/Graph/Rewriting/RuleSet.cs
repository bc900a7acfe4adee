using System.Collections;
using GraphGrad.Operations;

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

    /// <summary>
    /// The rules, and after each about a difference x - y the same for y - x, unless it stands there already. Its replacement is made of that
    /// of x - y.
    /// </summary>
    public RuleSet WithSwappedDifferences(Func<Value, Value> ofSwapped)
    {
        var all = new RuleSet(Name);
        var written = rules.Select(r => r.Pattern.ToString()).ToHashSet();
        foreach (var rule in rules)
        {
            all.Add(rule);
            if (rule.Pattern is not OpPattern { Inputs: [var x, var y] } pattern || pattern.OpType != typeof(SubtractOp)) continue;
            var swapped = y - x;
            // sin(x) - sin(y) holds for both orders: swapped it would only get round what the rule declines.
            if (x.Shape == y.Shape || !written.Add(swapped.ToString()!)) continue;
            all.Add(new Rule($"{rule.Name}, operands swapped", swapped, m => rule.Build(m) is { } value ? ofSwapped(value) : null, rule.Soundness | Soundness.SignOfZero, rule.Fails));
        }
        return all;
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

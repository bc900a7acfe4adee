using GraphGrad.Rewriting;

namespace GraphGrad;

public sealed partial class Graph
{
    private readonly HashSet<string> disabledRules = new(StringComparer.Ordinal);

    /// <summary>The names of all rewrite rules, as <see cref="StabilityReport"/> and GRAPHGRAD_DEBUG=3 give them.</summary>
    public static IReadOnlyList<string> RuleNames => [.. RuleCatalogue.Names];

    /// <summary>The rules that <see cref="DisableRule"/> has switched off, in alphabetical order.</summary>
    public IReadOnlyList<string> DisabledRules
    {
        get
        {
            if (user is not null) return user.DisabledRules;
            lock (gate) return [.. disabledRules.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>
    /// Switches a rewrite rule off for this graph: for gradients taken, and for programs first run, from now on.
    /// </summary>
    /// <param name="name">The rule's name, for example <c>1 / exp(x) =&gt; exp(-x)</c>.</param>
    /// <exception cref="GraphException">No rule has that name; the message lists those nearest to it.</exception>
    public void DisableRule(string name)
    {
        if (!RuleCatalogue.Names.Contains(name))
            throw new GraphException($"no rule is named '{name}'. The nearest are {string.Join(", ", RuleCatalogue.Near(name).Select(n => $"'{n}'"))}; Graph.RuleNames lists all.");
        lock (gate) disabledRules.Add(name);
    }
}

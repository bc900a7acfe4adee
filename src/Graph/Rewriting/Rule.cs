namespace GraphGrad.Rewriting;

/// <summary>One rewrite as data.</summary>
/// <param name="Name">The identity as text: the rule's name in traces, budget errors and tests.</param>
/// <param name="Pattern">What it applies to.</param>
/// <param name="Build">Makes the replacement, or returns null to decline.</param>
/// <param name="Soundness">What is not preserved.</param>
/// <param name="Fails">For stability rules: where the original goes wrong in float32, and how; <see cref="FailureText.In"/> says it of float64.</param>
internal sealed record Rule(string Name, Pattern Pattern, Func<Match, Value?> Build, Soundness Soundness, string? Fails)
{
    /// <summary>The op type at the root; null if the rule is for many.</summary>
    public Type? RootType => (Pattern as OpPattern)?.OpType;

    /// <summary>The replacement of a value to which the rule applies, else null; <paramref name="operands"/> are what the wildcards stand for.</summary>
    public Value? Apply(Value value, RewriteFacts facts, out BoundWildcard[] operands)
    {
        // Algebra would take a form apart for nothing, and its derivatives with it.
        var match = new Match(facts, value) { LooksThroughDerivatives = Fails is not null };
        for (var combination = 0; combination < 1 << Pattern.CommutativeCount; combination++)
        {
            match.Restart(combination);
            if (!Pattern.Matches(value, match) || Build(match) is not { } replacement) continue;
            operands = match.Operands;
            return replacement;
        }
        operands = [];
        return null;
    }
}

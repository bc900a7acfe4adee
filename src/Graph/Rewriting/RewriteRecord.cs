using GraphGrad.Operations;
using GraphGrad.Printing;

namespace GraphGrad.Rewriting;

/// <summary>A rewrite that was made, for reports.</summary>
/// <param name="Rule">The rule's name, for example <c>1 / exp(x) =&gt; exp(-x)</c>.</param>
/// <param name="Before">The expression as it stood.</param>
/// <param name="After">The expression that took its place.</param>
/// <param name="Origin">The user's line that built the expression.</param>
/// <param name="Soundness">What the rewrite does not preserve.</param>
/// <param name="Fails">Where the original goes wrong in its element type, if the rewrite was made for that.</param>
public sealed record RewriteRecord(string Rule, string Before, string After, Origin Origin, Soundness Soundness, string? Fails)
{
    /// <summary>What it costs.</summary>
    public RewriteCost Cost { get; init; }

    /// <summary>The expression as the user wrote it, before any rewrite: <see cref="Before"/>, unless that was rewritten itself.</summary>
    public string Written { get; private init; } = Before;

    /// <summary>The lines that built the expression, down to its operands.</summary>
    internal IReadOnlyList<Origin> Lines { get; init; } = [];

    internal static RewriteRecord Of(Rule rule, Value before, Value after, BoundWildcard[] operands) =>
        Of(rule.Name, before, after, [.. operands.Select(o => o.Value)], rule.Soundness, rule.Fails is null ? null : FailureText.Of(FailureText.In(before.DType, rule.Fails), operands));

    /// <summary>Whether a node was built by differentiation, and is not a function in its stable form.</summary>
    internal static bool IsGradient(Node node) => node.Name.StartsWith("gradients/", StringComparison.Ordinal) && !node.Name.StartsWith("gradients/stable/", StringComparison.Ordinal);

    internal static RewriteRecord Of(string rule, Value before, Value after, Value[] operands, Soundness soundness, string? fails) =>
        new(rule, ExpressionText.Of(before, operands), ExpressionText.AfterRewrite(after, operands), before.Node.Origin, soundness, fails)
        {
            Written = ExpressionText.AsWritten(before, operands),
            IsOfGradient = IsGradient(before.AsWritten.Node),
            Cost = RewriteCost.Of(before, after, operands),
            Lines = [.. RewriteCost.Inside(before, operands).Where(n => n.Op is not SourceOp).Select(n => n.Origin)],
        };

    /// <summary>What a line of a report says of it: records that agree here are one to a reader.</summary>
    internal (string Rule, string Written, string? Fails, string Origin, bool IsOfGradient) Line => (Rule, Written, Fails, Origin.ToString(), IsOfGradient);

    /// <summary>Whether the expression belongs to a derivative.</summary>
    public bool IsOfGradient { get; internal init; }

    /// <summary>One line, for example <c>1 / exp(u) became exp(-u) at Program.cs:7 (u &gt; 88: exp overflows)</c>.</summary>
    public override string ToString() =>
        (After.Length > ExpressionText.Longest || After.Contains(ExpressionText.Omitted, StringComparison.Ordinal) ? $"{Written} was rewritten by '{Rule}'" : $"{Written} became {After}")
        + $" at {Origin}{(Fails is null ? string.Empty : $" ({Fails})")}";
}

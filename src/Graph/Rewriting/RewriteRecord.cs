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

    internal static RewriteRecord Of(Rule rule, Value before, Value after, Value[] operands) =>
        Of(rule.Name, before, after, operands, rule.Soundness, rule.Fails is null ? null : FailureText.In(before.DType, rule.Fails));

    internal static RewriteRecord Of(string rule, Value before, Value after, Value[] operands, Soundness soundness, string? fails) =>
        new(rule, ExpressionText.Of(before, operands), ExpressionText.Of(after, operands), before.Node.Origin, soundness, fails)
        {
            Written = ExpressionText.AsWritten(before, operands),
            Cost = RewriteCost.Of(before, after, operands),
            Lines = [.. RewriteCost.Inside(before, operands).Where(n => n.Op is not SourceOp).Select(n => n.Origin)],
        };

    /// <summary>One line, for example <c>1 / exp(x) became exp(-x) at Program.cs:7 (x &gt; 88: exp overflows)</c>.</summary>
    public override string ToString() => $"{Before} became {After} at {Origin}{(Fails is null ? string.Empty : $" ({Fails})")}";
}

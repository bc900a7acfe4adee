using GraphGrad.Rewriting;

namespace GraphGrad;

/// <summary>One line of a <see cref="StabilityReport"/>: an expression that goes wrong as written, and what was done about it.</summary>
/// <param name="Origin">The user's line that built the expression.</param>
/// <param name="Expression">The expression as written.</param>
/// <param name="Fails">What goes wrong, and where.</param>
public sealed record StabilityEntry(Origin Origin, string Expression, string Fails)
{
    /// <summary>The rewrite that took the expression's place; null if none did.</summary>
    public RewriteRecord? Rewrite { get; init; }

    /// <summary>
    /// Numbers for the placeholders at which the expression as written goes wrong and carries the error into a result: feeds, as a run takes them.
    /// Empty if there is nothing to feed; null if no such numbers were looked for or found, as for rewrites, which are made wherever they may help.
    /// </summary>
    public IReadOnlyList<(Value Placeholder, TensorData Data)>? Witness { get; init; }

    /// <summary>Whether the expression belongs to a derivative; then the line is that of the function.</summary>
    public bool IsOfGradient { get; init; }

    /// <summary>In which iteration of each loop around the expression it goes wrong with the witness, outermost first, counted from 1; empty outside of loops.</summary>
    public IReadOnlyList<int> Iterations { get; init; } = [];

    /// <summary><see cref="Iterations"/> as text.</summary>
    internal string Place { get; init; } = string.Empty;

    /// <summary>The placeholders on which the expression depends.</summary>
    internal IReadOnlyCollection<Value> Causes { get; init; } = [];

    /// <summary>True if the expression still goes wrong in the program that runs.</summary>
    public bool IsOpen { get; init; }

    /// <summary>What was done: the name of a rule, which <see cref="Graph.DisableRule"/> takes, or <c>nothing</c>.</summary>
    public string Remedy => Rewrite?.Rule ?? (IsOpen ? "nothing" : "rewritten with what surrounds it");

    /// <summary>The part of the witness on which the expression depends as text, for example <c>x = 0.5</c>, of large tensors the first elements; empty if there is none.</summary>
    public string WitnessText =>
        Witness is null ? string.Empty : string.Join(", ", Witness.Where(w => Causes.Contains(w.Placeholder)).Select(w => $"{w.Placeholder.Name} = {(w.Data.TryUniform(out var number) ? Number(number, w.Data.DType) : TensorText.Brief(w.Data))}"));

    /// <summary>One line, for example <c>1 / exp(x) became exp(-x) at Program.cs:7 (x > 88: exp overflows)</c>.</summary>
    public override string ToString() =>
        Rewrite?.ToString() ?? $"{Expression} at {Origin} {(IsOpen ? "stays" : "was rewritten")} ({FailsText})";

    /// <summary>What goes wrong, with the witness, and in loops with the iteration.</summary>
    internal string FailsText => (WitnessText is { Length: > 0 } witness && !Fails.Contains(witness, StringComparison.Ordinal) ? $"{Fails}, as with {witness}" : Fails) + (Place.Length > 0 ? $", in {Place}" : string.Empty);

    internal static StabilityEntry Of(RewriteRecord rewrite) => new(rewrite.Origin, rewrite.Written, rewrite.Fails!) { Rewrite = rewrite, IsOfGradient = rewrite.IsOfGradient };

    // A float32 as one reads it, not as the double that it is.
    private static string Number(double number, DType type) =>
        type == DType.Float32 ? ((float)number).ToString(System.Globalization.CultureInfo.InvariantCulture) : number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

using System.Collections;
using GraphGrad.Printing;

namespace GraphGrad;

/// <summary>
/// What in a program goes numerically wrong as written: what was cured, by which rule and at what cost, and what is still open. Printed, it is a
/// table.
/// </summary>
public sealed class StabilityReport : IReadOnlyList<StabilityEntry>
{
    private readonly StabilityEntry[] entries;

    internal StabilityReport(IEnumerable<StabilityEntry> entries) => this.entries = [.. entries];

    /// <summary>How many entries there are.</summary>
    public int Count => entries.Length;

    /// <summary>What goes wrong as written, but not in the program that runs.</summary>
    public IEnumerable<StabilityEntry> Cured => entries.Where(e => !e.IsOpen);

    /// <summary>What still goes wrong in the program that runs.</summary>
    public IEnumerable<StabilityEntry> Open => entries.Where(e => e.IsOpen);

    /// <inheritdoc/>
    public StabilityEntry this[int index] => entries[index];

    /// <inheritdoc/>
    public IEnumerator<StabilityEntry> GetEnumerator() => ((IEnumerable<StabilityEntry>)entries).GetEnumerator();

    /// <summary>
    /// The table, one entry a line: the C# line, the expression as written, what goes wrong and from which value on, what was done, and the vector
    /// instructions an element takes before and after.
    /// </summary>
    public override string ToString() => Count == 0
        ? "nothing goes wrong" + Environment.NewLine
        : TextTable.Of(
            ["line", "expression", "goes wrong", "done", "instructions"],
            [.. entries.Select(e => new[] { e.Origin.ToString(), e.IsOfGradient ? $"gradient: {e.Expression}" : e.Expression, e.FailsText, e.Remedy, e.Rewrite?.Cost.ToString() ?? string.Empty })]);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

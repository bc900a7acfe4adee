namespace GraphGrad.Compilation.Passes;

/// <summary>How a materialized value lies in its group's iteration space.</summary>
internal enum RootKind
{
    /// <summary>One element at every point.</summary>
    Full,

    /// <summary>One element for every row; the reduced axes are absent, or have extent 1.</summary>
    Row,

    /// <summary>One element for every row, combined over the reduced axes.</summary>
    Reduction,

    /// <summary>One element for every point of a row, combined over the rows; finished only after the last row.</summary>
    Column,
}

/// <summary>
/// Materialized values that one loop nest computes. The iteration space is that of the widest: its axes, some of them
/// reduced. Members read each other only at the same point or row.
/// </summary>
internal sealed class FusionGroup(Dim[] extents, bool[] reduced)
{
    public Dim[] Extents { get; } = extents;

    public bool[] Reduced { get; set; } = reduced;

    /// <summary>In graph order, so that a member comes after those that it reads.</summary>
    public List<(Value Value, RootKind Kind)> Roots { get; } = [];

    public bool HasReduction => Array.IndexOf(Reduced, true) >= 0;

    public override string ToString() => string.Join(" + ", Roots.Select(r => r.Value.Name));
}

namespace GraphGrad;

/// <summary>
/// The time during which a function of the user builds on what stands for its arguments: for the carries of a loop, for one example. What it has built of these and
/// kept for later has no value outside, and is refused once the scope has ended.
/// </summary>
internal sealed class ArgumentScope(int depth)
{
    /// <summary>How many scopes are around it: what depends on several is usable as long as the innermost.</summary>
    public int Depth { get; } = depth;

    public bool HasEnded { get; set; }
}

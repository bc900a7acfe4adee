using System.Globalization;
using GraphGrad.Printing;

namespace GraphGrad;

/// <summary>
/// Where a compiled program keeps what is neither fed, fetched nor a variable: one block of memory, the arena, in which values take the
/// same place one after the other. Printed, it is a table.
/// </summary>
/// <param name="Bytes">Bytes in all, those of loops' bodies included: what each run under way holds.</param>
/// <param name="LoopBytes">Those of loops: what their bodies compute and carry.</param>
/// <param name="Places">By where they begin, and of those that begin together by when.</param>
public sealed record ArenaPlan(long Bytes, long LoopBytes, IReadOnlyList<ArenaPlace> Places)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        // One that begins in memory that another uses at another time shares it.
        var together = Places.Sum(p => p.Bytes);
        var head = $"arena: {Number(Bytes)} bytes" + (LoopBytes > 0 ? $", {Number(LoopBytes)} of them for the bodies of loops" : string.Empty)
            + (together > Bytes - LoopBytes ? $"; without sharing {Number(together + LoopBytes)}" : string.Empty) + "\n";
        return Places.Count == 0 ? head : head + TextTable.Of(
            ["place", "bytes", "steps", "holds"],
            [.. Places.Select(p => new[] { Number(p.Offset), Number(p.Bytes), p.FirstStep == p.LastStep ? $"{p.FirstStep}" : $"{p.FirstStep}-{p.LastStep}", p.Holds })]);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>Part of an arena, and what uses it for how long. Places whose steps do not meet may overlap.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="FirstStep">The first step that uses it; the first of a program is 1. One beyond the last step is the end of the run.</param>
/// <param name="LastStep">The last one.</param>
/// <param name="Holds">The values it holds, of which each takes the place of the one before, or what a step needs for itself.</param>
public sealed record ArenaPlace(long Offset, long Bytes, int FirstStep, int LastStep, string Holds);

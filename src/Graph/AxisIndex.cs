namespace GraphGrad;

/// <summary>
/// What an indexer takes of one axis: an element (<c>0</c>, <c>-1</c>, <c>^1</c>), a range (<c>1..3</c>, <c>..</c>), a strided range
/// (<see cref="Slice"/>), a new axis, or all the axes that the others leave.
/// </summary>
public readonly struct AxisIndex
{
    private readonly int? start;
    private readonly int? stop;

    private AxisIndex(AxisIndexKind kind, int? start = null, int? stop = null, int step = 1)
    {
        Kind = kind;
        this.start = start;
        this.stop = stop;
        Step = step;
    }

    /// <summary>Inserts an axis of extent 1.</summary>
    public static AxisIndex NewAxis => new(AxisIndexKind.NewAxis);

    /// <summary>Everything of the axes that the other indices leave: <c>v[AxisIndex.Ellipsis, 0]</c> takes element 0 of the last axis.</summary>
    public static AxisIndex Ellipsis => new(AxisIndexKind.Ellipsis);

    internal AxisIndexKind Kind { get; }

    internal int Step { get; }

    /// <summary>An element; negative counts from the end.</summary>
    public static implicit operator AxisIndex(int index) => new(AxisIndexKind.Element, index);

    /// <summary>An element; <c>^1</c> is the last.</summary>
    public static implicit operator AxisIndex(Index index) => index is { IsFromEnd: true, Value: 0 }
        ? throw new GraphException($"the index ^0 lies behind the last element; ^1 is the last. Written at {Origin.Capture()}.")
        : new(AxisIndexKind.Element, index.IsFromEnd ? -index.Value : index.Value);

    /// <summary>The elements from the start of the range up to, not including, its end.</summary>
    public static implicit operator AxisIndex(Range range) => new(AxisIndexKind.Range, FromRange(range.Start), FromRange(range.End));

    /// <summary>
    /// The elements start, start + step, … before <paramref name="stop"/>; negative places count from the end. Left out, the start is the
    /// first element, or the last for a negative step, and the stop lies behind the last, or before the first.
    /// </summary>
    /// <exception cref="GraphException">The step is 0.</exception>
    public static AxisIndex Slice(int? start = null, int? stop = null, int step = 1) => step == 0
        ? throw new GraphException($"the step of a slice is 0; use a positive or negative step. Written at {Origin.Capture()}.")
        : new(AxisIndexKind.Range, start, stop, step);

    /// <summary>The element, as a place counted from 0 on an axis of the given extent.</summary>
    internal Dim Element(Dim extent) => Place(start!.Value, extent);

    /// <summary>The first element of a range, and the place at which it stops, on an axis of the given extent.</summary>
    internal (Dim Start, Dim Stop) Range(Dim extent) => (
        start is { } from ? Place(from, extent) : Step > 0 ? 0 : extent - 1,
        stop is { } to ? Place(to, extent) : Step > 0 ? extent : -1);

    /// <summary>The index as written.</summary>
    public override string ToString() => Kind switch
    {
        AxisIndexKind.Element => $"{start}",
        AxisIndexKind.NewAxis => "NewAxis",
        AxisIndexKind.Ellipsis => "Ellipsis",
        _ => $"{start}:{stop}" + (Step == 1 ? string.Empty : $":{Step}"),
    };

    // The end ^0 is behind the last element, which no negative number says.
    private static int? FromRange(Index index) =>
        index is { IsFromEnd: true, Value: 0 } ? null : index.IsFromEnd ? -index.Value : index.Value;

    private static Dim Place(int place, Dim extent) => place < 0 ? extent + place : place;
}

/// <summary>What an <see cref="AxisIndex"/> stands for.</summary>
internal enum AxisIndexKind
{
    Element,
    Range,
    NewAxis,
    Ellipsis,
}

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Surrounds <paramref name="x"/> with its own elements: <c>low[i]</c> before and <c>high[i]</c> after it on axis i, one axis after the other.</summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="low">For each axis, how many elements before; a negative number cuts off as many.</param>
    /// <param name="high">For each axis, how many elements after; a negative number cuts off as many.</param>
    /// <param name="mode">Which elements: of circular padding those that are left, else those of x.</param>
    /// <exception cref="GraphException">There is not one entry for each axis, an axis has too few elements to cut off, or too few to repeat: reflection needs one more than it adds, the other modes as many, replication one.</exception>
    public static Value Pad(Value x, Dim[] low, Dim[] high, PadMode mode)
    {
        if (low.Length != x.Rank || high.Length != x.Rank)
            throw x.Graph.Error("pad", $"{low.Length} paddings before and {high.Length} after do not fit the {x.Rank} axes of '{x.Name}' {x.Type}; give both for every axis.");
        var result = x;
        for (var axis = 0; axis < low.Length; axis++)
        {
            if (low[axis].Is(0) && high[axis].Is(0)) continue;
            var (before, after) = (Kept(low[axis]), Kept(high[axis]));
            var (fewerBefore, fewerAfter) = (Kept(0 - low[axis]), Kept(0 - high[axis]));
            var left = x.Shape[axis] - fewerBefore - fewerAfter;
            if (left is { IsConstant: true, Value: < 0 }) throw x.Graph.Error("pad", $"axis {axis} of '{x.Name}' {x.Type} has too few elements to cut off {fewerBefore} before and {fewerAfter} after.");
            var isCut = !fewerBefore.Is(0) || !fewerAfter.Is(0);
            if (isCut && mode == PadMode.Circular) result = Slice(result, axis, fewerBefore, left);
            foreach (var count in new[] { before, after })
            {
                var needed = mode switch { PadMode.Reflect => count + 1, PadMode.Replicate => 1, _ => count };
                if (!count.Is(0) && result.Shape[axis] - needed is { IsConstant: true, Value: < 0 })
                    throw x.Graph.Error("pad", $"axis {axis} of '{x.Name}' {x.Type} has extent {x.Shape[axis]}; {mode.ToString().ToLowerInvariant()} padding by {count} needs at least {needed} elements. Pad less, or in another mode.");
            }
            if (!before.Is(0) || !after.Is(0)) result = Padded(result, axis, before, after, mode);
            if (isCut && mode != PadMode.Circular) result = Slice(result, axis, fewerBefore, left + before + after);
        }
        return result;

        // A symbol is not negative; only a known number may be.
        static Dim Kept(Dim count) => count is { IsConstant: true, Value: < 0 } ? 0 : count;
    }

    private static Value Padded(Value x, int axis, Dim low, Dim high, PadMode mode)
    {
        var extent = x.Shape[axis];
        var (before, after) = mode switch
        {
            PadMode.Reflect => (Mirrored(1, low), Mirrored(extent - 1 - high, high)),
            PadMode.Symmetric => (Mirrored(0, low), Mirrored(extent - high, high)),
            PadMode.Replicate => (Repeated(0, low), Repeated(extent - 1, high)),
            _ => (Slice(x, axis, extent - low, low), Slice(x, axis, 0, high)),
        };
        Value[] parts = low.Is(0) ? [x, after] : high.Is(0) ? [before, x] : [before, x, after];
        return Concat(parts, axis);

        Value Mirrored(Dim start, Dim count) => count.Is(0) ? x : Reverse(Slice(x, axis, start, count), axis);

        Value Repeated(Dim place, Dim count) => BroadcastTo(Slice(x, axis, place, 1), x.Shape.With(axis, count));
    }
}

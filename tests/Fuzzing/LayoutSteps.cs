using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Steps that move elements: views, copies and joins.</summary>
internal static class LayoutSteps
{
    public static readonly Func<Draft, ProgramStep?>[] All =
    [
        Transposed, Reshaped, BroadcastUp, Expanded, Squeezed, Sliced, Sliced, Reversed, Padded, PaddedFromWithin, Rolled, Joined, Stacked, Repeated, Tiled, Windowed,
        PartOf, Spread,
    ];

    private static ProgramStep? Transposed(Draft draft)
    {
        if (draft.Pick(v => v.Rank >= 2) is not { } x) return null;
        int[] order = [.. Enumerable.Range(0, draft[x].Rank)];
        draft.Random.Shuffle(order);
        return ProgramStep.Call($"Transpose({{0}}, [{List(order)}])", v => Transpose(v[0], order), x);
    }

    private static ProgramStep? Reshaped(Draft draft)
    {
        if (draft.Pick(_ => true) is not { } x) return null;
        var left = (int)draft[x].Shape.ElementCount.Value;
        var dims = new List<int>();
        while (dims.Count < draft.Random.Next(1, 4) && left > 1)
        {
            int[] divisors = [.. Enumerable.Range(1, left).Where(d => left % d == 0)];
            var divisor = divisors[draft.Random.Next(divisors.Length)];
            dims.Add(divisor);
            left /= divisor;
        }
        Shape shape = (int[])[.. dims, left];
        return ProgramStep.Call($"Reshape({{0}}, {shape})", v => Reshape(v[0], shape), x);
    }

    private static ProgramStep? BroadcastUp(Draft draft)
    {
        if (draft.Pick(v => v.Rank < 4) is not { } x) return null;
        Dim[] own = [.. draft[x].Shape.Select(d => d.IsOne ? draft.Extent() : d)];
        Shape shape = draft.Random.Next(2) == 0 ? Shape.Create(own) : Shape.Create([draft.Extent(), .. own]);
        return ProgramStep.Call($"BroadcastTo({{0}}, {shape})", v => BroadcastTo(v[0], shape), x);
    }

    private static ProgramStep? Expanded(Draft draft)
    {
        if (draft.Pick(v => v.Rank < 4) is not { } x) return null;
        var axis = draft.Random.Next(draft[x].Rank + 1);
        return ProgramStep.Call($"ExpandDims({{0}}, {axis})", v => ExpandDims(v[0], axis), x);
    }

    private static ProgramStep? Squeezed(Draft draft) =>
        draft.Pick(v => v.Shape.Any(d => d.IsOne)) is not { } x ? null : ProgramStep.Call("Squeeze({0})", v => Squeeze(v[0]), x);

    private static ProgramStep? Sliced(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        var extent = (int)draft[x].Shape[axis].Value;
        var step = draft.Random.Next(4) switch { 0 => -1, 1 => 2, 2 => -2, _ => 1 };
        var start = draft.Random.Next(extent);
        var most = step > 0 ? ((extent - 1 - start) / step) + 1 : (start / -step) + 1;
        var length = draft.Random.Next(1, most + 1);
        return ProgramStep.Call($"Slice({{0}}, {axis}, {start}, {length}, {step})", v => Slice(v[0], axis, start, length, step), x);
    }

    private static ProgramStep? Reversed(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0) is not { } x) return null;
        var axes = draft.Axes(draft[x]);
        return ProgramStep.Call($"Reverse({{0}}, [{List(axes)}])", v => Reverse(v[0], axes), x);
    }

    private static ProgramStep? Padded(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0 && v.DType != DType.Bool) is not { } x) return null;
        Dim[] low = [.. draft[x].Shape.Select(_ => (Dim)draft.Random.Next(3))];
        Dim[] high = [.. draft[x].Shape.Select(_ => (Dim)draft.Random.Next(3))];
        var value = draft.Random.Next(-1, 2);
        return ProgramStep.Call($"Pad({{0}}, [{List(low)}], [{List(high)}], {value})", v => Pad(v[0], low, high, value), x);
    }

    private static ProgramStep? PaddedFromWithin(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var mode = draft.Random.Next(3) switch { 0 => PadMode.Reflect, 1 => PadMode.Circular, _ => PadMode.Replicate };
        var axis = draft.Axis(draft[x]);
        var most = (int)draft[x].Shape[axis].Value - (mode == PadMode.Reflect ? 1 : 0);
        Dim[] Amounts() => [.. Enumerable.Range(0, draft[x].Rank).Select(a => (Dim)(a == axis ? draft.Random.Next(Math.Min(most, 3) + 1) : 0))];
        var (low, high) = (Amounts(), Amounts());
        return ProgramStep.Call($"Pad({{0}}, [{List(low)}], [{List(high)}], PadMode.{mode})", v => Pad(v[0], low, high, mode), x);
    }

    private static ProgramStep? Rolled(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0) is not { } x) return null;
        var (axis, shift) = (draft.Axis(draft[x]), draft.Random.Next(-3, 4));
        return ProgramStep.Call($"Roll({{0}}, {shift}, {axis})", v => Roll(v[0], shift, axis), x);
    }

    private static ProgramStep? Joined(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        if (draft.Pick(v => v.DType == draft[x].DType && v.Rank == draft[x].Rank && v.Shape.With(axis, 1).Equals(draft[x].Shape.With(axis, 1))) is not { } y) return null;
        return ProgramStep.Call($"Concat([{{0}}, {{1}}, {{0}}], {axis})", v => Concat([v[0], v[1], v[0]], axis), x, y);
    }

    private static ProgramStep? Stacked(Draft draft)
    {
        if (draft.Pick(v => v.Rank < 4) is not { } x) return null;
        if (draft.Pick(v => v.Type == draft[x].Type) is not { } y) return null;
        var axis = draft.Random.Next(draft[x].Rank + 1);
        return ProgramStep.Call($"Stack([{{0}}, {{1}}], {axis})", v => Stack([v[0], v[1]], axis), x, y);
    }

    private static ProgramStep? Repeated(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        return ProgramStep.Call($"Repeat({{0}}, 2, {axis})", v => Repeat(v[0], 2, axis), x);
    }

    private static ProgramStep? Tiled(Draft draft)
    {
        if (draft.Pick(v => v.Rank is > 0 and < 3) is not { } x) return null;
        int[] counts = [.. draft[x].Shape.Select(_ => draft.Random.Next(1, 3))];
        return ProgramStep.Call($"Tile({{0}}, [{List(counts)}])", v => Tile(v[0], counts), x);
    }

    private static ProgramStep? Windowed(Draft draft)
    {
        if (draft.Pick(v => v.Rank is > 0 and < 4 && v.Shape.Any(d => d.Value >= 3)) is not { } x) return null;
        var axis = Enumerable.Range(0, draft[x].Rank).First(a => draft[x].Shape[a].Value >= 3);
        var (size, stride) = (draft.Random.Next(2, 4), draft.Random.Next(1, 3));
        return ProgramStep.Call($"Windows({{0}}, [{axis}], [{size}], [{stride}])", v => Windows(v[0], [axis], [size], [stride]), x);
    }

    /// <summary>The first element, row, … of an axis, through indexing.</summary>
    private static ProgramStep? PartOf(Draft draft) => draft.Pick(v => v.Rank > 0) is not { } x
        ? null
        : draft.Random.Next(3) switch
        {
            0 => ProgramStep.Lambda("x => x[0]", v => v[0][0], x),
            1 => ProgramStep.Lambda("x => x[-1]", v => v[0][-1], x),
            _ => ProgramStep.Lambda("x => x[.., AxisIndex.NewAxis]", v => v[0][.., AxisIndex.NewAxis], x),
        };

    /// <summary>Windows put back where they came from, added where they overlap.</summary>
    private static ProgramStep? Spread(Draft draft)
    {
        if (draft.Pick(v => v.DType.IsFloat() && v.Rank is > 0 and < 4 && v.Shape[0].Value >= 2) is not { } x) return null;
        var shape = draft[x].Shape;
        var size = draft.Random.Next(2, 4);
        if (shape[0].Value < size) return null;
        return ProgramStep.Call(
            $"Fold(Windows({{0}}, [0], [{size}]), {shape}, [0], [{size}])", v => Fold(Windows(v[0], [0], [size]), shape, [0], [size]), x);
    }

    private static string List<T>(IEnumerable<T> items) => string.Join(", ", items);
}

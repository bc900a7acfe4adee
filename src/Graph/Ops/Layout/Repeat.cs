using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Each element along an axis <paramref name="count"/> times in a row: [1, 2] twice gives [1, 1, 2, 2].</summary>
    /// <exception cref="GraphException">There is no such axis, or the count is negative.</exception>
    public static Value Repeat(Value x, int count, int axis)
    {
        if (count < 0) throw x.Graph.Error("repeat", $"the count {count} for '{x.Name}' {x.Type} is negative.");
        var counts = Enumerable.Repeat(1, x.Rank).ToArray();
        counts[Axes.Find(x, axis, "repeat")] = count;
        return Repeated(x, counts);
    }

    /// <summary>The elements along an axis in a row, each as often as its count says: [1, 2] with [3, 1] gives [1, 1, 1, 2].</summary>
    /// <exception cref="GraphException">There is no such axis, there is not one count for each of its elements, or a count is negative.</exception>
    public static Value Repeat(Value x, int[] counts, int axis)
    {
        var place = Axes.Find(x, axis, "repeat");
        if (!x.Shape[place].Is(counts.Length)) throw x.Graph.Error("repeat", $"{counts.Length} counts do not fit axis {place} of '{x.Name}' {x.Type}; give one for each of its {x.Shape[place]} elements.");
        if (Array.Exists(counts, n => n < 0)) throw x.Graph.Error("repeat", $"a count among {string.Join(", ", counts)} for '{x.Name}' {x.Type} is negative.");
        long[] places = [.. counts.SelectMany((n, i) => Enumerable.Repeat((long)i, n))];
        return Gather(x, x.Graph.Constant(places), place);
    }

    /// <summary>Each element along axis i <c>counts[i]</c> times in a row.</summary>
    private static Value Repeated(Value x, int[] counts)
    {
        var (single, spread, merged) = (new List<Dim>(), new List<Dim>(), new Dim[x.Rank]);
        for (var axis = 0; axis < x.Rank; axis++)
        {
            var extent = x.Shape[axis];
            single.Add(extent);
            spread.Add(extent);
            if (counts[axis] != 1)
            {
                single.Add(1);
                spread.Add(counts[axis]);
            }
            merged[axis] = extent * counts[axis];
        }
        return Reshape(BroadcastTo(Reshape(x, new Shape([.. single])), Shape.Create([.. spread])), new Shape(merged));
    }

    /// <summary>The whole tensor <c>counts[i]</c> times along each axis i: [1, 2] twice gives [1, 2, 1, 2]. More counts than axes give new leading axes; fewer are those of the last axes.</summary>
    /// <exception cref="GraphException">A count is negative.</exception>
    public static Value Tile(Value x, params ReadOnlySpan<int> counts)
    {
        if (counts.Length < x.Rank) counts = (int[])[.. Enumerable.Repeat(1, x.Rank - counts.Length), .. counts];
        if (counts.Length > x.Rank) x = Reshape(x, new Shape([.. Enumerable.Repeat((Dim)1, counts.Length - x.Rank), .. x.Shape]));
        var (single, spread, merged) = (new Dim[2 * x.Rank], new Dim[2 * x.Rank], new Dim[x.Rank]);
        for (var axis = 0; axis < x.Rank; axis++)
        {
            (single[2 * axis], single[(2 * axis) + 1]) = (1, x.Shape[axis]);
            (spread[2 * axis], spread[(2 * axis) + 1]) = (counts[axis], x.Shape[axis]);
            merged[axis] = x.Shape[axis] * counts[axis];
        }
        return Reshape(BroadcastTo(Reshape(x, new Shape(single)), Shape.Create(spread)), new Shape(merged));
    }
}

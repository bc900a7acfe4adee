namespace GraphGrad.Operations;

/// <summary>Axes as users give them, negative ones counted from the end, to axes counted from 0.</summary>
internal static class Axes
{
    public static int Find(Value x, int axis, string function) => Find(x, x.Rank, axis, function);

    /// <summary>Whether the axis is one that a scalar is said to have, as if it were a vector of one element: 0, or -1.</summary>
    public static bool IsOfScalar(Value x, int axis) => x.Rank == 0 && (axis is 0 or -1);

    /// <summary>Axes to reduce: as <see cref="Find(Value, ReadOnlySpan{int}, string)"/>, and none of a scalar, which is reduced over the one axis that it is said to have.</summary>
    public static int[] FindReduced(Value x, ReadOnlySpan<int> axes, string function) =>
        axes.Length == 1 && IsOfScalar(x, axes[0]) ? [] : Find(x, axes, function);

    /// <summary>Where a new axis may stand: one more place than there are axes.</summary>
    public static int FindNew(Value x, int axis, string function) => Find(x, x.Rank + 1, axis, function);

    /// <summary>Several axes in the order given; none may occur twice.</summary>
    public static int[] Find(Value x, ReadOnlySpan<int> axes, string function)
    {
        var found = new int[axes.Length];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = Find(x, axes[i], function);
            if (found.AsSpan(0, i).Contains(found[i]))
                throw x.Graph.Error(function, $"axis {found[i]} of '{x.Name}' {x.Type} is named twice; name each axis once.");
        }
        return found;
    }

    private static int Find(Value x, int rank, int axis, string function)
    {
        if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
        throw x.Graph.Error(function, rank == 0
            ? $"'{x.Name}' {x.Type} is a scalar, it has no axis {axis}."
            : $"'{x.Name}' {x.Type} has no axis {axis}; axes are 0 … {rank - 1}, or {-rank} … -1 counted from the end.");
    }
}

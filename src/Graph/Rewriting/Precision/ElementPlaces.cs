using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>Where elements lie that meet each other.</summary>
internal static class ElementPlaces
{
    private static readonly int[] FirstZeros = new int[256];

    /// <summary>Where the element of an operand lies that meets each element of the result; null if at the same place.</summary>
    public static int[]? Broadcast(int[] from, int[] to)
    {
        if (from.AsSpan().SequenceEqual(to)) return null;
        var count = to.AsSpan().Product();
        if (from.AsSpan().Product() == 1) return count <= FirstZeros.Length ? FirstZeros : new int[count];
        var result = new int[count];
        for (var e = 0; e < result.Length; e++)
        {
            var (rest, place, stride) = (e, 0, 1);
            for (var axis = to.Length - 1; axis >= 0; axis--)
            {
                var index = rest % to[axis];
                rest /= to[axis];
                var own = axis - to.Length + from.Length;
                if (own < 0) break;
                if (from[own] > 1) place += index * stride;
                stride *= from[own];
            }
            result[e] = place;
        }
        return result;
    }

    /// <summary>Where the element of the result lies to which each element of the operand adds.</summary>
    public static int[] Reduced(int[] from, IReadOnlyList<int> axes)
    {
        var result = new int[from.AsSpan().Product()];
        for (var e = 0; e < result.Length; e++)
        {
            var (rest, place, stride) = (e, 0, 1);
            for (var axis = from.Length - 1; axis >= 0; axis--)
            {
                var index = rest % from[axis];
                rest /= from[axis];
                if (axes.Contains(axis)) continue;
                place += index * stride;
                stride *= from[axis];
            }
            result[e] = place;
        }
        return result;
    }
}

namespace GraphGrad.Operations;

/// <summary>Arithmetic on known extents and strides.</summary>
internal static class Extents
{
    /// <summary>The number of elements; 1 if there are no axes.</summary>
    public static int Product(this Span<int> extents)
    {
        var product = 1;
        foreach (var extent in extents) product *= extent;
        return product;
    }

    /// <summary>The entries of the axes in another order.</summary>
    public static int[] In(this int[] entries, int[] order) => Array.ConvertAll(order, axis => entries[axis]);
}

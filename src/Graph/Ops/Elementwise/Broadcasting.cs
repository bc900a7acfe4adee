namespace GraphGrad.Operations;

/// <summary>NumPy's broadcasting.</summary>
internal static class Broadcasting
{
    /// <summary>Unites two shapes; <paramref name="why"/> names the axis on which they do not agree, and the cure.</summary>
    public static bool TryUnite(Shape a, Shape b, out Shape united, out string why)
    {
        why = string.Empty;
        var rank = Math.Max(a.Rank, b.Rank);
        var dims = new Dim[rank];
        for (var axis = 1; axis <= rank; axis++)
        {
            var x = axis <= a.Rank ? a[^axis] : 1;
            var y = axis <= b.Rank ? b[^axis] : 1;
            if (x != y && !x.IsOne && !y.IsOne)
            {
                united = a;
                why = x.IsConstant && y.IsConstant
                    ? $"axis -{axis} has extent {x} on one side and {y} on the other; extents must be equal or 1. Reshape, slice or transpose one of them."
                    : $"axis -{axis} is '{x}' on one side and '{y}' on the other, which may differ in a run. Give both dims one name, or reshape.";
                return false;
            }
            dims[^axis] = x.IsOne ? y : x;
        }
        united = new Shape(dims);
        return true;
    }

    /// <summary>Strides of an operand over the axes of a shape it is broadcast to: 0 where it repeats.</summary>
    public static int[] Strides(Operand operand, int[] extents)
    {
        var strides = new int[extents.Length];
        var own = operand.Strides;
        for (var axis = 1; axis <= operand.Rank; axis++)
            strides[^axis] = operand.Extents[^axis] == 1 ? 0 : own[^axis];
        return strides;
    }
}

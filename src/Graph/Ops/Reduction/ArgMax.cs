using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Where the largest element along an axis stands (int64): the first of equal ones; the first NaN if there is one.</summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is 0.</exception>
    public static Value ArgMax(Value x, int axis = -1, bool keepDims = false) => ArgExtremum(x, ReductionKind.Maximum, axis, keepDims, "argmax");

    /// <summary>Where the smallest element along an axis stands (int64): the first of equal ones; the first NaN if there is one.</summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is 0.</exception>
    public static Value ArgMin(Value x, int axis = -1, bool keepDims = false) => ArgExtremum(x, ReductionKind.Minimum, axis, keepDims, "argmin");

    private static Value ArgExtremum(Value x, ReductionKind kind, int axis, bool keepDims, string function)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => ArgExtremum(line, kind, 0, keepDims: true, function));
        var place = Axes.Find(x, axis, function);
        if (x.Shape[place].Is(0)) throw x.Graph.Error(function, $"axis {place} of '{x.Name}' {x.Type} has no elements, so none of them is the extremum.");
        var extremum = Reduce(kind, x, [place], keepDims: true);
        var taken = Equal(x, extremum);
        if (x.DType.IsFloat()) taken = Or(taken, IsNaN(x));
        var places = Iota(x.Graph, x.Shape, place);
        var beyond = SizeOf(x.Graph, x.Shape[place], DType.Int64);
        // Named as the user knows it: messages about what is made of it call it so.
        return Reduce(ReductionKind.Minimum, Where(taken, places, beyond), [place], keepDims, function);
    }
}

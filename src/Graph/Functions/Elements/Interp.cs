namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The function that is straight from each of the given points to the next, as NumPy's interp: before the first place it is the first value, from the last place on
    /// the last value. Where places are equal it jumps to the value of the last of them. At a place, the derivative by x is the slope behind it; outside it is 0. NaN at NaN.
    /// </summary>
    /// <param name="x">Where: float32 or float64, of any shape.</param>
    /// <param name="places">[n], ascending, not empty, of the type of x.</param>
    /// <param name="values">[n], of the type of x.</param>
    /// <exception cref="GraphException">x is no float, places and values are no vectors of its type and of one extent, or they are empty.</exception>
    public static Value Interp(Value x, Value places, Value values)
    {
        if (!x.DType.IsFloat() || places.DType != x.DType || values.DType != x.DType)
            throw x.Graph.Error("interp", $"'{x.Name}' {x.Type}, the places '{places.Name}' {places.Type} and the values '{values.Name}' {values.Type} must all be float32 or all float64; cast them with Cast.");
        if (places.Rank != 1 || !places.Shape.Equals(values.Shape) || places.Shape[0] == 0)
            throw x.Graph.Error("interp", $"the places '{places.Name}' {places.Type} and the values '{values.Name}' {values.Type} must be vectors of one extent, which is not 0. Reshape or slice them.");
        var behind = SearchSorted(places, x, right: true);
        var lower = Maximum(behind - 1, 0);
        var upper = Minimum(behind, Size(places, 0) - 1);
        var (place, value) = (Gather(places, lower), Gather(values, lower));
        // Outside both are the same place: the slope, 0/0, is not taken.
        var line = value + ((Gather(values, upper) - value) * ((x - place) / (Gather(places, upper) - place)));
        return Where(IsNaN(x), x, Where(Equal(lower, upper), value, line));
    }
}

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// x cut off at both ends, elementwise with broadcasting; where the lower end exceeds the upper one, the upper one. The gradient goes to x
    /// from <paramref name="min"/> to <paramref name="max"/> inclusive, else to the end that was taken. NaN if any of the three is NaN.
    /// </summary>
    /// <exception cref="GraphException">The types differ or are bool, or the shapes do not broadcast.</exception>
    public static Value Clip(Value x, Value min, Value max)
    {
        var raised = Where(Or(x < min, NotEqual(min, min)), min, x);
        return Where(Or(raised > max, NotEqual(max, max)), max, raised);
    }

    /// <summary>NaN and infinities replaced by numbers; the gradient is 0 where something was replaced.</summary>
    /// <param name="x">What is not float32 or float64 has neither, and is given back.</param>
    /// <param name="nan">Takes the place of NaN.</param>
    /// <param name="positiveInfinity">Takes the place of +∞; the largest number of the type if not given.</param>
    /// <param name="negativeInfinity">Takes the place of -∞; the smallest number of the type if not given.</param>
    public static Value NanToNum(Value x, double nan = 0, double? positiveInfinity = null, double? negativeInfinity = null)
    {
        if (!x.DType.IsFloat()) return x;
        var largest = x.DType == DType.Float32 ? float.MaxValue : double.MaxValue;
        var upper = Where(Equal(x, double.PositiveInfinity), positiveInfinity ?? largest, x);
        return Where(IsNaN(x), nan, Where(Equal(x, double.NegativeInfinity), negativeInfinity ?? -largest, upper));
    }

    /// <summary>
    /// The greater of two numbers, elementwise with broadcasting, of which a NaN is left out: NaN only if both are; <see cref="Maximum(Value, Value)"/>
    /// passes NaN on. Where they are equal, the first takes the gradient.
    /// </summary>
    /// <exception cref="GraphException">The types differ or are bool, or the shapes do not broadcast.</exception>
    public static Value FMax(Value x, Value y) => Where(Or(x >= y, NotEqual(y, y)), x, y);

    /// <summary>The greater of x and a number, which takes the place of NaN; where they are equal, x takes the gradient.</summary>
    /// <exception cref="GraphException">x is bool, or its type does not hold the number.</exception>
    public static Value FMax(Value x, double y) => FMax(x, x.Number(y));

    /// <summary>
    /// The smaller of two numbers, elementwise with broadcasting, of which a NaN is left out: NaN only if both are; <see cref="Minimum(Value, Value)"/>
    /// passes NaN on. Where they are equal, the first takes the gradient.
    /// </summary>
    /// <exception cref="GraphException">The types differ or are bool, or the shapes do not broadcast.</exception>
    public static Value FMin(Value x, Value y) => Where(Or(x <= y, NotEqual(y, y)), x, y);

    /// <summary>The smaller of x and a number, which takes the place of NaN; where they are equal, x takes the gradient.</summary>
    /// <exception cref="GraphException">x is bool, or its type does not hold the number.</exception>
    public static Value FMin(Value x, double y) => FMin(x, x.Number(y));

    /// <summary>
    /// start + weight · (end - start), elementwise with broadcasting, from the nearer end, so that weight 1 gives exactly the end.
    /// </summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Lerp(Value start, Value end, Value weight)
    {
        RequireFloat("lerp", start);
        var span = end - start;
        // From the start for negative weights too: 1 - weight would round.
        return Where(weight < 0.5, start + (weight * span), end - (span * (1 - weight)));
    }

    /// <summary>start + weight · (end - start), elementwise with broadcasting.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Lerp(Value start, Value end, double weight)
    {
        RequireFloat("lerp", start);
        var span = end - start;
        return weight < 0.5 ? start + (weight * span) : end - (span * (1 - weight));
    }
}

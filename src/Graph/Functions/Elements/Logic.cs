namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Whether both are bool: then false is less than true.</summary>
    private static bool AreBool(Value x, Value y) => x.DType == DType.Bool && y.DType == DType.Bool;

    /// <summary>Bool: neither x nor y is zero, elementwise with broadcasting; any types, NaN counts as true.</summary>
    /// <exception cref="GraphException">The shapes do not broadcast.</exception>
    public static Value LogicalAnd(Value x, Value y) => And(Cast(x, DType.Bool), Cast(y, DType.Bool));

    /// <summary>Bool: x or y is not zero, elementwise with broadcasting; any types, NaN counts as true.</summary>
    /// <exception cref="GraphException">The shapes do not broadcast.</exception>
    public static Value LogicalOr(Value x, Value y) => Or(Cast(x, DType.Bool), Cast(y, DType.Bool));

    /// <summary>Bool: one of x and y is zero, elementwise with broadcasting; any types, NaN counts as true.</summary>
    /// <exception cref="GraphException">The shapes do not broadcast.</exception>
    public static Value LogicalXor(Value x, Value y) => Xor(Cast(x, DType.Bool), Cast(y, DType.Bool));

    /// <summary>Bool: x is zero, elementwise; any type, NaN counts as true and so gives false.</summary>
    public static Value LogicalNot(Value x) => Not(Cast(x, DType.Bool));

    /// <summary>
    /// Bool: |x - y| ≤ absolute + relative · |y|, elementwise with broadcasting. Infinities are close to themselves only, NaN to nothing, unless
    /// <paramref name="equalNaN"/>.
    /// </summary>
    /// <exception cref="GraphException">The types differ or are bool, the shapes do not broadcast, or a tolerance is negative.</exception>
    public static Value IsClose(Value x, Value y, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false)
    {
        if (x.DType.IsInteger() && y.DType == x.DType) (x, y) = (Cast(x, DType.Float64), Cast(y, DType.Float64));
        RequireFloat("is close", x);
        if (!(relative >= 0) || !(absolute >= 0))
            throw x.Graph.Error("is close", $"the tolerances {relative} and {absolute} for '{x.Name}' must not be negative.");
        var near = And(IsFinite(y), Abs(x - y) <= absolute + (relative * Abs(y)));
        var close = Or(Equal(x, y), near);
        return equalNaN ? Or(close, And(IsNaN(x), IsNaN(y))) : close;
    }

    /// <summary>Whether each element is close to a number; see <see cref="IsClose(Value, Value, double, double, bool)"/>.</summary>
    /// <exception cref="GraphException">x is bool, its type does not hold the number, or a tolerance is negative.</exception>
    public static Value IsClose(Value x, double y, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false) =>
        IsClose(x, x.Number(y), relative, absolute, equalNaN);

    /// <summary>Bool scalar: every element is close; see <see cref="IsClose(Value, Value, double, double, bool)"/>.</summary>
    /// <inheritdoc cref="IsClose(Value, Value, double, double, bool)" path="/exception"/>
    public static Value AllClose(Value x, Value y, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false) =>
        All(IsClose(x, y, relative, absolute, equalNaN));

    /// <summary>Bool scalar: every element is close to a number; see <see cref="IsClose(Value, Value, double, double, bool)"/>.</summary>
    /// <inheritdoc cref="IsClose(Value, double, double, double, bool)" path="/exception"/>
    public static Value AllClose(Value x, double y, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false) =>
        All(IsClose(x, y, relative, absolute, equalNaN));
}

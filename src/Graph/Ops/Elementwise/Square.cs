namespace GraphGrad;

public static partial class Ops
{
    /// <summary>x · x, elementwise; integers wrap.</summary>
    /// <exception cref="GraphException">x is bool.</exception>
    public static Value Square(Value x) => Multiply(x, x);

    /// <summary>
    /// 1 - x², exact to rounding near the ends, as a product, and with an exact derivative near 0, where that of the product would cancel; at ±1, where it is 0, with one
    /// that is not multiplied by that 0: what arrives there is infinite.
    /// </summary>
    internal static Value OneMinusSquare(Value x)
    {
        var size = Abs(x);
        return Where(Or(size < 0.5, Equal(size, 1)), 1 - (x * x), (1 - x) * (1 + x));
    }
}

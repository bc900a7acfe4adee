namespace GraphGrad;

public static partial class Ops
{
    /// <summary>x · x, elementwise; integers wrap.</summary>
    /// <exception cref="GraphException">x is bool.</exception>
    public static Value Square(Value x) => Multiply(x, x);
}

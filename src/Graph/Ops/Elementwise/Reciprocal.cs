namespace GraphGrad;

public static partial class Ops
{
    /// <summary>1 / x, elementwise, as IEEE division: ±∞ at ±0.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value Reciprocal(Value x)
    {
        RequireFloat("reciprocal", x);
        return 1 / x;
    }
}

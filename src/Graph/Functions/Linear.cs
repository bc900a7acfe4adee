namespace GraphGrad;

public static partial class Ops
{
    /// <summary>x · w + b: an affine map of the last axis.</summary>
    /// <param name="x">[…, inputs].</param>
    /// <param name="w">[inputs, outputs].</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <returns>[…, outputs].</returns>
    /// <exception cref="GraphException">The types differ, or the extents do not fit.</exception>
    public static Value Linear(Value x, Value w, Value? b = null)
    {
        var product = MatMul(x, w);
        return b is null ? product : product + b;
    }
}

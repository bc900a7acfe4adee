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

    /// <summary>Σ w[o, i, j] · x[…, i] · y[…, j] + b[o]: a bilinear map of the last axes.</summary>
    /// <param name="x">[…, n], of a number type.</param>
    /// <param name="y">[…, m], with the same leading axes and type.</param>
    /// <param name="w">[outputs, n, m].</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <returns>[…, outputs].</returns>
    /// <exception cref="GraphException">The types differ, or ranks or extents do not fit.</exception>
    public static Value Bilinear(Value x, Value y, Value w, Value? b = null)
    {
        if (x.Rank == 0 || y.Rank != x.Rank || !x.Shape.Dims[..^1].SequenceEqual(y.Shape.Dims[..^1]) || w.Rank != 3 || w.Shape[1] != x.Shape[^1] || w.Shape[2] != y.Shape[^1])
            throw x.Graph.Error("bilinear", $"'{x.Name}' {x.Shape} and '{y.Name}' {y.Shape} must have equal leading axes, and the weights '{w.Name}' {w.Shape} be [outputs, elements of one, elements of the other]. Reshape them.");
        var inner = InnerPrecision.Of([x.Shape.ElementCount * w.Shape[0] * w.Shape[2]], x, y, w, b);
        var sum = Sum(Dot(inner.Enter(x), inner.Enter(w), [-1], [1]) * ExpandDims(inner.Enter(y), y.Rank - 1), -1);
        return inner.Leave(b is null ? sum : sum + inner.Enter(b));
    }
}

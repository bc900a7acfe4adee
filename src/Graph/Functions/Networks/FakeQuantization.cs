namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// What is left of x after quantization: (min(max(round(x / scale) + zeroPoint, minimum), maximum) - zeroPoint) · scale, ties to even; NaN stays NaN. The gradient passes through where nothing is cut off, and is 0 elsewhere; none flows to the scale.
    /// </summary>
    /// <remarks>Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018; Bengio, Léonard and Courville, "Estimating or propagating gradients through stochastic neurons", 2013.</remarks>
    /// <param name="x">float32 or float64.</param>
    /// <param name="scale">How far neighbouring numbers are apart.</param>
    /// <param name="zeroPoint">Which whole number stands for 0, from the minimum to the maximum.</param>
    /// <param name="minimum">The smallest whole number.</param>
    /// <param name="maximum">The largest whole number.</param>
    /// <exception cref="GraphException">x is not float32 or float64, the scale is not positive, the minimum exceeds the maximum, or the zero point is not between them.</exception>
    public static Value FakeQuantize(Value x, double scale, int zeroPoint, int minimum, int maximum)
    {
        RequireFloat("fake_quantize", x);
        if (!(scale > 0) || !double.IsFinite(scale)) throw x.Graph.Error("fake_quantize", $"the scale {scale} for '{x.Name}' must be positive and finite.");
        if (zeroPoint < minimum || zeroPoint > maximum) throw x.Graph.Error("fake_quantize", $"{zeroPoint}, which stands for 0, must be between {minimum} and {maximum} for '{x.Name}'.");
        return FakeQuantized(x, Scalar(x, scale), Scalar(x, zeroPoint), minimum, maximum);
    }

    /// <summary>The same with a scale and a zero point for each place of an axis. That they are in range is not checked, as data is not known before a run.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="scales">Of x's type, [n] for the extent n of the axis; positive.</param>
    /// <param name="zeroPoints">int32 or int64, [n]; from the minimum to the maximum.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="minimum">The smallest whole number.</param>
    /// <param name="maximum">The largest whole number.</param>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis, the scales or zero points do not fit, or the minimum exceeds the maximum.</exception>
    public static Value FakeQuantize(Value x, Value scales, Value zeroPoints, int axis, int minimum, int maximum)
    {
        RequireFloat("fake_quantize", x);
        var place = Operations.Axes.Find(x, axis, "fake_quantize");
        if (scales.DType != x.DType || !scales.Shape.Equals(new Shape([x.Shape[place]])) || !zeroPoints.DType.IsInteger() || !zeroPoints.Shape.Equals(scales.Shape))
            throw x.Graph.Error("fake_quantize", $"the scales '{scales.Name}' {scales.Type} and the zero points '{zeroPoints.Name}' {zeroPoints.Type} must be one each, {x.DType.Text()} and integers, for the {x.Shape[place]} places of axis {axis} of '{x.Name}' {x.Type}.");
        if (minimum > maximum) throw x.Graph.Error("fake_quantize", $"the minimum {minimum} for '{x.Name}' exceeds the maximum {maximum}; swap them.");
        var along = new Shape([x.Shape[place], .. Enumerable.Repeat((Dim)1, x.Rank - 1 - place)]);
        return FakeQuantized(x, Reshape(scales, along), Reshape(Cast(zeroPoints, x.DType), along), minimum, maximum);
    }

    private static Value FakeQuantized(Value x, Value scale, Value zeroPoint, int minimum, int maximum)
    {
        // By the reciprocal, and not divided, so that ties are the same as PyTorch's.
        var whole = StopGradient(Round(x * (1 / scale)) + zeroPoint);
        var isWithin = And(whole >= (double)minimum, whole <= (double)maximum);
        return CustomGradient(
            v => StopGradient((Clip(whole, minimum, maximum) - zeroPoint) * scale),
            c => [Where(isWithin, c.Adjoint, 0)],
            c => Where(isWithin, c.Tangents[0], 0),
            x);
    }
}

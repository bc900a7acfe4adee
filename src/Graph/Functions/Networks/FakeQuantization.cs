namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// What is left of x after quantization: (min(max(round(x / scale) + zero, least), most) - zero) · scale, ties to even; NaN stays NaN. The gradient passes through where nothing is cut off, and is 0 elsewhere; none flows to the scale.
    /// </summary>
    /// <remarks>Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018; Bengio, Léonard and Courville, "Estimating or propagating gradients through stochastic neurons", 2013.</remarks>
    /// <param name="x">float32 or float64.</param>
    /// <param name="scale">How far neighbouring numbers are apart.</param>
    /// <param name="zero">Which whole number stands for 0, between the least and the most.</param>
    /// <param name="least">The smallest whole number.</param>
    /// <param name="most">The largest whole number.</param>
    /// <exception cref="GraphException">x is not float32 or float64, the scale is not positive, the least exceeds the most, or zero is not between them.</exception>
    public static Value FakeQuantize(Value x, double scale, int zero, int least, int most)
    {
        RequireFloat("fake_quantize", x);
        if (!(scale > 0) || !double.IsFinite(scale)) throw x.Graph.Error("fake_quantize", $"the scale {scale} for '{x.Name}' must be positive and finite.");
        if (zero < least || zero > most) throw x.Graph.Error("fake_quantize", $"{zero}, which stands for 0, must be between {least} and {most} for '{x.Name}'.");
        return FakeQuantized(x, Scalar(x, scale), Scalar(x, zero), least, most);
    }

    /// <summary>The same with a scale and a zero for each place of an axis. That they are in range is not checked, as data is not known before a run.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="scales">Of x's type, [n] for the extent n of the axis; positive.</param>
    /// <param name="zeros">int32 or int64, [n]; between the least and the most.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="least">The smallest whole number.</param>
    /// <param name="most">The largest whole number.</param>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis, the scales or zeros do not fit, or the least exceeds the most.</exception>
    public static Value FakeQuantize(Value x, Value scales, Value zeros, int axis, int least, int most)
    {
        RequireFloat("fake_quantize", x);
        var place = Operations.Axes.Find(x, axis, "fake_quantize");
        if (scales.DType != x.DType || !scales.Shape.Equals(new Shape([x.Shape[place]])) || !zeros.DType.IsInteger() || !zeros.Shape.Equals(scales.Shape))
            throw x.Graph.Error("fake_quantize", $"the scales '{scales.Name}' {scales.Type} and the zeros '{zeros.Name}' {zeros.Type} must be one each, {x.DType.Text()} and integers, for the {x.Shape[place]} places of axis {axis} of '{x.Name}' {x.Type}.");
        if (least > most) throw x.Graph.Error("fake_quantize", $"the least number {least} for '{x.Name}' exceeds the most {most}; swap them.");
        var along = new Shape([x.Shape[place], .. Enumerable.Repeat((Dim)1, x.Rank - 1 - place)]);
        return FakeQuantized(x, Reshape(scales, along), Reshape(Cast(zeros, x.DType), along), least, most);
    }

    private static Value FakeQuantized(Value x, Value scale, Value zero, int least, int most)
    {
        // By the reciprocal, and not divided, so that ties are the same as PyTorch's.
        var whole = StopGradient(Round(x * (1 / scale)) + zero);
        var isWithin = And(whole >= (double)least, whole <= (double)most);
        return CustomGradient(
            v => StopGradient((Clip(whole, least, most) - zero) * scale),
            c => [Where(isWithin, c.Adjoint, 0)],
            c => Where(isWithin, c.Tangents[0], 0),
            x);
    }
}

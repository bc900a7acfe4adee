namespace GraphGrad.Scalars;

/// <summary>
/// Functions with one body, in float64: float32 goes through it and is rounded once. For what is seldom a program's bottleneck, a second
/// set of coefficients would cost more to keep than the narrower lanes would save.
/// </summary>
internal static class Wide
{
    public static Scalar Of(ScalarBuilder b, Scalar x, Func<Scalar, Scalar> body) =>
        x.Type == DType.Float64 ? body(x) : b.Convert(x.Type, body(b.Convert(DType.Float64, x)));
}

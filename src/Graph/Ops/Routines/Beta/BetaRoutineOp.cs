namespace GraphGrad.Operations;

/// <summary>
/// An <see cref="ElementRoutineOp"/> of a, b, x and y = 1 - x, of which both are given so that the smaller keeps its digits. Derivatives by x move y with it; there is none by y.
/// </summary>
internal abstract record BetaRoutineOp : ElementRoutineOp
{
    protected abstract double Function(double a, double b, double x, double y);

    public sealed override void Evaluate(EvaluationContext context)
    {
        if (context.Output.DType == DType.Float32)
        {
            var a = context.Inputs[0].Span<float>();
            var b = context.Inputs[1].Span<float>();
            var x = context.Inputs[2].Span<float>();
            var y = context.Inputs[3].Span<float>();
            var result = context.Output.Span<float>();
            for (var i = 0; i < result.Length; i++) result[i] = (float)Whole(a[i], b[i], x[i], y[i]);
        }
        else
        {
            var a = context.Inputs[0].Span<double>();
            var b = context.Inputs[1].Span<double>();
            var x = context.Inputs[2].Span<double>();
            var y = context.Inputs[3].Span<double>();
            var result = context.Output.Span<double>();
            for (var i = 0; i < result.Length; i++) result[i] = Whole(a[i], b[i], x[i], y[i]);
        }
    }

    // The larger of x and y may have been rounded to float32.
    private double Whole(double a, double b, double x, double y) => x < y ? Function(a, b, x, 1 - x) : Function(a, b, 1 - y, y);

    /// <summary>The logarithmic derivative of x^a·y^b / B(a, b) by a, and, with a and b and x and y exchanged, by b.</summary>
    protected static Value LogSlope(Value a, Value b, Value x) => Ops.Log(x) - Ops.Digamma(a) + Ops.Digamma(a + b);
}

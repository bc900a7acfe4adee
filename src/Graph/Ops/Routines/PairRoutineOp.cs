namespace GraphGrad.Operations;

/// <summary>An <see cref="ElementRoutineOp"/> of two floats.</summary>
internal abstract record PairRoutineOp : ElementRoutineOp
{
    protected abstract double Function(double x, double y);

    public sealed override void Evaluate(EvaluationContext context)
    {
        if (context.Output.DType == DType.Float32)
        {
            var x = context.Inputs[0].Span<float>();
            var y = context.Inputs[1].Span<float>();
            var result = context.Output.Span<float>();
            Map(x, y, result);
        }
        else
        {
            var x = context.Inputs[0].Span<double>();
            var y = context.Inputs[1].Span<double>();
            var result = context.Output.Span<double>();
            Map(x, y, result);
        }
    }

    /// <summary>The results of many float32.</summary>
    protected virtual void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result)
    {
        for (var i = 0; i < result.Length; i++) result[i] = (float)Function(x[i], y[i]);
    }

    /// <summary>The results of many float64.</summary>
    protected virtual void Map(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> result)
    {
        for (var i = 0; i < result.Length; i++) result[i] = Function(x[i], y[i]);
    }
}

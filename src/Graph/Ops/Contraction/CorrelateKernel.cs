namespace GraphGrad.Operations;

/// <summary>
/// The transpose of <see cref="CorrelateOp"/> as a map of kernels of shape Kernels: w[o, c, k] = Σ x[n, c of o's group, stride · i + dilation · k - low] · y[n, o, i],
/// with zeros outside the images x, which are multiplied like the rest.
/// </summary>
internal sealed record CorrelateKernelOp(CorrelationGeometry Geometry, Shape Kernels) : RoutineOp
{
    public override string Name => "correlate_kernel";

    public override string Attributes => $"{Kernels}, {Geometry}";

    public override bool MayCancel => true;

    public override TensorType[] Infer(InferContext context)
    {
        CorrelateOp.Require(context, "images", "results");
        if (Geometry.Refusal(context[0].Shape, Kernels) is { } refusal) throw context.Error(refusal);
        var expected = Geometry.Results(context[0].Shape, Kernels);
        if (!context[1].Shape.Equals(expected)) throw context.Error($"{context.Text(1)} does not hold the results of {context.Text(0)} and kernels {Kernels}, which have the shape {expected}; give the kernels' shape.");
        return [new TensorType(context[0].DType, Kernels)];
    }

    public override Gradient[] Vjp(VjpContext context)
    {
        var (x, y) = (context.Input(0), context.Input(1));
        return
        [
            context.Needed[0] ? CorrelationProducts.Images(y, context.Adjoint, Geometry, x.Shape) : Gradient.None,
            context.Needed[1] ? CorrelationProducts.Results(x, context.Adjoint, Geometry) : Gradient.None,
        ];
    }

    public override Gradient Jvp(JvpContext context) => CorrelateOp.Tangent(this, context);

    public override Value Batch(BatchContext context)
    {
        var beside = this with { Kernels = new Shape([context.Size * Kernels[0], .. Kernels.Dims[1..]]) };
        return CorrelateOp.SplitImages(context, context.Add(beside, CorrelateOp.MergeChannels(context.Batched(0)), CorrelateOp.MergeChannels(context.Batched(1))));
    }

    public override void Evaluate(EvaluationContext context) => CorrelationLoops.Sum(context, Geometry);
}

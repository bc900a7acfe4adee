namespace GraphGrad.Operations;

/// <summary>
/// The transpose of <see cref="CorrelateOp"/> as a map of images of shape Images: each element of y [N, O, places …] adds its multiple of its kernel at the place
/// of its window, and what falls outside the image is left out.
/// </summary>
internal sealed record CorrelateInputOp(CorrelationGeometry Geometry, Shape Images) : RoutineOp
{
    public override string Name => "correlate_input";

    public override string Attributes => $"{Images}, {Geometry}";

    public override bool MayCancel => true;

    public override TensorType[] Infer(InferContext context)
    {
        CorrelateOp.Require(context, "results", "kernels");
        if (Geometry.Refusal(Images, context[1].Shape) is { } refusal) throw context.Error(refusal);
        var expected = Geometry.Results(Images, context[1].Shape);
        if (!context[0].Shape.Equals(expected)) throw context.Error($"{context.Text(0)} does not hold the results of images {Images}, which have the shape {expected}; give the images' shape.");
        return [new TensorType(context[0].DType, Images)];
    }

    public override Gradient[] Vjp(VjpContext context)
    {
        var (y, w) = (context.Input(0), context.Input(1));
        return
        [
            context.Needed[0] ? CorrelationProducts.Results(context.Adjoint, w, Geometry) : Gradient.None,
            context.Needed[1] ? CorrelationProducts.Kernels(context.Adjoint, y, Geometry, w.Shape) : Gradient.None,
        ];
    }

    public override Gradient Jvp(JvpContext context) => CorrelateOp.Tangent(this, context);

    public override Value Batch(BatchContext context)
    {
        var size = context.Size;
        if (!context.IsBatched(1))
        {
            var merged = this with { Images = new Shape([size * Images[0], .. Images.Dims[1..]]) };
            return CorrelateOp.SplitImages(context, context.Add(merged, CorrelateOp.MergeImages(context.Input(0)), context.Input(1)));
        }
        var beside = this with { Images = new Shape([Images[0], size * Images[1], .. Images.Dims[2..]]) };
        return CorrelateOp.SplitChannels(context, context.Add(beside, CorrelateOp.MergeChannels(context.Batched(0)), CorrelateOp.MergeImages(context.Input(1))));
    }

    public override void Evaluate(EvaluationContext context) => CorrelationLoops.Spread(context, Geometry);
}

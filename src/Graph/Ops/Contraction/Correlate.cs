using GraphGrad.Ranges;

namespace GraphGrad.Operations;

/// <summary>
/// Cross-correlates images with the kernels of their group of channels: y[n, o, i] = Σ w[o, c, k] · x[n, first channel of o's group + c,
/// stride · i + dilation · k - low]. The border is multiplied like the rest: zero times an infinite weight is NaN. Groups are independent, and with few
/// channels each no matrices worth packing; the compiler slides over images as they lie in memory.
/// </summary>
internal sealed record CorrelateOp(CorrelationGeometry Geometry) : RoutineOp
{
    public override string Name => "correlate";

    public override string Attributes => Geometry.ToString();

    public override bool MayCancel => true;

    public override Interval Range(RangeContext context) =>
        (context[0].Union(Interval.Of(0)) * context[1]).Times(context.Node.Inputs[1].Shape.Dims[1..].ToArray().Aggregate((Dim)1, (count, extent) => count * extent));

    public override TensorType[] Infer(InferContext context)
    {
        Require(context, "images", "kernels");
        if (Geometry.Refusal(context[0].Shape, context[1].Shape) is { } refusal) throw context.Error(refusal);
        return [new TensorType(context[0].DType, Geometry.Results(context[0].Shape, context[1].Shape))];
    }

    public override Gradient[] Vjp(VjpContext context)
    {
        var (x, w) = (context.Input(0), context.Input(1));
        return
        [
            context.Needed[0] ? CorrelationProducts.Images(context.Adjoint, w, Geometry, x.Shape) : Gradient.None,
            context.Needed[1] ? CorrelationProducts.Kernels(x, context.Adjoint, Geometry, w.Shape) : Gradient.None,
        ];
    }

    public override Gradient Jvp(JvpContext context) => Tangent(this, context);

    public override Value Batch(BatchContext context)
    {
        var (x, w) = (context.Input(0), context.Input(1));
        if (!context.IsBatched(1)) return SplitImages(context, context.Add(this, MergeImages(x), w));
        return SplitChannels(context, context.Add(this, MergeChannels(context.Batched(0)), MergeImages(w)));
    }

    public override void Evaluate(EvaluationContext context) => CorrelationLoops.Correlate(context, Geometry);

    /// <summary>Refuses what are not two tensors of the same float type.</summary>
    internal static void Require(InferContext context, string first, string second)
    {
        if (context[0].DType != context[1].DType || !context[0].DType.IsFloat())
            throw context.Error($"the {first} {context.Text(0)} and the {second} {context.Text(1)} must be of the same float type; cast one of them with Cast.");
    }

    /// <summary>The tangent of what is linear in each of two operands.</summary>
    internal static Gradient Tangent(Op op, JvpContext context)
    {
        var graph = context.Result.Graph;
        Value? sum = null;
        if (context.Tangents[0].Value is { } first) sum = graph.Add(op, [first, context.Input(1)]);
        if (context.Tangents[1].Value is { } second)
        {
            var term = graph.Add(op, [context.Input(0), second]);
            sum = sum is null ? term : sum + term;
        }
        return sum is null ? Gradient.None : sum;
    }

    /// <summary>Examples as further images, or as further kernels: [B, N, …] as [B · N, …].</summary>
    internal static Value MergeImages(Value x) => Ops.Reshape(x, new Shape([x.Shape[0] * x.Shape[1], .. x.Shape.Dims[2..]]));

    internal static Value SplitImages(BatchContext context, Value x) => Ops.Reshape(x, context.Lead(context.Result.Shape));

    /// <summary>Examples as further groups of channels: [B, N, C, …] as [N, B · C, …].</summary>
    internal static Value MergeChannels(Value x)
    {
        var turned = Ops.Transpose(x, [1, 0, .. Enumerable.Range(2, x.Rank - 2)]);
        return Ops.Reshape(turned, new Shape([x.Shape[1], x.Shape[0] * x.Shape[2], .. x.Shape.Dims[3..]]));
    }

    internal static Value SplitChannels(BatchContext context, Value x)
    {
        var one = context.Result.Shape;
        var apart = Ops.Reshape(x, new Shape([one[0], context.Size, .. one.Dims[1..]]));
        return Ops.Transpose(apart, [1, 0, .. Enumerable.Range(2, apart.Rank - 2)]);
    }
}

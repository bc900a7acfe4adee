using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// An op that computes each element of its result from the elements of its inputs at the same index. The family owns
/// broadcasting (NumPy's rule; a symbolic dim never broadcasts as 1), both modes of differentiation and lowering; an op
/// states its types, its local derivatives and its scalar body.
/// </summary>
internal abstract record ElementwiseOp : Op
{
    public sealed override OpKind KindAt(Node node) => OpKind.Elementwise;

    /// <summary>The element type of the result; refuses wrong operand types.</summary>
    protected abstract DType InferType(InferContext context);

    /// <summary>The derivative of the result by each input, None where it is zero everywhere; built from inputs and result.</summary>
    public abstract Gradient[] Derivatives(IReadOnlyList<Value> inputs, Value result);

    /// <summary>The body, written once for every width.</summary>
    public abstract Scalar Lower(ScalarBuilder b, ReadOnlySpan<Scalar> x);

    /// <summary>The naive meaning in double precision (bool as 0 and 1): the oracle of the tests.</summary>
    public abstract double Reference(ReadOnlySpan<double> x);

    /// <summary>The result as a series where the inputs are series; null where an input that counts, or the result, has none.</summary>
    public virtual Series? Expand(IReadOnlyList<Series?> x) => null;

    /// <summary>The result in double-double or multi-precision arithmetic; null where nobody has written it.</summary>
    public virtual T? Precise<T>(ReadOnlySpan<T> x)
        where T : struct, IPrecise<T> => null;

    public sealed override TensorType[] Infer(InferContext context)
    {
        var type = InferType(context);
        var shape = context[0].Shape;
        for (var input = 1; input < context.Count; input++)
        {
            if (!Broadcasting.TryUnite(shape, context[input].Shape, out var united, out var why))
            {
                var operands = string.Join(" and ", Enumerable.Range(0, context.Count).Select(context.Text));
                throw context.Error($"{operands} do not broadcast: {why}");
            }
            shape = united;
        }
        return [new TensorType(type, shape)];
    }

    public override Gradient[] Vjp(VjpContext context)
    {
        var derivatives = Derivatives(context.Node.Inputs, context.Result);
        return [.. derivatives.Select((d, input) => context.Needed[input] && d.Value is { } local ? Gradient.Masked(context.Scale(local), context.Mask) : Gradient.None)];
    }

    public override Gradient Jvp(JvpContext context)
    {
        var derivatives = Derivatives(context.Node.Inputs, context.Result);
        Value? sum = null, mask = null;
        var isMasked = true;
        for (var input = 0; input < derivatives.Length; input++)
        {
            if (derivatives[input].Value is not { } local || context.Tangents[input].Value is not { } tangent) continue;
            // What a selection does not take stays zero, though the derivative be infinite there.
            var taken = context.Tangents[input].Mask;
            var term = Ops.ScaleAdjoint(tangent, local, taken, context.Node.Inputs);
            sum = sum is null ? term : sum + term;
            isMasked &= taken is not null;
            if (isMasked) mask = mask is null || ReferenceEquals(mask, taken) ? taken : Ops.Or(mask, taken!);
        }
        if (sum is null) return Gradient.None;
        return Gradient.Masked(Ops.BroadcastTo(sum, context.Result.Shape), isMasked ? mask : null);
    }

    public sealed override Value Batch(BatchContext context) =>
        context.Add(this, [.. Enumerable.Range(0, context.Node.Inputs.Count).Select(input => context.Aligned(input, context.Result.Shape.Rank))]);

    public sealed override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
    {
        var operands = new Scalar[context.InputCount];
        for (var input = 0; input < operands.Length; input++) operands[input] = context.Broadcast(input, index);
        return LowerIn(context, operands);
    }

    /// <summary>The body where it must also report failures, as integer division does.</summary>
    protected virtual Scalar LowerIn(ElementContext context, Scalar[] operands) => Lower(context.Builder, operands);

    /// <summary>Refuses operands of different types, and types that <paramref name="admitted"/> does not hold.</summary>
    protected static DType SameType(InferContext context, Func<DType, bool> admitted, string admittedText)
    {
        for (var input = 1; input < context.Count; input++)
        {
            if (context[input].DType != context[0].DType)
                throw context.Error($"{context.Text(0)} and {context.Text(input)} differ in element type; cast one of them with Cast.");
        }
        if (!admitted(context[0].DType))
            throw context.Error($"{context.Text(0)} is not {admittedText}; cast it with Cast.");
        return context[0].DType;
    }

    protected static DType FloatType(InferContext context) => SameType(context, t => t.IsFloat(), "float32 or float64");

    protected static DType NumberType(InferContext context) => SameType(context, t => t != DType.Bool, "a number");
}

namespace GraphGrad.Operations;

/// <summary>Both modes of differentiation of the greater and the smaller of two values: what is not taken gets an exact zero, whatever the adjoint is, as in a selection. Then √max(x, 0) has the derivative 0 below 0, not ∞ · 0.</summary>
internal static class ExtremumGradients
{
    /// <summary>The contributions to both operands.</summary>
    /// <param name="context">The op.</param>
    /// <param name="loses">Whether the first of two values is not taken.</param>
    public static Gradient[] Vjp(VjpContext context, Func<Value, Value, Value> loses)
    {
        var (x, y) = (context.Input(0), context.Input(1));
        return [context.Needed[0] ? Part(x, y) : Gradient.None, context.Needed[1] ? Part(y, x) : Gradient.None];

        Gradient Part(Value own, Value other)
        {
            var lost = loses(own, other);
            var taken = Ops.Not(lost);
            return Gradient.Masked(Ops.Where(lost, 0, Shared(own, other, context.Adjoint)), context.Mask is { } outer ? Ops.And(outer, taken) : taken);
        }
    }

    /// <summary>The tangent of the result.</summary>
    public static Gradient Jvp(JvpContext context, Func<Value, Value, Value> loses)
    {
        var (x, y) = (context.Input(0), context.Input(1));
        var (first, second) = (context.Tangents[0], context.Tangents[1]);
        if (first.Value is null && second.Value is null) return Gradient.None;
        if (first.Value is not null && second.Value is not null) return Ops.BroadcastTo(Part(x, y, 0) + Part(y, x, 1), context.Result.Shape);
        var (own, other, input) = first.Value is not null ? (x, y, 0) : (y, x, 1);
        var taken = Ops.Not(loses(own, other));
        return Gradient.Masked(Ops.BroadcastTo(Part(own, other, input), context.Result.Shape), context.Tangents[input].Mask is { } inner ? Ops.And(inner, taken) : taken);

        Value Part(Value own, Value other, int input) => Ops.Where(loses(own, other), 0, Shared(own, other, context.Tangent(input)));
    }

    // A tie gives each operand half, so that the derivative of max(x, x) is 1. NaN, which is neither less nor greater, leaves both with the whole.
    private static Value Shared(Value own, Value other, Value whole) => Ops.Where(Ops.Equal(own, other), whole * 0.5, whole);
}

using System.Linq.Expressions;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Emission;

/// <summary>Combining values lane by lane, and all lanes with one another.</summary>
internal sealed partial class VectorLaneEmitter
{
    public override Expression[] Combine(ReductionKind kind, DType type, Expression[] a, Expression[] b) =>
        Map(type, MethodFor(kind, type), [a, b]);

    public override Expression Horizontal(ReductionKind kind, DType type, Expression[] value)
    {
        var name = MethodFor(kind, type);
        var element = ElementOf(type);
        var width = WidthOf(element);
        if (type == DType.Bool)
        {
            var folded = Halve(value, (a, b) => Simd.Call(width, name, a, b));
            var unset = Constant(DType.Bool, 0)[0];
            return kind == ReductionKind.Minimum ? AllSet(folded) : Expression.Not(Simd.Call(width, "EqualsAll", folded, unset));
        }
        var register = Halve(value, (a, b) => Simd.Call(width, name, a, b));
        while (width > VectorWidth.Vector128)
        {
            register = Reusable(register);
            (var lower, var upper) = (Simd.Call(width, "GetLower", register), Simd.Call(width, "GetUpper", register));
            register = Simd.Call(--width, name, lower, upper);
        }
        register = Reusable(register);
        var lanes = new Expression[Math.Min(Lanes, width.Bytes() / SizeOf(element))];
        for (var i = 0; i < lanes.Length; i++) lanes[i] = Simd.Call(width, "GetElement", register, Expression.Constant(i));
        return Halve(lanes, (a, b) => ScalarLaneEmitter.Combine(kind, type, a, b));
    }

    public override Expression All(Expression[] mask) => AllSet(Halve(mask, (a, b) => Simd.Call(Width, "BitwiseAnd", a, b)));

    private Expression AllSet(Expression mask) => Simd.Call(Width, "EqualsAll", mask, Constant(DType.Bool, 1)[0]);

    /// <summary>The first half with the second, until one is left.</summary>
    private static Expression Halve(Expression[] parts, Func<Expression, Expression, Expression> combine)
    {
        while (parts.Length > 1)
        {
            var half = parts.Length / 2;
            var next = new Expression[half];
            for (var i = 0; i < half; i++) next[i] = combine(parts[i], parts[i + half]);
            parts = next;
        }
        return parts[0];
    }

    private static string MethodFor(ReductionKind kind, DType type) => (kind, type) switch
    {
        (ReductionKind.Maximum, DType.Bool) => "BitwiseOr",
        (ReductionKind.Minimum, DType.Bool) => "BitwiseAnd",
        (_, DType.Bool) => throw new InvalidOperationException($"bools have no {kind}"),
        (ReductionKind.Sum, _) => "op_Addition",
        (ReductionKind.Product, _) => "op_Multiply",
        (ReductionKind.Maximum, _) => "Max",
        _ => "Min",
    };
}

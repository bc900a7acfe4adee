using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Emission;

/// <summary>Combining values lane by lane, and all lanes with one another.</summary>
internal sealed partial class VectorLaneEmitter
{
    // Of floats "Max" and "Min" are one instruction and a correction of NaN from AVX-512 on, without it eight comparisons, selections and what joins them.
    private static readonly bool ExtremaAreLong = X86Base.IsSupported && !Avx512F.IsSupported;

    public override Expression[] Combine(ReductionKind kind, DType type, Expression[] a, Expression[] b) =>
        kind is ReductionKind.Maximum or ReductionKind.Minimum && type.IsFloat() ? Extremum(kind, type, a, b) : Map(type, MethodFor(kind, type), [a, b]);

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
        Expression Both(VectorWidth at, Expression a, Expression b) => type.IsFloat() && kind is ReductionKind.Maximum or ReductionKind.Minimum ? Extremum(at, kind, a, b) : Simd.Call(at, name, a, b);
        var register = Halve(value, (a, b) => Both(width, a, b));
        while (width > VectorWidth.Vector128)
        {
            register = Reusable(register);
            (var lower, var upper) = (Simd.Call(width, "GetLower", register), Simd.Call(width, "GetUpper", register));
            register = Both(--width, lower, upper);
        }
        register = Reusable(register);
        var lanes = new Expression[Math.Min(Lanes, width.Bytes() / SizeOf(element))];
        for (var i = 0; i < lanes.Length; i++) lanes[i] = Simd.Call(width, "GetElement", register, Expression.Constant(i));
        return Halve(lanes, (a, b) => ScalarLaneEmitter.Combine(kind, type, a, b));
    }

    public override Expression All(Expression[] mask) => AllSet(Halve(mask, (a, b) => Simd.Call(Width, "BitwiseAnd", a, b)));

    private Expression AllSet(Expression mask) => Simd.Call(Width, "EqualsAll", mask, Constant(DType.Bool, 1)[0]);

    /// <summary>The larger or smaller one of each two lanes: NaN where there is one, +0 larger than -0. With a literal "Max" and "Min" are one instruction everywhere.</summary>
    private Expression[] Extremum(ReductionKind kind, DType type, Expression[] a, Expression[] b) => Each(type, r => Extremum(WidthOf(ElementOf(type)), kind, a[r], b[r]));

    /// <summary>
    /// The machine's instruction returns its second operand where one is NaN or both are zeros, so both orders say together what there was. Either order has the same bits everywhere else. The bits of both joined are
    /// NaN, -0 or the smaller one; of the larger one, what differs is taken off again: -0 less -0 is +0, and NaN stays.
    /// </summary>
    private Expression Extremum(VectorWidth width, ReductionKind kind, Expression a, Expression b)
    {
        var name = kind == ReductionKind.Maximum ? "Max" : "Min";
        if (!ExtremaAreLong) return Simd.Call(width, name, a, b);
        (a, b) = (Reusable(a), Reusable(b));
        var (one, other) = (Simd.Call(width, name + "Native", a, b), Simd.Call(width, name + "Native", b, a));
        if (kind == ReductionKind.Minimum) return Simd.Call(width, "BitwiseOr", one, other);
        one = Reusable(one);
        var differs = Reusable(Simd.Call(width, "Xor", one, other));
        return Simd.Call(width, "op_Subtraction", Simd.Call(width, "BitwiseOr", one, differs), differs);
    }

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

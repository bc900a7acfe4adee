using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>A scalar 1 of a value's element type.</summary>
    internal static Value One(Value like) => Scalar(like, 1);

    /// <summary>A scalar -1 of a value's element type.</summary>
    internal static Value MinusOne(Value like) => Scalar(like, -1);

    /// <summary>A scalar constant of a value's element type, in its graph.</summary>
    internal static Value Scalar(Value like, double number) => like.Graph.Add(ConstantOp.Of(like.DType, number), []);

    /// <summary>Zeros of a value's type and shape.</summary>
    public static Value ZerosLike(Value x) => BroadcastTo(Scalar(x, 0), x.Shape);

    /// <summary>Ones of a value's type and shape.</summary>
    public static Value OnesLike(Value x) => BroadcastTo(Scalar(x, 1), x.Shape);

    /// <summary>
    /// adjoint · derivative, without the multiplication where the derivative is the constant 1 or -1, as a quotient where it
    /// is a number over the only input, and exactly zero where the mask is false.
    /// </summary>
    internal static Value ScaleAdjoint(Value adjoint, Value derivative, Value? mask, IReadOnlyList<Value> inputs)
    {
        if (IsConstant(derivative, 1)) return adjoint;
        if (IsConstant(derivative, -1)) return Negate(adjoint);
        var product = (inputs.Count == 1 ? OverInput(adjoint, derivative, inputs[0]) : null) ?? (adjoint * derivative);
        return mask is null ? product : Where(mask, product, Scalar(product, 0));
    }

    /// <summary>
    /// The adjoint over x instead of times 1 / x, as logarithms have it, which overflows for subnormal x; null where the derivative is another.
    /// Numbers other than 1 come before or after the division, wherever they do not overflow.
    /// </summary>
    private static Value? OverInput(Value adjoint, Value derivative, Value x)
    {
        if (derivative.Node is not { Op: DivideOp, Inputs: [var numerator, var divisor] } || divisor != x || !IsNumber(numerator, out var number)) return null;
        if (number == 1) return adjoint / x;
        return Math.Abs(number) > 1 ? adjoint / x * numerator : adjoint * numerator / x;
    }

    private static bool IsConstant(Value value, double number) => IsNumber(value, out var own) && own == number;

    private static bool IsNumber(Value value, out double number)
    {
        number = 0;
        if (value.Rank != 0 || value.Node.Op is not ConstantOp { Data: { Count: 1 } data }) return false;
        number = data.At(0);
        return true;
    }
}

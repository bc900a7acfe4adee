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
    /// adjoint · derivative, without the multiplication where the derivative is the constant 1 or -1, and exactly zero
    /// where the mask is false.
    /// </summary>
    internal static Value ScaleAdjoint(Value adjoint, Value derivative, Value? mask)
    {
        if (IsConstant(derivative, 1)) return adjoint;
        if (IsConstant(derivative, -1)) return Negate(adjoint);
        var product = adjoint * derivative;
        return mask is null ? product : Where(mask, product, Scalar(product, 0));
    }

    private static bool IsConstant(Value value, double number) =>
        value.Node.Op is ConstantOp { Data: { Count: 1 } data } && value.Rank == 0 && data.At(0) == number;
}

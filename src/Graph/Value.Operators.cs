using GraphGrad.Operations;

namespace GraphGrad;

// Numbers take the element type of the value beside them, as Python scalars do in NumPy and PyTorch.
public partial class Value
{
    /// <summary>Elementwise sum.</summary>
    public static Value operator +(Value x, Value y) => Ops.Add(x, y);

    /// <summary>Elementwise sum.</summary>
    public static Value operator +(Value x, double y) => Ops.Add(x, x.Number(y));

    /// <summary>Elementwise sum.</summary>
    public static Value operator +(double x, Value y) => Ops.Add(y.Number(x), y);

    /// <summary>Elementwise difference.</summary>
    public static Value operator -(Value x, Value y) => Ops.Subtract(x, y);

    /// <summary>Elementwise difference.</summary>
    public static Value operator -(Value x, double y) => Ops.Subtract(x, x.Number(y));

    /// <summary>Elementwise difference.</summary>
    public static Value operator -(double x, Value y) => Ops.Subtract(y.Number(x), y);

    /// <summary>Elementwise product.</summary>
    public static Value operator *(Value x, Value y) => Ops.Multiply(x, y);

    /// <summary>Elementwise product.</summary>
    public static Value operator *(Value x, double y) => Ops.Multiply(x, x.Number(y));

    /// <summary>Elementwise product.</summary>
    public static Value operator *(double x, Value y) => Ops.Multiply(y.Number(x), y);

    /// <summary>Elementwise quotient; integers truncate toward zero.</summary>
    public static Value operator /(Value x, Value y) => Ops.Divide(x, y);

    /// <summary>Elementwise quotient; integers truncate toward zero.</summary>
    public static Value operator /(Value x, double y) => Ops.Divide(x, x.Number(y));

    /// <summary>Elementwise quotient; integers truncate toward zero.</summary>
    public static Value operator /(double x, Value y) => Ops.Divide(y.Number(x), y);

    /// <summary>Elementwise remainder of the truncated quotient, with the sign of the dividend.</summary>
    public static Value operator %(Value x, Value y) => Ops.Remainder(x, y);

    /// <summary>Elementwise remainder of the truncated quotient, with the sign of the dividend.</summary>
    public static Value operator %(Value x, double y) => Ops.Remainder(x, x.Number(y));

    /// <summary>Elementwise remainder of the truncated quotient, with the sign of the dividend.</summary>
    public static Value operator %(double x, Value y) => Ops.Remainder(y.Number(x), y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator <(Value x, Value y) => Ops.Less(x, y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator <(Value x, double y) => Ops.Less(x, x.Number(y));

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator <(double x, Value y) => Ops.Less(y.Number(x), y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator >(Value x, Value y) => Ops.Greater(x, y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator >(Value x, double y) => Ops.Greater(x, x.Number(y));

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator >(double x, Value y) => Ops.Greater(y.Number(x), y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator <=(Value x, Value y) => Ops.LessOrEqual(x, y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator <=(Value x, double y) => Ops.LessOrEqual(x, x.Number(y));

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator <=(double x, Value y) => Ops.LessOrEqual(y.Number(x), y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator >=(Value x, Value y) => Ops.GreaterOrEqual(x, y);

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator >=(Value x, double y) => Ops.GreaterOrEqual(x, x.Number(y));

    /// <summary>Elementwise comparison; false where either is NaN.</summary>
    public static Value operator >=(double x, Value y) => Ops.GreaterOrEqual(y.Number(x), y);

    /// <summary>Logical and of bool, bitwise and of integers.</summary>
    public static Value operator &(Value x, Value y) => Ops.And(x, y);

    /// <summary>Logical and of bool, bitwise and of integers.</summary>
    public static Value operator &(Value x, double y) => Ops.And(x, x.Number(y));

    /// <summary>Logical and of bool, bitwise and of integers.</summary>
    public static Value operator &(double x, Value y) => Ops.And(y.Number(x), y);

    /// <summary>Logical or of bool, bitwise or of integers.</summary>
    public static Value operator |(Value x, Value y) => Ops.Or(x, y);

    /// <summary>Logical or of bool, bitwise or of integers.</summary>
    public static Value operator |(Value x, double y) => Ops.Or(x, x.Number(y));

    /// <summary>Logical or of bool, bitwise or of integers.</summary>
    public static Value operator |(double x, Value y) => Ops.Or(y.Number(x), y);

    /// <summary>Logical exclusive or of bool, bitwise exclusive or of integers.</summary>
    public static Value operator ^(Value x, Value y) => Ops.Xor(x, y);

    /// <summary>Logical exclusive or of bool, bitwise exclusive or of integers.</summary>
    public static Value operator ^(Value x, double y) => Ops.Xor(x, x.Number(y));

    /// <summary>Logical exclusive or of bool, bitwise exclusive or of integers.</summary>
    public static Value operator ^(double x, Value y) => Ops.Xor(y.Number(x), y);

    /// <summary>x shifted left by a count of bits, taken modulo the number of bits.</summary>
    public static Value operator <<(Value x, Value count) => Ops.ShiftLeft(x, count);

    /// <summary>x shifted left by a count of bits, taken modulo the number of bits.</summary>
    public static Value operator <<(Value x, int count) => Ops.ShiftLeft(x, x.Number(count));

    /// <summary>x shifted right by a count of bits, taken modulo the number of bits; the sign stays.</summary>
    public static Value operator >>(Value x, Value count) => Ops.ShiftRight(x, count);

    /// <summary>x shifted right by a count of bits, taken modulo the number of bits; the sign stays.</summary>
    public static Value operator >>(Value x, int count) => Ops.ShiftRight(x, x.Number(count));

    /// <summary>Negation.</summary>
    public static Value operator -(Value x) => Ops.Negate(x);

    /// <summary>Logical not.</summary>
    /// <exception cref="GraphException">x is not bool; the bitwise not of integers is <c>~</c>.</exception>
    public static Value operator !(Value x) =>
        x.DType == DType.Bool
            ? Ops.Not(x)
            : throw new GraphException($"!: '{x.Name}' {x.Type} is not bool; compare it with something first, or write ~ for the bitwise not of integers. Written at {Origin.Capture()}.");

    /// <summary>Logical not of bool, bitwise not of integers.</summary>
    public static Value operator ~(Value x) => Ops.Not(x);

    /// <summary>A scalar constant of this value's element type.</summary>
    /// <exception cref="GraphException">The number does not fit the element type exactly, where that is an integer type or bool.</exception>
    internal Value Number(double number)
    {
        var exact = DType switch
        {
            DType.Int32 => number == (int)number,
            DType.Int64 => number == Math.Floor(number) && Math.Abs(number) <= 1L << 53,
            DType.Bool => number is 0 or 1,
            _ => true,
        };
        if (!exact)
            throw Graph.Refusal($"the number {number} cannot be combined with '{Name}', which is {DType.Text()}; {(DType == DType.Bool ? "cast it to a number type with Cast, or use 0 or 1" : "cast to a float type, or use a whole number")}. Written at", Origin.Capture());
        return Graph.Add(ConstantOp.Of(DType, number), []);
    }
}

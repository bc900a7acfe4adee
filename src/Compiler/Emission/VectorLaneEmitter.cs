using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Lanes in vector registers. With L lanes an element type takes as many registers as L elements fill. Where L four-byte
/// elements fill only half a register they take the next narrower one, at 128 bits the low half; masks are then eight bytes
/// wide, else four, or one where L bytes fill a register, so that a mask always fills whole registers. A mask holds 0 and -1.
/// </summary>
internal sealed partial class VectorLaneEmitter(VectorWidth width, int lanes, Func<Expression, ParameterExpression> spill)
    : LaneEmitter(width, lanes, spill)
{
    private static readonly bool MasksAreVectors = !Avx512F.IsSupported;

    /// <summary>Four-byte elements do not fill a register.</summary>
    private bool FourBytesAreHalf => Lanes * sizeof(int) < Width.Bytes();

    private Type MaskElement => FourBytesAreHalf ? typeof(long) : Lanes == Width.Bytes() ? typeof(sbyte) : typeof(int);

    public override (Type Register, int Count) Registers(DType type)
    {
        var element = ElementOf(type);
        var width = WidthOf(element);
        return (Simd.VectorType(width, element), Math.Max(1, Lanes * SizeOf(element) / width.Bytes()));
    }

    public override Expression[] Constant(DType type, long bits) => Filled(type, type != DType.Bool ? Literal(type, bits) : OfMask(bits != 0 ? -1 : 0));

    public override Expression[] Broadcast(DType type, Expression scalar) => Filled(type, type != DType.Bool ? scalar : StaticMethods.Call(typeof(LaneArithmetic), nameof(LaneArithmetic.MaskOf), [MaskElement], [scalar]));

    public override Expression[] LaneIndices() => Load(DType.Int64, Expression.Constant(LaneNumbers.Address));

    public override Expression[] FirstLanes(Expression count)
    {
        var bound = Filled(DType.Bool, Expression.Convert(count, MaskElement));
        return Each(DType.Bool, r => Simd.Call(Width, "LessThan", Indices(MaskElement, r), bound[r]));
    }

    public override Expression[] OneLane(Expression number)
    {
        var lane = Filled(DType.Bool, Expression.Convert(number, MaskElement));
        return Each(DType.Bool, r => Simd.Call(Width, "Equals", Indices(MaskElement, r), lane[r]));
    }

    public override Expression[] Apply(Scalar scalar, Expression[][] arguments)
    {
        var type = scalar.Type;
        return scalar.Op switch
        {
            ScalarOp.Constant => Constant(type, scalar.Bits),
            ScalarOp.Add => Map(type, "op_Addition", arguments),
            ScalarOp.Subtract => Map(type, "op_Subtraction", arguments),
            ScalarOp.Multiply => Map(type, "op_Multiply", arguments),
            ScalarOp.Divide when type.IsFloat() => Map(type, "op_Division", arguments),
            ScalarOp.Divide when PowerOfTwo(scalar) is { } power => Shifted(type, Reusable(arguments[0]), power),
            ScalarOp.Divide => Quotient(type, arguments[0], arguments[1]),
            ScalarOp.Remainder when type.IsFloat() => MapLanes(type, typeof(LaneArithmetic.FloatRemainder<>), arguments),
            ScalarOp.Remainder when PowerOfTwo(scalar) is { } power => RemainderOf(type, Reusable(arguments[0]), power),
            ScalarOp.Remainder => Remainder(type, Reusable(arguments[0]), Reusable(arguments[1])),
            ScalarOp.FusedMultiplyAdd => Map(type, "FusedMultiplyAdd", arguments),
            ScalarOp.Minimum or ScalarOp.Maximum when !type.IsFloat() || scalar.Arguments.Any(a => a.IsConstant) => Map(type, scalar.Op == ScalarOp.Minimum ? "Min" : "Max", arguments),
            ScalarOp.Minimum => Extremum(ReductionKind.Minimum, type, arguments[0], arguments[1]),
            ScalarOp.Maximum => Extremum(ReductionKind.Maximum, type, arguments[0], arguments[1]),
            ScalarOp.Negate => Map(type, "Negate", arguments),
            ScalarOp.Absolute => Map(type, "Abs", arguments),
            ScalarOp.SquareRoot => Map(type, "Sqrt", arguments),
            ScalarOp.Floor => Map(type, "Floor", arguments),
            ScalarOp.Ceiling => Map(type, "Ceiling", arguments),
            ScalarOp.Truncate => Map(type, "Truncate", arguments),
            ScalarOp.RoundToEven => Map(type, "Round", arguments),
            ScalarOp.And => Map(type, "BitwiseAnd", arguments),
            ScalarOp.Or => Map(type, "BitwiseOr", arguments),
            ScalarOp.Xor => Map(type, "Xor", arguments),
            ScalarOp.Not => Map(type, "OnesComplement", arguments),
            ScalarOp.ShiftLeft => Shift(scalar, "op_LeftShift", typeof(LaneArithmetic.ShiftedLeft<>), arguments),
            ScalarOp.ShiftRightArithmetic => Shift(scalar, "op_RightShift", typeof(LaneArithmetic.ShiftedRight<>), arguments),
            ScalarOp.ShiftRightLogical => Shift(scalar, "op_UnsignedRightShift", typeof(LaneArithmetic.ShiftedRightLogically<>), arguments),
            ScalarOp.Bitcast => Array.ConvertAll(arguments[0], a => Simd.As(WidthOf(ElementOf(type)), a, ElementOf(type))),
            ScalarOp.Convert => Convert(scalar.Arguments[0].Type, type, arguments[0]),
            ScalarOp.Equal => Compare("Equals", scalar.Arguments[0].Type, arguments),
            ScalarOp.LessThan => Compare("LessThan", scalar.Arguments[0].Type, arguments),
            ScalarOp.LessOrEqual => Compare("LessThanOrEqual", scalar.Arguments[0].Type, arguments),
            ScalarOp.Select or ScalarOp.SelectRare => Select(scalar, arguments),
            ScalarOp.Lookup => Lookup((LookupTable)scalar.Payload!, arguments[0]),
            _ => throw NotArithmetic(scalar),
        };
    }

    private Type ElementOf(DType type) => type == DType.Bool ? MaskElement : ClrType(type);

    private static int SizeOf(Type element) => element == typeof(sbyte) ? 1 : element == typeof(float) || element == typeof(int) ? 4 : 8;

    private static ConstantExpression OfType(Type element, long number) => element == typeof(sbyte) ? Expression.Constant((sbyte)number) : element == typeof(int) ? Expression.Constant((int)number) : Expression.Constant(number);

    private ConstantExpression OfMask(long number) => OfType(MaskElement, number);

    private VectorWidth WidthOf(Type element) =>
        SizeOf(element) == 4 && FourBytesAreHalf && Width > VectorWidth.Vector128 ? Width - 1 : Width;

    /// <summary>Lanes held by one register of an element type; at 128 bits a register may hold more than it is given.</summary>
    private int LanesPerRegister(Type element) => Math.Min(Lanes, WidthOf(element).Bytes() / SizeOf(element));

    private Expression[] Each(DType type, Func<int, Expression> register)
    {
        var result = new Expression[Registers(type).Count];
        for (var r = 0; r < result.Length; r++) result[r] = register(r);
        return result;
    }

    private Expression[] Map(DType type, string name, Expression[][] arguments) =>
        Each(type, r => Simd.Call(WidthOf(ElementOf(type)), name, Array.ConvertAll(arguments, a => a[r])));

    private Expression[] MapLanes(DType type, Type function, Expression[][] arguments)
    {
        var element = ElementOf(type);
        Type[] generics = [function.MakeGenericType(element), element];
        return Each(type, r => StaticMethods.Call(
            typeof(LaneArithmetic), nameof(LaneArithmetic.Map), generics, [arguments[0][r], arguments[1][r]]));
    }

    private Expression[] Quotient(DType type, Expression[] a, Expression[] b) =>
        Each(type, r => StaticMethods.Call(typeof(LaneArithmetic), nameof(LaneArithmetic.Divide), a[r], b[r]));

    private Expression[] Remainder(DType type, Expression[] a, Expression[] b) =>
        Map(type, "op_Subtraction", [a, Map(type, "op_Multiply", [Quotient(type, a, b), b])]);

    /// <summary>The exponent of a literal divisor 2, 4, 8 …; null for others.</summary>
    private static int? PowerOfTwo(Scalar scalar) =>
        scalar.Arguments[1] is { IsConstant: true, Bits: > 1 and <= 1 << 30 and var divisor } && long.IsPow2(divisor) ? (int)long.Log2(divisor) : null;

    /// <summary>A quotient that truncates: what is negative is first brought up by the divisor less one.</summary>
    private Expression[] Shifted(DType type, Expression[] x, int power)
    {
        var (width, bits) = (WidthOf(ElementOf(type)), 8 * type.Size());
        Expression Shift(string name, Expression value, int count) => Simd.Call(width, name, value, Expression.Constant(count));
        return Each(type, r => Shift("op_RightShift", Simd.Call(width, "op_Addition", x[r], Shift("op_UnsignedRightShift", Shift("op_RightShift", x[r], bits - 1), bits - power)), power));
    }

    private Expression[] RemainderOf(DType type, Expression[] x, int power)
    {
        var multiples = Array.ConvertAll(Shifted(type, x, power), q => Simd.Call(WidthOf(ElementOf(type)), "op_LeftShift", q, Expression.Constant(power)));
        return Map(type, "op_Subtraction", [x, multiples]);
    }

    // Vector shifts take one count for all lanes; counts that are no literal may differ from lane to lane.
    private Expression[] Shift(Scalar scalar, string name, Type function, Expression[][] arguments)
    {
        if (!scalar.Arguments[1].IsConstant) return MapLanes(scalar.Type, function, arguments);
        var count = Expression.Constant((int)scalar.Arguments[1].Bits);
        return Each(scalar.Type, r => Simd.Call(WidthOf(ElementOf(scalar.Type)), name, arguments[0][r], count));
    }

    private Expression[] Compare(string name, DType type, Expression[][] arguments)
    {
        var element = ElementOf(type);
        return type == DType.Bool ? Map(type, name, arguments) : ToMask(element, Map(type, name, arguments));
    }

    private Expression[] Select(Scalar scalar, Expression[][] arguments)
    {
        var element = ElementOf(scalar.Type);
        var width = WidthOf(element);
        var condition = FromMask(element, arguments[0]);
        // Where masks are vectors, the just-in-time compiler takes three instructions for every selection that does not compare itself, of zeros, too.
        if (MasksAreVectors && scalar.Arguments[2].IsConstant && scalar.Arguments[2].Bits == 0) return Each(scalar.Type, r => Simd.Call(width, "BitwiseAnd", condition[r], arguments[1][r]));
        if (MasksAreVectors && scalar.Arguments[1].IsConstant && scalar.Arguments[1].Bits == 0) return Each(scalar.Type, r => Simd.Call(width, "AndNot", arguments[2][r], condition[r]));
        if (MasksAreVectors && Blends(width, element) is { } blends) return Each(scalar.Type, r => StaticMethods.Call(blends, nameof(Avx.BlendVariable), arguments[2][r], arguments[1][r], condition[r]));
        return Each(scalar.Type, r => Simd.Call(width, "ConditionalSelect", condition[r], arguments[1][r], arguments[2][r]));
    }

    private static Type? Blends(VectorWidth width, Type element) =>
        width == VectorWidth.Vector512 ? null
        : width == VectorWidth.Vector128 ? Sse41.IsSupported ? typeof(Sse41) : null
        : element == typeof(float) || element == typeof(double) ? Avx.IsSupported ? typeof(Avx) : null
        : Avx2.IsSupported ? typeof(Avx2) : null;

    /// <summary>What a comparison of elements gives, as a mask.</summary>
    private Expression[] ToMask(Type element, Expression[] flags)
    {
        var integer = SizeOf(element) == 4 ? typeof(int) : typeof(long);
        flags = Array.ConvertAll(flags, f => Simd.As(WidthOf(element), f, integer));
        return integer == MaskElement ? flags : integer == typeof(int) ? Widen(flags) : Narrow(flags);
    }

    /// <summary>A mask as lanes of an element type, all bits equal; for eight-byte elements it may be as wide already.</summary>
    private Expression[] FromMask(Type element, Expression[] mask)
    {
        var fits = SizeOf(element) == SizeOf(MaskElement) || (SizeOf(element) == 8 && mask.Length == Registers(DType.Int64).Count) ? mask : SizeOf(element) == 8 ? Widen(mask) : Narrow(mask);
        return Array.ConvertAll(fits, m => Simd.As(WidthOf(element), m, element));
    }

    private Expression[] Filled(DType type, Expression scalar)
    {
        var filled = Simd.Create(WidthOf(ElementOf(type)), scalar);
        if (Registers(type).Count > 1) filled = Reusable(filled);
        return Each(type, _ => filled);
    }

    private Expression Indices(Type element, int register)
    {
        return Simd.Call(WidthOf(element), "CreateSequence", OfType(element, (long)register * LanesPerRegister(element)), OfType(element, 1));
    }
}

using System.Linq.Expressions;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>One lane in CLR values: the tails of loops too short for vectors, and the reference for every vector width.</summary>
internal sealed class ScalarLaneEmitter(Func<Expression, ParameterExpression> spill) : LaneEmitter(VectorWidth.Scalar, 1, spill)
{
    public override (Type Register, int Count) Registers(DType type) => (ClrType(type), 1);

    public override Expression[] Constant(DType type, long bits) => [Literal(type, bits)];

    public override Expression[] Broadcast(DType type, Expression scalar) => [scalar];

    public override Expression[] Apply(Scalar scalar, Expression[][] arguments)
    {
        if (scalar.IsConstant) return Constant(scalar.Type, scalar.Bits);
        return arguments switch
        {
            [[var a]] => [Unary(scalar, a)],
            [[var a], [var b]] => [Binary(scalar, a, b)],
            [[var a], [var b], [var c]] => [Ternary(scalar, a, b, c)],
            _ => throw NotArithmetic(scalar),
        };
    }

    public override Expression[] Load(DType type, Expression address) =>
    [
        type == DType.Bool
            ? StaticMethods.Call(typeof(LaneMemory), nameof(LaneMemory.ReadBool), address)
            : Call(nameof(LaneMemory.Read), type, address),
    ];

    public override Expression[] LoadMasked(DType type, Expression address, Expression[] mask, Expression[] otherwise) =>
        [Expression.Condition(mask[0], Load(type, address)[0], otherwise[0])];

    public override Expression[] LoadPartial(DType type, Expression address, Expression count) => Load(type, address);

    public override Expression[] Gather(DType type, Expression baseAddress, Expression[] offsets, Expression[]? mask)
    {
        var offset = Expression.Multiply(offsets[0], Expression.Constant((long)type.Size()));
        var element = Load(type, Expression.Add(baseAddress, offset))[0];
        return [mask is null ? element : Expression.Condition(mask[0], element, Expression.Default(element.Type))];
    }

    public override Expression[] LoadStrided(DType type, Expression address, Expression stride, Expression? count) => Load(type, address);

    public override Expression Store(DType type, Expression address, Expression[] value) =>
        type == DType.Bool
            ? StaticMethods.Call(typeof(LaneMemory), nameof(LaneMemory.WriteBool), address, value[0])
            : Call(nameof(LaneMemory.Write), type, address, value[0]);

    public override Expression StorePartial(DType type, Expression address, Expression count, Expression[] value) => Store(type, address, value);

    public override Expression StoreStrided(DType type, Expression address, Expression stride, Expression? count, Expression[] value) =>
        Store(type, address, value);

    public override Expression[] LaneIndices() => [Expression.Constant(0L)];

    public override Expression[] OneLane(Expression number) => [Expression.Equal(number, Expression.Constant(0))];

    public override Expression[] FirstLanes(Expression count) => [Expression.GreaterThan(count, Expression.Constant(0))];

    public override Expression[] Combine(ReductionKind kind, DType type, Expression[] a, Expression[] b) => [Combine(kind, type, a[0], b[0])];

    public override Expression Horizontal(ReductionKind kind, DType type, Expression[] value) => value[0];

    public override Expression All(Expression[] mask) => mask[0];

    /// <summary>Two CLR values as a reduction combines them.</summary>
    public static Expression Combine(ReductionKind kind, DType type, Expression a, Expression b) => (kind, type) switch
    {
        (ReductionKind.Maximum, DType.Bool) => Expression.Or(a, b),
        (ReductionKind.Minimum, DType.Bool) => Expression.And(a, b),
        (_, DType.Bool) => throw new InvalidOperationException($"bools have no {kind}"),
        (ReductionKind.Sum, _) => Expression.Add(a, b),
        (ReductionKind.Product, _) => Expression.Multiply(a, b),
        (ReductionKind.Maximum, _) => Maths(nameof(Math.Max), a, b),
        _ => Maths(nameof(Math.Min), a, b),
    };

    private static Expression Unary(Scalar scalar, Expression a)
    {
        var type = scalar.Type;
        return scalar.Op switch
        {
            ScalarOp.Negate => Expression.Negate(a),
            ScalarOp.Absolute when type.IsFloat() => Maths(nameof(Math.Abs), a),
            ScalarOp.Absolute => StaticMethods.Call(typeof(LaneArithmetic), nameof(LaneArithmetic.Absolute), a),
            ScalarOp.SquareRoot => Maths(nameof(Math.Sqrt), a),
            ScalarOp.Floor => Maths(nameof(Math.Floor), a),
            ScalarOp.Ceiling => Maths(nameof(Math.Ceiling), a),
            ScalarOp.Truncate => Maths(nameof(Math.Truncate), a),
            ScalarOp.RoundToEven => Maths(nameof(Math.Round), a),
            ScalarOp.Not => Expression.Not(a),
            ScalarOp.Bitcast => Bitcast(type, a),
            ScalarOp.Convert => Convert(scalar.Arguments[0].Type, type, a),
            ScalarOp.Lookup => Picked((LookupTable)scalar.Payload!, a),
            _ => throw NotArithmetic(scalar),
        };
    }

    private static Expression Picked(LookupTable table, Expression place)
    {
        var offset = Expression.Multiply(Expression.And(place, Expression.Constant(LookupTable.Length - 1)), Expression.Constant(sizeof(float)));
        return Call(nameof(LaneMemory.Read), DType.Float32, Expression.Add(Expression.Constant(table.Address), Expression.Convert(offset, typeof(long))));
    }

    private static Expression Binary(Scalar scalar, Expression a, Expression b)
    {
        var type = scalar.Type;
        // By a literal the JIT divides without a division and nothing can fail; -1 and 0 need care.
        var plain = type.IsFloat() || scalar.Arguments[1] is { IsConstant: true, Bits: not 0 and not -1 };
        return scalar.Op switch
        {
            ScalarOp.Add => Expression.Add(a, b),
            ScalarOp.Subtract => Expression.Subtract(a, b),
            ScalarOp.Multiply => Expression.Multiply(a, b),
            ScalarOp.Divide => plain ? Expression.Divide(a, b) : Function(typeof(LaneArithmetic.Quotient<>), a, b),
            ScalarOp.Remainder => plain ? Expression.Modulo(a, b) : Function(typeof(LaneArithmetic.IntegerRemainder<>), a, b),
            ScalarOp.Minimum => Combine(ReductionKind.Minimum, type, a, b),
            ScalarOp.Maximum => Combine(ReductionKind.Maximum, type, a, b),
            ScalarOp.And => Expression.And(a, b),
            ScalarOp.Or => Expression.Or(a, b),
            ScalarOp.Xor => Expression.ExclusiveOr(a, b),
            ScalarOp.ShiftLeft => Expression.LeftShift(a, ShiftCount(scalar, b)),
            ScalarOp.ShiftRightArithmetic => Expression.RightShift(a, ShiftCount(scalar, b)),
            ScalarOp.ShiftRightLogical => ShiftRightLogical(scalar, a, b),
            ScalarOp.Equal => Expression.Equal(a, b),
            ScalarOp.LessThan => Expression.LessThan(a, b),
            ScalarOp.LessOrEqual => Expression.LessThanOrEqual(a, b),
            _ => throw NotArithmetic(scalar),
        };
    }

    private static Expression Ternary(Scalar scalar, Expression a, Expression b, Expression c) => scalar.Op switch
    {
        ScalarOp.FusedMultiplyAdd => Maths(nameof(Math.FusedMultiplyAdd), a, b, c),
        ScalarOp.Select or ScalarOp.SelectRare => Expression.Condition(a, b, c),
        _ => throw NotArithmetic(scalar),
    };

    private static Expression ShiftRightLogical(Scalar scalar, Expression a, Expression count)
    {
        var unsigned = scalar.Type == DType.Int32 ? typeof(uint) : typeof(ulong);
        return Expression.Convert(Expression.RightShift(Expression.Convert(a, unsigned), ShiftCount(scalar, count)), a.Type);
    }

    private static Expression ShiftCount(Scalar scalar, Expression count) =>
        scalar.Arguments[1].IsConstant ? Expression.Constant((int)scalar.Arguments[1].Bits)
        : count.Type == typeof(int) ? count
        : Expression.Convert(count, typeof(int));

    private static Expression Bitcast(DType to, Expression a)
    {
        var name = (a.Type == typeof(float), a.Type == typeof(double), to) switch
        {
            (true, _, DType.Int32) => nameof(BitConverter.SingleToInt32Bits),
            (_, true, DType.Int64) => nameof(BitConverter.DoubleToInt64Bits),
            (_, _, DType.Float32) => nameof(BitConverter.Int32BitsToSingle),
            _ => nameof(BitConverter.Int64BitsToDouble),
        };
        return StaticMethods.Call(typeof(BitConverter), name, a);
    }

    // The IL conversions that Expression.Convert emits saturate and turn NaN to 0, as C# casts do.
    private static Expression Convert(DType from, DType to, Expression a) =>
        from == DType.Bool ? Expression.Condition(a, Literal(to, One(to)), Literal(to, 0))
        : to == DType.Bool ? Expression.NotEqual(a, Literal(from, 0))
        : Expression.Convert(a, ClrType(to));

    private static Expression Maths(string name, params Expression[] arguments) =>
        StaticMethods.Call(arguments[0].Type == typeof(float) ? typeof(MathF) : typeof(Math), name, arguments);

    private static Expression Function(Type function, Expression a, Expression b) =>
        StaticMethods.Call(function.MakeGenericType(a.Type), nameof(LaneArithmetic.IFunction<>.Of), a, b);

    private static Expression Call(string name, DType type, params Expression[] arguments) =>
        StaticMethods.Call(typeof(LaneMemory), name, [ClrType(type)], arguments);
}

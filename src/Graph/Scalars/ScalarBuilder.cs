namespace GraphGrad.Scalars;

/// <summary>
/// Builds scalar arithmetic. Equal expressions become one object; integer arithmetic on constants and extents is folded,
/// so that indices come out in a normal form; floating-point arithmetic is never re-associated.
/// </summary>
internal sealed class ScalarBuilder
{
    private const int LongPolynomial = 12;

    private readonly Dictionary<Key, Scalar> known = [];

    /// <summary>Forms that values may take in a kernel that is whole.</summary>
    public SharedForms Forms { get; } = new();

    /// <summary>How many scalars have been built.</summary>
    public int Count => known.Count;

    public Scalar Float32(float value) => Constant(DType.Float32, BitConverter.SingleToInt32Bits(value));

    public Scalar Float64(double value) => Constant(DType.Float64, BitConverter.DoubleToInt64Bits(value));

    public Scalar Int32(int value) => Constant(DType.Int32, value);

    public Scalar Int64(long value) => Constant(DType.Int64, value);

    public Scalar Bool(bool value) => Constant(DType.Bool, value ? 1 : 0);

    /// <summary>A number in any element type, rounded or truncated to it.</summary>
    public Scalar Number(DType type, double value) => type switch
    {
        DType.Float32 => Float32((float)value),
        DType.Float64 => Float64(value),
        DType.Int32 => Int32((int)value),
        DType.Int64 => Int64((long)value),
        _ => Bool(value != 0),
    };

    public Scalar Constant(DType type, long bits) => Make(ScalarOp.Constant, type, [], type == DType.Float32 ? (int)bits : bits);

    public Scalar Extent(Dim dim) => dim.IsConstant ? Int64(dim.Value) : Make(ScalarOp.Extent, DType.Int64, [], 0, dim);

    public Scalar LoopIndex(object loop) => Make(ScalarOp.LoopIndex, DType.Int64, [], 0, loop);

    public Scalar Parameter(DType type, int number) => Make(ScalarOp.Parameter, type, [], 0, number);

    public Scalar RunIndex() => Make(ScalarOp.RunIndex, DType.Int64, []);

    public Scalar Accumulated(DType type, object reduction) => Make(ScalarOp.Accumulated, type, [], 0, reduction);

    public Scalar Load(DType type, object buffer, Scalar offset) => Make(ScalarOp.Load, type, [offset], 0, buffer);

    public Scalar LoadWhere(DType type, object buffer, Scalar offset, Scalar inside, Scalar outside) =>
        inside.IsConstant
            ? (inside.Bits != 0 ? Load(type, buffer, offset) : outside)
            : Make(ScalarOp.Load, type, [offset, inside, outside], 0, buffer);

    public Scalar Guard(Scalar value, Scalar ok, object failure) =>
        ok.IsConstant && ok.Bits != 0 ? value : Make(ScalarOp.Guard, value.Type, [value, ok], 0, failure);

    public Scalar Add(Scalar a, Scalar b)
    {
        if (a.Type.IsInteger())
        {
            if (b.IsInteger(0)) return a;
            if (a.IsInteger(0)) return b;
            if (TryDims(a, b, out var x, out var y)) return Extent(x + y);
            if (FoldInteger(a, b, (p, q) => p + q) is { } folded) return folded;
            // Constants move outward, so that i + 1 + 2 and i + 3 are one expression.
            if (a.IsConstant) (a, b) = (b, a);
            if (b.IsConstant && a.Op == ScalarOp.Add && a.Arguments[1].IsConstant) return Add(a.Arguments[0], Add(a.Arguments[1], b));
        }
        return Binary(ScalarOp.Add, a, b);
    }

    public Scalar Subtract(Scalar a, Scalar b)
    {
        if (a.Type.IsInteger())
        {
            if (b.IsInteger(0)) return a;
            if (ReferenceEquals(a, b)) return Constant(a.Type, 0);
            if (TryDims(a, b, out var x, out var y)) return Extent(x - y);
            if (b.IsConstant) return Add(a, Constant(b.Type, Wrap(b.Type, -b.Bits)));
        }
        return Binary(ScalarOp.Subtract, a, b);
    }

    public Scalar Multiply(Scalar a, Scalar b)
    {
        if (a.Type.IsInteger())
        {
            if (a.IsInteger(0) || b.IsInteger(1)) return a;
            if (b.IsInteger(0) || a.IsInteger(1)) return b;
            if (TryDims(a, b, out var x, out var y)) return Extent(x * y);
            if (FoldInteger(a, b, (p, q) => p * q) is { } folded) return folded;
            if (a.IsConstant) (a, b) = (b, a);
        }
        else if (AreFloats(a, b))
        {
            return Number(a.Type, a.Type == DType.Float32 ? (float)Float(a) * (float)Float(b) : Float(a) * Float(b));
        }
        return ReferenceEquals(a, b) ? Forms.Square(a, Binary(ScalarOp.Multiply, a, a)) : Binary(ScalarOp.Multiply, a, b);
    }

    public Scalar Divide(Scalar a, Scalar b)
    {
        if (a.Type.IsInteger())
        {
            if (b.IsInteger(1)) return a;
            if (b is { IsConstant: true, Bits: not 0 and not -1 } && FoldInteger(a, b, (p, q) => p / q) is { } folded) return folded;
        }
        return Binary(ScalarOp.Divide, a, b);
    }

    public Scalar Remainder(Scalar a, Scalar b)
    {
        if (a.Type.IsInteger())
        {
            if (b.IsInteger(1)) return Constant(a.Type, 0);
            if (b is { IsConstant: true, Bits: not 0 and not -1 } && FoldInteger(a, b, (p, q) => p % q) is { } folded) return folded;
        }
        return Binary(ScalarOp.Remainder, a, b);
    }

    public Scalar FusedMultiplyAdd(Scalar a, Scalar b, Scalar c) => Make(ScalarOp.FusedMultiplyAdd, a.Type, [a, Same(a, b), Same(a, c)]);

    public Scalar Minimum(Scalar a, Scalar b) => FoldInteger(a, b, Math.Min) ?? Binary(ScalarOp.Minimum, a, b);

    public Scalar Maximum(Scalar a, Scalar b) => FoldInteger(a, b, Math.Max) ?? Binary(ScalarOp.Maximum, a, b);

    public Scalar Negate(Scalar a) => a.IsConstant && a.Type.IsInteger() ? Constant(a.Type, Wrap(a.Type, -a.Bits)) : Unary(ScalarOp.Negate, a);

    /// <summary>A sign below is left out, so that |x·c| and |x·-c| are one expression: f(x) and f(-x) often meet in a gradient.</summary>
    public Scalar Absolute(Scalar a)
    {
        if (!a.Type.IsFloat()) return Unary(ScalarOp.Absolute, a);
        if (a.Op is ScalarOp.Negate) return Absolute(a.Arguments[0]);
        if (a is { Op: ScalarOp.Multiply, Arguments: [var x, { IsConstant: true } factor] } && factor.Bits < 0)
            return Absolute(Multiply(x, Positive(factor)));
        return Unary(ScalarOp.Absolute, a);
    }

    public Scalar SquareRoot(Scalar a) => Unary(ScalarOp.SquareRoot, a);

    public Scalar Floor(Scalar a) => Unary(ScalarOp.Floor, a);

    public Scalar Ceiling(Scalar a) => Unary(ScalarOp.Ceiling, a);

    public Scalar Truncate(Scalar a) => IsFloat(a) ? Number(a.Type, Math.Truncate(Float(a))) : Unary(ScalarOp.Truncate, a);

    public Scalar RoundToEven(Scalar a) => Unary(ScalarOp.RoundToEven, a);

    public Scalar And(Scalar a, Scalar b)
    {
        if (a.Type == DType.Bool)
        {
            if (a.IsConstant) return a.Bits != 0 ? b : a;
            if (b.IsConstant) return b.Bits != 0 ? a : b;
        }
        return FoldInteger(a, b, (p, q) => p & q) ?? Binary(ScalarOp.And, a, b);
    }

    public Scalar Or(Scalar a, Scalar b)
    {
        if (a.Type == DType.Bool)
        {
            if (a.IsConstant) return a.Bits != 0 ? a : b;
            if (b.IsConstant) return b.Bits != 0 ? b : a;
        }
        return FoldInteger(a, b, (p, q) => p | q) ?? Binary(ScalarOp.Or, a, b);
    }

    public Scalar Xor(Scalar a, Scalar b) => FoldInteger(a, b, (p, q) => p ^ q) ?? Binary(ScalarOp.Xor, a, b);

    public Scalar Not(Scalar a) => a is { IsConstant: true, Type: DType.Bool } ? Bool(a.Bits == 0) : Unary(ScalarOp.Not, a);

    public Scalar ShiftLeft(Scalar a, Scalar count) => Binary(ScalarOp.ShiftLeft, a, count);

    public Scalar ShiftRightArithmetic(Scalar a, Scalar count) => Binary(ScalarOp.ShiftRightArithmetic, a, count);

    public Scalar ShiftRightLogical(Scalar a, Scalar count) => Binary(ScalarOp.ShiftRightLogical, a, count);

    public Scalar Bitcast(DType type, Scalar a)
    {
        if (a.Type == type) return a;
        if (a.Type.Size() != type.Size()) throw new InvalidOperationException($"bitcast from {a.Type} to {type} changes the size");
        return a.IsConstant ? Constant(type, a.Bits) : Make(ScalarOp.Bitcast, type, [a]);
    }

    public Scalar Convert(DType type, Scalar a)
    {
        if (a.Type == type) return a;
        if (a.IsConstant && a.Type.IsInteger() && type.IsInteger()) return Constant(type, Wrap(type, a.Bits));
        if (IsFloat(a) && type == DType.Float64) return Number(type, Float(a));
        return Make(ScalarOp.Convert, type, [a]);
    }

    public Scalar Equal(Scalar a, Scalar b)
    {
        if (a.Type.IsInteger() && ReferenceEquals(a, b)) return Bool(true);
        if (BothIntegers(a, b)) return Bool(a.Bits == b.Bits);
        if (AreFloats(a, b)) return Bool(Float(a) == Float(b));
        return Make(ScalarOp.Equal, DType.Bool, [a, Same(a, b)]);
    }

    public Scalar NotEqual(Scalar a, Scalar b) => Not(Equal(a, b));

    public Scalar LessThan(Scalar a, Scalar b)
    {
        if (BothIntegers(a, b)) return Bool(a.Bits < b.Bits);
        if (AreFloats(a, b)) return Bool(Float(a) < Float(b));
        return Make(ScalarOp.LessThan, DType.Bool, [a, Same(a, b)]);
    }

    public Scalar LessOrEqual(Scalar a, Scalar b)
    {
        if (BothIntegers(a, b)) return Bool(a.Bits <= b.Bits);
        if (AreFloats(a, b)) return Bool(Float(a) <= Float(b));
        return Make(ScalarOp.LessOrEqual, DType.Bool, [a, Same(a, b)]);
    }

    public Scalar GreaterThan(Scalar a, Scalar b) => LessThan(b, a);

    public Scalar GreaterOrEqual(Scalar a, Scalar b) => LessOrEqual(b, a);

    public Scalar IsNaN(Scalar a) => Not(Equal(a, a));

    public Scalar Select(Scalar condition, Scalar a, Scalar b)
    {
        if (condition.IsConstant) return condition.Bits != 0 ? a : b;
        return ReferenceEquals(a, b) ? a : Make(ScalarOp.Select, a.Type, [condition, a, Same(a, b)]);
    }

    /// <summary>Select for a condition that seldom holds and a dear <paramref name="rare"/>, which is then mostly not computed.</summary>
    public Scalar SelectRare(Scalar condition, Scalar rare, Scalar common) =>
        condition.IsConstant ? Select(condition, rare, common) : Make(ScalarOp.SelectRare, rare.Type, [condition, rare, Same(rare, common)]);

    /// <summary>The number of a table at a place, of which the four lowest bits count.</summary>
    public Scalar Lookup(LookupTable table, Scalar place) =>
        place.IsConstant ? Float32(table.Numbers[(int)place.Bits & (LookupTable.Length - 1)]) : Make(ScalarOp.Lookup, DType.Float32, [place], 0, table);

    /// <summary>
    /// a·x^n + …: Horner's scheme in fused multiply-adds, coefficients from the highest power down. In a long one the even and
    /// the odd powers are chains apart: half the latency for one product more.
    /// </summary>
    public Scalar Polynomial(Scalar x, params ReadOnlySpan<double> coefficients)
    {
        var first = Number(x.Type, coefficients[0]);
        if (coefficients.Length < LongPolynomial)
        {
            foreach (var coefficient in coefficients[1..]) first = FusedMultiplyAdd(first, x, Number(x.Type, coefficient));
            return first;
        }
        var (square, second) = (Multiply(x, x), Number(x.Type, coefficients[1]));
        foreach (var coefficient in coefficients[2..]) (first, second) = (second, FusedMultiplyAdd(first, square, Number(x.Type, coefficient)));
        return FusedMultiplyAdd(first, x, second);
    }

    /// <summary>Makes the same instruction with other arguments, folding as the named methods do.</summary>
    public Scalar Rebuild(Scalar scalar, Scalar[] arguments) => scalar.Op switch
    {
        ScalarOp.Add => Add(arguments[0], arguments[1]),
        ScalarOp.Subtract => Subtract(arguments[0], arguments[1]),
        ScalarOp.Multiply => Multiply(arguments[0], arguments[1]),
        ScalarOp.Divide => Divide(arguments[0], arguments[1]),
        ScalarOp.Remainder => Remainder(arguments[0], arguments[1]),
        ScalarOp.And => And(arguments[0], arguments[1]),
        ScalarOp.Or => Or(arguments[0], arguments[1]),
        ScalarOp.Not => Not(arguments[0]),
        ScalarOp.Absolute => Absolute(arguments[0]),
        ScalarOp.Equal => Equal(arguments[0], arguments[1]),
        ScalarOp.LessThan => LessThan(arguments[0], arguments[1]),
        ScalarOp.LessOrEqual => LessOrEqual(arguments[0], arguments[1]),
        ScalarOp.Truncate => Truncate(arguments[0]),
        ScalarOp.Convert => Convert(scalar.Type, arguments[0]),
        ScalarOp.Select => Select(arguments[0], arguments[1], arguments[2]),
        ScalarOp.SelectRare => SelectRare(arguments[0], arguments[1], arguments[2]),
        ScalarOp.Lookup => Lookup((LookupTable)scalar.Payload!, arguments[0]),
        ScalarOp.Guard => Guard(arguments[0], arguments[1], scalar.Payload!),
        ScalarOp.Load when arguments.Length > 1 => LoadWhere(scalar.Type, scalar.Payload!, arguments[0], arguments[1], arguments[2]),
        _ => Make(scalar.Op, scalar.Type, arguments, scalar.Bits, scalar.Payload),
    };

    private Scalar Positive(Scalar number) =>
        Constant(number.Type, number.Type == DType.Float32 ? number.Bits & int.MaxValue : number.Bits & long.MaxValue);

    private static bool BothIntegers(Scalar a, Scalar b) => a.IsConstant && b.IsConstant && a.Type.IsInteger() && b.Type.IsInteger();

    private static bool IsFloat(Scalar a) => a.IsConstant && a.Type.IsFloat();

    private static bool AreFloats(Scalar a, Scalar b) => IsFloat(a) && IsFloat(b) && a.Type == b.Type;

    private static double Float(Scalar constant) =>
        constant.Type == DType.Float32 ? BitConverter.Int32BitsToSingle((int)constant.Bits) : BitConverter.Int64BitsToDouble(constant.Bits);

    private static long Wrap(DType type, long value) => type == DType.Int32 ? (int)value : value;

    private static bool TryDims(Scalar a, Scalar b, out Dim x, out Dim y)
    {
        (x, y) = (default, default);
        if (a.Type != DType.Int64 || (a.IsConstant && b.IsConstant)) return false;
        return TryDim(a, out x) && TryDim(b, out y);
    }

    private static bool TryDim(Scalar scalar, out Dim dim)
    {
        dim = scalar.IsConstant ? scalar.Bits : default(Dim);
        if (scalar.Payload is Dim symbolic && scalar.Op == ScalarOp.Extent) dim = symbolic;
        return scalar.IsConstant || scalar.Op == ScalarOp.Extent;
    }

    private static Scalar Same(Scalar a, Scalar b) =>
        a.Type == b.Type ? b : throw new InvalidOperationException($"scalar operands differ in type: {a} is {a.Type}, {b} is {b.Type}");

    private Scalar? FoldInteger(Scalar a, Scalar b, Func<long, long, long> fold) =>
        BothIntegers(a, b) ? Constant(a.Type, Wrap(a.Type, fold(a.Bits, b.Bits))) : null;

    private Scalar Unary(ScalarOp op, Scalar a) => Make(op, a.Type, [a]);

    private Scalar Binary(ScalarOp op, Scalar a, Scalar b) => Make(op, a.Type, [a, Same(a, b)]);

    private Scalar Make(ScalarOp op, DType type, Scalar[] arguments, long bits = 0, object? payload = null)
    {
        var key = new Key(op, type, arguments, bits, payload);
        if (!known.TryGetValue(key, out var scalar))
        {
            scalar = new Scalar(known.Count, op, type, arguments, bits, payload);
            known.Add(key, scalar);
        }
        return scalar;
    }

    private readonly struct Key(ScalarOp op, DType type, Scalar[] arguments, long bits, object? payload) : IEquatable<Key>
    {
        private readonly ScalarOp op = op;
        private readonly DType type = type;
        private readonly Scalar[] arguments = arguments;
        private readonly long bits = bits;
        private readonly object? payload = payload;

        public bool Equals(Key other)
        {
            if (op != other.op || type != other.type || bits != other.bits || arguments.Length != other.arguments.Length || !Equals(payload, other.payload))
                return false;
            for (var i = 0; i < arguments.Length; i++)
            {
                if (!ReferenceEquals(arguments[i], other.arguments[i])) return false;
            }
            return true;
        }

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = HashCode.Combine(op, type, bits, payload);
            foreach (var argument in arguments) hash = HashCode.Combine(hash, argument.Id);
            return hash;
        }
    }
}

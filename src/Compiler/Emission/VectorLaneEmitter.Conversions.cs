using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Emission;

/// <summary>Conversions between element types, made of widening and narrowing and the conversions of equal size.</summary>
internal sealed partial class VectorLaneEmitter
{
    private Expression[] Convert(DType from, DType to, Expression[] x) => (from, to) switch
    {
        _ when from == to => x,
        (DType.Bool, _) => Ones(to, x),
        (_, DType.Bool) => Nonzero(from, x),
        (DType.Float32, DType.Float64) or (DType.Int32, DType.Int64) => Widen(x),
        (DType.Float64, DType.Float32) or (DType.Int64, DType.Int32) => Narrow(x),
        (DType.Float32, DType.Int32) => Map(to, "ConvertToInt32", [x]),
        (DType.Int32, DType.Float32) => Map(to, "ConvertToSingle", [x]),
        (DType.Float64, DType.Int64) => Each(to, r => StaticMethods.Call(typeof(LaneArithmetic), nameof(LaneArithmetic.ToInt64), x[r])),
        (DType.Int64, DType.Float64) => Map(to, "ConvertToDouble", [x]),
        (DType.Float32, DType.Int64) => Convert(DType.Float64, to, Widen(x)),
        (DType.Int32, DType.Float64) => Convert(DType.Int64, to, Widen(x)),
        (DType.Float64, DType.Int32) => Narrow(Convert(from, DType.Int64, ClampToInt32(x))),
        (DType.Int64, DType.Float32) => Narrow(Convert(from, DType.Float64, RoundToOdd(x))),
        _ => throw new InvalidOperationException($"no conversion from {from.Text()} to {to.Text()}"),
    };

    private Expression[] Ones(DType to, Expression[] mask) =>
        Map(to, "BitwiseAnd", [FromMask(ElementOf(to), mask), Constant(to, One(to))]);

    private Expression[] Nonzero(DType from, Expression[] x) =>
        Map(DType.Bool, "OnesComplement", [Compare("Equals", from, [x, Constant(from, 0)])]);

    // NaN passes through Min and Max, and then becomes 0.
    private Expression[] ClampToInt32(Expression[] x)
    {
        var atMost = Map(DType.Float64, "Min", [x, Constant(DType.Float64, BitConverter.DoubleToInt64Bits(int.MaxValue))]);
        return Map(DType.Float64, "Max", [atMost, Constant(DType.Float64, BitConverter.DoubleToInt64Bits(int.MinValue))]);
    }

    // int64 → float32 by way of float64 would round twice. Beyond 2^53 the low 11 bits are first replaced by a sticky bit: the
    // rest has at most 53 bits, so float64 is exact, and no midpoint between floats (a multiple of 2^29) is reached or left.
    private Expression[] RoundToOdd(Expression[] x)
    {
        const long lowBits = (1L << 11) - 1;
        const long exact = 1L << 53;
        x = Reusable(x);
        Expression[] Integer(long value) => Constant(DType.Int64, value);
        var isExact = Map(DType.Int64, "Equals", [Map(DType.Int64, "BitwiseAnd", [x, Integer(lowBits)]), Integer(0)]);
        var sticky = Map(DType.Int64, "ConditionalSelect", [isExact, Integer(0), Integer(lowBits + 1)]);
        var rounded = Map(DType.Int64, "BitwiseOr", [Map(DType.Int64, "BitwiseAnd", [x, Integer(~lowBits)]), sticky]);
        var above = Map(DType.Int64, "LessThan", [Integer(exact), x]);
        var below = Map(DType.Int64, "LessThan", [x, Integer(-exact)]);
        return Map(DType.Int64, "ConditionalSelect", [Map(DType.Int64, "BitwiseOr", [above, below]), rounded, x]);
    }

    /// <summary>Four-byte lanes to eight-byte lanes: floats, or integers with sign.</summary>
    private Expression[] Widen(Expression[] x)
    {
        if (FourBytesAreHalf)
        {
            var wide = Width switch
            {
                VectorWidth.Vector512 => Simd.Call(VectorWidth.Vector256, "ToVector512Unsafe", x[0]),
                VectorWidth.Vector256 => Simd.Call(VectorWidth.Vector128, "ToVector256Unsafe", x[0]),
                _ => x[0],
            };
            return [Simd.Call(Width, "WidenLower", wide)];
        }
        var result = new Expression[2 * x.Length];
        for (var r = 0; r < x.Length; r++)
        {
            var register = Reusable(x[r]);
            result[2 * r] = Simd.Call(Width, "WidenLower", register);
            result[2 * r + 1] = Simd.Call(Width, "WidenUpper", register);
        }
        return result;
    }

    /// <summary>Eight-byte lanes to four-byte lanes: floats rounded, integers truncated.</summary>
    private Expression[] Narrow(Expression[] x)
    {
        if (!FourBytesAreHalf)
        {
            var result = new Expression[x.Length / 2];
            for (var r = 0; r < result.Length; r++) result[r] = Simd.Call(Width, "Narrow", x[2 * r], x[2 * r + 1]);
            return result;
        }
        var isFloat = Simd.ElementType(x[0]) == typeof(double);
        if (Width == VectorWidth.Vector512 && Avx512F.IsSupported)
        {
            var name = isFloat ? nameof(Avx512F.ConvertToVector256Single) : nameof(Avx512F.ConvertToVector256Int32);
            return [StaticMethods.Call(typeof(Avx512F), name, x[0])];
        }
        var register = Reusable(x[0]);
        if (Width == VectorWidth.Vector128) return [Simd.Call(Width, "Narrow", register, register)];
        return [Simd.Call(Width - 1, "Narrow", Simd.Call(Width, "GetLower", register), Simd.Call(Width, "GetUpper", register))];
    }
}

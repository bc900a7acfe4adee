using GraphGrad.Scalars;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>What each scalar instruction means, in plain C# on bits.</summary>
internal static class ArithmeticOracle
{
    public static long Evaluate(ScalarOp op, DType result, DType argument, long a, long b, long c) => (op, argument) switch
    {
        (ScalarOp.Select or ScalarOp.SelectRare, _) => a != 0 ? b : c,
        (ScalarOp.Bitcast, _) => a,
        (ScalarOp.Convert, _) => Convert(argument, result, a),
        (_, DType.Float32) => Float32(op, F(a), F(b), F(c)),
        (_, DType.Float64) => Float64(op, D(a), D(b), D(c)),
        (_, DType.Int32) => Int32(op, (int)a, (int)b),
        (_, DType.Int64) => Int64(op, a, b),
        _ => Bool(op, a != 0, b != 0),
    };

    private static float F(long bits) => BitConverter.Int32BitsToSingle((int)bits);

    private static double D(long bits) => BitConverter.Int64BitsToDouble(bits);

    private static long B(bool value) => value ? 1 : 0;

    private static long B(float value) => BitConverter.SingleToInt32Bits(value);

    private static long B(double value) => BitConverter.DoubleToInt64Bits(value);

    private static long Convert(DType from, DType to, long bits) => (from, to) switch
    {
        _ when from == to => bits,
        (DType.Float32, DType.Float64) => B((double)F(bits)),
        (DType.Float32, DType.Int32) => (int)F(bits),
        (DType.Float32, DType.Int64) => (long)F(bits),
        (DType.Float32, _) => B(F(bits) != 0),
        (DType.Float64, DType.Float32) => B((float)D(bits)),
        (DType.Float64, DType.Int32) => (int)D(bits),
        (DType.Float64, DType.Int64) => (long)D(bits),
        (DType.Float64, _) => B(D(bits) != 0),
        (_, DType.Float32) when from == DType.Int32 => B((float)(int)bits),
        (_, DType.Float32) => B((float)bits),
        (_, DType.Float64) => B((double)bits),
        (_, DType.Int32) => (int)bits,
        (_, DType.Int64) => bits,
        _ => B(bits != 0),
    };

    private static long Float32(ScalarOp op, float a, float b, float c) => op switch
    {
        ScalarOp.Add => B(a + b),
        ScalarOp.Subtract => B(a - b),
        ScalarOp.Multiply => B(a * b),
        ScalarOp.Divide => B(a / b),
        ScalarOp.Remainder => B(a % b),
        ScalarOp.FusedMultiplyAdd => B(float.FusedMultiplyAdd(a, b, c)),
        ScalarOp.Minimum => B(float.Min(a, b)),
        ScalarOp.Maximum => B(float.Max(a, b)),
        ScalarOp.Negate => B(-a),
        ScalarOp.Absolute => B(float.Abs(a)),
        ScalarOp.SquareRoot => B(float.Sqrt(a)),
        ScalarOp.Floor => B(float.Floor(a)),
        ScalarOp.Ceiling => B(float.Ceiling(a)),
        ScalarOp.Truncate => B(float.Truncate(a)),
        ScalarOp.RoundToEven => B(float.Round(a, MidpointRounding.ToEven)),
        ScalarOp.Equal => B(a == b),
        ScalarOp.LessThan => B(a < b),
        ScalarOp.LessOrEqual => B(a <= b),
        _ => throw new InvalidOperationException($"{op}"),
    };

    private static long Float64(ScalarOp op, double a, double b, double c) => op switch
    {
        ScalarOp.Add => B(a + b),
        ScalarOp.Subtract => B(a - b),
        ScalarOp.Multiply => B(a * b),
        ScalarOp.Divide => B(a / b),
        ScalarOp.Remainder => B(a % b),
        ScalarOp.FusedMultiplyAdd => B(double.FusedMultiplyAdd(a, b, c)),
        ScalarOp.Minimum => B(double.Min(a, b)),
        ScalarOp.Maximum => B(double.Max(a, b)),
        ScalarOp.Negate => B(-a),
        ScalarOp.Absolute => B(double.Abs(a)),
        ScalarOp.SquareRoot => B(double.Sqrt(a)),
        ScalarOp.Floor => B(double.Floor(a)),
        ScalarOp.Ceiling => B(double.Ceiling(a)),
        ScalarOp.Truncate => B(double.Truncate(a)),
        ScalarOp.RoundToEven => B(double.Round(a, MidpointRounding.ToEven)),
        ScalarOp.Equal => B(a == b),
        ScalarOp.LessThan => B(a < b),
        ScalarOp.LessOrEqual => B(a <= b),
        _ => throw new InvalidOperationException($"{op}"),
    };

    private static long Int32(ScalarOp op, int a, int b) => op switch
    {
        ScalarOp.ShiftRightLogical => a >>> b,
        ScalarOp.ShiftLeft => a << b,
        ScalarOp.Equal or ScalarOp.LessThan or ScalarOp.LessOrEqual => Int64(op, a, b),
        _ => (int)Int64(op, a, b),
    };

    // By 0 division is not specified, but it must not trap.
    private static long Int64(ScalarOp op, long a, long b) => op switch
    {
        ScalarOp.Add => a + b,
        ScalarOp.Subtract => a - b,
        ScalarOp.Multiply => a * b,
        ScalarOp.Divide => b == 0 ? 0 : b == -1 ? -a : a / b,
        ScalarOp.Remainder => b == 0 ? a : b == -1 ? 0 : a % b,
        ScalarOp.Minimum => Math.Min(a, b),
        ScalarOp.Maximum => Math.Max(a, b),
        ScalarOp.Negate => -a,
        ScalarOp.Absolute => a < 0 ? -a : a,
        ScalarOp.And => a & b,
        ScalarOp.Or => a | b,
        ScalarOp.Xor => a ^ b,
        ScalarOp.Not => ~a,
        ScalarOp.ShiftLeft => a << (int)b,
        ScalarOp.ShiftRightArithmetic => a >> (int)b,
        ScalarOp.ShiftRightLogical => a >>> (int)b,
        ScalarOp.Equal => B(a == b),
        ScalarOp.LessThan => B(a < b),
        ScalarOp.LessOrEqual => B(a <= b),
        _ => throw new InvalidOperationException($"{op}"),
    };

    private static long Bool(ScalarOp op, bool a, bool b) => op switch
    {
        ScalarOp.And => B(a && b),
        ScalarOp.Or => B(a || b),
        ScalarOp.Xor => B(a != b),
        ScalarOp.Not => B(!a),
        ScalarOp.Equal => B(a == b),
        _ => throw new InvalidOperationException($"{op}"),
    };
}

using System.Numerics;
using GraphGrad.Scalars;

namespace GraphGrad.Tests.Scalars;

/// <summary>
/// The exact meaning of scalar arithmetic in plain C#, for bodies whose only inputs are parameters: each instruction is
/// applied to an array of elements at once.
/// </summary>
internal static class ScalarEvaluator
{
    /// <summary>The values of <paramref name="root"/> for the given parameters, arrays of one length.</summary>
    public static T[] Evaluate<T>(Scalar root, params Array[] parameters)
    {
        var length = parameters[0].Length;
        var values = new Dictionary<Scalar, Array>(ReferenceEqualityComparer.Instance);
        foreach (var scalar in Order(root))
            values.Add(scalar, Apply(scalar, [.. scalar.Arguments.Select(a => values[a])], parameters, length));
        return (T[])values[root];
    }

    /// <summary>How many instructions a body has, constants and parameters not counted.</summary>
    public static int Count(Scalar root) =>
        Order(root).Count(s => s.Op is not (ScalarOp.Constant or ScalarOp.Parameter or ScalarOp.Bitcast));

    private static IEnumerable<Scalar> Order(Scalar root)
    {
        var seen = new HashSet<Scalar>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<Scalar>([root]);
        while (stack.TryPop(out var scalar))
        {
            if (!seen.Add(scalar)) continue;
            foreach (var argument in scalar.Arguments) stack.Push(argument);
        }
        return seen.OrderBy(s => s.Id);
    }

    private static Array Apply(Scalar s, Array[] a, Array[] parameters, int length) => s.Op switch
    {
        ScalarOp.Parameter => parameters[(int)s.Payload!],
        ScalarOp.Constant => Constant(s, length),
        ScalarOp.Convert => Convert(s.Type, a[0]),
        ScalarOp.Bitcast => Bitcast(s.Type, a[0]),
        ScalarOp.Guard => a[1] is bool[] ok && Array.TrueForAll(ok, x => x) ? a[0] : throw new InvalidOperationException($"{s.Payload}"),
        ScalarOp.Select => a[1] switch
        {
            float[] => Select<float>(a),
            double[] => Select<double>(a),
            int[] => Select<int>(a),
            long[] => Select<long>(a),
            _ => Select<bool>(a),
        },
        _ => a[0] switch
        {
            float[] => Float<float>(s.Op, a),
            double[] => Float<double>(s.Op, a),
            int[] => Integer<int>(s.Op, a),
            long[] => Integer<long>(s.Op, a),
            _ => Bool(s.Op, a),
        },
    };

    private static Array Float<T>(ScalarOp op, Array[] a)
        where T : IBinaryFloatingPointIeee754<T> => op switch
    {
        ScalarOp.FusedMultiplyAdd => Map<T>(a, T.FusedMultiplyAdd),
        ScalarOp.SquareRoot => Map<T>(a, T.Sqrt),
        ScalarOp.Floor => Map<T>(a, T.Floor),
        ScalarOp.Ceiling => Map<T>(a, T.Ceiling),
        ScalarOp.Truncate => Map<T>(a, T.Truncate),
        ScalarOp.RoundToEven => Map<T>(a, x => T.Round(x, MidpointRounding.ToEven)),
        ScalarOp.Absolute => Map<T>(a, T.Abs),
        ScalarOp.Divide => Map<T>(a, (x, y) => x / y),
        ScalarOp.Remainder => Map<T>(a, (x, y) => x % y),
        _ => Number<T>(op, a),
    };

    private static Array Integer<T>(ScalarOp op, Array[] a)
        where T : IBinaryInteger<T> => op switch
    {
        ScalarOp.And => Map<T>(a, (x, y) => x & y),
        ScalarOp.Or => Map<T>(a, (x, y) => x | y),
        ScalarOp.Xor => Map<T>(a, (x, y) => x ^ y),
        ScalarOp.Not => Map<T>(a, x => ~x),
        ScalarOp.ShiftLeft => Map<T>(a, (x, y) => x << int.CreateChecked(y)),
        ScalarOp.ShiftRightArithmetic => Map<T>(a, (x, y) => x >> int.CreateChecked(y)),
        ScalarOp.ShiftRightLogical => Map<T>(a, (x, y) => x >>> int.CreateChecked(y)),
        ScalarOp.Absolute => Map<T>(a, x => T.IsNegative(x) ? T.Zero - x : x),
        ScalarOp.Divide => Map<T>(a, (x, y) => y == -T.One ? T.Zero - x : x / y),
        ScalarOp.Remainder => Map<T>(a, (x, y) => y == -T.One ? T.Zero : x % y),
        _ => Number<T>(op, a),
    };

    private static Array Number<T>(ScalarOp op, Array[] a)
        where T : INumber<T> => op switch
    {
        ScalarOp.Add => Map<T>(a, (x, y) => x + y),
        ScalarOp.Subtract => Map<T>(a, (x, y) => x - y),
        ScalarOp.Multiply => Map<T>(a, (x, y) => x * y),
        ScalarOp.Negate => Map<T>(a, x => -x),
        ScalarOp.Minimum => Map<T>(a, T.Min),
        ScalarOp.Maximum => Map<T>(a, T.Max),
        ScalarOp.Equal => Test<T>(a, (x, y) => x == y),
        ScalarOp.LessThan => Test<T>(a, (x, y) => x < y),
        ScalarOp.LessOrEqual => Test<T>(a, (x, y) => x <= y),
        _ => throw new InvalidOperationException($"{op} of {typeof(T).Name}"),
    };

    private static Array Bool(ScalarOp op, Array[] a) => op switch
    {
        ScalarOp.And => Map<bool>(a, (x, y) => x & y),
        ScalarOp.Or => Map<bool>(a, (x, y) => x | y),
        ScalarOp.Xor => Map<bool>(a, (x, y) => x ^ y),
        ScalarOp.Not => Map<bool>(a, x => !x),
        ScalarOp.Equal => Map<bool>(a, (x, y) => x == y),
        _ => throw new InvalidOperationException($"{op} of bool"),
    };

    private static Array Constant(Scalar s, int length)
    {
        return s.Type switch
        {
            DType.Float32 => Filled(s.Float32),
            DType.Float64 => Filled(s.Float64),
            DType.Int32 => Filled((int)s.Bits),
            DType.Int64 => Filled(s.Bits),
            _ => Filled(s.Bits != 0),
        };

        Array Filled<T>(T value)
        {
            var result = new T[length];
            Array.Fill(result, value);
            return result;
        }
    }

    private static Array Convert(DType to, Array a)
    {
        return a switch
        {
            float[] x => From(x),
            double[] x => From(x),
            int[] x => From(x),
            long[] x => From(x),
            bool[] x => From(Array.ConvertAll(x, v => v ? 1 : 0)),
            _ => throw new InvalidOperationException(),
        };

        Array From<T>(T[] x)
            where T : INumber<T> => to switch
        {
            DType.Float32 => Array.ConvertAll(x, float.CreateTruncating),
            DType.Float64 => Array.ConvertAll(x, double.CreateTruncating),
            DType.Int32 => Array.ConvertAll(x, v => x is long[] ? int.CreateTruncating(v) : int.CreateSaturating(v)),
            DType.Int64 => Array.ConvertAll(x, long.CreateSaturating),
            _ => Array.ConvertAll(x, v => v != T.Zero),
        };
    }

    private static Array Bitcast(DType to, Array a) => (to, a) switch
    {
        (DType.Float32, int[] x) => Array.ConvertAll(x, BitConverter.Int32BitsToSingle),
        (DType.Float64, long[] x) => Array.ConvertAll(x, BitConverter.Int64BitsToDouble),
        (DType.Int32, float[] x) => Array.ConvertAll(x, BitConverter.SingleToInt32Bits),
        (DType.Int64, double[] x) => Array.ConvertAll(x, BitConverter.DoubleToInt64Bits),
        _ => throw new InvalidOperationException($"bitcast of {a.GetType().Name} to {to}"),
    };

    private static T[] Select<T>(Array[] a)
    {
        var (condition, x, y) = ((bool[])a[0], (T[])a[1], (T[])a[2]);
        var result = new T[x.Length];
        for (var i = 0; i < result.Length; i++) result[i] = condition[i] ? x[i] : y[i];
        return result;
    }

    private static T[] Map<T>(Array[] a, Func<T, T> function) => Array.ConvertAll((T[])a[0], x => function(x));

    private static T[] Map<T>(Array[] a, Func<T, T, T> function)
    {
        var (x, y) = ((T[])a[0], (T[])a[1]);
        var result = new T[x.Length];
        for (var i = 0; i < result.Length; i++) result[i] = function(x[i], y[i]);
        return result;
    }

    private static T[] Map<T>(Array[] a, Func<T, T, T, T> function)
    {
        var (x, y, z) = ((T[])a[0], (T[])a[1], (T[])a[2]);
        var result = new T[x.Length];
        for (var i = 0; i < result.Length; i++) result[i] = function(x[i], y[i], z[i]);
        return result;
    }

    private static bool[] Test<T>(Array[] a, Func<T, T, bool> function)
    {
        var (x, y) = ((T[])a[0], (T[])a[1]);
        var result = new bool[x.Length];
        for (var i = 0; i < result.Length; i++) result[i] = function(x[i], y[i]);
        return result;
    }
}

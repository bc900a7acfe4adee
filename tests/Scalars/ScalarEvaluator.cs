using GraphGrad.Scalars;
using GraphGrad.Tests.Compiler.Emission;

namespace GraphGrad.Tests.Scalars;

/// <summary>The values of scalar bodies whose only inputs are parameters, by the oracle's meaning of each instruction.</summary>
internal static class ScalarEvaluator
{
    public static float[] Evaluate(Scalar root, params float[][] parameters) =>
        Array.ConvertAll(
            EvaluateBits(root, Array.ConvertAll(parameters, p => Array.ConvertAll(p, x => (long)BitConverter.SingleToInt32Bits(x)))),
            bits => BitConverter.Int32BitsToSingle((int)bits));

    public static double[] Evaluate(Scalar root, params double[][] parameters) =>
        Array.ConvertAll(
            EvaluateBits(root, Array.ConvertAll(parameters, p => Array.ConvertAll(p, BitConverter.DoubleToInt64Bits))),
            BitConverter.Int64BitsToDouble);

    /// <summary>Element by element, for parameters of one length.</summary>
    public static long[] EvaluateBits(Scalar root, long[][] parameters)
    {
        var body = Order(root);
        var place = new Dictionary<Scalar, int>(ReferenceEqualityComparer.Instance);
        foreach (var scalar in body) place.Add(scalar, place.Count);
        var arguments = Array.ConvertAll(body, s => Array.ConvertAll(s.Arguments, a => place[a]));
        var values = new long[body.Length];
        var result = new long[parameters[0].Length];
        for (var i = 0; i < result.Length; i++)
        {
            for (var at = 0; at < body.Length; at++)
            {
                var (scalar, from) = (body[at], arguments[at]);
                long Value(int argument) => argument < from.Length ? values[from[argument]] : 0;
                values[at] = scalar.Op switch
                {
                    ScalarOp.Parameter => parameters[(int)scalar.Payload!][i],
                    ScalarOp.Constant => scalar.Bits,
                    ScalarOp.Lookup => BitConverter.SingleToInt32Bits(((LookupTable)scalar.Payload!).Numbers[(int)Value(0) & 15]),
                    _ => ArithmeticOracle.Evaluate(scalar.Op, scalar.Type, scalar.Arguments[0].Type, Value(0), Value(1), Value(2)),
                };
            }
            result[i] = values[^1];
        }
        return result;
    }

    /// <summary>The instructions that a value needs, arguments first.</summary>
    private static Scalar[] Order(Scalar root)
    {
        var seen = new HashSet<Scalar>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<Scalar>([root]);
        while (stack.TryPop(out var scalar))
        {
            if (!seen.Add(scalar)) continue;
            foreach (var argument in scalar.Arguments) stack.Push(argument);
        }
        return [.. seen.OrderBy(s => s.Id)];
    }
}

using System.Numerics;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>What integer division and its remainder share: a zero divisor stops the run, and MinValue / -1 wraps.</summary>
internal static class IntegerDivision
{
    private const string Message =
        "division by zero: an integer divisor is 0. Keep zeros out of the divisor, for example with Where, or cast both operands to a float type.";

    /// <summary>The interpreter's check, before its loop.</summary>
    public static void Check(EvaluationContext context)
    {
        if (context.Output.Count == 0) return;
        var zero = context.Output.DType switch
        {
            DType.Int32 => context.Inputs[1].Span<int>().Contains(0),
            DType.Int64 => context.Inputs[1].Span<long>().Contains(0),
            _ => false,
        };
        if (zero) throw context.Error(Message);
    }

    /// <summary>The compiler's check: <paramref name="body"/> gets a divisor that is never zero.</summary>
    public static Scalar Guarded(ElementContext context, Scalar x, Scalar y, Func<Scalar, Scalar, Scalar> body)
    {
        var b = context.Builder;
        var ok = b.NotEqual(y, b.Constant(y.Type, 0));
        return context.Guard(body(x, b.Select(ok, y, b.Constant(y.Type, 1))), ok, Message);
    }

    public static T Quotient<T>(T x, T y)
        where T : INumber<T> => y == -T.One ? T.Zero - x : x / y;

    public static T Remainder<T>(T x, T y)
        where T : INumber<T> => y == -T.One ? T.Zero : x % y;
}

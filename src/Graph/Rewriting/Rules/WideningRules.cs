using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>
/// Expressions of float32 for which no better form is known, computed in float64 and rounded once: sums that cancel,
/// sums and products that leave the range. Half as many lanes, and no other memory: the casts are part of the kernel.
/// </summary>
internal static class WideningRules
{
    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern Y = AnyFloat("y");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern SumX = Sum(X);
    private static readonly Pattern D = AnyNumber("d");

    public static readonly RuleSet All = new("widening")
    {
        { "sqrt(sum(x * x)) in float64", Sqrt(Sum(X * X)), Widen, Soundness.Rounding, "|x| > 1.8e19 or all < 1e-23 (float32): the squares overflow or vanish" },
        { "sum(x * x) - sum(x)^2 / c in float64", Sum(X * X) - (SumX * SumX / C), Widen, Soundness.Rounding, "|mean| >> deviation (float32): the difference cancels" },
        { "log(sum(x * x)) in float64", Log(Sum(X * X)), Widen, Soundness.Rounding, "|x| > 1.8e19 or all < 1e-23 (float32): the squares overflow or vanish" },
        { "log(prod(x)) in float64", Log(Prod(X)), Widen, Soundness.Rounding, "the product > 3.4e38 or < 1e-38 (float32): it overflows or vanishes" },
        { "prod(x) ^ c in float64", Pow(Prod(X), C), Widen, Soundness.Rounding, "the product > 3.4e38 or < 1e-38 (float32): it overflows or vanishes" },
        { "sum(x ^ c) ^ d in float64", Pow(Sum(Pow(X, C)), D), Widen, Soundness.Rounding, "x ^ c > 3.4e38 or all < 1e-38 (float32): it overflows or vanishes" },
    };

    /// <summary>All that lies between the root and what the wildcards stand for, in float64.</summary>
    private static Value? Widen(Match m)
    {
        if (m.Root.DType != DType.Float32) return null;
        var operands = Array.ConvertAll(m.Operands, o => o.Value);
        var wide = new Dictionary<Value, Value>();
        return Cast(Of(m.Root), DType.Float32);

        Value Of(Value value)
        {
            if (wide.TryGetValue(value, out var known)) return known;
            var copy = m.TryNumber(value, out var number) ? BroadcastTo(m.Root.Graph.Constant(number), value.Shape)
                : operands.Any(o => m.Same(o, value)) ? Cast(value, DType.Float64)
                : value.Graph.Add(value.Node.Op, [.. value.Node.Inputs.Select(Of)]);
            wide.Add(value, copy);
            return copy;
        }
    }
}

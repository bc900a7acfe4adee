using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Products that are 0 · ∞ as written where the limit is 0: x times the logarithm of something that vanishes with x, as in entropies and divergences.</summary>
internal static class LimitRules
{
    // Selections, signs and factors between a product and its logarithm.
    private const int Depth = 6;

    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern L = ViewWhere("log(y)", static (value, match) => Logarithms(value, match, Depth) is { Count: > 0 });

    public static readonly RuleSet All = new("limit")
    {
        { "x * log(y) => where(x == 0, 0, x * log(y)), y vanishes with x", X * L, m => WithLimit(m, m[X], m[L]), Soundness.Rounding, "x = 0: 0 * -inf, where the limit is 0" },
    };

    private static Value? WithLimit(Match m, Value x, Value log)
    {
        if (x.Node.Op is SelectOp) return null;
        var arguments = Logarithms(log, m, Depth)!;
        foreach (var factor in Factors(x, m))
        {
            if (!arguments.Exists(a => VanishesWith(a.Argument, a.IsLog1p, factor, m, Depth))) continue;
            var isZero = KnownDerivatives.IsZero(factor);
            return Where(isZero, 0, Where(isZero, 1, x) * log);
        }
        return null;
    }

    private static IEnumerable<Value> Factors(Value x, Match m) =>
        m.MayLookInto(x) && x.Node is { Op: MultiplyOp, Inputs: [var a, var b] } ? [.. Factors(a, m), .. Factors(b, m)]
        : m.MayLookInto(x) && x.Node is { Op: NegateOp, Inputs: [var y] } ? Factors(y, m)
        : m.TryNumber(x, out _) ? [] : [x];

    /// <summary>The arguments of the logarithms that a value is made of, with sums, signs and selections; null if it holds anything that may be infinite beside them.</summary>
    private static List<(Value Argument, bool IsLog1p)>? Logarithms(Value value, Match m, int depth)
    {
        if (m.TryNumber(value, out _) || value.Node.Op is PlaceholderOp or VariableOp) return [];
        if (depth == 0 || !m.MayLookInto(value)) return null;
        var inputs = value.Node.Inputs;
        return value.Node.Op switch
        {
            LogOp => [(inputs[0], false)],
            Log1pOp => [(inputs[0], true)],
            NegateOp or BroadcastOp => Logarithms(inputs[0], m, depth - 1),
            SelectOp => Both(inputs[1], inputs[2]),
            AddOp or SubtractOp => Both(inputs[0], inputs[1]),
            MultiplyOp when m.TryNumber(inputs[1], out _) => Logarithms(inputs[0], m, depth - 1),
            DivideOp when m.TryNumber(inputs[1], out var number) && number != 0 => Logarithms(inputs[0], m, depth - 1),
            _ => null,
        };

        List<(Value Argument, bool IsLog1p)>? Both(Value x, Value y) =>
            Logarithms(x, m, depth - 1) is { } first && Logarithms(y, m, depth - 1) is { } second ? [.. first, .. second] : null;
    }

    /// <summary>Whether the argument of a logarithm, or of log1p, is 0, or -1, where a factor is 0.</summary>
    private static bool VanishesWith(Value argument, bool isLog1p, Value factor, Match m, int depth)
    {
        if (isLog1p) return IsLessOne(argument, factor, m);
        if (m.Same(argument, factor)) return true;
        if (depth == 0 || !m.MayLookInto(argument)) return false;
        var inputs = argument.Node.Inputs;
        return argument.Node.Op switch
        {
            AbsOp or NegateOp or BroadcastOp or DivideOp => VanishesWith(inputs[0], isLog1p, factor, m, depth - 1),
            MultiplyOp => inputs.Any(i => VanishesWith(i, isLog1p, factor, m, depth - 1)),
            SelectOp => VanishesWith(inputs[1], isLog1p, factor, m, depth - 1) || VanishesWith(inputs[2], isLog1p, factor, m, depth - 1),
            _ => false,
        };
    }

    /// <summary>Whether a value is -y of a factor 1 - y, or y of 1 + y.</summary>
    private static bool IsLessOne(Value value, Value factor, Match m) => factor.Node switch
    {
        { Op: SubtractOp, Inputs: [var one, var y] } => m.TryNumber(one, out var number) && number == 1 && value.Node is { Op: NegateOp, Inputs: [var negated] } && m.Same(negated, y),
        { Op: AddOp, Inputs: [var y, var one] } => m.TryNumber(one, out var number) && number == 1 && m.Same(value, y),
        _ => false,
    };
}

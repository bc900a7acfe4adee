using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>
/// Logarithms of functions that vanish with their argument where that is an exponential or a power: it underflows long before its logarithm leaves the range. With
/// f(v) = v·(1 + a·v + O(v²)) the logarithm is log(v) + a·v near 0.
/// </summary>
internal static class VanishingRules
{
    // v² is below 1e-18 of what stays.
    private const double Tiny = 1e-9;

    // Functions that come near 1 have done so long before; an exponential that overflows has no derivative.
    private const double Full = 1000;
    private const int Depth = 3;

    private static readonly Pattern V = ViewWhere("v", static (value, match) => IsVanishing(value, match, Depth));

    public static readonly RuleSet All = new("vanishing")
    {
        { "log(1 - exp(-v)) => log(v) - v / 2 near 0, v an exponential or a power", Log(-Expm1(-V)), m => LogOf(m[V], -0.5, v => -Expm1(-Minimum(v, Full))), Soundness.Rounding, "the exponential < 1e-45 (float32): log(0)" },
        { "log(exp(v) - 1) => log(v) + v / 2 near 0, v an exponential or a power", Log(Expm1(V)), m => LogOf(m[V], 0.5, Expm1), Soundness.Rounding, "the exponential < 1e-45 (float32): log(0)" },
        { "log(log1p(v)) => log(v) - v / 2 near 0, v an exponential or a power", Log(Log1p(V)), m => LogOf(m[V], -0.5, Log1p), Soundness.Rounding, "the exponential < 1e-45 (float32): log(0)" },
        { "log(tanh(v)) => log(v) near 0, v an exponential or a power", Log(Tanh(V)), m => LogOf(m[V], 0, v => Tanh(Minimum(v, Full))), Soundness.Rounding, "the exponential < 1e-45 (float32): log(0)" },
        { "log(sinh(v)) => log(v) near 0, v an exponential or a power", Log(Sinh(V)), m => LogOf(m[V], 0, Sinh), Soundness.Rounding, "the exponential < 1e-45 (float32): log(0)" },
    };

    private static Value LogOf(Value v, double a, Func<Value, Value> function)
    {
        var isTiny = And(v >= 0, v < Tiny);
        var log = Log(v);
        if (a != 0) log += Where(isTiny, v, 0) * a;
        return Where(isTiny, log, Log(function(Where(isTiny, 1, v))));
    }

    /// <summary>Whether a value is an exponential, a power of varying exponent, or a product or quotient with one.</summary>
    private static bool IsVanishing(Value value, Match match, int depth) =>
        depth > 0 && match.MayLookInto(value) && value.Node switch
        {
            { Op: ExpOp } => true,
            { Op: PowOp, Inputs: [_, var y] } => !match.TryNumber(y, out _),
            { Op: MultiplyOp, Inputs: [var x, var y] } => IsVanishing(x, match, depth - 1) || IsVanishing(y, match, depth - 1),
            { Op: DivideOp, Inputs: [var x, _] } => IsVanishing(x, match, depth - 1),
            _ => false,
        };
}

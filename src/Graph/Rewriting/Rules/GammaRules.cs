using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Recurrences of the gamma function's logarithm and its derivative.</summary>
internal static class GammaRules
{
    private static readonly Pattern X = AnyFloat("x");

    public static readonly RuleSet All = new("gamma")
    {
        { "lgamma(x + 1) - lgamma(x) => log|x|", Op<LogGammaOp>(X + 1) - Op<LogGammaOp>(X), m => Log(Abs(m[X])), Soundness.Rounding, "x >> 1: the difference cancels" },
        { "digamma(x + 1) - digamma(x) => 1 / x", Op<DigammaOp>(X + 1) - Op<DigammaOp>(X), m => 1 / m[X], Soundness.Rounding, "x >> 1: the difference cancels" },
    };
}

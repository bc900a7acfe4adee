using GraphGrad.Operations;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>
/// Gradients of x / Σ x in terms of the shares alone. With w = x / s, s = Σ x, and d the gradient by w, the one by the logarithm of x is
/// x · (d / s - Σ d·w / s) = w · (d - Σ d·w). Then only w has to be in memory, not x as well.
/// </summary>
internal static class ShareRules
{
    // Below this, x is in a cache anyway, and the sum may as well be rounded as it was written.
    private const long FewestElements = 1 << 16;
    private const long AssumedExtent = 64;

    private static readonly Pattern X = Any("x");
    private static readonly Pattern S = ViewWhere("s", static (value, match) => Reductions.Find(value, match.MayLookInto)?.Node.Op is ReduceOp { Kind: ReductionKind.Sum });
    private static readonly Pattern D = Any("d");
    private static readonly Pattern Sloped = Reshape(-Sum(X / S / S * D));

    public static readonly RuleSet All = new("shares")
    {
        { "x * (d * (1 / s) - sum(x / s / s * d)) => x / s * (d - sum(x / s * d)), s = sum(x)", X * ((D * (1 / S)) + Sloped), m => OfShares(m, m[X], m[S], m[D], m[Sloped]), Soundness.Rounding },
    };

    private static Value? OfShares(Match m, Value x, Value s, Value d, Value sloped)
    {
        var sum = Reductions.Find(s, m.MayLookInto)!;
        if (!m.Same(sum.Node.Inputs[0], x) || !d.Shape.Equals(x.Shape) || !s.Shape.Equals(sloped.Shape) || s.Rank != x.Rank || x.Shape.ElementCount.Evaluate(_ => AssumedExtent) < FewestElements) return null;
        var w = x / s;
        return w * (d - Reductions.Keep(Reductions.Again(sum, w * d)));
    }
}

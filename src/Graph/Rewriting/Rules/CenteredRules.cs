using GraphGrad.Operations;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>
/// Sums with terms r · (y - mean y), r constant along the sum: such a term sums to 0, and what it gives as written is rounding errors. The
/// gradient of a normalization has one through its variance. Without it the sum no longer waits for the variance, so that it is done
/// in an earlier walk over the data.
/// </summary>
internal static class CenteredRules
{
    private static readonly Pattern X = Any("x");

    public static readonly RuleSet All = new("centered terms")
    {
        { "sum(x + r * (y - mean(y))) => sum(x), r constant along the sum", Reduce(X), m => WithoutCentered(m, m[X]), Soundness.Rounding },
    };

    private static Value? WithoutCentered(Match m, Value x)
    {
        var sum = (ReduceOp)m.Root.Node.Op;
        if (sum.Kind != ReductionKind.Sum || !x.DType.IsFloat()) return null;
        var (rest, means) = (new List<LinearTerm>(), new List<Value>());
        foreach (var term in LinearTerm.Of(m, x, sum))
        {
            if (MeanTaken(m, term, sum, x.Shape) is not { } mean) rest.Add(term);
            else if (!means.Exists(other => m.Same(other, mean))) means.Add(mean);
        }
        if (means.Count == 0 || rest.Count == 0) return null;
        // Factors that are constant along the sum multiply it once.
        var single = rest is [{ Moving.Length: > 0 }] ? rest[0] : new LinearTerm(1, [], [Ops.BroadcastTo(rest.Select(t => t.ToValue(x)).Aggregate((a, b) => a + b), x.Shape)]);
        var total = Reductions.Keep(Reductions.Apply(Ops.BroadcastTo((single with { Number = 1, Constant = [] }).ToValue(x), x.Shape), sum));
        var scaled = (single with { Moving = [total] }).ToValue(x);
        // 0 where y is finite; elsewhere the sum stays undefined.
        return Ops.Reshape(means.Aggregate(scaled, (whole, mean) => whole + (mean * 0)), m.Root.Shape);
    }

    /// <summary>The mean in a term r · (y - mean y); null if it is another.</summary>
    private static Value? MeanTaken(Match m, LinearTerm term, ReduceOp sum, Shape shape)
    {
        if (term.Moving is not [{ Node: { Op: SubtractOp, Inputs: [var y, var mean] } } difference] || !m.MayLookInto(difference) || !y.Shape.Equals(shape)) return null;
        var quotient = mean;
        while (quotient.Node.Op is BroadcastOp && m.MayLookInto(quotient)) quotient = quotient.Node.Inputs[0];
        if (!IsAlong(quotient.Shape, Reductions.Kept(shape, sum))) return null;
        while (quotient.Node.Op is ReshapeOp && m.MayLookInto(quotient)) quotient = quotient.Node.Inputs[0];
        if (quotient.Node is not { Op: DivideOp, Inputs: [var total, var count] } || !m.MayLookInto(quotient)) return null;
        return Reductions.Find(total, m.MayLookInto) is { Node: { Op: ReduceOp reduce, Inputs: [var summed] } } found && reduce.Equals(sum)
            && m.Same(summed, y) && Reductions.IsCount(m, count, found) ? mean : null;
    }

    /// <summary>Whether a shape is another one but for leading axes of extent 1.</summary>
    private static bool IsAlong(Shape shape, Shape kept) =>
        shape.Rank <= kept.Rank && kept.Take(kept.Rank - shape.Rank).All(d => d.IsOne) && kept.Skip(kept.Rank - shape.Rank).SequenceEqual(shape);
}

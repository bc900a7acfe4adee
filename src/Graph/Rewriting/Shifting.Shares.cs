using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

internal static partial class Shifting
{
    private const int Depth = 8;

    /// <summary>Whether a value is a product or quotient with exponentials among its factors and sums of exponentials among its divisors, as softmax(x)·exp(y)/z.</summary>
    public static bool HasShare(Value value, Match m) =>
        value.Node.Op is MultiplyOp or DivideOp && Factors(value, m) is var factors
        && factors.Exists(f => !f.IsDivisor && f.Value.Node.Op is ExpOp) && factors.Exists(f => IsNorm(f, m));

    /// <summary>log(Σ exp(x)/s·y) = log(Σ exp(x)·y) - log(s) for s > 0, all exponents in one; declines if every s varies along the sum.</summary>
    /// <param name="m">The match.</param>
    /// <param name="term">exp(x)/s·y.</param>
    /// <param name="used">The sum.</param>
    /// <param name="mask">Which terms are added; null for all.</param>
    public static Value? LogOfShares(Match m, Value term, Value used, Value? mask = null)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var shape = sum.Node.Inputs[0].Shape;
        var kept = Reductions.Kept(shape, (ReduceOp)sum.Node.Op);
        var factors = Factors(term, m);
        var norms = factors.FindAll(f => IsNorm(f, m) && (f.Value.Rank == 0 || f.Value.Shape.Equals(kept)));
        if (norms.Count == 0) return null;
        var exponent = factors.FindAll(f => f.Value.Node.Op is ExpOp).Select(f => f.IsDivisor ? -f.Value.Node.Inputs[0] : f.Value.Node.Inputs[0]).Aggregate((a, b) => a + b);
        var others = factors.FindAll(f => f.Value.Node.Op is not ExpOp && !norms.Contains(f));
        var part = Ops.Exp(Ops.BroadcastTo(exponent, shape));
        if (Product(others) is { } rest) part *= mask is null ? rest : Ops.Where(mask, rest, 0);
        else if (mask is not null) part = Ops.Where(mask, part, 0);
        return norms.Aggregate(Reductions.Like(used, sum, Ops.Log(Reductions.Again(sum, part))), (log, f) => log - Ops.Log(f.Value.Rank == 0 || log.Rank == f.Value.Rank ? f.Value : Ops.Reshape(f.Value, sum.Shape)));
    }

    /// <summary>
    /// exp(y) / Σ exp(x) for a view of exp(y), which no rule for exponentials sees. The element of a row beside the sum of that row is an element of softmax(x), whose
    /// derivative is known to keep what it lacks to 1. Declines if x is shifted already.
    /// </summary>
    public static Value? ShareOfView(Match m, Value view, Value x, Value used)
    {
        var exp = Views.Under(view, m);
        var y = exp.Node.Inputs[0];
        if (m.Same(x, y) && IsElementOfRow(m, view, exp, used) && Softmax(m, x, Reductions.Keep(Reductions.Find(used, m.MayLookInto)!)) is { } softmax) return Views.Again(view, exp, softmax);
        return SumLessShift(m, x, used) is var (shift, sum) ? Ops.Exp(Views.Again(view, exp, y) - shift) / sum : null;
    }

    /// <summary>Whether a view holds one element of each row that was summed, in the shape of the sums.</summary>
    private static bool IsElementOfRow(Match m, Value view, Value terms, Value used)
    {
        if (!view.Shape.Equals(used.Shape)) return false;
        while (view.Node.Op is ReshapeOp) view = view.Node.Inputs[0];
        var axes = ((ReduceOp)Reductions.Find(used, m.MayLookInto)!.Node.Op).Axes;
        return view.Node is { Op: SliceOp slice, Inputs: [var whole] } && ReferenceEquals(whole, terms)
            && Enumerable.Range(0, terms.Rank).All(a => axes.Contains(a) ? slice.Lengths[a].IsOne : slice.Lengths[a].Equals(terms.Shape[a]) && slice.Steps[a] == 1);
    }

    /// <summary>The product of factors and inverse divisors; null if there is none.</summary>
    public static Value? Product(IEnumerable<(Value Value, bool IsDivisor)> factors) =>
        factors.Aggregate((Value?)null, (product, f) => product is null ? (f.IsDivisor ? 1 / f.Value : f.Value) : f.IsDivisor ? product / f.Value : product * f.Value);

    /// <summary>A value as a number times another value.</summary>
    public static (Value Value, double Factor) Scaled(Match m, Value value, double factor)
    {
        while (m.MayLookInto(value))
        {
            switch (value.Node)
            {
                case { Op: NegateOp, Inputs: [var x] }: (value, factor) = (x, -factor); break;
                case { Op: MultiplyOp, Inputs: [var x, var c] } when m.TryNumber(c, out var number): (value, factor) = (x, factor * number); break;
                case { Op: DivideOp, Inputs: [var x, var c] } when m.TryNumber(c, out var number): (value, factor) = (x, factor / number); break;
                default: return (value, factor);
            }
        }
        return (value, factor);
    }

    private static bool IsNorm((Value Value, bool IsDivisor) factor, Match m) => factor.IsDivisor && factor.Value.Node.Op is not ExpOp && Patterns.IsAnyExponential(factor.Value, m);

    /// <summary>What a value is multiplied of and divided by.</summary>
    public static List<(Value Value, bool IsDivisor)> Factors(Value value, Match m)
    {
        var factors = new List<(Value Value, bool IsDivisor)>();
        Collect(value, false, Depth);
        return factors;

        void Collect(Value part, bool isDivisor, int depth)
        {
            if (depth > 0 && m.MayLookInto(part) && part.Node is { Op: MultiplyOp or DivideOp, Inputs: [var a, var b] })
            {
                Collect(a, isDivisor, depth - 1);
                Collect(b, isDivisor ^ (part.Node.Op is DivideOp), depth - 1);
            }
            else
            {
                factors.Add((part, isDivisor));
            }
        }
    }
}

using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Sums of exponentials beside what is no exponential: those are shifted only where they are large, for near 0 nothing may be taken from them.</summary>
internal static partial class Shifting
{
    // Far from where exponentials leave the range of float32, and where nothing that is added is seen beside them.
    private const double Large = 50;

    /// <summary>Whether a value is a sum of exponentials, which may have weights, and of something else; numbers beside exponentials alone have rules of their own.</summary>
    public static bool IsMixed(Value value, Match m) =>
        Split(value, m) is ({ Count: > 0 } terms, { } rest) && (!m.TryNumber(rest, out _) || terms.Exists(t => t.Weight is not null));

    /// <summary>Whether a value is made of exponentials of which one has a weight.</summary>
    public static bool HasWeights(Value value, Match m) => WeightedTerms(value, m) is { } terms && terms.Exists(t => t.Weight is not null);

    /// <summary>log(x·exp(y) + z) = m + log(x·exp(y - m) + z·exp(-m)); declines if it is shifted already.</summary>
    public static Value? LogOfMixed(Match m, Value sum)
    {
        var (terms, rest) = Split(sum, m);
        if (AreShifted(terms)) return null;
        if (m.TryNumber(rest!, out var number) && number == 1) return LogOfOnePlus(terms);
        var shift = LargeShift(terms);
        return shift + Ops.Log(Total(terms, rest!, shift));
    }

    /// <summary>log(1 + x·exp(y)), the same with 1; declines if it is shifted already.</summary>
    public static Value? LogOfOnePlusTerms(Match m, Value sum) => WeightedTerms(sum, m) is { } terms && !AreShifted(terms) ? LogOfOnePlus(terms) : null;

    private static Value LogOfOnePlus(List<(Value? Weight, Value Exponent)> terms)
    {
        var shift = LargeShift(terms);
        var isLarge = Ops.NotEqual(shift, Ops.Scalar(shift, 0));
        var total = terms.Select(t => Shifted(t, shift)).Aggregate((a, b) => a + b);
        return shift + Ops.Where(isLarge, Ops.Log(Ops.Where(isLarge, total, 1) + Ops.Exp(-shift)), Ops.Log1p(Ops.Where(isLarge, 0, total)));
    }

    /// <summary>y·exp(x) / (u·exp(v) + w), all shifted; declines if they are.</summary>
    public static Value? ShareOfMixed(Match m, Value term, Value sum)
    {
        var (own, (terms, rest)) = (WeightedTerms(term, m)![0], Split(sum, m));
        if (AreShifted(terms)) return null;
        var shift = LargeShift(terms);
        return Own(m, own, terms, shift) / Total(terms, rest!, shift);
    }

    /// <summary>y / (u·exp(v) + w), shifted; declines for a y that is an exponential, which has a rule of its own.</summary>
    public static Value? OverMixed(Match m, Value y, Value sum)
    {
        var (terms, rest) = Split(sum, m);
        if (AreShifted(terms) || y.Node.Op is ExpOp || IsTerm(y, m)) return null;
        // What is infinite beside the exponentials stays so; halves of the shift have their digits where the whole would vanish.
        var shift = Ops.Where(Ops.IsFinite(rest!), LargeShift(terms), 0);
        var half = Ops.Exp(shift * -0.5);
        return y * half / Total(terms, rest!, shift) * half;
    }

    /// <summary>exp(x) / (c + Σ exp(y)) with m the greatest of all exponents; declines if it is shifted already.</summary>
    public static Value? ShareBesideNumber(Match m, Value x, Value y, Value used, double c) =>
        x.Node.Op is not MinimumOp && Beside(m, y, used, c) is var (shift, total) ? Ops.Exp(x - shift) / total : null;

    /// <summary>Σ exp(x)·y / (c + Σ exp(x)), the same.</summary>
    public static Value? MeanBesideNumber(Match m, Value x, Value y, Value weighted, Value used, double c)
    {
        var (sum, norm) = (Reductions.Find(weighted, m.MayLookInto)!, Reductions.Find(used, m.MayLookInto)!);
        if (!sum.Node.Op.Equals(norm.Node.Op) || weighted.Rank != used.Rank || !sum.Node.Inputs[0].Shape.Equals(x.Shape) || Beside(m, x, used, c) is not var (shift, total)) return null;
        var kept = Ops.Reshape(shift, Reductions.Kept(x.Shape, (ReduceOp)norm.Node.Op));
        return Reductions.Like(weighted, sum, Reductions.Again(sum, Ops.Exp(x - kept) * y)) / total;
    }

    private static (Value Shift, Value Total)? Beside(Match m, Value y, Value used, double c)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var reduce = (ReduceOp)sum.Node.Op;
        var kept = Reductions.Kept(y.Shape, reduce);
        if (!(c > 0) || IsShifted(y, reduce) || y.Node is { Op: SubtractOp, Inputs: [_, { Node.Op: ReshapeOp }] } || !(used.Shape.Equals(sum.Shape) || used.Shape.Equals(kept))) return null;
        var shift = Finite(Ops.Maximum(Reductions.Like(used, sum, Reductions.Apply(y, reduce with { Kind = ReductionKind.Maximum })), 0));
        return (shift, Reductions.Like(used, sum, Reductions.Apply(Ops.Exp(y - Ops.Reshape(shift, kept)), reduce)) + (Ops.Exp(-shift) * c));
    }

    private static bool AreShifted(List<(Value? Weight, Value Exponent)> terms) => terms.Exists(t => t.Exponent.Node.Op is MinimumOp);

    private static Value LargeShift(List<(Value? Weight, Value Exponent)> terms)
    {
        var shift = ShiftOf(terms);
        return Ops.StopGradient(Ops.Where(shift > Large, shift, 0));
    }

    private static Value Total(List<(Value? Weight, Value Exponent)> terms, Value rest, Value shift) =>
        terms.Select(t => Shifted(t, shift)).Append(rest * Ops.Exp(-shift)).Aggregate((a, b) => a + b);

    /// <summary>The exponentials of a sum with their weights, and the sum of all else; null for that if there is nothing else.</summary>
    private static (List<(Value? Weight, Value Exponent)> Terms, Value? Other) Split(Value sum, Match m)
    {
        var (terms, rest, hasSum) = (new List<(Value? Weight, Value Exponent)>(), (Value?)null, false);
        if (sum.Node.Op is AddOp && m.MayLookInto(sum) && HasTerm(sum)) Collect(sum);
        // Sums over an axis may be of exponentials, too.
        return hasSum ? ([], null) : (terms, rest);

        bool HasTerm(Value value) => value.Node is { Op: AddOp, Inputs: [var a, var b] } && m.MayLookInto(value) ? HasTerm(a) || HasTerm(b) : WeightedTerms(value, m) is not null;

        void Collect(Value value)
        {
            if (value.Node is { Op: AddOp, Inputs: [var a, var b] } && m.MayLookInto(value) && HasTerm(value))
            {
                Collect(a);
                Collect(b);
            }
            else if (WeightedTerms(value, m) is { } own)
            {
                terms.AddRange(own);
            }
            else
            {
                hasSum |= Reductions.Find(value, m.MayLookInto) is not null;
                rest = rest is null ? value : rest + value;
            }
        }
    }
}

using GraphGrad.Operations;
using GraphGrad.Ranges;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>
/// Sums with shares of exponentials where one term dwarfs the others. With e = exp(x - m), s = Σ e and r = s - 1, the share c·e / s of the greatest term,
/// where e = 1, lacks c·r / s to c; and what it meets is often -c: softmax less one-hot label.
/// </summary>
internal static class DominanceRules
{
    // A product of a few factors, perhaps selected or repeated along the rows.
    private const int Depth = 6;

    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern E = Exp(Any("y"));
    private static readonly Pattern S = ViewWhere("s", (value, match) => Sum(value, match) is not null);
    private static readonly Pattern Share = ViewWhere("c / s", (value, match) => Divisor(value, match, Depth) is not null);

    private static readonly Pattern B = AnyBool("b");
    private static readonly Pattern Product = E * Share;

    private static readonly Pattern ViewOfShare = ViewWhere("view(exp / s)", (value, match) => IsShare(Views.Under(value, match), match));

    public static readonly RuleSet All = new("dominance")
    {
        { "x + where(b, exp * c / s, 0) => where(b, x + exp * c / s, x)", X + Where(B, Product, 0), m => Where(m[B], m[X] + m[Product], m[X]), Soundness.Rounding, "one exponential >> the others in the sum, x near minus the quotient: the sum cancels" },
        { "x - where(b, exp * c / s, 0) => where(b, x - exp * c / s, x)", X - Where(B, Product, 0), m => Where(m[B], m[X] - m[Product], m[X]), Soundness.Rounding, "one exponential >> the others in the sum, x near the quotient: the difference cancels" },
        { "x + exp * c / s => (x + c) - c * (s - 1) / s where exp > s - 1", X + Product, m => Apart(m, Divisor(m[Share], m, Depth)!, m[Share], (x, c) => x + c, share => share), Soundness.Rounding, "one exponential >> the others in the sum, x near minus the quotient: the sum cancels" },
        { "x - exp * c / s => (x - c) + c * (s - 1) / s where exp > s - 1", X - Product, m => Apart(m, Divisor(m[Share], m, Depth)!, m[Share], (x, c) => x - c, share => -share), Soundness.Rounding, "one exponential >> the others in the sum, x near the quotient: the difference cancels" },
        { "x + exp / s => (x + 1) - (s - 1) / s where exp > s - 1", X + (E / S), m => Apart(m, m[S], 1 / m[S], (x, c) => x + c, share => share), Soundness.Rounding, "one term of the sum >> the others, x near -1: the sum cancels" },
        { "x - exp / s => (x - 1) + (s - 1) / s where exp > s - 1", X - (E / S), m => Apart(m, m[S], 1 / m[S], (x, c) => x - c, share => -share), Soundness.Rounding, "one term of the sum >> the others, x near 1: the difference cancels" },
        { "1 - view(exp / s) => view((s - 1) / s) where exp > s - 1", 1 - ViewOfShare, m => Lack(m, m[ViewOfShare]), Soundness.Rounding, "one term of the sum >> the others: the difference cancels" },
    };

    private static bool IsShare(Value value, Match m) =>
        value.Node is { Op: DivideOp, Inputs: [{ Node.Op: ExpOp } e, var s] } && m.MayLookInto(value) && Sum(s, m) is { } sum && m.Same(sum.Node.Inputs[0], e);

    private static Value Lack(Match m, Value view)
    {
        var share = Views.Under(view, m);
        var (e, s) = (share.Node.Inputs[0], share.Node.Inputs[1]);
        var (dominates, lack) = Lack(e, Sum(s, m)!);
        // A share of what is selected is none of an exponential: the rule does not meet its own result.
        return Views.Again(view, share, Where(dominates, lack, 1 - (Where(dominates, 0, e) / s)));
    }

    /// <summary>Where an exponential is greater than the sum r of all others, and what its share lacks to 1 there: r / (e + r), e = 1.</summary>
    private static (Value Dominates, Value Lack) Lack(Value e, Value sum)
    {
        var rest = SumLessGreatest(e, x => Reductions.Keep(Reductions.Apply(x, (ReduceOp)sum.Node.Op)));
        // Of two terms that count the smaller is the rest itself: which of them is greater is a matter of rounding.
        var dominates = And(e >= 1, rest < 1);
        // The derivative is another one at each element, the value is one for the row.
        var others = Reductions.Keep(Reductions.Apply(Where(e < 1, e, 0), (ReduceOp)sum.Node.Op));
        return (dominates, KnownDerivatives.OfEqual(BroadcastTo(rest / Reductions.Keep(sum), e.Shape), others / (Where(dominates, e, 1) + others)));
    }

    private static Value? Apart(Match m, Value s, Value share, Func<Value, Value, Value> meet, Func<Value, Value> signed)
    {
        var (e, sum) = (m[E], Sum(s, m)!);
        var isRepeated = share.Node.Op is BroadcastOp || !share.Shape.Equals(e.Shape);
        if (!isRepeated || !m.Same(sum.Node.Inputs[0], e) || !m.Root.Shape.Equals(e.Shape) || HaveOneSign(m.Range(m[X]), m.Range(share), m.Root.Node.Op is SubtractOp)) return null;
        var reduce = (ReduceOp)sum.Node.Op;
        var (dominates, lack) = Lack(e, sum);
        var numerator = Numerator(share, m);
        Value At(Value x, Value met) => Where(dominates, met, x) + signed(Where(dominates, -(lack * numerator), e * share));
        if (Label(m[X], reduce, m) is not { } label) return At(m[X], meet(m[X], numerator));
        // Only one element of a row meets anything: it is computed once for the row.
        var there = Where(label.IsIt, At(label.Value, meet(label.Value, numerator)), 0);
        return Where(label.IsIt, Reductions.Keep(Reductions.Apply(there, reduce)), signed(e * share));
    }

    /// <summary>Whether nothing cancels, as where the shares of one step after the other are added.</summary>
    private static bool HaveOneSign(Interval x, Interval share, bool isDifference) =>
        (isDifference ? -share : share) is var y && ((x.Low >= 0 && y.Low >= 0) || (x.High <= 0 && y.High <= 0));

    /// <summary>Which element of each row a value holds something at, and what, where it holds zeros elsewhere; null if it is no such value.</summary>
    private static (Value IsIt, Value Value)? Label(Value x, ReduceOp sum, Match m) =>
        x.Node is { Op: SelectOp, Inputs: [{ Node: { Op: EqualOp, Inputs: [var row, { Node.Op: IotaOp } column] } } isIt, var value, var zero] }
            && m.MayLookInto(x) && m.TryNumber(zero, out var number) && number == 0
            && sum.Axes is [var axis] && axis == x.Rank - 1 && column.Rank == 1 && isIt.Shape.Equals(x.Shape) && IsRepeated(row, x.Rank) && IsRepeated(value, x.Rank)
            ? (isIt, value) : null;

    /// <summary>Whether a value is the same all along the last axis.</summary>
    private static bool IsRepeated(Value value, int rank) => value.Rank == 0 || (value.Rank == rank && value.Shape[^1].IsOne);

    /// <summary>Σ exp(y) of a view of it, y a difference from its maximum; null if a value is none.</summary>
    private static Value? Sum(Value value, Match m)
    {
        var sum = Views.Under(value, m);
        return sum.Node is { Op: ReduceOp { Kind: ReductionKind.Sum } reduce, Inputs: [{ Node: { Op: ExpOp, Inputs: [var y] } }] }
            && m.MayLookInto(sum) && Shifting.IsBelowOwnMaximum(m, y, reduce) ? sum : null;
    }

    /// <summary>s of a view of c / s; null if a value is none.</summary>
    private static Value? Divisor(Value value, Match m, int depth)
    {
        if (depth == 0 || !m.MayLookInto(value)) return null;
        var inputs = value.Node.Inputs;
        return value.Node.Op switch
        {
            BroadcastOp or ReshapeOp or NegateOp => Divisor(inputs[0], m, depth - 1),
            MultiplyOp => Divisor(inputs[0], m, depth - 1) ?? Divisor(inputs[1], m, depth - 1),
            SelectOp => m.TryNumber(inputs[2], out var number) && number == 0 ? Divisor(inputs[1], m, depth - 1) : null,
            DivideOp => Sum(inputs[1], m) is not null ? inputs[1] : null,
            _ => null,
        };
    }

    /// <summary>c of such a view.</summary>
    private static Value Numerator(Value value, Match m)
    {
        var inputs = value.Node.Inputs;
        return value.Node.Op switch
        {
            DivideOp => BroadcastTo(inputs[0], value.Shape),
            MultiplyOp when Divisor(inputs[0], m, Depth) is null => inputs[0] * Numerator(inputs[1], m),
            MultiplyOp => Numerator(inputs[0], m) * inputs[1],
            SelectOp => Where(inputs[0], Numerator(inputs[1], m), inputs[2]),
            var op => value.Graph.Add(op, [Numerator(inputs[0], m)]),
        };
    }
}

using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// The identity behind stable exponential sums: Σ exp(x) = exp(m) · Σ exp(x - m) for every finite m. With m the maximum no term
/// overflows and one of them is 1. The result does not depend on m, so no gradient flows through it.
/// </summary>
internal static partial class Shifting
{
    /// <summary>log(Σ exp(x)) = m + log1p(Σ exp(x - m) - 1); declines if x is shifted by something else.</summary>
    public static Value? LogSum(Match m, Value x, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var reduce = (ReduceOp)sum.Node.Op;
        if (IsShifted(x, reduce)) return IsBelowOwnMaximum(m, x, reduce) ? Reductions.Like(used, sum, Log(x)) : null;
        var shift = Shift(x, reduce);
        return Reductions.Like(used, sum, Ops.Reshape(shift, sum.Shape) + Log(x - shift));

        Value Log(Value shifted) => Ops.LogOfSum(Ops.Exp(shifted), e => Reductions.Apply(e, reduce));
    }

    /// <summary>
    /// exp(x) / Σ exp(x) = exp(x - m) / Σ exp(x - m); declines if x is shifted already, or if each sum does not divide the
    /// terms that went into it, as in exp(x) / sum(exp(x), axis: 1) with that axis lost.
    /// </summary>
    public static Value? Softmax(Match m, Value x, Value used)
    {
        var reduce = (ReduceOp)Reductions.Find(used, m.MayLookInto)!.Node.Op;
        var aligned = used.Rank == x.Rank || reduce.Axes.SequenceEqual(Enumerable.Range(0, reduce.Axes.Count));
        if (!aligned || IsShifted(x, reduce)) return null;
        var exp = Ops.Exp(x - Shift(x, reduce));
        return exp / Reductions.Keep(Reductions.Apply(exp, reduce));
    }

    /// <summary>exp(x)·y / Σ exp(x) with both exponentials shifted, y multiplied with what is at most 1; declines as <see cref="Softmax"/> does.</summary>
    public static Value? SoftmaxTimes(Match m, Value x, Value y, Value used) => Softmax(m, x, used) is { } softmax ? softmax * y : null;

    /// <summary>
    /// log(Σ exp(x)·y) = m + log(Σ exp(x - m)·y) with m the maximum where y is not 0: the greatest term may have no weight. Terms without
    /// weight may exceed m; they are cut off where they would overflow. Declines if x is shifted so already, or y repeats it.
    /// </summary>
    public static Value? LogWeightedSum(Match m, Value x, Value y, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var reduce = (ReduceOp)sum.Node.Op;
        if (x.Node.Op is MinimumOp || !sum.Node.Inputs[0].Shape.Equals(x.Shape)) return null;
        var shift = Shift(WhereWeighted(x, y), reduce);
        var term = Bounded(x - shift, y) * y;
        return Reductions.Like(used, sum, Ops.Reshape(shift, sum.Shape) + Ops.Log(Reductions.Apply(term, reduce)));
    }

    /// <summary>Whether a value is a product or quotient with an exponential that is neither of its operands, but a factor of one; quotients of exponentials have rules of their own.</summary>
    public static bool HasExponentialInside(Value value, Match m) =>
        value.Node is { Op: MultiplyOp or DivideOp, Inputs: [{ Node.Op: not ExpOp }, { Node.Op: not ExpOp }] } && !HasExponentialDivisor(value, m)
        && ExponentialRules.WithoutExponential(value, m) is var (_, exponent) && exponent.Shape.Equals(value.Shape);

    /// <summary>log(Σ y·exp(x)/z) with the exponential in front.</summary>
    public static Value? LogOfFactored(Match m, Value term, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        return ExponentialRules.WithoutExponential(term, m) is var (rest, exponent) ? Ops.Log(Reductions.Like(used, sum, Reductions.Again(sum, Ops.Exp(exponent) * rest))) : null;
    }

    /// <summary>Whether a value is a sum that is written out, of exponentials times something.</summary>
    public static bool IsWeightedSum(Value value, Match m) => value.Node.Op is AddOp && WeightedTerms(value, m) is { } terms && terms.Exists(t => t.Weight is not null);

    /// <summary>log(x·exp(y) + z·exp(w)) = m + log(x·exp(y - m) + z·exp(w - m)), as <see cref="LogWeightedSum"/>; declines if it is shifted so already.</summary>
    public static Value? LogOfWeightedTerms(Match m, Value sum)
    {
        var terms = WeightedTerms(sum, m)!;
        if (terms.Exists(t => t.Exponent.Node.Op is MinimumOp)) return null;
        var shift = ShiftOf(terms);
        return shift + Ops.Log(terms.Select(t => Shifted(t, shift)).Aggregate((a, b) => a + b));
    }

    /// <summary>Whether a value is a positive sum or product made of exponentials.</summary>
    public static bool IsCompound(Value value, Match m) =>
        Patterns.IsAnyExponential(value, m) && Views.Under(value, m).Node.Op is AddOp or MultiplyOp or ReduceOp { Kind: ReductionKind.Sum };

    /// <summary>Σ e·y + Σ e·z = Σ e·(y + z); declines if the sums are not alike.</summary>
    public static Value? SumOfWeighted(Match m, Value first, Value second, Value e, Value weights)
    {
        var (sum, other) = (Reductions.Find(first, m.MayLookInto)!, Reductions.Find(second, m.MayLookInto)!);
        var isAlike = sum.Node.Op.Equals(other.Node.Op) && first.Shape.Equals(second.Shape) && sum.Node.Inputs[0].Shape.Equals(e.Shape) && other.Node.Inputs[0].Shape.Equals(e.Shape) && weights.Shape.Equals(e.Shape);
        return isAlike ? Reductions.Like(first, sum, Reductions.Again(sum, e * weights)) : null;
    }

    /// <summary>log(Σ (e + f)) = log(Σ e + Σ f).</summary>
    public static Value LogOfSums(Match m, Value e, Value f, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var shape = sum.Node.Inputs[0].Shape;
        return Reductions.Like(used, sum, Ops.Log(Reductions.Again(sum, Ops.BroadcastTo(e, shape)) + Reductions.Again(sum, Ops.BroadcastTo(f, shape))));
    }

    /// <summary>log(exp(x) + Σ exp(y)·z) = m + log(exp(x - m) + Σ exp(y - m)·z), m as in <see cref="LogWeightedSum"/>; declines if it is shifted already.</summary>
    public static Value? LogOfExpAndWeightedSum(Match m, Value x, Value y, Value z, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var reduce = (ReduceOp)sum.Node.Op;
        var kept = Reductions.Kept(y.Shape, reduce);
        if (y.Node.Op is MinimumOp || !sum.Node.Inputs[0].Shape.Equals(y.Shape) || !x.Shape.Equals(used.Shape) || !(used.Shape.Equals(sum.Shape) || used.Shape.Equals(kept))) return null;
        var greatest = Reductions.Apply(WhereWeighted(y, z), reduce with { Kind = ReductionKind.Maximum });
        var shift = Finite(Ops.Maximum(x, Reductions.Like(used, sum, greatest)));
        var term = Bounded(y - Ops.Reshape(shift, kept), z) * z;
        return shift + Ops.Log(Ops.Exp(x - shift) + Reductions.Like(used, sum, Reductions.Apply(term, reduce)));
    }

    /// <summary>log(Σ exp(x)) over the x for which b holds.</summary>
    public static Value LogOfMasked(Match m, Value b, Value x, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        return Reductions.Like(used, sum, Ops.Log(Reductions.Again(sum, Ops.Exp(Ops.BroadcastTo(Ops.Where(b, x, double.NegativeInfinity), sum.Node.Inputs[0].Shape)))));
    }

    /// <summary>exp(x)·y / Σ exp(x)·y with both exponentials shifted by the greatest that has a weight; declines as <see cref="Softmax"/> does.</summary>
    public static Value? WeightedSoftmax(Match m, Value x, Value y, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var reduce = (ReduceOp)sum.Node.Op;
        var aligned = used.Rank == x.Rank || reduce.Axes.SequenceEqual(Enumerable.Range(0, reduce.Axes.Count));
        if (!aligned || x.Node.Op is MinimumOp || IsShifted(x, reduce) || !sum.Node.Inputs[0].Shape.Equals(x.Shape)) return null;
        var term = Bounded(x - Shift(WhereWeighted(x, y), reduce), y) * y;
        return term / Reductions.Keep(Reductions.Apply(term, reduce));
    }

    /// <summary>Whether a value is an exponential, or one times something.</summary>
    public static bool IsTerm(Value value, Match m) => WeightedTerms(value, m) is { Count: 1 };

    /// <summary>Whether a value is a sum that is written out, of exponentials that may have weights.</summary>
    public static bool AreTerms(Value value, Match m) => value.Node.Op is AddOp && WeightedTerms(value, m) is not null;

    /// <summary>y·exp(x) / (u·exp(v) + w·exp(z)) with all exponentials shifted; declines if they are, and without weights, where a sigmoid says it.</summary>
    public static Value? ShareOfTerms(Match m, Value term, Value sum)
    {
        var (own, terms) = (WeightedTerms(term, m)![0], WeightedTerms(sum, m)!);
        if ((own.Weight is null && terms.TrueForAll(t => t.Weight is null)) || terms.Exists(t => t.Exponent.Node.Op is MinimumOp)) return null;
        var shift = ShiftOf(terms);
        return Own(m, own, terms, shift) / terms.Select(t => Shifted(t, shift)).Aggregate((a, b) => a + b);
    }

    private static Value ShiftOf(List<(Value? Weight, Value Exponent)> terms) =>
        Finite(terms.Select(t => t.Weight is null ? t.Exponent : WhereWeighted(t.Exponent, t.Weight)).Aggregate(Ops.Maximum));

    private static Value Shifted((Value? Weight, Value Exponent) term, Value shift) =>
        term.Weight is null ? Ops.Exp(Ops.Minimum(term.Exponent - shift, Bound(shift.DType))) : Bounded(term.Exponent - shift, term.Weight) * term.Weight;

    /// <summary>A term beside a sum. One that is not in it may exceed the shift by any amount.</summary>
    private static Value Own(Match m, (Value? Weight, Value Exponent) own, List<(Value? Weight, Value Exponent)> terms, Value shift) =>
        own.Weight is null && !terms.Exists(t => m.Same(t.Exponent, own.Exponent)) ? Ops.Exp(own.Exponent - shift) : Shifted(own, shift);

    private static Value WhereWeighted(Value exponent, Value weight) => Ops.Where(Ops.Equal(weight, Ops.Scalar(weight, 0)), double.NegativeInfinity, exponent);

    // Terms without weight may exceed the shift; they are cut off where they would overflow. Those with a weight exceed it only where they are infinite.
    private static Value Bounded(Value exponent, Value weight) =>
        Ops.Exp(Ops.Minimum(exponent, Ops.Where(Ops.Equal(weight, Ops.Scalar(weight, 0)), Ops.Scalar(exponent, Bound(exponent.DType)), double.PositiveInfinity)));

    private static double Bound(DType type) => type == DType.Float64 ? 709 : 88;

    private static List<(Value? Weight, Value Exponent)>? WeightedTerms(Value value, Match m)
    {
        if (!m.MayLookInto(value)) return null;
        if (value.Node is { Op: AddOp, Inputs: [var a, var b] }) return WeightedTerms(a, m) is { } first && WeightedTerms(b, m) is { } second ? [.. first, .. second] : null;
        if (value.Node is { Op: ExpOp, Inputs: [var x] }) return [(null, x)];
        return !HasExponentialDivisor(value, m) && ExponentialRules.WithoutExponential(value, m) is var (weight, exponent) ? [(weight, exponent)] : null;
    }

    private static bool HasExponentialDivisor(Value value, Match m) =>
        m.MayLookInto(value) && value.Node is { Op: MultiplyOp or DivideOp, Inputs: [var a, var b] }
        && (HasExponentialDivisor(a, m) || HasExponentialDivisor(b, m) || (value.Node.Op is DivideOp && Patterns.IsAnyExponential(b, m)));

    /// <summary>Σ exp(x)·y / Σ exp(x) with both sums shifted; declines if x is shifted already, or the sums are not alike.</summary>
    public static Value? WeightedMean(Match m, Value x, Value y, Value weighted, Value total)
    {
        var (sum, norm) = (Reductions.Find(weighted, m.MayLookInto)!, Reductions.Find(total, m.MayLookInto)!);
        var reduce = (ReduceOp)sum.Node.Op;
        if (!norm.Node.Op.Equals(reduce) || weighted.Rank != total.Rank || !sum.Node.Inputs[0].Shape.Equals(x.Shape) || IsShifted(x, reduce)) return null;
        var exp = Ops.Exp(x - Shift(x, reduce));
        return Reductions.Like(weighted, sum, Reductions.Apply(exp * y, reduce) / Reductions.Apply(exp, reduce));
    }

    /// <summary>Whether a value is the sum of a shift and the logarithm that was shifted, or a view of one.</summary>
    public static bool IsShiftedLog(Value value, Match m) =>
        Views.Under(value, m) is { Node: { Op: AddOp, Inputs: [var shift, var log] } } sum
        && m.MayLookInto(sum) && (Views.Under(shift, m).Node is { Op: StopGradientOp } or { Op: SelectOp, Inputs: [{ Node.Op: IsFiniteOp }, _, _] } || (shift.Node.Op is SelectOp && log.Node.Op is SoftplusOp)) && shift.Shape.Equals(sum.Shape) && log.Shape.Equals(sum.Shape);

    /// <summary>
    /// x - (m + y) = (x - m) - y, or the negative of that: x and m, which are near each other and large, meet first. If x is a term of the log-sum, it
    /// lacks softplus(log Σ exp(others) - x) to it. So it is with a term that is added to something else.
    /// </summary>
    public static Value Apart(Match m, Value x, Value sum, bool subtracts)
    {
        var under = Views.Under(sum, m);
        var terms = Terms(under, m);
        if (ReferenceEquals(sum, under) && terms.FindIndex(t => m.Same(t, x)) is var own and >= 0)
        {
            terms.RemoveAt(own);
            var lack = Ops.Softplus(terms.Aggregate(Ops.LogAddExp) - x);
            return subtracts ? -lack : lack;
        }
        if (x.Node is { Op: AddOp, Inputs: [var y, var z] } && m.MayLookInto(x))
        {
            if (IsTermOf(z)) return subtracts ? y + Apart(m, z, sum, subtracts) : Apart(m, z, sum, subtracts) - y;
            if (IsTermOf(y)) return subtracts ? Apart(m, y, sum, subtracts) + z : Apart(m, y, sum, subtracts) - z;
        }
        var (shift, log) = (Views.Again(sum, under, under.Node.Inputs[0]), Views.Again(sum, under, under.Node.Inputs[1]));
        return subtracts ? x - shift - log : shift - x + log;

        bool IsTermOf(Value value) =>
            terms.Exists(t => m.Same(t, value)) || (Maximum(Views.Under(under.Node.Inputs[0], m)) is { Node: { Op: ReduceOp { Kind: ReductionKind.Maximum }, Inputs: [var all] } } && m.Same(Views.Under(value, m), all));
    }

    /// <summary>The x and y of max(x, y) + softplus(-|x - y|), as <see cref="Ops.LogAddExp(Value, Value)"/> writes it, and theirs; else the value alone.</summary>
    private static List<Value> Terms(Value value, Match m)
    {
        return m.MayLookInto(value) && value.Node is { Op: AddOp, Inputs: [{ Node: { Op: SelectOp, Inputs: [{ Node: { Op: GreaterOp, Inputs: [var a, var b] } } isFirst, var x, var y] } }, { Node: { Op: SoftplusOp, Inputs: [{ Node: { Op: SelectOp, Inputs: [var same, _, { Node: { Op: SelectOp, Inputs: [_, _, var difference] } }] } }] } }] }
            && m.Same(a, x) && m.Same(b, y) && m.Same(isFirst, same) && IsDifference()
                ? [.. Terms(x, m), .. Terms(y, m)] : [value];

        // x - y, where x or y may be a sum of which the other was taken apart.
        bool IsDifference() => difference.Node switch
        {
            { Op: SubtractOp, Inputs: [var p, var q] } when m.Same(p, x) && m.Same(q, y) => true,
            { Op: AddOp, Inputs: [{ Node: { Op: SubtractOp, Inputs: [var p, var q] } }, var r] } => m.Same(q, y) && x.Node is { Op: AddOp, Inputs: [var s, var t] } && m.Same(p, s) && m.Same(r, t),
            { Op: SubtractOp, Inputs: [{ Node: { Op: SubtractOp, Inputs: [var p, var q] } }, var r] } => m.Same(p, x) && y.Node is { Op: AddOp, Inputs: [var s, var t] } && m.Same(q, s) && m.Same(r, t),
            _ => false,
        };
    }

    /// <summary>
    /// exp(x) / Σ exp(y) for a sum that is written out, which with x among the terms is sigmoid(x - log Σ exp(others)): what it lacks to 1 keeps its
    /// digits. Declines if it is shifted already, or of other terms.
    /// </summary>
    public static Value? Share(Match m, Value x, Value e, Value f)
    {
        var terms = new List<Value>();
        if (!Collect(e) || !Collect(f) || IsDifferenceWithMaximum(x)) return null;
        var shift = Finite(terms.Aggregate(Ops.Maximum));
        var own = terms.FindIndex(t => m.Same(t, x));
        if (own < 0) return Ops.Exp(x - shift) / Sum();
        terms.RemoveAt(own);
        return Ops.Sigmoid(x - shift - Ops.Log(Sum()));

        Value Sum() => terms.Select(t => Ops.Exp(t - shift)).Aggregate((a, b) => a + b);

        bool Collect(Value term)
        {
            if (!m.MayLookInto(term)) return false;
            if (term.Node.Op is AddOp) return term.Node.Inputs.All(Collect);
            if (m.TryNumber(term, out var number) && number > 0) terms.Add(Ops.Scalar(term, Math.Log(number)));
            else if (term.Node.Op is ExpOp) terms.Add(term.Node.Inputs[0]);
            else return false;
            return true;
        }
    }

    /// <summary>m and Σ exp(x - m) of Σ exp(x), both in the sum's shape; null if x is shifted already.</summary>
    public static (Value Shift, Value Sum)? SumLessShift(Match m, Value x, Value used)
    {
        var sum = Reductions.Find(used, m.MayLookInto)!;
        var reduce = (ReduceOp)sum.Node.Op;
        if (IsShifted(x, reduce)) return null;
        var shift = Shift(x, reduce);
        return (Reductions.Like(used, sum, Ops.Reshape(shift, sum.Shape)), Reductions.Like(used, sum, Reductions.Apply(Ops.Exp(x - shift), reduce)));
    }

    /// <summary>The maximum over the axes that a sum runs over, which are kept at extent 1.</summary>
    private static Value Shift(Value x, ReduceOp sum) =>
        Finite(Reductions.Keep(Reductions.Apply(x, sum with { Kind = ReductionKind.Maximum })));

    // Where all terms are infinite, ∞ - ∞ must not arise: a shift of 0 leaves the sum as it is.
    private static Value Finite(Value maximum) => Ops.StopGradient(Ops.Where(Ops.IsFinite(maximum), maximum, 0));

    private static bool IsShifted(Value x, ReduceOp sum) =>
        x.Node.Op is SubtractOp && Maximum(x.Node.Inputs[1]) is { Node.Op: ReduceOp { Kind: ReductionKind.Maximum } maximum }
        && maximum.Axes.Equals(sum.Axes);

    /// <summary>Whether x is a difference from its maximum over the axes that a sum runs over.</summary>
    public static bool IsBelowOwnMaximum(Match m, Value x, ReduceOp sum) => IsShifted(x, sum) && m.Same(Maximum(x.Node.Inputs[1]).Node.Inputs[0], x.Node.Inputs[0]);

    /// <summary>Whether x is a difference from its maximum over some axes, whatever that maximum is.</summary>
    public static bool IsNeverPositive(Match m, Value x)
    {
        if (x.Node is not { Op: SubtractOp, Inputs: [var y, var maximum] }) return false;
        while (maximum.Node.Op is BroadcastOp or ReshapeOp or StopGradientOp) maximum = maximum.Node.Inputs[0];
        return maximum.Node is { Op: ReduceOp { Kind: ReductionKind.Maximum }, Inputs: [var terms] } && m.Same(terms, y);
    }

    private static bool IsDifferenceWithMaximum(Value x) =>
        x.Node.Op is SubtractOp && Maximum(x.Node.Inputs[1]) is { Node.Op: MaximumOp };

    /// <summary>What lies under views, a stopped gradient and the choice of a finite shift.</summary>
    private static Value Maximum(Value shift)
    {
        while (true)
        {
            switch (shift.Node.Op)
            {
                case BroadcastOp or ReshapeOp or StopGradientOp: shift = shift.Node.Inputs[0]; break;
                case SelectOp: shift = shift.Node.Inputs[1]; break;
                default: return shift;
            }
        }
    }
}

using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Sums of exponentials. They cost a maximum and a subtraction more than as written.</summary>
internal static class SoftmaxRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern Z = Any("z");
    private static readonly Pattern E = AnyExponential("e");
    private static readonly Pattern G = AnyExponential("f");
    private static readonly Pattern ShiftedLog = ViewWhere("m + y", Shifting.IsShiftedLog);
    private static readonly Pattern SumExp = Sum(Exp(X));
    private static readonly Pattern WeightedExp = Sum(Exp(X) * Y);
    private static readonly Pattern Factored = ViewWhere("y * exp(x) / z", Shifting.HasExponentialInside);
    private static readonly Pattern SumFactored = Sum(Factored);
    private static readonly Pattern Weighted = ViewWhere("x * exp(y) + z * exp(w)", Shifting.IsWeightedSum);
    private static readonly Pattern B = AnyBool("b");
    private static readonly Pattern Reshaped = ViewWhere("reshape(sum(x))", static (value, match) => value.Node is { Op: ReshapeOp, Inputs: [{ Node.Op: ReduceOp { Kind: ReductionKind.Sum } } sum] } && match.MayLookInto(value) && match.MayLookInto(sum) && Reductions.Find(value, match.MayLookInto) is null);
    private static readonly Pattern Mixed = ViewWhere("x * exp(y) + z", Shifting.IsMixed);
    private static readonly Pattern Weights = ViewWhere("x * exp(y)", Shifting.HasWeights);
    private static readonly Pattern W = Any("w");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern SumExpOther = Sum(Exp(W));
    private static readonly Pattern Compound = ViewWhere("e", Shifting.IsCompound);
    private static readonly Pattern SumOfBoth = Sum(E + G);
    private static readonly Pattern Masked = Where(B, Exp(X), 0);
    private static readonly Pattern SumMasked = Sum(Masked);
    private static readonly Pattern OtherWeightedExp = Sum(Exp(X) * Z);
    private static readonly Pattern Term = ViewWhere("y * exp(x)", Shifting.IsTerm);
    private static readonly Pattern Terms = ViewWhere("u * exp(v) + w * exp(z)", Shifting.AreTerms);
    private static readonly Pattern Share = ViewWhere("exp(x) / s * y", Shifting.HasShare);
    private static readonly Pattern SumOfShares = Sum(Share);
    private static readonly Pattern SumOfMaskedShares = Sum(Where(B, Share, 0));

    public static readonly RuleSet All = new("softmax")
    {
        { "log(sum(exp(x))) => m + log1p(sum(exp(x - m)) - 1)", Log(SumExp), m => Shifting.LogSum(m, m[X], m[SumExp]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: log(0); one x >> the others: their digits are lost in the sum" },
        { "log(reshape(sum(x))) => reshape(log(sum(x)))", Log(Reshaped), m => Views.Again(m[Reshaped], Views.Under(m[Reshaped], m), Log(Views.Under(m[Reshaped], m))), Soundness.Exact, "for log-sums over several axes" },
        { "sqrt(reshape(sum(x))) => reshape(sqrt(sum(x)))", Sqrt(Reshaped), m => Views.Again(m[Reshaped], Views.Under(m[Reshaped], m), Sqrt(Views.Under(m[Reshaped], m))), Soundness.Exact, "for norms over several axes" },
        { "log1p(e) => softplus(log(e)), e a sum or product of exponentials", Log1p(Compound), m => Softplus(Log(m[Compound])), Soundness.Rounding, "an exponential > 88 (float32): exp overflows" },
        { "log(x * exp(y) + z) => m + log(x * exp(y - m) + z * exp(-m)), m = y where it is large", Log(Mixed), m => Shifting.LogOfMixed(m, m[Mixed]), Soundness.Rounding, "y > 88 (float32): exp overflows" },
        { "log1p(x * exp(y)) => m + log(x * exp(y - m) + exp(-m)), m = y where it is large", Log1p(Weights), m => Shifting.LogOfOnePlusTerms(m, m[Weights]), Soundness.Rounding, "y > 88 (float32): exp overflows" },
        { "y * exp(x) / (u * exp(v) + w) => y * exp(x - m) / (u * exp(v - m) + w * exp(-m)), m = v where it is large", Term / Mixed, m => Shifting.ShareOfMixed(m, m[Term], m[Mixed]), Soundness.Rounding, "v > 88 (float32): inf / inf" },
        { "exp(x) / (c + sum(exp(y))) => exp(x - m) / (c * exp(-m) + sum(exp(y - m)))", Exp(X) / (SumExpOther + C), m => Shifting.ShareBesideNumber(m, m[X], m[W], m[SumExpOther], m.Number(C)), Soundness.Rounding, "x or y > 88 (float32): inf / inf" },
        { "sum(exp(x) * y) / (c + sum(exp(x))) => sum(exp(x - m) * y) / (c * exp(-m) + sum(exp(x - m)))", WeightedExp / (SumExp + C), m => Shifting.MeanBesideNumber(m, m[X], m[Y], m[WeightedExp], m[SumExp], m.Number(C)), Soundness.Rounding, "x > 88 (float32): inf / inf" },
        { "sum(exp(x) * y) + sum(exp(x) * z) => sum(exp(x) * (y + z))", WeightedExp + OtherWeightedExp, m => Shifting.SumOfWeighted(m, m[WeightedExp], m[OtherWeightedExp], Exp(m[X]), m[Y] + m[Z]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: the sum vanishes" },
        { "log(sum(e + f)) => log(sum(e) + sum(f))", Log(SumOfBoth), m => Shifting.LogOfSums(m, m[E], m[G], m[SumOfBoth]), Soundness.Rounding, "an exponential > 88 (float32): exp overflows; all < -104: log(0)" },
        { "log(exp(x) + sum(exp(y) * z)) => m + log(exp(x - m) + sum(exp(y - m) * z))", Log(Exp(Z) + WeightedExp), m => Shifting.LogOfExpAndWeightedSum(m, m[Z], m[X], m[Y], m[WeightedExp]), Soundness.Rounding, "x or y > 88 (float32): exp overflows; x and all y < -104: log(0)" },
        { "log(sum(where(b, exp(x), 0))) => log(sum(exp(where(b, x, -inf))))", Log(SumMasked), m => Shifting.LogOfMasked(m, m[B], m[X], m[SumMasked]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: log(0)" },
        { "where(b, exp(x), 0) / sum(where(b, exp(x), 0)) => softmax(where(b, x, -inf))", Masked / SumMasked, m => Shifting.Softmax(m, Where(m[B], m[X], double.NegativeInfinity), m[SumMasked]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: 0 / 0" },
        { "exp(x) * y / sum(exp(x) * y) => exp(x - m) * y / sum(exp(x - m) * y)", Exp(X) * Y / WeightedExp, m => Shifting.WeightedSoftmax(m, m[X], m[Y], m[WeightedExp]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: 0 / 0" },
        { "y * exp(x) / (u * exp(v) + w * exp(z)) => y * exp(x - m) / (u * exp(v - m) + w * exp(z - m))", Term / Terms, m => Shifting.ShareOfTerms(m, m[Term], m[Terms]), Soundness.Rounding, "an exponential of the sum > 88 (float32): inf / inf; all < -104: 0 / 0" },
        { "log(sum(exp(x) * y)) => m + log(sum(exp(x - m) * y))", Log(WeightedExp), m => Shifting.LogWeightedSum(m, m[X], m[Y], m[WeightedExp]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: log(0)" },
        { "log(sum(exp(x) / exp * y)) => log(sum(exp(x) * y)) - log(exp)", Log(SumOfShares), m => Shifting.LogOfShares(m, m[Share], m[SumOfShares]), Soundness.Rounding, "the share that counts < 1e-45 (float32): log(0)" },
        { "log(sum(where(b, exp(x) / exp * y, 0))) => log(sum(where(b, exp(x) * y, 0))) - log(exp)", Log(SumOfMaskedShares), m => Shifting.LogOfShares(m, m[Share], m[SumOfMaskedShares], m[B]), Soundness.Rounding, "the share that counts < 1e-45 (float32): log(0)" },
        { "log(sum(y * exp(x) / z)) => log(sum(exp(x) * (y / z)))", Log(SumFactored), m => Shifting.LogOfFactored(m, m[Factored], m[SumFactored]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: log(0)" },
        { "sum(exp(x) * y) / sum(exp(x)) => sum(exp(x - m) * y) / sum(exp(x - m))", WeightedExp / SumExp, m => Shifting.WeightedMean(m, m[X], m[Y], m[WeightedExp], m[SumExp]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: 0 / 0" },
        { "x - (m + y) => (x - m) - y, m a shift", Y - ShiftedLog, m => Shifting.Apart(m, m[Y], m[ShiftedLog], subtracts: true), Soundness.Rounding, "|x| >> 1: the digits of y are lost in the sum" },
        { "(m + y) - x => (m - x) + y, m a shift", ShiftedLog - Y, m => Shifting.Apart(m, m[Y], m[ShiftedLog], subtracts: false), Soundness.Rounding, "|x| >> 1: the digits of y are lost in the sum" },
        { "exp(x) / sum(exp(x)) => exp(x - m) / sum(exp(x - m))", Exp(X) / SumExp, m => Shifting.Softmax(m, m[X], m[SumExp]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: 0 / 0" },
        { "exp(x) * y / sum(exp(x)) => exp(x - m) / sum(exp(x - m)) * y", Exp(X) * Y / SumExp, m => Shifting.SoftmaxTimes(m, m[X], m[Y], m[SumExp]), Soundness.Rounding, "x > 88 (float32): exp overflows; all x < -104: 0 / 0" },
        { "exp(x) / (exp(x) + exp(y)) => sigmoid(x - y)", Exp(X) / (Exp(X) + Exp(Y)), m => Sigmoid(m[X] - m[Y]), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "log(exp(x) + exp(y)) => max(x, y) + log1p(exp(-|x - y|))", Log(Exp(X) + Exp(Y)), m => LogAddExp(m[X], m[Y]), Soundness.Rounding, "x > 88 (float32): exp overflows; x and y < -104: log(0); max(x, y) near 0: the sum near 1 has lost the digits of the smaller" },
        { "log(e + f) => max(log(e), log(f)) + log1p(exp(-|log(e) - log(f)|))", Log(E + G), m => LogAddExp(Log(m[E]), Log(m[G])), Soundness.Rounding, "an exponential of the sum > 88 (float32): exp overflows; all < -104: log(0)" },
        { "log(x * exp(y) + z * exp(w)) => m + log(x * exp(y - m) + z * exp(w - m))", Log(Weighted), m => Shifting.LogOfWeightedTerms(m, m[Weighted]), Soundness.Rounding, "y or w > 88 (float32): exp overflows; y and w < -104: log(0)" },
        { "exp(x) / (e + f) => exp(x - m) / (e / exp(m) + f / exp(m)), of its own sum sigmoid(x - log(e + f - exp(x)))", Exp(X) / (E + G), m => Shifting.Share(m, m[X], m[E], m[G]), Soundness.Rounding, "an exponential of the sum > 88 (float32): inf / inf; all < -104: 0 / 0" },
    };
}

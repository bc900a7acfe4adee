using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Running sums and products, and products of matrices, of what is positive by its form: their logarithms, shares of them, and what they lack to 1.</summary>
internal static class CumulationRules
{
    // Beyond, a factor differs enough from 1 itself, and the logarithm of a large product has few digits after its point.
    private const double Near = 0.5;

    private static readonly Pattern Y = Any("y");
    private static readonly Pattern RunningSum = ViewWhere("cumsum(e)", static (value, match) => IsRunning(Views.Under(value, match), CumulationKind.Sum, match));
    private static readonly Pattern RunningProduct = ViewWhere("cumprod(e)", static (value, match) => IsRunning(Views.Under(value, match), CumulationKind.Product, match));
    private static readonly Pattern RunningProductOfExp = NodeWhere("cumprod(exp(x))", static (node, match) => node is { Op: CumulateOp { Kind: CumulationKind.Product }, Inputs: [{ Node.Op: ExpOp } exp] } && match.MayLookInto(exp));
    private static readonly Pattern WholeSum = ViewWhere("cumsum(e)", static (value, match) => IsRunning(value, CumulationKind.Sum, match));
    private static readonly Pattern WholeProduct = ViewWhere("cumprod(e)", static (value, match) => IsRunning(value, CumulationKind.Product, match));
    private static readonly Pattern Complements = ViewWhere("cumprod(1 - x)", static (value, match) => value.Node.Op is CumulateOp { Kind: CumulationKind.Product } && match.MayLookInto(value) && IsComplement(value.Node.Inputs[0], match));
    private static readonly Pattern Complement = ViewWhere("1 - x", IsComplement);
    private static readonly Pattern ProdOfComplements = Prod(Complement);
    private static readonly Pattern E = AnyExponential("e");
    private static readonly Pattern ProdOfE = Prod(E);
    private static readonly Pattern Extremum = ViewWhere("max(e)", static (value, match) => Reductions.Find(value, match.MayLookInto) is { Node: { Op: ReduceOp { Kind: ReductionKind.Maximum or ReductionKind.Minimum }, Inputs: [{ Node.Op: ExpOp or DotOp or CumulateOp } e] } } && IsAnyExponential(e, match));
    private static readonly Pattern Positive = ViewWhere("e", static (value, match) => value.Node.Op is DotOp or CumulateOp && IsAnyExponential(value, match));
    private static readonly Pattern SumOfPositive = Sum(Positive);
    private static readonly Pattern Compound = ViewWhere("e", static (value, match) => value.Node.Op is MultiplyOp or DivideOp && IsAnyExponential(value, match));
    private static readonly Pattern Product = ViewWhere("dot(e, f)", static (value, match) => Views.Under(value, match) is { Node.Op: DotOp } dot && IsAnyExponential(dot, match));

    public static readonly RuleSet All = new("cumulations")
    {
        { "log(cumsum(e)) => logcumsumexp(log(e)), e an exponential", Log(RunningSum), m => OfRunning(m, m[RunningSum], CumulationKind.LogSumExp), Soundness.Rounding, "an exponential > 88 (float32): it overflows; all before < -104: log(0)" },
        { "log(cumprod(e)) => cumsum(log(e)), e an exponential", Log(RunningProduct), m => OfRunning(m, m[RunningProduct], CumulationKind.Sum), Soundness.Rounding, "the product > 3.4e38 or < 1e-45 (float32): it overflows or vanishes" },
        { "cumprod(exp(x)) => exp(cumsum(x))", RunningProductOfExp, m => Exp(Again(m.Root, m.Root.Node.Inputs[0].Node.Inputs[0], CumulationKind.Sum)), Soundness.Rounding, "partial sums of x > 88 (float32): 0 * inf" },
        { "y / cumsum(e) => y * exp(-m) / (cumsum(e) * exp(-m)), m the greatest logarithm so far", Y / WholeSum, m => OverRunning(m, m[Y], m[WholeSum].Node), Soundness.Rounding, "an exponential > 88 (float32): inf / inf; all before < -104: 0 / 0" },
        { "1 - cumprod(e) => 1 - exp(cumsum(log(e))), e an exponential", 1 - WholeProduct, m => -Expm1(Again(m[WholeProduct], Log(m[WholeProduct].Node.Inputs[0]), CumulationKind.Sum)), Soundness.Rounding, "all factors near 1: the difference cancels" },
        { "1 - prod(e) => 1 - exp(sum(log(e))), e an exponential", 1 - ProdOfE, m => Reductions.Find(m[ProdOfE], m.MayLookInto) is { } product ? -Expm1(Reductions.Like(m[ProdOfE], product, Total(product, Log(m[E])))) : null, Soundness.Rounding, "all factors near 1: the difference cancels" },
        { "1 - prod(1 - x) => 1 - exp(sum(log(1 - x))) for |x| < 1/2", 1 - ProdOfComplements, m => LackOfProduct(m), Soundness.Rounding, "all |x| << 1: the difference cancels" },
        { "1 - cumprod(1 - x) => 1 - exp(cumsum(log(1 - x))) for |x| < 1/2", 1 - Complements, m => LackOfRunning(m[Complements]), Soundness.Rounding, "all |x| << 1: the difference cancels" },
        { "log(max(e)) => max(log(e)), e an exponential", Log(Extremum), m => Reductions.Like(m[Extremum], Reduced(m), Reductions.Again(Reduced(m), Log(Reduced(m).Node.Inputs[0]))), Soundness.Rounding, "an exponential > 88 (float32): it overflows; all < -104: log(0)" },
        { "log(sum(e)) => log(sum(exp(log(e)))), e a running sum or a product of matrices", Log(SumOfPositive), m => OfSum(m), Soundness.Rounding, "an exponential > 88 (float32): it overflows; all < -104: log(0)" },
        { "log(dot(e, f)) => log(sum(exp(log(e) + log(f)))), e and f exponentials", Log(Product), m => Shifting.LogOfDot(m, m[Product]), Soundness.Rounding, "an exponential > 88 (float32): it overflows; all < -104: log(0)" },
        { "sqrt(e) => exp(log(e) / 2), e a product or quotient of exponentials", Sqrt(Compound), m => Exp(Log(m[Compound]) * 0.5), Soundness.Rounding, "an exponential > 88 (float32): it overflows; e < 1e-45: the gradient is 0 * inf" },
        { "e ^ y => exp(y * log(e)), e an exponential", Pow(E, Y), m => m.TryNumber(m[Y], out var number) && (number == 0 || double.IsInteger(number)) ? null : Power(m[E], m[Y]), Soundness.Rounding, "the exponential < 1e-45 (float32): its power is that of 0" },
    };

    private static bool IsRunning(Value value, CumulationKind kind, Match match) =>
        value.Node.Op is CumulateOp cumulate && cumulate.Kind == kind && match.MayLookInto(value) && IsAnyExponential(value.Node.Inputs[0], match);

    private static bool IsComplement(Value value, Match match) => value.Node is { Op: SubtractOp, Inputs: [var one, _] } && match.MayLookInto(value) && match.TryNumber(one, out var number) && number == 1;

    private static Value OfRunning(Match m, Value view, CumulationKind kind)
    {
        var running = Views.Under(view, m);
        return Views.Again(view, running, Again(running, Log(running.Node.Inputs[0]), kind));
    }

    private static Value Again(Value running, Value of, CumulationKind kind) => of.Graph.Add((CumulateOp)running.Node.Op with { Kind = kind }, [of]);

    // To the power of 0 everything is 1, also what is infinite or NaN, and to any power 1 is.
    private static Value Power(Value e, Value y)
    {
        var log = Log(e);
        var exponent = Where(And(Not(IsFinite(y)), KnownDerivatives.IsZero(log)), 0, y);
        return Exp(Where(KnownDerivatives.IsZero(y), Where(IsFinite(log), log, 0), log) * exponent);
    }

    private static Value Reduced(Match m) => Reductions.Find(m[Extremum], m.MayLookInto)!;

    private static Value OfSum(Match m)
    {
        var sum = Reductions.Find(m[SumOfPositive], m.MayLookInto)!;
        return Reductions.Like(m[SumOfPositive], sum, Log(Reductions.Again(sum, Exp(Log(m[Positive])))));
    }

    private static Value Total(Value product, Value terms) => Reductions.Apply(terms, (ReduceOp)product.Node.Op with { Kind = ReductionKind.Sum });

    /// <summary>Both scaled by the greatest exponential so far: then the sum is at least 1, and what went before fades as the greatest grows.</summary>
    private static Value? OverRunning(Match m, Value y, Node running)
    {
        var (op, x) = ((CumulateOp)running.Op, Log(running.Inputs[0]));
        if (!y.Shape.Equals(x.Shape)) return null;
        var greatest = x.Graph.Add(op with { Kind = CumulationKind.Maximum }, [StopGradient(x)]);
        greatest = Where(IsFinite(greatest), greatest, 0);
        var before = LinearRecurrenceOp.Shifted(greatest, op.Axis, op.IsReversed ? -1 : 1, 0);
        var sum = x.Graph.Add(new LinearRecurrenceOp(op.Axis, op.IsReversed), [Exp(Minimum(before - greatest, 0)), Exp(x - greatest)]);
        return (IsAnyExponential(y, m) ? Exp(Log(y) - greatest) : y * Exp(-greatest)) / sum;
    }

    private static Value? LackOfProduct(Match m)
    {
        var product = Reductions.Find(m[ProdOfComplements], m.MayLookInto)!;
        var reduce = (ReduceOp)product.Node.Op;
        var written = m[Complement].Node.Inputs[1];
        if (written.Node.Op is SelectOp) return null;
        var x = BroadcastTo(written, product.Node.Inputs[0].Shape);
        var areNear = Reductions.Keep(Reductions.Apply(Abs(x), reduce with { Kind = ReductionKind.Maximum })) < Near;
        var near = -Expm1(Total(product, Log1p(-Where(areNear, x, 0))));
        return Reductions.Like(m[ProdOfComplements], product, Where(Reshape(areNear, product.Shape), near, 1 - Reductions.Apply(1 - Where(areNear, 0, x), reduce)));
    }

    private static Value? LackOfRunning(Value running)
    {
        var (op, written) = ((CumulateOp)running.Node.Op, running.Node.Inputs[0].Node.Inputs[1]);
        if (written.Node.Op is SelectOp) return null;
        var x = BroadcastTo(written, running.Shape);
        var areNear = Again(running, StopGradient(Abs(x)), CumulationKind.Maximum) < Near;
        // Once one was far, all that follow are: each place sees what it needs.
        var near = -Expm1(Again(running, Log1p(-Where(areNear, x, 0)), CumulationKind.Sum));
        var isAllNear = Reductions.Keep(Reductions.Apply(Abs(x), new ReduceOp(ReductionKind.Maximum, [op.Axis]))) < Near;
        return Where(areNear, near, 1 - Again(running, 1 - Where(isAllNear, 0, x), CumulationKind.Product));
    }
}

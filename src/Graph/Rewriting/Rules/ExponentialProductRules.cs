using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Products and quotients of sums of exponentials, which overflow or vanish by themselves: shifts meet in one exponent.</summary>
internal static class ExponentialProductRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern Z = Any("z");
    private static readonly Pattern W = Any("w");
    private static readonly Pattern SumExp = Sum(Exp(X));
    private static readonly Pattern SumExpOther = Sum(Exp(Y));
    private static readonly Pattern Growing = Exp(X);
    private static readonly Pattern Other = Exp(Y);
    private static readonly Pattern ViewOfExp = ViewOf<ExpOp>("view(exp(y))");

    private static readonly Pattern Joined = ViewWhere("concatenate(e, f, …)", static (value, match) => value.Node.Op is ConcatenateOp && match.MayLookInto(value) && value.Node.Inputs.Any(i => IsAnyExponential(i, match)) && value.Node.Inputs.All(i => IsAnyExponential(i, match) || (match.TryNumber(i, out var number) && number > 0)));

    public static readonly RuleSet All = new("products of exponentials")
    {
        { "sum(exp(x)) * exp(y) => sum(exp(x - m)) * exp(m + y)", SumExp * Exp(Y), m => Shifted(m, SumExp, X) is var (shift, sum) ? sum * Exp(shift + m[Y]) : null, Soundness.Rounding, "x or y > 88 (float32): 0 * inf" },
        { "sum(exp(x)) * sum(exp(y)) => sum(exp(x - m)) * sum(exp(y - n)) * exp(m + n)", SumExp * SumExpOther, m => Both(m, 1) is var (p, q, exp) ? p * q * exp : null, Soundness.Rounding, "x or y > 88 (float32): 0 * inf" },
        { "sum(exp(x)) / sum(exp(y)) => sum(exp(x - m)) / sum(exp(y - n)) * exp(m - n)", SumExp / SumExpOther, m => Both(m, -1) is var (p, q, exp) ? p / q * exp : null, Soundness.Rounding, "x or y > 88 (float32): inf / inf" },
        { "sum(exp(x)) / z * exp(y) => sum(exp(x)) * exp(y) / z", SumExp / Z * Exp(Y), m => m[SumExp] * Exp(m[Y]) / m[Z], Soundness.Rounding, "x or y > 88 (float32): 0 * inf" },
        { "z / sum(exp(x)) => z * exp(-m) / sum(exp(x - m))", Z / SumExp, m => IsAnyExponential(m[Z], m) ? null : Shifted(m, SumExp, X) is var (shift, sum) ? m[Z] * Exp(-shift) / sum : null, Soundness.Rounding, "x > 88 (float32): the sum overflows, the gradient is NaN" },
        { "exp(y) / sum(exp(x)) => exp(y - m) / sum(exp(x - m))", Exp(Y) / SumExp, m => !m.Same(m[X], m[Y]) && Shifted(m, SumExp, X) is var (shift, sum) ? Exp(m[Y] - shift) / sum : null, Soundness.Rounding, "x or y > 88 (float32): inf / inf" },
        { "view(exp(y)) / sum(exp(x)) => exp(view(y) - m) / sum(exp(x - m)), of an element of its own row view(softmax(x))", ViewOfExp / SumExp, m => Shifting.ShareOfView(m, m[ViewOfExp], m[X], m[SumExp]), Soundness.Rounding, "x or y > 88 (float32): inf / inf" },
        { "z * exp(y) / sum(exp(x)) => z * (exp(y - m) / sum(exp(x - m)))", Z * Exp(Y) / SumExp, m => Shifted(m, SumExp, X) is var (shift, sum) ? m[Z] * (Exp(m[Y] - shift) / sum) : null, Soundness.Rounding, "x or y > 88 (float32): inf / inf" },
        { "sum(exp(x)) / (z * exp(y)) => sum(exp(x - m)) / z * exp(m - y)", SumExp / (Z * Exp(Y)), m => Shifted(m, SumExp, X) is var (shift, sum) ? sum / m[Z] * Exp(shift - m[Y]) : null, Soundness.Rounding, "x or y > 88 (float32): inf / inf" },
        { "sum(concatenate(e, f, …)) => sum(e) + sum(f) + …, exponentials among them", Reduce(Joined), m => SumOfParts(m), Soundness.Rounding, "for log-sums" },
        { "exp(x) / (exp(x) - exp(y)) => -1 / (exp(y - x) - 1)", Exp(X) / (Exp(X) - Exp(Y)), m => -(1 / Expm1(m[Y] - m[X])), Soundness.Rounding, "x > 88 (float32): inf / inf; x near y: the difference cancels" },
        { "exp(y) / (exp(x) - exp(y)) => 1 / (exp(x - y) - 1)", Exp(Y) / (Exp(X) - Exp(Y)), m => 1 / Expm1(m[X] - m[Y]), Soundness.Rounding, "x or y > 88 (float32): inf / inf; x near y: the difference cancels" },
        { "z * exp(x) / (exp(x) - exp(y)) => -z / (exp(y - x) - 1)", Z * Exp(X) / (Exp(X) - Exp(Y)), m => -(m[Z] / Expm1(m[Y] - m[X])), Soundness.Rounding, "x > 88 (float32): inf / inf; x near y: the difference cancels" },
        { "z * exp(y) / (exp(x) - exp(y)) => z / (exp(x - y) - 1)", Z * Exp(Y) / (Exp(X) - Exp(Y)), m => m[Z] / Expm1(m[X] - m[Y]), Soundness.Rounding, "x or y > 88 (float32): inf / inf; x near y: the difference cancels" },
        { "(exp(x) + exp(y)) / (exp(x) - exp(y)) => 1 / tanh((x - y) / 2)", (Exp(X) + Exp(Y)) / (Exp(X) - Exp(Y)), m => 1 / Tanh((m[X] - m[Y]) * 0.5), Soundness.Rounding, "x or y > 88 (float32): inf / inf; x near y: the difference cancels" },
        { "(z * exp(x) - w * exp(y)) / (exp(x) - exp(y)) => z + (z - w) / (exp(x - y) - 1) for x > y", ((Z * Growing) - (W * Other)) / (Growing - Other), m => Mean(m[X], m[Y], m[Z], m[W]), Soundness.Rounding, "x or y > 88 (float32): inf / inf" },
    };

    /// <summary>The shift of a sum of exponentials and the shifted sum, both of the sum's shape; null if it is shifted already.</summary>
    private static (Value Shift, Value Sum)? Shifted(Match m, Pattern written, Pattern exponent) => Shifting.SumLessShift(m, m[exponent], m[written]);

    private static Value? SumOfParts(Match m)
    {
        var (sum, joined) = ((ReduceOp)m.Root.Node.Op, m[Joined].Node);
        if (sum.Kind != ReductionKind.Sum || !sum.Axes.Contains(((ConcatenateOp)joined.Op).Axis)) return null;
        return joined.Inputs.Select(Total).Aggregate((a, b) => a + b);

        // A single element is its own sum, whose exponential other rules see when it is no view.
        Value Total(Value part) => sum.Axes.All(a => part.Shape[a].IsOne) ? Single(part, part.Shape) : Reductions.Apply(part, sum);

        Value Single(Value value, Shape shape) => value.Node.Op is ElementwiseOp && m.MayLookInto(value)
            ? value.Graph.Add(value.Node.Op, [.. value.Node.Inputs.Select(i => i.Shape.Equals(shape) ? Single(i, shape) : i.Rank == 0 ? i : Ops.Reshape(Ops.BroadcastTo(i, shape), m.Root.Shape))])
            : Ops.Reshape(value, m.Root.Shape);
    }

    private static (Value First, Value Second, Value Exp)? Both(Match m, double sign) =>
        Shifted(m, SumExp, X) is var (p, first) && Shifted(m, SumExpOther, Y) is var (q, second) ? (first, second, Exp(sign < 0 ? p - q : p + q)) : null;

    /// <summary>A mean with weights of different sign, of which that of the greater exponential is taken for the start.</summary>
    private static Value? Mean(Value x, Value y, Value z, Value w)
    {
        if (!x.Shape.Equals(y.Shape) || x.Node.Op is SelectOp) return null;
        var isFirst = x > y;
        var (start, other) = (Where(isFirst, z, w), Where(isFirst, w, z));
        return start + ((start - other) / Expm1(Where(isFirst, x - y, y - x)));
    }
}

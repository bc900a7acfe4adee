using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>The logistic function, its logarithm, and the hyperbolic tangent written with exponentials.</summary>
internal static class LogisticRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern Z = Any("z");
    private static readonly Pattern W = Any("w");
    private static readonly Pattern V = NotNumber("y");
    private static readonly Pattern B = AnyBool("b");
    private static readonly Pattern ExpPlusOne = Exp(X) + 1;
    private static readonly Pattern ExpLessOne = Expm1(X);
    private static readonly Pattern Compound = ViewWhere("e", Shifting.IsCompound);
    private static readonly Pattern Mixed = ViewWhere("u * exp(v) + w", Shifting.IsMixed);

    public static readonly RuleSet All = new("logistic")
    {
        { "log(1 + exp(x)) => softplus(x)", Log(Exp(X) + 1), m => Softplus(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows; x < -16: the sum is 1" },
        { "log1p(exp(x)) => softplus(x)", Log1p(Exp(X)), m => Softplus(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "(exp(x) - 1) / (exp(x) + 1) => tanh(x / 2)", Expm1(X) / (Exp(X) + 1), m => Tanh(m[X] * 0.5), Soundness.Rounding, "x > 88 (float32): inf / inf" },
        { "-(exp(x) - 1) / (exp(x) + 1) => -tanh(x / 2)", -Expm1(X) / (Exp(X) + 1), m => -Tanh(m[X] * 0.5), Soundness.Rounding, "x > 88 (float32): inf / inf" },
        { "(exp(x) - exp(y)) / (exp(x) + exp(y)) => tanh((x - y) / 2)", (Exp(X) - Exp(Y)) / (Exp(X) + Exp(Y)), m => Tanh((m[X] - m[Y]) * 0.5), Soundness.Rounding, "x > 88 (float32): inf / inf" },
        { "1 / (1 + exp(x)) => sigmoid(-x)", 1 / (Exp(X) + 1), m => Sigmoid(-m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows, the gradient is NaN" },
        { "exp(x) / (1 + exp(x)) => sigmoid(x)", Exp(X) / (Exp(X) + 1), m => Sigmoid(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "y / (1 + exp(x)) => y * sigmoid(-x)", Y / (Exp(X) + 1), m => m[Y] * Sigmoid(-m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows, the gradient is NaN" },
        { "exp(x) / (c + exp(x)) => sigmoid(x - log(c))", Exp(X) / (Exp(X) + C), m => m.IsPositive(C) ? Sigmoid(m[X] - Math.Log(m.Number(C))) : null, Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "log(c + exp(x)) => log(c) + softplus(x - log(c))", Log(Exp(X) + C), m => m.IsPositive(C) ? Softplus(m[X] - Math.Log(m.Number(C))) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "y * exp(x) / (1 + exp(x)) => y * sigmoid(x)", Y * Exp(X) / (Exp(X) + 1), m => m[Y] * Sigmoid(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "y * exp(x) * sigmoid(-x) => y * sigmoid(x)", Y * Exp(X) * Sigmoid(-X), m => m[Y] * Sigmoid(m[X]), Soundness.Rounding, "x > 88 (float32): inf * 0" },
        { "y * exp(-x) * sigmoid(x) => y * sigmoid(-x)", Y * Exp(-X) * Sigmoid(X), m => m[Y] * Sigmoid(-m[X]), Soundness.Rounding, "x < -88 (float32): inf * 0" },
        { "exp(x) * sigmoid(-x) => sigmoid(x)", Exp(X) * Sigmoid(-X), m => Sigmoid(m[X]), Soundness.Rounding, "x > 88 (float32): inf * 0" },
        { "exp(-x) * sigmoid(x) => sigmoid(-x)", Exp(-X) * Sigmoid(X), m => Sigmoid(-m[X]), Soundness.Rounding, "x < -88 (float32): inf * 0" },
        { "log1p(-sigmoid(x)) => -softplus(x)", Log1p(-Sigmoid(X)), m => -Softplus(m[X]), Soundness.Rounding, "x > 16 (float32): log(0)" },
        { "softplus(x) - softplus(-x) => x", Softplus(X) - Softplus(-X), m => m[X], Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "sigmoid(x) * sigmoid(-x) => sech(x / 2)^2 / 4", Sigmoid(X) * Sigmoid(-X), m => Square(Sech(m[X] * 0.5)) * 0.25, Soundness.Rounding, "|x| << 1: the derivative cancels" },
        { "exp(x) / (1 + exp(x))^2 => sech(x / 2)^2 / 4", Exp(X) / (ExpPlusOne * ExpPlusOne), m => Square(Sech(m[X] * 0.5)) * 0.25, Soundness.Rounding, "x > 44 (float32): the square overflows; |x| << 1: the gradient cancels" },
        { "y * exp(x) / (1 + exp(x))^2 => y * sech(x / 2)^2 / 4", Y * Exp(X) / (ExpPlusOne * ExpPlusOne), m => m[Y] * (Square(Sech(m[X] * 0.5)) * 0.25), Soundness.Rounding, "x > 44 (float32): the square overflows" },
        { "exp(x) / (y * (1 + exp(x))^2) => sech(x / 2)^2 / 4 / y", Exp(X) / (Y * (ExpPlusOne * ExpPlusOne)), m => Square(Sech(m[X] * 0.5)) * 0.25 / m[Y], Soundness.Rounding, "x > 44 (float32): the square overflows; x < -104: the gradient by y is 0 * inf" },
        { "exp(x) / (exp(x) - 1)^2 => (exp(-|x| / 2) / (1 - exp(-|x|)))^2", Exp(X) / (ExpLessOne * ExpLessOne), m => Square(HalfCosech(m[X])), Soundness.Rounding, "x > 44 (float32): the square overflows" },
        { "y * exp(x) / (exp(x) - 1)^2 => y * (exp(-|x| / 2) / (1 - exp(-|x|)))^2", Y * Exp(X) / (ExpLessOne * ExpLessOne), m => HalfCosech(m[X]) is var half ? m[Y] * half * half : null, Soundness.Rounding, "x > 44 (float32): the square overflows" },
        { "(x * exp(y) + z * exp(w)) / (exp(y) + exp(w)) => x * sigmoid(y - w) + z * sigmoid(w - y)", ((Y * Exp(X)) + (Z * Exp(W))) / (Exp(X) + Exp(W)), m => (m[Y] * Sigmoid(m[X] - m[W])) + (m[Z] * Sigmoid(m[W] - m[X])), Soundness.Rounding, "y or w > 88 (float32): exp overflows" },
        { "softplus(x) - x * sigmoid(x) => softplus(-|x|) + |x| * sigmoid(-|x|)", Softplus(X) - (X * Sigmoid(X)), m => Entropy(m[X]), Soundness.Rounding, "x > 16 (float32): the difference cancels" },
        { "softplus(-x) + x * sigmoid(-x) => softplus(-|x|) + |x| * sigmoid(-|x|)", Softplus(-X) + (X * Sigmoid(-X)), m => Entropy(m[X]), Soundness.Rounding, "x < -16 (float32): the sum cancels" },
        { "sqrt(softplus(x)) => exp(x / 2) * (1 - exp(x) / 4) for x < -15", Sqrt(Softplus(X)), m => RootOfSoftplus(m[X]), Soundness.Rounding, "x < -104 (float32): the gradient is 0 / 0" },
        { "exp(x) / (exp(x) - 1) => -1 / (exp(-x) - 1)", Exp(X) / Expm1(X), m => m[X].Node is { Op: NegateOp, Inputs: [{ Node.Op: MaximumOp }] } ? null : -(1 / Expm1(-m[X])), Soundness.Rounding, "x > 88 (float32): inf / inf" },
        { "y / (exp(x) - 1) => y * exp(-x) / (1 - exp(-x)) for x > 1", Y / Expm1(X), m => m.Same(m[X], m[Y]) || IsNegated(m, m[X], m[Y]) || DifferenceRules.Multiple(m, m[X], m[Y]) is not null ? null : OverExpm1(m[Y], m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows, the gradient is NaN" },
        { "log(y / (exp(x) - 1)) => log(y) - x - log1p(-exp(-x)) for x > 1", Log(Where(Op<GreaterOp>(X, 1), Z, Y / Expm1(Minimum(X, 1.5)))), m => IsOverExpm1(m, m[Z], m[Y], m[X]) ? LogOverExpm1(m[Y], m[X]) : null, Soundness.Rounding, "x > 88 (float32): exp overflows; x > 104: log(0)" },
        { "log(x / (exp(x) - 1)) => log(x) - x - log1p(-exp(-x)) for x > 1", Log(Where(B, -(W * Exp(-W) / Expm1(-W)), Z)), m => LogOverExpm1(m, m[B], m[W], m[Z]), Soundness.Rounding, "x > 88 (float32): exp overflows; x > 104: log(0)" },
        { "y / (1 + e) => y * sigmoid(-log(e)), e a sum or product of exponentials", Y / (Compound + 1), m => IsAnyExponential(m[Y], m) ? null : m[Y] * Sigmoid(-Log(m[Compound])), Soundness.Rounding, "an exponential > 88 (float32): exp overflows, the gradient is NaN" },
        { "y / (u * exp(v) + w) => y * exp(-m) / (u * exp(v - m) + w * exp(-m)), m = v where it is large", Y / Mixed, m => Shifting.OverMixed(m, m[Y], m[Mixed]), Soundness.Rounding, "v > 88 (float32): exp overflows, the gradient is NaN" },
        { "1 - sigmoid(x) => sigmoid(-x)", 1 - Sigmoid(X), m => Sigmoid(-m[X]), Soundness.Rounding, "x > 16 (float32): the difference cancels to 0" },
        { "sigmoid(x) - sigmoid(y) => sigmoid(max(x, y)) * sigmoid(-min(x, y)) * (1 - exp(-|x - y|)) * sign(x - y)", Sigmoid(X) - Sigmoid(Y), m => Between(m[X], m[Y]), Soundness.Rounding, "x near y, or both > 16 (float32): the difference cancels" },
        { "log(sigmoid(x)) => -softplus(-x)", Log(Sigmoid(X)), m => -Softplus(-m[X]), Soundness.Rounding, "x < -104 (float32): log(0); x > 16: log(1)" },
        { "log(where(b, sigmoid(x) * sigmoid(y) * (1 - exp(z)), w)) => where(b, log(1 - exp(z)) - softplus(-x) - softplus(-y), log(w))", Log(Where(B, Z, W)), m => LogOfGrowth(m, m[B], m[Z], m[W]), Soundness.Rounding, "sigmoid(x) < 1e-38, or what it grows (float32): log(0)" },
        { "log(softplus(x)) => x - exp(x) / 2 for x < -15", Log(Softplus(X)), m => LogSoftplus(m[X]), Soundness.Rounding, "x < -104 (float32): log(0)" },
        { "exp(-softplus(x)) => sigmoid(-x)", Exp(-Softplus(X)), m => Sigmoid(-m[X]), Soundness.Rounding, "x << 0: the result is 1 only to rounding of softplus" },
        { "softplus(x) - x * y => where(x > 0, 1 - y, y) * |x| + softplus(-|x|)", Softplus(X) - (X * V), m => IsLeftToLimits(m.Root) ? null : Loss(m[X], m[V]), Soundness.Rounding, "x > 16, y near 1 (float32): the difference cancels; x infinite: inf - inf" },
        { "sum(softplus(x) - x * y) => sum(where(x > 0, 1 - y, y) * |x| + softplus(-|x|))", Op<ReduceOp>(Softplus(X) - (X * V)), m => ((ReduceOp)m.Root.Node.Op).Kind == ReductionKind.Sum && Loss(m[X], m[V]) is { } loss ? Reductions.Again(m.Root, loss) : null, Soundness.Rounding, "all x > 16, y near 1 (float32): the differences cancel" },
        { "softplus(x) - x => softplus(-x)", Softplus(X) - X, m => Softplus(-m[X]), Soundness.Rounding, "x > 16 (float32): the difference cancels to 0" },
        { "x - softplus(x) => -softplus(-x)", X - Softplus(X), m => -Softplus(-m[X]), Soundness.Rounding, "x > 16 (float32): the difference cancels to 0" },
        { "2 * sigmoid(x) - 1 => tanh(x / 2)", (Sigmoid(X) * 2) - 1, m => Tanh(m[X] * 0.5), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - 2 * sigmoid(x) => -tanh(x / 2)", 1 - (Sigmoid(X) * 2), m => -Tanh(m[X] * 0.5), Soundness.Rounding, "|x| << 1: the difference cancels" },
    };

    /// <summary>1 / (2·sinh(|x| / 2)).</summary>
    private static Value HalfCosech(Value x)
    {
        var size = Abs(x);
        return Exp(size * -0.5) / -Expm1(-size);
    }

    /// <summary>What sigmoid grows from y to x, a selection for its sign: at x = y both branches have the same derivative.</summary>
    private static Value Between(Value x, Value y)
    {
        var grows = x > y;
        var down = Sigmoid(x) * Sigmoid(-y) * -Expm1(Where(grows, y - x, 0));
        // The difference of equal infinities is NaN.
        return Where(grows, down, Sigmoid(y) * Sigmoid(-x) * Expm1(Where(Or(grows, And(Ops.Equal(x, y), Not(IsFinite(x)))), 0, x - y)));
    }

    /// <summary>The logarithm of what <see cref="Between"/> makes of two logits.</summary>
    private static Value? LogOfGrowth(Match m, Value isUp, Value up, Value down)
    {
        var factors = Shifting.Factors(Shifting.Scaled(m, up, 1).Value, m).ConvertAll(f => (f.IsDivisor, Part: Shifting.Scaled(m, f.Value, 1)));
        var sign = factors.Aggregate(Shifting.Scaled(m, up, 1).Factor, (all, f) => all * f.Part.Factor);
        if (sign != -1 || factors.Count != 3 || factors.Exists(f => f.IsDivisor || f.Part.Value.Node.Op is not (SigmoidOp or Expm1Op)) || factors.FindAll(f => f.Part.Value.Node.Op is Expm1Op) is not [(_, var (growth, _))]) return null;
        var log = Log(-Expm1(Where(isUp, growth.Node.Inputs[0], -1)));
        foreach (var (_, (factor, _)) in factors)
        {
            if (factor.Node.Op is SigmoidOp) log -= Softplus(-factor.Node.Inputs[0]);
        }
        return Where(isUp, log, Log(Where(isUp, 1, down)));
    }

    /// <summary>The entropy of a choice with logit x, which is even in x.</summary>
    private static Value? Entropy(Value x)
    {
        if (x.Node.Op is AbsOp) return null;
        var size = Abs(x);
        return KnownDerivatives.OfEntropy(Softplus(-size) + (size * Sigmoid(-size)), x);
    }

    /// <summary>Whether it is float32 of unknown extents: as a result, labels that are no probabilities would take it to float64, which keeping limits apart (<see cref="Precision.LimitsApart"/>) does without.</summary>
    private static bool IsLeftToLimits(Value value) => value.DType == DType.Float32 && value.Shape.Any(d => !d.IsConstant);

    /// <summary>Cross-entropy with a logit x and a label y: of an infinite logit 0 where the label agrees with it.</summary>
    private static Value? Loss(Value x, Value y)
    {
        if (x.Node.Op is AbsOp || y.Node.Op is SigmoidOp || !x.Shape.Equals(y.Shape)) return null;
        var (size, doubt) = (Abs(x), Where(x > 0, 1 - y, y));
        return KnownDerivatives.OfLogisticLoss(Where(KnownDerivatives.IsZero(doubt), 0, size * doubt) + Softplus(-size), x, y);
    }

    private static Value? RootOfSoftplus(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        var isSmall = x < -15;
        var small = Where(isSmall, x, -15);
        return Where(isSmall, Exp(small * 0.5) * (1 - (Exp(small) * 0.25)), Sqrt(Softplus(Where(isSmall, 0, x))));
    }

    // softplus(x) = exp(x) - exp(2x) / 2 + …, and below -15 what follows is 1e-14 of it.
    private static Value? LogSoftplus(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        var isSmall = x < -15;
        var small = Where(isSmall, x, -15);
        return Where(isSmall, small - (Exp(small) * 0.5), Log(Softplus(Where(isSmall, 0, x))));
    }

    private static bool IsNegated(Match m, Value x, Value y) =>
        (x.Node is { Op: NegateOp, Inputs: [var a] } && m.Same(a, y)) || (y.Node is { Op: NegateOp, Inputs: [var b] } && m.Same(b, x));

    // The dividend exp(x) stays for rules that cancel it.
    private static Value? OverExpm1(Value y, Value x) =>
        x.Node is { Op: MinimumOp } or { Op: NegateOp, Inputs: [{ Node.Op: MaximumOp or SelectOp }] } || y.Node.Op is ExpOp ? null : Where(x > 1, y * Exp(-Maximum(x, 0.5)) / -Expm1(-Maximum(x, 0.5)), y / Expm1(Minimum(x, 1.5)));

    // These two are of the forms that the rules about the quotients themselves have made.
    private static Value? LogOverExpm1(Match m, Value isLarge, Value large, Value small) =>
        large.Node is { Op: SelectOp, Inputs: [var b, _, _] } && m.Same(b, isLarge)
            ? Where(isLarge, Log(large) - large - Log1p(-Exp(Minimum(-large, -0.5))), Log(Where(isLarge, 1, small))) : null;

    private static bool IsOverExpm1(Match m, Value quotient, Value y, Value x)
    {
        var written = Factors(quotient);
        return written.Exists(f => !f.IsDivisor && f.Value.Node.Op is ExpOp && IsBelow(f.Value)) && written.Exists(f => f.IsDivisor && f.Value.Node.Op is Expm1Op && IsBelow(f.Value))
            && Others(written).Select(f => f.Value).SequenceEqual(Others(Factors(y)).Select(f => f.Value));

        List<(Value Value, bool IsDivisor)> Factors(Value value) => Shifting.Factors(Shifting.Scaled(m, value, 1).Value, m);
        IEnumerable<(Value Value, bool IsDivisor)> Others(List<(Value Value, bool IsDivisor)> factors) => factors.Where(f => !IsBelow(f.Value) && !m.TryNumber(f.Value, out _));
        bool IsBelow(Value f) => f.Node is { Op: ExpOp or Expm1Op, Inputs: [{ Node: { Op: NegateOp, Inputs: [{ Node: { Op: MaximumOp, Inputs: [var operand, _] } }] } }] } && m.Same(operand, x);
    }

    private static Value LogOverExpm1(Value y, Value x)
    {
        var isLarge = x > 1;
        return Where(isLarge, Log(Where(isLarge, y, 1)) - Maximum(x, 0.5) - Log1p(-Exp(Minimum(-x, -0.5))), Log(y / Expm1(Minimum(x, 1.5))));
    }
}

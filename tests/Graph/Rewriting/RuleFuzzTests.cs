using GraphGrad.Operations;
using GraphGrad.Printing;
using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Every rule, on random expressions that fit its pattern: it fires, and keeps what its soundness promises.</summary>
public class RuleFuzzTests
{
    private const int Attempts = 400;
    private const int Firings = 12;

    private static readonly RuleSet Rules =
        StabilityRules.All + CanonicalRules.All + AlgebraRules.All + CenteredRules.All + FoldingRules.All + DerivativeRules.Forget + AlgebraRules.Strength;

    // Rules about whole families of ops have no pattern from which an expression could be made.
    private static readonly Dictionary<string, Func<Graph, Random, DType, Value>> Examples = new()
    {
        ["view(c) => broadcast(c)"] = (g, _, t) => Transpose(BroadcastTo(g.Constant(TensorData.Filled(t, 2)), [2, 3])),
        ["f(broadcast(x)) => broadcast(f(x))"] = (g, r, t) => Sqrt(BroadcastTo(g.Placeholder("x", [3], t), [r.Next(2, 4), 3])),
        ["f(transpose(x), …) => transpose(f(x, …))"] = (g, _, t) => Maximum(Transpose(g.Placeholder("x", [2, 3], t)), Transpose(g.Placeholder("y", [2, 1], t))),
        ["f(constants) => constant"] = (g, _, _) => Exp(g.Constant([1.0, -0.5, double.NaN])),
        ["sum(dot(x, y)) over batches => dot(x, y)"] = (g, r, t) => Sum(MatMul(g.Placeholder("x", [5, 2, 3], t), g.Placeholder("y", [5, 3, 4], t)), r.Next(2) == 0 ? [0] : [0, 2]),
        ["x - (m + y) => (x - m) - y, m a shift"] = (g, _, t) => g.Placeholder("x", [3], t) - (StopGradient(g.Placeholder("m", [3], t)) + g.Placeholder("y", [3], t)),
        ["(m + y) - x => (m - x) + y, m a shift"] = (g, _, t) => StopGradient(g.Placeholder("m", [3], t)) + g.Placeholder("y", [3], t) - g.Placeholder("x", [3], t),
        ["log(sum(y * exp(x) / z)) => log(sum(exp(x) * (y / z)))"] = (g, _, t) => Log(Sum(g.Placeholder("y", [3], t) * Exp(g.Placeholder("x", [3], t)) / g.Constant(TensorData.Filled(t, 2.5)))),
        ["log(x * exp(y) + z * exp(w)) => m + log(x * exp(y - m) + z * exp(w - m))"] = (g, _, t) => g.Placeholder("x", [3], t) is var x ? Log((x * Exp(g.Placeholder("y", [3], t))) + (Exp(g.Placeholder("w", [3], t)) / 2.5)) : null!,
        ["x * log(y) => where(x == 0, 0, x * log(y)), y vanishes with x"] = (g, r, t) => TimesLogOfMultiple(g.Placeholder("x", [3], t), g.Placeholder("y", [3], t), r.Next(3)),
        ["log(exp(x) + sum(exp(y) * z)) => m + log(exp(x - m) + sum(exp(y - m) * z))"] = (g, r, t) => r.Next(2) == 0 ? Log(Exp(g.Placeholder("x", [], t)) + Sum(Exp(g.Placeholder("y", [3], t)) * g.Placeholder("z", [3], t))) : Log(Exp(g.Placeholder("x", [2, 1], t)) + Sum(Exp(g.Placeholder("y", [2, 3], t)) * g.Placeholder("z", [2, 3], t), 1, keepDims: true)),
        ["y * exp(x) / (u * exp(v) + w * exp(z)) => y * exp(x - m) / (u * exp(v - m) + w * exp(z - m))"] = (g, _, t) => (g.Placeholder("y", [3], t) * Exp(g.Placeholder("x", [3], t))) is var own ? own / (own + Exp(g.Placeholder("z", [3], t))) : null!,
        ["log(x * exp(y) + z) => m + log(x * exp(y - m) + z * exp(-m)), m = y where it is large"] = (g, _, t) => Log((g.Placeholder("x", [3], t) * Exp(g.Placeholder("y", [3], t))) + g.Placeholder("z", [3], t)),
        ["log1p(x * exp(y)) => m + log(x * exp(y - m) + exp(-m)), m = y where it is large"] = (g, _, t) => Log1p(g.Placeholder("x", [3], t) * Exp(g.Placeholder("y", [3], t))),
        ["y * exp(x) / (u * exp(v) + w) => y * exp(x - m) / (u * exp(v - m) + w * exp(-m)), m = v where it is large"] = (g, _, t) => (g.Placeholder("y", [3], t) * Exp(g.Placeholder("x", [3], t))) is var own ? own / (own + g.Placeholder("w", [3], t)) : null!,
        ["log(reshape(sum(x))) => reshape(log(sum(x)))"] = (g, _, t) => Log(ExpandDims(Sum(g.Placeholder("x", [3, 2, 2], t), [1, 2]), 1)),
        ["sqrt(reshape(sum(x))) => reshape(sqrt(sum(x)))"] = (g, _, t) => Sqrt(ExpandDims(Sum(g.Placeholder("x", [3, 2, 2], t), [1, 2]), 1)),
        ["f * c + c => (f + 1) * c, f of erf, tanh, cos, exp"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? ((r.Next(2) == 0 ? Tanh(x) : Erf(x)) * 0.5) + 0.5 : null!,
        ["c - d * atan(x) => d * atan2(1, x), c = d * π/2"] = (g, r, t) => 0.25 * Math.PI - (Atan(g.Placeholder("x", [3], t)) * 0.5),
        ["d * atan(x) - c => -(d * atan2(1, x)), c = d * π/2"] = (g, r, t) => (Atan(g.Placeholder("x", [3], t)) / Math.PI) - 0.5,
        ["d * atan(x) + c => d * atan2(1, -x), c = d * π/2"] = (g, r, t) => Atan(g.Placeholder("x", [3], t)) + (0.5 * Math.PI),
        ["y / (u * exp(v) + w) => y * exp(-m) / (u * exp(v - m) + w * exp(-m)), m = v where it is large"] = (g, _, t) => g.Placeholder("y", [3], t) / ((g.Placeholder("u", [3], t) * Exp(g.Placeholder("v", [3], t))) + g.Placeholder("w", [3], t)),
        ["x * erfc(y) => 2 * gelu(x) for y = -x / sqrt(2)"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? x * 0.5 * Erfc(r.Next(2) == 0 ? -x / Math.Sqrt(2) : x * -Math.Sqrt(0.5)) : null!,
        ["x * (erfc(y) * c) => 2 * c * gelu(x) for y = -x / sqrt(2)"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? x * (Erfc(-(x / Math.Sqrt(2))) * 0.5) : null!,
        ["log(a * erfc(x) + b * exp(-x^2)) => log(a * exp(x^2) * erfc(x) + b) - x^2 for x > 3"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? Log((Erfc(x) * g.Placeholder("a", [3], t)) + (Exp(-(x * x)) * 2)) : null!,
        ["log(sum(exp(x) / exp * y)) => log(sum(exp(x) * y)) - log(exp)"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? Log(Sum(Exp(x) / Sum(Exp(g.Placeholder("u", [3], t))) * g.Placeholder("y", [3], t) / g.Constant(TensorData.Filled(t, 2.5)))) : null!,
        ["log(sum(where(b, exp(x) / exp * y, 0))) => log(sum(where(b, exp(x) * y, 0))) - log(exp)"] = (g, _, t) => g.Placeholder("x", [3], t) is var x ? Log(Sum(Where(Equal(Iota(g, [3]), 1), Exp(x) / Sum(Exp(g.Placeholder("u", [3], t))) * g.Placeholder("y", [3], t), 0))) : null!,
        ["log(x / (exp(x) - 1)) => log(x) - x - log1p(-exp(-x)) for x > 1"] = (g, r, t) => LogOverExpm1(g.Placeholder("x", [3], t), null),
        ["log(y / (exp(x) - 1)) => log(y) - x - log1p(-exp(-x)) for x > 1"] = (g, r, t) => LogOverExpm1(g.Placeholder("x", [3], t), g.Placeholder("y", [3], t)),
        ["1 - y * cos(x) => (1 - y) + y * (1 - cos(x)) near 0"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? 1 - (Cos(x) * Where(x > 0, OnesLike(x), x)) : null!,
        ["1 - y * cos(x) => (1 - y) + y * (1 - cos(x)) near 0, operands swapped"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? (Cos(x) * Where(x > 0, OnesLike(x), x)) - 1 : null!,
        ["y * cosh(x) - 1 => (y - 1) + y * (cosh(x) - 1) near 0"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? (Cosh(x) * Where(x > 0, OnesLike(x), x)) - 1 : null!,
        ["y * cosh(x) - 1 => (y - 1) + y * (cosh(x) - 1) near 0, operands swapped"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? 1 - (Cosh(x) * Where(x > 0, OnesLike(x), x)) : null!,
        ["log(x * exp(y) / z) => log(x / z) + y"] = (g, r, t) => Log(ProductWithExponential(g.Placeholder("x", [3], t), g.Placeholder("y", [3], t), g.Placeholder("z", [3], t), r.Next(4))),
        ["slice(transpose(x)) => transpose(slice(x))"] = (g, _, t) => Slice(Transpose(g.Placeholder("x", [2, 3, 4], t), 2, 0, 1), 0, 1, 3),
        ["transpose(pad(transpose(x), c)) => pad(x, c)"] = (g, _, t) => Transpose(Pad(Transpose(g.Placeholder("x", [2, 3, 4], t), 2, 0, 1), [1, 0, 2], [0, 0, 1]), 1, 2, 0),
        ["concatenate(transpose(x), …) => transpose(concatenate(x, …))"] = (g, _, t) => Concat([Transpose(g.Placeholder("x", [2, 3, 4], t), 2, 0, 1), Transpose(g.Placeholder("y", [2, 5, 4], t), 2, 0, 1)], 2),
        ["transpose(dot(x, y)) => dot(y, x)"] = (g, r, t) => Transpose(MatMul(g.Placeholder("x", [2, 3], t), g.Placeholder("y", [3, 4], t))),
        ["dot(window(transpose(x)), y) of single elements => transpose(dot(y, x))"] = (g, _, t) => Dot(Windows(Transpose(g.Placeholder("x", [1, 3, 2, 5], t), 0, 2, 3, 1), [1, 2], [1, 1], [1, 1], [1, 1]), g.Placeholder("y", [4, 3, 1, 1], t), [3, 4, 5], [1, 2, 3]),
        ["dot(one-hot(i), x) => x[i] where x is finite"] = (g, r, t) => MatMul(OneHot(g.Placeholder("i", [64], DType.Int64), 32, t), g.Placeholder("x", [32, 32], t)),
        ["fold(dot(transpose(x), y)) of single elements => transpose(dot(y, x))"] = (g, _, t) => Fold(Dot(Transpose(g.Placeholder("x", [2, 3, 8, 16], t), 0, 2, 3, 1), g.Placeholder("y", [3, 4, 1, 1], t), [3], [0]), [2, 8, 16, 4], [1, 2], [1, 1]),
        ["dot(transpose(x), window(transpose(y))) of single elements => dot(x, y)"] = (g, _, t) => Dot(
            Transpose(g.Placeholder("x", [2, 9, 3, 5], t), 0, 2, 3, 1), Windows(Transpose(g.Placeholder("y", [2, 4, 3, 5], t), 0, 2, 3, 1), [1, 2], [1, 1]), [0, 1, 2], [0, 1, 2]),
        ["where(norm(x) != 0, y * x, 0) => y * x, y chosen to be 0 there"] = (g, r, t) => MaskedNorm(g.Placeholder("x", [4, 3], t), g.Placeholder("y", [4], t), r.Next(2)),
        ["sum(float32(x)) => float32(sum(x)), x in float64"] = (g, r, _) => Sum(Cast(g.Placeholder("x", [4, 3], DType.Float64), DType.Float32), r.Next(2)),
        ["sum(x * 2^n) => sum(x) * 2^n, n > 0"] = (g, r, t) => Sum(g.Placeholder("x", [4, 3], t) * (r.Next(2) == 0 ? 2 : 16), r.Next(2)),
        ["dot(x, y) of single rows => sum(x * y)"] = (g, r, t) => SingleRows(g, t, r.Next(3)),
        ["reduce(f(x, y)) along short rows => reduce(f(transpose(x), transpose(y)))"] = (g, _, t) => Sum(Square(g.Placeholder("x", [64, 1, 3], t) - g.Placeholder("y", [24, 3], t)), 2),
        ["mean(x^2) - mean(x)^2 => mean((x - mean(x))^2)"] = (g, r, t) => Variance(g.Placeholder("x", [4, 3], t), r.Next(2)),
        ["where(b, -(x / y), z) / w => where(b, -(x / w / y), z / w), where w is a factor of x"] = (g, _, t) => OverFactor(g, t, x => -x),
        ["where(b, x / y, z) / w => where(b, x / w / y, z / w), where w is a factor of x"] = (g, _, t) => OverFactor(g, t, x => x),
        ["sum(x + r * (y - mean(y))) => sum(x), r constant along the sum"] = (g, r, t) => WithCentered(g.Placeholder("x", [4, 3], t), g.Placeholder("y", [4, 3], t), r.Next(2)),
        ["mean(x^2) - mean(x)^2 => mean((x - mean(x))^2), operands swapped"] = (g, r, t) => SwappedVariance(g.Placeholder("x", [4, 3], t), r.Next(2)),
        ["log(where(b, y, sinh(x) / x)) => where(b, log(y), |x| + log1p(-exp(-2 * |x|)) - log|2 * x|)"] = (g, _, t) => LogOfQuotient(g, t, Sinh),
        ["log(where(b, y, (exp(x) - 1) / x)) => where(b, log(y), max(x, 0) + log1p(-exp(-|x|)) - log|x|)"] = (g, _, t) => LogOfQuotient(g, t, Expm1),
        ["custom_gradient(y, …) => y"] = (g, _, t) => CustomGradient(v => Exp(v[0]), c => [c.Adjoint], g.Placeholder("x", [3], t)),
        ["exp(x - max(x)) => exp(x - max(x)), at most 1"] = (g, r, t) => BelowMaximum(g.Placeholder("x", [3, 4], t), r.Next(2)).Exp,
        ["x + exp * c / s => (x + c) - c * (s - 1) / s where exp > s - 1"] = (g, r, t) => Dominance(g, t, r, (x, share) => x + share, isWeighted: true),
        ["x - exp * c / s => (x - c) + c * (s - 1) / s where exp > s - 1"] = (g, r, t) => Dominance(g, t, r, (x, share) => x - share, isWeighted: true),
        ["x - exp * c / s => (x - c) + c * (s - 1) / s where exp > s - 1, operands swapped"] = (g, r, t) => Dominance(g, t, r, (x, share) => share - x, isWeighted: true),
        ["x + where(b, exp * c / s, 0) => where(b, x + exp * c / s, x)"] = (g, r, t) => Dominance(g, t, r, (x, share) => x + Where(g.Placeholder("b", [3, 1], DType.Bool), share, 0), isWeighted: true),
        ["x - where(b, exp * c / s, 0) => where(b, x - exp * c / s, x)"] = (g, r, t) => Dominance(g, t, r, (x, share) => x - Where(g.Placeholder("b", [3, 1], DType.Bool), share, 0), isWeighted: true),
        ["x - where(b, exp * c / s, 0) => where(b, x - exp * c / s, x), operands swapped"] = (g, r, t) => Dominance(g, t, r, (x, share) => Where(g.Placeholder("b", [3, 1], DType.Bool), share, 0) - x, isWeighted: true),
        ["any(x & y) => x & any(y), x the same for the row"] = (g, _, _) => Any(And(g.Placeholder("x", [3, 1], DType.Bool), g.Placeholder("y", [3, 4], DType.Bool)), 1),
        ["any(x == iota) => x >= 0 & x < n"] = (g, _, _) => Any(Equal(g.Placeholder("x", [3, 1], DType.Int32), Iota(g, [4], 0, DType.Int32)), 1),
        ["x + exp / s => (x + 1) - (s - 1) / s where exp > s - 1"] = (g, r, t) => Dominance(g, t, r, (x, share) => x + share, isWeighted: false),
        ["x - exp / s => (x - 1) + (s - 1) / s where exp > s - 1"] = (g, r, t) => Dominance(g, t, r, (x, share) => x - share, isWeighted: false),
        ["x - exp / s => (x - 1) + (s - 1) / s where exp > s - 1, operands swapped"] = (g, r, t) => Dominance(g, t, r, (x, share) => share - x, isWeighted: false),
        ["view(exp(y)) / sum(exp(x)) => exp(view(y) - m) / sum(exp(x - m)), of an element of its own row view(softmax(x))"] = (g, r, t) => g.Placeholder("x", [3, 4], t) is var x ? (r.Next(2) == 0 ? Exp(x)[.., 1..2] : ExpandDims(Exp(g.Placeholder("y", [3], t)), 1)) / Sum(Exp(x), 1, keepDims: true) : null!,
        ["1 - view(exp / s) => view((s - 1) / s) where exp > s - 1"] = (g, r, t) => 1 - Share(g, t, r),
        ["1 - view(exp / s) => view((s - 1) / s) where exp > s - 1, operands swapped"] = (g, r, t) => Share(g, t, r) - 1,
        ["where(b, s * t^2, z) / x^2 => where(b, s, z / x^2), t = where(b, x, 0)"] = (g, _, t) => OverPower(g, t, x => x * x),
        ["where(b, s * t^3, z) / x^3 => where(b, s, z / x^3), t = where(b, x, 0)"] = (g, _, t) => OverPower(g, t, x => x * x * x),
        ["y * (x * x) => y * x * x, y a derivative of tanh"] = (g, _, t) => g.Placeholder("x", [3], t) is var x ? Sech(x) * Sech(x) * (x * x) : null!,
        ["w / where(b, -(x / y), z) => where(b, -(y / (x / w)), w / z), where w is a factor of x"] = (g, _, t) => UnderFactor(g, t, x => -x),
        ["w / where(b, x / y, z) => where(b, y / (x / w), w / z), where w is a factor of x"] = (g, _, t) => UnderFactor(g, t, x => x),
        ["sqrt(x * x + y * y - 2 * x * y * cos(z)) => hypot(x - y, 2 * sqrt(x * y) * sin(z / 2)) for x * y > 0"] = (g, r, t) => (g.Placeholder("x", [3], t), g.Placeholder("y", [3], t)) is var (x, y) ? Sqrt((x * x) + (y * y) - (r.Next(2) == 0 ? x * 2 * y * Cos(g.Placeholder("z", [3], t)) : y * x * (Cos(g.Placeholder("z", [3], t)) * 2))) : null!,
        ["sum(concatenate(e, f, …)) => sum(e) + sum(f) + …, exponentials among them"] = (g, _, t) => Sum(Concat([Exp(g.Placeholder("x", [3, 1], t)), Exp(g.Placeholder("y", [3, 1], t)), BroadcastTo(g.Constant(TensorData.Filled(t, 2)), [3, 1])], 1), 1),
        ["sum(x) - x[i] => the sum of the others"] = (g, r, t) => SumLessElement(g.Placeholder("x", [3, 4], t), g.Placeholder("y", [3, 1], t), r.Next(4)),
        ["sum(x) - x[i] => the sum of the others, operands swapped"] = (g, r, t) => g.Placeholder("x", [3, 4], t) is var x ? x[.., 1..2] - Sum(x, 1, keepDims: true) : null!,
        ["log(cumsum(e)) => logcumsumexp(log(e)), e an exponential"] = (g, r, t) => Log(CumSum(Exp(g.Placeholder("x", [3], t)), 0, r.Next(2) == 0)),
        ["log(cumprod(e)) => cumsum(log(e)), e an exponential"] = (g, r, t) => Log(CumProd(r.Next(2) == 0 ? Exp(g.Placeholder("x", [3], t)) : Sigmoid(g.Placeholder("x", [3], t)), 0, r.Next(2) == 0)),
        ["cumprod(exp(x)) => exp(cumsum(x))"] = (g, r, t) => CumProd(Exp(g.Placeholder("x", [3], t)), 0, r.Next(2) == 0),
        ["y / cumsum(e) => y * exp(-m) / (cumsum(e) * exp(-m)), m the greatest logarithm so far"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? (r.Next(2) == 0 ? Exp(x) : g.Placeholder("y", [3], t)) / CumSum(Exp(x), 0, r.Next(2) == 0) : null!,
        ["1 - cumprod(e) => 1 - exp(cumsum(log(e))), e an exponential"] = (g, r, t) => 1 - CumProd(Sigmoid(g.Placeholder("x", [3], t)), 0),
        ["1 - cumprod(e) => 1 - exp(cumsum(log(e))), e an exponential, operands swapped"] = (g, r, t) => CumProd(Sigmoid(g.Placeholder("x", [3], t)), 0) - 1,
        ["1 - prod(1 - x) => 1 - exp(sum(log(1 - x))) for |x| < 1/2"] = (g, r, t) => 1 - Prod(1 - g.Placeholder("x", [3], t)),
        ["1 - prod(1 - x) => 1 - exp(sum(log(1 - x))) for |x| < 1/2, operands swapped"] = (g, r, t) => Prod(1 - g.Placeholder("x", [3], t)) - 1,
        ["1 - cumprod(1 - x) => 1 - exp(cumsum(log(1 - x))) for |x| < 1/2"] = (g, r, t) => 1 - CumProd(1 - g.Placeholder("x", [3], t), 0),
        ["1 - cumprod(1 - x) => 1 - exp(cumsum(log(1 - x))) for |x| < 1/2, operands swapped"] = (g, r, t) => CumProd(1 - g.Placeholder("x", [3], t), 0) - 1,
        ["log(max(e)) => max(log(e)), e an exponential"] = (g, r, t) => Log(r.Next(2) == 0 ? Max(Exp(g.Placeholder("x", [3], t))) : Min(Exp(g.Placeholder("x", [3], t)))),
        ["log(sum(e)) => log(sum(exp(log(e)))), e a running sum or a product of matrices"] = (g, r, t) => Log(Sum(r.Next(2) == 0 ? MatMul(Exp(g.Placeholder("x", [2, 2], t)), Sigmoid(g.Placeholder("y", [2, 2], t))) : CumSum(Exp(g.Placeholder("x", [3], t)), 0))),
        ["log(dot(e, f)) => log(sum(exp(log(e) + log(f)))), e and f exponentials"] = (g, r, t) => Log(MatMul(Exp(g.Placeholder("x", [2, 2], t)), r.Next(2) == 0 ? Sigmoid(g.Placeholder("y", [2, 2], t)) : Exp(g.Placeholder("y", [2, 2], t)))),
        ["log(where(b, sigmoid(x) * sigmoid(y) * (1 - exp(z)), w)) => where(b, log(1 - exp(z)) - softplus(-x) - softplus(-y), log(w))"] = (g, r, t) => g.Placeholder("x", [3], t) is var x && x - Exp(g.Placeholder("z", [3], t)) is var y ? Log(Where(x > y, Sigmoid(x) * Sigmoid(-y) * -Expm1(Where(x > y, y - x, 0)), Sigmoid(y) * Sigmoid(-x) * Expm1(Where(x > y, 0, x - y)))) : null!,
        ["sqrt(e) => exp(log(e) / 2), e a product or quotient of exponentials"] = (g, r, t) => (Exp(g.Placeholder("x", [3], t)), Sigmoid(g.Placeholder("y", [3], t))) is var (e, f) ? Sqrt(r.Next(2) == 0 ? e * f : f / e) : null!,
        ["(exp(x * c) - 1) / x => c * ((exp(x * c) - 1) / (x * c))"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? Expm1(x * 0.125) / x : null!,
        ["x / (exp(x * c) - 1) => x * c / (exp(x * c) - 1) / c"] = (g, r, t) => g.Placeholder("x", [3], t) is var x ? x / Expm1(x * 0.125) : null!,
        ["checkpoint(y, …) => y"] = (g, _, t) => Checkpoint(v => Exp(v), g.Placeholder("x", [3], t)),
    };

    private static Value MaskedNorm(Value x, Value y, int axis)
    {
        var norm = Sqrt(Sum(x * x, axis));
        var isZero = Equal(norm, 0);
        var weight = Where(isZero, 0, (axis == 0 ? y[..3] : y) / norm);
        return Where(ExpandDims(Not(isZero), axis), ExpandDims(weight, axis) * x, 0);
    }

    private static Value TimesLogOfMultiple(Value x, Value y, int form) => form switch
    {
        0 => x * Log(x / y),
        1 => (1 - x) * Log1p(-x),
        _ => x * y * Log(Abs(x)),
    };

    public static TheoryData<string> Names => [.. Rules.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_rule_keeps_what_it_promises(string name)
    {
        var rule = Rules.Single(r => r.Name == name);
        var fired = 0;
        for (var seed = 0; seed < Attempts && fired < Firings; seed++)
        {
            if (TrySample(rule, seed) is not { } before) continue;
            if (rule.Apply(before, new RewriteFacts([]), out _) is not { } replaced) continue;
            fired++;
            Assert.Equal(before.DType, replaced.DType);
            var after = BroadcastTo(replaced, before.Shape);
            Compare(rule, before, after, seed);
        }
        Expect.True(fired > 0, $"'{name}' fired on none of {Attempts} expressions made from its pattern");
    }

    [Fact]
    public void Normal_forms_stay_as_they_are()
    {
        var all = StabilityRules.All + CanonicalRules.All + AlgebraRules.All + CenteredRules.All + FoldingRules.All + DerivativeRules.Forget;
        foreach (var rule in Rules.Where(r => !AlgebraRules.Strength.Contains(r)))
        {
            for (var seed = 0; seed < 20; seed++)
            {
                if (TrySample(rule, seed) is not { } value) continue;
                var once = new Rewriter(value.Graph, all, []).Rewrite([value], []).Values[0];
                var again = new List<string>();
                new Rewriter(value.Graph, all, [], (r, _, _, _) => again.Add(r.Name)).Rewrite([once], []);
                Expect.True(again.Count == 0, $"seed {seed}: {ExpressionText.Of(value)} became {ExpressionText.Of(once)}, to which '{again.FirstOrDefault()}' still applies");
            }
        }
    }

    /// <summary>An outer product for each batch, windows with their kernels, and kernels with their windows.</summary>
    private static Value ProductWithExponential(Value x, Value y, Value z, int form) => form switch
    {
        0 => x * Exp(y) / z,
        1 => z / (x * (Exp(y) * z)),
        2 => Exp(-y / z) * x * x / (z * z),
        _ => z * (x / (Exp(y) * z)),
    };

    private static Value SingleRows(Graph graph, DType type, int which)
    {
        if (which == 0) return MatMul(graph.Placeholder("x", [5, 2, 1], type), graph.Placeholder("y", [5, 1, 4], type));
        var windows = Windows(graph.Placeholder("x", [7, 3], type), [0], [3], [1], [1]);
        var kernels = graph.Placeholder("w", [3, 1, 3], type);
        return which % 2 == 1 ? Dot(windows, kernels, [2], [2], [1], [0]) : Dot(kernels, windows, [2], [2], [0], [1]);
    }

    private static Value Variance(Value x, int axis)
    {
        var mean = Mean(x, axis, keepDims: true);
        return Mean(x * x, axis, keepDims: true) - (mean * mean);
    }

    private static Value WithCentered(Value x, Value y, int axis)
    {
        var r = Sqrt(Sum(y * y, axis, keepDims: true));
        return Sum((x * r) + (r * (y - Mean(y, axis, keepDims: true))), axis);
    }

    private static (Value Exp, Value Sum) BelowMaximum(Value x, int axis)
    {
        var exp = Exp(x - Max(x, axis, keepDims: true));
        return (exp, Sum(exp, axis, keepDims: true));
    }

    private static Value OverPower(Graph graph, DType type, Func<Value, Value> power)
    {
        var x = graph.Placeholder("x", [3], type);
        var isNear = Abs(x) < 1;
        return Where(isNear, graph.Placeholder("s", [3], type) * power(Where(isNear, x, 0)), graph.Placeholder("z", [3], type)) / power(x);
    }

    private static Value Share(Graph graph, DType type, Random random)
    {
        var (exp, sum) = BelowMaximum(graph.Placeholder("y", [3, 4], type), random.Next(2));
        return (exp / sum)[random.Next(3)];
    }

    /// <summary>Something met by a share of exponentials, at one element of each row or anywhere.</summary>
    private static Value Dominance(Graph graph, DType type, Random random, Func<Value, Value, Value> meet, bool isWeighted)
    {
        var (exp, sum) = BelowMaximum(graph.Placeholder("y", [3, 4], type), random.Next(2));
        var x = random.Next(2) == 0
            ? graph.Placeholder("x", [3, 4], type)
            : Where(Equal(graph.Constant([[1], [0], [3]]), Iota(graph, [4], 0, DType.Int32)), graph.Placeholder("x", [3, 1], type), 0);
        return meet(x, isWeighted ? graph.Placeholder("c", [], type) / sum * exp : exp / sum);
    }

    private static Value OverFactor(Graph graph, DType type, Func<Value, Value> sign)
    {
        var (w, x, y, z) = (graph.Placeholder("w", [3], type), graph.Placeholder("x", [3], type), graph.Placeholder("y", [3], type), graph.Placeholder("z", [3], type));
        return Where(x > 0, sign(w * 3 * x / y), z) / (w * 2);
    }

    private static Value SumLessElement(Value x, Value y, int element) => Sum(Exp(x / y), 1, keepDims: true) - Exp(x[.., element..(element + 1)] / y);

    private static Value UnderFactor(Graph graph, DType type, Func<Value, Value> sign)
    {
        var (w, x, y, z) = (graph.Placeholder("w", [3], type), graph.Placeholder("x", [3], type), graph.Placeholder("y", [3], type), graph.Placeholder("z", [3], type));
        return w * 2 / Where(x > 0, sign(w * 3 * x / y), z);
    }

    /// <summary>log(f(x) / x) as another rule leaves it: with a series near 0.</summary>
    private static Value LogOfQuotient(Graph graph, DType type, Func<Value, Value> function)
    {
        var x = graph.Placeholder("x", [3], type);
        var isNear = Abs(x) < 1;
        var far = Where(isNear, 1, x);
        return Log(Where(isNear, 2 + Abs(x), function(far) / far));
    }

    /// <summary>log(y / (exp(x) - 1)), or log(x / (exp(x) - 1)), as another rule leaves it.</summary>
    private static Value LogOverExpm1(Value x, Value? y)
    {
        var isLarge = x > 1;
        if (y is not null) return Log(Where(isLarge, -(y * Exp(-Maximum(x, 0.5)) / Expm1(-Maximum(x, 0.5))), y / Expm1(Minimum(x, 1.5))));
        var large = Where(isLarge, x, 1);
        return Log(Where(isLarge, -(large * Exp(-large) / Expm1(-large)), Where(isLarge, 1, x) / Expm1(Where(isLarge, 1, x))));
    }

    private static Value SwappedVariance(Value x, int axis)
    {
        var mean = Mean(x, axis, keepDims: true);
        return (mean * mean) - Mean(x * x, axis, keepDims: true);
    }

    /// <summary>Whether the rule's expressions are written down, all of one type.</summary>
    internal static bool HasExample(Rule rule) => Examples.ContainsKey(rule.Name);

    /// <summary>An expression that a rule may apply to, of random type and shapes unless they are given; null if the random choices do not fit together.</summary>
    internal static Value? TrySample(Rule rule, int seed, DType? type = null, Shape? shape = null)
    {
        var random = new Random(seed);
        var graph = new Graph();
        if (Examples.TryGetValue(rule.Name, out var example)) return example(graph, random, type ?? DType.Float64);
        DType[] types = [DType.Float64, DType.Float64, DType.Float32, DType.Int32, DType.Bool];
        try
        {
            return new PatternSampler(graph, type ?? types[seed % types.Length], random, shape).Sample(rule.Pattern);
        }
        catch (GraphException)
        {
            return null;
        }
    }

    private static void Compare(Rule rule, Value before, Value after, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 4; round++)
        {
            var special = round >= 2;
            if (special && rule.Soundness.HasFlag(Soundness.AssumesFinite)) return;
            var range = round == 0 ? (-3.0, 3.0) : (0.01, 0.99);
            var feeds = GraphSlice.Of([before.Node]).Where(n => n.Op is PlaceholderOp)
                .Select(n => (n.Output, special ? Fuzz.SpecialData(n.Output.Type, random) : Fuzz.Data(n.Output.Type, random, range.Item1, range.Item2))).ToArray();
            var slice = GraphSlice.Of([after.Node]).ToHashSet();
            var (x, y) = (AsWritten.Run(before, feeds), AsWritten.Run(after, feeds.Where(f => slice.Contains(f.Output.Node))));
            for (var i = 0; i < x.Count; i++)
            {
                Expect.True(
                    Agree(rule.Soundness, x.At(i), y.At(i), special, before.DType == DType.Float32 ? 1e-4 : 1e-9),
                    $"seed {seed}, round {round}: {ExpressionText.Of(before)} is {x.At(i)}, {ExpressionText.Of(after)} is {y.At(i)} for {string.Join(", ", feeds.Select(f => f.Item2))}");
            }
        }
    }

    private static bool Agree(Soundness soundness, double x, double y, bool special, double tolerance)
    {
        if (double.IsNaN(x)) return soundness >= Soundness.Rounding || double.IsNaN(y);
        if (soundness == Soundness.Exact) return BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y);
        if (x == y) return true;
        if (soundness < Soundness.Rounding) return false;
        // Where arguments are extreme, the original is what fails; it is enough that nothing finite turns into NaN.
        if (double.IsNaN(y)) return special && double.IsInfinity(x);
        return special || double.IsInfinity(x) || Math.Abs(x - y) <= tolerance * (1 + Math.Abs(x));
    }
}

using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Differences of powers, quotients and roots that are nearly equal, and roots of squares that overflow.</summary>
internal static class DifferenceRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern F = AnyFloat("x");
    private static readonly Pattern G = AnyFloat("y");
    private static readonly Pattern H = AnyFloat("z");
    private static readonly Pattern B = AnyBool("b");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern V = NotNumber("y");
    private static readonly Pattern HalfSine = Sin(F * 0.5);
    private static readonly Pattern XPlusOne = F + 1;
    private static readonly Pattern Quotient = F / V;
    private static readonly Pattern CosX = Cos(F);
    private static readonly Pattern SinX = Sin(F);
    private static readonly Pattern OneMinusX = 1 - F;

    private static readonly Pattern Angle = ViewWhere("d * atan(x)", static (value, match) => Shifting.Scaled(match, value, 1).Value is { Node.Op: AtanOp } atan && match.MayLookInto(atan));

    public static readonly RuleSet All = new("difference")
    {
        { "(x + y) - x => y", F + G - F, m => Without(m, m[F], m[G]), Soundness.Rounding, "|y| << |x|: the digits of y are lost in the sum" },
        { "x + (y - x) => y", F + (G - F), m => Without(m, m[F], m[G]), Soundness.Rounding, "|y| << |x|: the digits of y are lost in the difference" },
        { "(x + z) - (y + z) => x - y", F + H - (G + H), m => Without(m, m[H], m[F] - m[G]), Soundness.Rounding, "|x|, |y| << |z|: their digits are lost in the sums" },
        { "x - (|x| + y) => min(x, 0) * 2 - y", F - (Abs(F) + G), m => (Minimum(m[F], 0) * 2) - m[G], Soundness.Rounding, "|y| << x: the digits of y are lost in the sum" },
        { "x - (max(x, y) + z) => min(x - y, 0) - z", F - (Maximum(F, G) + H), m => Minimum(m[F] - m[G], 0) - m[H], Soundness.Rounding, "|z| << x: the digits of z are lost in the sum" },
        { "(x - y) - x => -y", F - G - F, m => Without(m, m[F], -m[G]), Soundness.Rounding, "|y| << |x|: the digits of y are lost in the difference" },
        { "x - (x + y) => -y", F - (F + G), m => Without(m, m[F], -m[G]), Soundness.Rounding, "|y| << |x|: the digits of y are lost in the sum" },
        { "x - (x - y) => y", F - (F - G), m => Without(m, m[F], m[G]), Soundness.Rounding, "|y| << |x|: the digits of y are lost in the difference" },
        { "(x + y) - (x - y) => 2 * y", F + G - (F - G), m => Without(m, m[F], m[G] * 2), Soundness.Rounding, "|y| << |x|: the digits of y are lost in the sum" },
        { "(x + y) + (x - y) => 2 * x", F + G + (F - G), m => Without(m, m[G], m[F] * 2), Soundness.Rounding, "|x| << |y|: the digits of x are lost in the sum" },
        { "1 - (x / y)^2 => ((y - x) / y) * ((y + x) / y)", 1 - (Quotient * Quotient), m => OneLessSquare(m[F], m[V]), Soundness.Rounding, "x near y or -y: the difference cancels" },
        { "cos(x)^2 - sin(x)^2 => cos(2 * x)", (CosX * CosX) - (SinX * SinX), m => Cos(m[F] * 2), Soundness.Rounding, "x near π/4: the difference cancels" },
        { "x / hypot(x, y) => sign(x) / hypot(y / x, 1) for |x| > |y|", V / Hypot(V, G), m => Cosine(m[V], m[G]), Soundness.Rounding, "|x| >> |y|: the gradient cancels" },
        { "sqrt(c - x * x) => sqrt(k - x) * sqrt(x + k), k * k = c", Sqrt(C - (F * F)), m => m.IsPositive(C) ? KnownDerivatives.OfRootBelow(Sqrt(RootLess(m.Number(C), m[F])) * Sqrt(RootPlus(m.Number(C), m[F])), m[F]) : null, Soundness.Rounding, "x * x near c: the difference cancels" },
        { "sqrt(x * x - c) => sqrt(|x| - k) * sqrt(|x| + k), k * k = c", Sqrt((F * F) - C), m => m.IsPositive(C) ? KnownDerivatives.OfRootAbove(Sqrt(LessRoot(Abs(m[F]), m.Number(C))) * Sqrt(RootPlus(m.Number(C), Abs(m[F]))), m[F]) : null, Soundness.Rounding, "x * x near c: the difference cancels; |x| > 1.8e19 (float32): the square overflows" },
        { "c - sqrt(c - x) * sqrt(x + c) => x / (c + sqrt(c - x) * sqrt(x + c)) * x", C - (Sqrt(C - F) * Sqrt(F + C)), m => m.IsPositive(C) ? m[F] / ((Sqrt(m.Number(C) - m[F]) * Sqrt(m[F] + m.Number(C))) + m.Number(C)) * m[F] : null, Soundness.Rounding, "|x| << c: the difference cancels" },
        { "x - sqrt(|x| - c) * sqrt(|x| + c) => c / (x + sqrt(x - c) * sqrt(x + c)) * c for x > 0", F - (Sqrt(Abs(F) - C) * Sqrt(Abs(F) + C)), m => m.IsPositive(C) ? OneSidedDifference(m[F], m.Number(C)) : null, Soundness.Rounding, "x >> c: the difference cancels" },
        { "log(x + sqrt(|x| - 1) * sqrt(|x| + 1)) => acosh(x)", Log(F + (Sqrt(Abs(F) - 1) * Sqrt(Abs(F) + 1))), m => Acosh(m[F]), Soundness.Rounding, "x > 1.7e38 (float32): the sum overflows" },
        { "x * x - y * y => (x - y) * (x + y)", (F * F) - (G * G), m => KnownDerivatives.OfSquares((m[F] - m[G]) * (m[F] + m[G]), m[F], m[G]), Soundness.Rounding, "|x - y| << |x|: the difference cancels; |x| > 1.8e19 (float32): inf - inf" },
        { "(1 + x)^2 - 1 => x * (x + 2)", (XPlusOne * XPlusOne) - 1, m => m[F] * (m[F] + 2), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - (1 - x)^2 => x * (2 - x)", 1 - (OneMinusX * OneMinusX), m => m[F] * (2 - m[F]), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "(1 + x)^3 - 1 => x * (3 + x * (3 + x))", (XPlusOne * XPlusOne * XPlusOne) - 1, m => KnownDerivatives.OfCube(m[F] * ((m[F] * (m[F] + 3)) + 3), m[F]), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "x^y - 1 => expm1(y * log(x))", Pow(F, G) - 1, m => PowerLessOne(m[F], m[G]), Soundness.Rounding, "x^y near 1: the difference cancels" },
        { "1 - x^y => -expm1(y * log(x))", 1 - Pow(F, G), m => PowerLessOne(m[F], m[G]) is { } power ? -power : null, Soundness.Rounding, "x^y near 1: the difference cancels" },
        { "x^z - y^z => y^z * expm1(z * log1p((x - y) / y)) for x near y", Pow(F, H) - Pow(G, H), m => PowerDifference(m[F], m[G], m[H]), Soundness.Rounding, "x near y: the difference cancels" },
        { "1 - 1 / (1 + x) => x / (1 + x)", 1 - (1 / XPlusOne), m => OneLessInverse(m[F], false), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 / (1 + x) - 1 => -x / (1 + x)", (1 / XPlusOne) - 1, m => OneLessInverse(m[F], false) is { } part ? -part : null, Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 / (1 - x) - 1 => x / (1 - x)", (1 / OneMinusX) - 1, m => OneLessInverse(m[F], true) is { } part ? -part : null, Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - x / (1 + x) => 1 / (1 + x)", 1 - (F / XPlusOne), m => 1 / (m[F] + 1), Soundness.Rounding, "|x| >> 1: the difference cancels" },
        { "x / (1 + x) - 1 => -1 / (1 + x)", (F / XPlusOne) - 1, m => -(1 / (m[F] + 1)), Soundness.Rounding, "|x| >> 1: the difference cancels" },
        { "sin(x) - sin(y) => 2 * cos((x + y) / 2) * sin((x - y) / 2)", Sin(F) - Sin(G), m => SineDifference(m[F], m[G]), Soundness.Rounding, "x near y: the difference cancels" },
        { "cos(x) - cos(y) => -2 * sin((x + y) / 2) * sin((x - y) / 2)", Cos(F) - Cos(G), m => CosineDifference(m[F], m[G]), Soundness.Rounding, "x near y: the difference cancels" },
        { "2 * sin(x / 2)^2 / x => sin(x / 2) * sinc(x / 2)", HalfSine * HalfSine * 2 / F, m => Sin(m[F] * 0.5) * HalfSinc(m[F]), Soundness.Rounding, "|x| << 1: the square vanishes" },
        { "2 * sin(x / 2)^2 / x^2 => sinc(x / 2)^2 / 2", HalfSine * HalfSine * 2 / (F * F), m => Square(HalfSinc(m[F])) * 0.5, Soundness.Rounding, "|x| << 1: 0 / 0" },
        { "2 * sin(x / 2)^2 / sin(x) => tan(x / 2)", HalfSine * HalfSine * 2 / Sin(F), m => Tan(m[F] * 0.5), Soundness.Rounding, "|x| << 1: the square vanishes" },
        { "sqrt(x * x * c) => abs(x) * sqrt(c)", Sqrt(F * F * C), m => m.IsPositive(C) ? Abs(m[F]) * Math.Sqrt(m.Number(C)) : null, Soundness.Rounding, "|x| > 1.8e19 or < 1e-23 (float32): the square overflows or vanishes; x = 0: the gradient is NaN" },
        { "sin(x) / x => its series near 0", Sin(F) / F, m => m[F].Node.Op is SelectOp ? null : Sinc(m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "sin(x * y) / sin(x) => y * sinc(x * y) / sinc(x) near 0", Sin(F * V) / Sin(F), m => QuotientOfSines(m[F], m[V], m[V]), Soundness.Rounding, "|x| << 1: the gradient by x cancels" },
        { "sin(x * y) / (y * sin(x)) => sinc(x * y) / sinc(x) near 0", Sin(F * V) / (Sin(F) * V), m => QuotientOfSines(m[F], m[V], null), Soundness.Rounding, "|x| << 1: the gradient by x cancels" },
        { "x / sin(x) => 1 / (sin(x) / x)", F / Sin(F), m => m[F].Node.Op is SelectOp ? null : OverQuotient(m[F], 1, SincSeries, Sin), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "(exp(x) - 1) / x => its series near 0", Expm1(F) / F, m => m[F].Node.Op is SelectOp ? null : Expm1Quotient(m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "x / (exp(x) - 1) => 1 / ((exp(x) - 1) / x)", F / Expm1(F), m => m[F].Node.Op is SelectOp ? null : OverExpm1(m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "(exp(x * c) - 1) / x => c * ((exp(x * c) - 1) / (x * c))", Expm1(G) / F, m => Multiple(m, m[G], m[F]) is { } c ? Expm1Quotient(m[F], m[G], c) : null, Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "x / (exp(x * c) - 1) => x * c / (exp(x * c) - 1) / c", F / Expm1(G), m => Multiple(m, m[G], m[F]) is { } c ? OverExpm1(m[G]) / c : null, Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "(exp(-x) - 1) / x => its series near 0", Expm1(-F) / F, m => m[F].Node.Op is SelectOp ? null : -Expm1Quotient(-m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "x / (exp(-x) - 1) => 1 / ((exp(-x) - 1) / x)", F / Expm1(-F), m => m[F].Node.Op is SelectOp ? null : -OverExpm1(-m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "log1p(x) / x => its series near 0", Log1p(F) / F, m => m[F].Node.Op is SelectOp ? null : Log1pQuotient(m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "x / log1p(x) => 1 / (log1p(x) / x)", F / Log1p(F), m => m[F].Node.Op is SelectOp ? null : OverQuotient(m[F], 0.1, Log1pSeries, Log1p), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "sinh(x) / x => its series near 0", Sinh(F) / F, m => m[F].Node.Op is SelectOp ? null : SinhQuotient(m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "x / sinh(x) => 1 / (sinh(x) / x)", F / Sinh(F), m => m[F].Node.Op is SelectOp ? null : OverSinh(m[F]), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "log1p(x * x) => 2 * log(hypot(x, 1)) for large x", Log1p(F * F), m => LogOfOnePlusSquare(m[F]), Soundness.Rounding, "|x| > 1.8e19 (float32): the square overflows" },
        { "1 / x - 1 / y => (y - x) / x / y", (1 / F) - (1 / G), m => DifferenceOfInverses(m[F], m[G]), Soundness.Rounding, "|x - y| << |x|: the difference cancels" },
        { "x / y - 1 => (x - y) / y", (F / V) - 1, m => QuotientLessOne(m[F], m[V]), Soundness.Rounding, "x near y: the difference cancels" },
        { "1 - x / y => (y - x) / y", 1 - (F / V), m => -QuotientLessOne(m[F], m[V]), Soundness.Rounding | Soundness.SignOfZero, "x near y: the difference cancels" },
        { "sqrt(x) - sqrt(y) => (x - y) / (sqrt(x) + sqrt(y))", Sqrt(X) - Sqrt(Y), m => RootDifference(m[X], m[Y]), Soundness.Rounding, "x near y: the difference cancels" },
        { "sqrt(x) - c => (x - c^2) / (sqrt(x) + c)", Sqrt(X) - C, m => RootLess(m[X], m.Number(C)), Soundness.Rounding, "x near c^2: the difference cancels" },
        { "c - sqrt(x) => (c^2 - x) / (sqrt(x) + c)", C - Sqrt(X), m => RootLess(m[X], m.Number(C)) is { } difference ? -difference : null, Soundness.Rounding, "x near c^2: the difference cancels" },
        { "hypot(x, c) - c => x / (hypot(x, c) + c) * x", Hypot(F, C) - C, m => m.IsPositive(C) ? HypotLess(m[F], m.Number(C)) : null, Soundness.Rounding, "|x| << c: the difference cancels" },
        { "hypot(x, y) - x => y / (hypot(x, y) + x) * y for x > 0", Hypot(F, G) - F, m => OneSided(m[F], m[G]), Soundness.Rounding, "x >> y: the difference cancels" },
        { "x - hypot(x, y) => -y / (hypot(x, y) + x) * y for x > 0", F - Hypot(F, G), m => OneSided(m[F], m[G]) is { } difference ? -difference : null, Soundness.Rounding, "x >> y: the difference cancels" },
        { "hypot(x, y) + x => y / (hypot(x, y) - x) * y for x < 0", Hypot(F, V) + F, m => m[F].Node.Op is SelectOp || m.TryNumber(m[F], out _) ? null : OneSided(-m[F], m[V]), Soundness.Rounding, "-x >> y: the sum cancels" },
        { "sqrt((x - y) * (x + y)) => sqrt(|x| - |y|) * sqrt(|x| + |y|)", Sqrt((F - G) * (F + G)), m => m.TryNumber(m[F], out _) || m.TryNumber(m[G], out _) || !m[F].Shape.Equals(m[G].Shape) ? null : RootOfSquares(m[F], m[G]), Soundness.Rounding, "|x| > 1.8e19 (float32): the product overflows" },
        { "x - sqrt(|x| - |y|) * sqrt(|x| + |y|) => y / (x + sqrt(x - |y|) * sqrt(x + |y|)) * y for x > 0", F - (Sqrt(Abs(F) - Abs(G)) * Sqrt(Abs(F) + Abs(G))), m => Sagitta(m[F], m[G]), Soundness.Rounding, "x >> y: the difference cancels" },
        { "sqrt(x * x / c - y) => sqrt((x / d)^2 - y), c = d * d, a power of 2", Sqrt((F * F / C) - G), m => Math.Sqrt(m.Number(C)) is var d && m.IsPositive(C) && double.IsPow2(d) ? Sqrt(Square(m[F] / d) - m[G]) : null, Soundness.Rounding, "beside x / d, which is near" },
        { "sqrt(x * x - y) - x => -y / (sqrt(x * x - y) + x) for x > 0", Sqrt((F * F) - G) - F, m => RootLess(m[F], m[G], 1), Soundness.Rounding, "y << x * x: the difference cancels" },
        { "sqrt(x * x - y) + x => -y / (sqrt(x * x - y) - x) for x < 0", Sqrt((F * F) - G) + F, m => RootLess(m[F], m[G], -1), Soundness.Rounding, "x < 0, y << x * x: the sum cancels" },
        { "x - sqrt(x * x - y) => y / (sqrt(x * x - y) + x) for x > 0", F - Sqrt((F * F) - G), m => RootLess(m[F], m[G], 1) is { } root ? -root : null, Soundness.Rounding, "y << x * x: the difference cancels" },
        { "-x - sqrt(x * x - y) => y / (sqrt(x * x - y) - x) for x < 0", -F - Sqrt((F * F) - G), m => RootLess(m[F], m[G], -1) is { } root ? -root : null, Soundness.Rounding, "x < 0, y << x * x: the sum cancels" },
        { "sqrt(x * x + y) - x => y / (sqrt(x * x + y) + x) for x > 0", Sqrt((F * F) + G) - F, m => RootLess(m[F], -m[G], 1), Soundness.Rounding, "|y| << x * x: the difference cancels" },
        { "sqrt(x * x + y) + x => y / (sqrt(x * x + y) - x) for x < 0", Sqrt((F * F) + G) + F, m => RootLess(m[F], -m[G], -1), Soundness.Rounding, "x < 0, |y| << x * x: the sum cancels" },
        { "x * hypot(y / x, 1) => sign(x) * hypot(x, y)", V * Hypot(G / V, 1), m => m.Root.Shape.Equals(m[V].Shape) ? Sign(m[V]) * Hypot(NonZero(m[V]), m[G]) : null, Soundness.Rounding, "|x| << |y|: the derivative by x cancels" },
        { "|x| * hypot(y / x, 1) => hypot(x, y)", Abs(V) * Hypot(G / V, 1), m => m.Root.Shape.Equals(m[V].Shape) ? Hypot(NonZero(m[V]), m[G]) : null, Soundness.Rounding, "|x| << |y|: the derivative by x cancels" },
        { "c - d * atan(x) => d * atan2(1, x), c = d * π/2", C - Angle, m => OfComplement(m, 1), Soundness.Rounding, "x >> 1: the difference cancels" },
        { "d * atan(x) - c => -(d * atan2(1, x)), c = d * π/2", Angle - C, m => OfComplement(m, 1) is { } angle ? -angle : null, Soundness.Rounding, "x >> 1: the difference cancels" },
        { "d * atan(x) + c => d * atan2(1, -x), c = d * π/2", Angle + C, m => OfComplement(m, -1), Soundness.Rounding, "x << -1: the sum cancels" },
        { "cos(atan(x)) => 1 / hypot(x, 1)", Cos(Atan(F)), m => KnownDerivatives.OfCosineOfAtan(1 / Hypot(m[F], 1), m[F]), Soundness.Rounding, "|x| >> 1: the cosine near π/2 has the digits of the angle" },
        { "sin(atan(x)) => x / hypot(x, 1)", Sin(Atan(V)), m => Cosine(m[V], m.Scalar(1)), Soundness.Rounding, "|x| >> 1: the derivative has the digits of the angle" },
        { "sin(2 * atan(x)) => 2 * x / hypot(x, 1)^2", Sin(Atan(V) * 2), m => Cosine(m[V], m.Scalar(1)) is { } sine ? KnownDerivatives.OfDoubledAngle(sine / Hypot(m[V], 1) * 2, m[V]) : null, Soundness.Rounding, "|x| >> 1: the sine near π has the digits of the angle" },
        { "where(b, -(x / y), z) / w => where(b, -(x / w / y), z / w), where w is a factor of x", Where(B, -(F / Y), G) / V, m => Quotients.Cancelled(m, m[F], m[V]) is { } rest ? Where(m[B], -(rest / m[Y]), m[G] / m[V]) : null, Soundness.Rounding, "the derivative by w cancels" },
        { "where(b, x / y, z) / w => where(b, x / w / y, z / w), where w is a factor of x", Where(B, F / Y, G) / V, m => Quotients.Cancelled(m, m[F], m[V]) is { } rest ? Where(m[B], rest / m[Y], m[G] / m[V]) : null, Soundness.Rounding, "the derivative by w cancels" },
        { "w / where(b, -(x / y), z) => where(b, -(y / (x / w)), w / z), where w is a factor of x", V / Where(B, -(F / Y), G), m => Quotients.Cancelled(m, m[F], m[V]) is { } rest ? Where(m[B], -(m[Y] / Where(m[B], rest, 1)), m[V] / Where(m[B], 1, m[G])) : null, Soundness.Rounding, "the derivative by w cancels" },
        { "w / where(b, x / y, z) => where(b, y / (x / w), w / z), where w is a factor of x", V / Where(B, F / Y, G), m => Quotients.Cancelled(m, m[F], m[V]) is { } rest ? Where(m[B], m[Y] / Where(m[B], rest, 1), m[V] / Where(m[B], 1, m[G])) : null, Soundness.Rounding, "the derivative by w cancels" },
        { "x - x * y => x * (1 - y)", F - (F * V), m => m[F] * (1 - m[V]), Soundness.Rounding, "y near 1: the difference cancels" },
        { "x * (1 + y) - x * z => x * (y + (1 - z))", (F * (G + 1)) - (F * V), m => m[F] * (m[G] + (1 - m[V])), Soundness.Rounding, "|y| << 1, z near 1: the difference cancels" },
        { "x - x / (1 + y) => x * (y / (1 + y))", F - (F / (G + 1)), m => OneLessInverse(m[G], false) is { } part ? KnownDerivatives.OfShare(m[F] * part, m[F], m[G]) : null, Soundness.Rounding, "|y| << 1: the difference cancels" },
        { "(exp(x * z) - exp(y * z)) / (x - y) => exp(y * z) * z * ((exp(t) - 1) / t), t = (x - y) * z", (Exp(F * H) - Exp(G * H)) / (F - G), m => QuotientOfMultiples(m[F], m[G], m[H], m.Root), Soundness.Rounding, "x near y: the difference cancels, in the gradient twice" },
        { "(exp(x) - exp(y)) / (x - y) => exp(y) * (exp(x - y) - 1) / (x - y)", (Exp(F) - Exp(G)) / (F - G), m => QuotientOfDifferences(m[F], m[G], m.Root), Soundness.Rounding, "x near y: the difference cancels, in the gradient twice" },
        { "(exp(x * y) - 1) / y => its series near 0", Expm1(F * V) / V, m => OverFactor(m[F], m[V], m[F] * m[V], Expm1Series, Expm1), Soundness.Rounding, "|x * y| << 1: the gradient cancels" },
        { "(exp(-x * y) - 1) / y => its series near 0", Expm1(-(F * V)) / V, m => OverFactor(-m[F], m[V], -(m[F] * m[V]), Expm1Series, Expm1), Soundness.Rounding, "|x * y| << 1: the gradient cancels" },
        { "log1p(x * y) / y => its series near 0", Log1p(F * V) / V, m => OverFactor(m[F], m[V], m[F] * m[V], Log1pSeries, Log1p, 0.1), Soundness.Rounding, "|x * y| << 1: the gradient cancels" },
        { "sqrt(x * x + y * y) => hypot(x, y)", Sqrt((F * F) + (G * G)), m => Hypot(m[F], m[G]), Soundness.Rounding, "|x| or |y| > 1.8e19 or both < 1e-23 (float32): the squares overflow or vanish" },
        { "sqrt(x * x + y * y + z * z) => hypot(hypot(x, y), z)", Sqrt((F * F) + (G * G) + (V * V)), m => KnownDerivatives.OfNorm(Hypot(Hypot(m[F], m[G]), m[V]), m[F], m[G], m[V]), Soundness.Rounding, "|x|, |y| or |z| > 1.8e19 or all < 1e-23 (float32): the squares overflow or vanish" },
        { "sqrt(x * x + c) => hypot(x, sqrt(c))", Sqrt((F * F) + C), m => m.IsPositive(C) ? Hypot(m[F], Math.Sqrt(m.Number(C))) : null, Soundness.Rounding, "|x| > 1.8e19 (float32): the square overflows" },
        { "log(x * x + y * y) => 2 * log(hypot(x, y))", Log((F * F) + (G * G)), m => Log(Hypot(m[F], m[G])) * 2, Soundness.Rounding, "|x| or |y| > 1.8e19 or both < 1e-23 (float32): the squares overflow or vanish" },
        { "log(x + hypot(x, 1)) => asinh(x)", Log(F + Hypot(F, 1)), m => Asinh(m[F]), Soundness.Rounding, "x << 0: the sum cancels" },
        { "x * y / y => x", F * V / V, m => Where(Abs(m[V]) > 0, m[F], double.NaN), Soundness.Rounding, "x * y > 3.4e38 or < 1e-38 (float32): the product overflows or vanishes" },
        { "x * x / x => x", F * F / F, m => Where(Ops.Equal(m[F], Ops.Scalar(m[F], 0)), double.NaN, m[F]), Soundness.Rounding, "|x| > 1.8e19 or < 1e-23 (float32): the square overflows or vanishes" },
        { "sqrt(x * y) => sqrt(x) * sqrt(y) where x * y is out of range", Sqrt(F * V), m => RootOfProduct(m, m[F], m[V]), Soundness.Rounding, "x * y > 3.4e38 or < 1e-38 (float32): the product overflows or vanishes" },
        { "log(x * x * x) => 3 * log(x)", Log(F * F * F), m => Log(m[F]) * 3, Soundness.Rounding, "x > 7e12 or < 1e-13 (float32): the product overflows or vanishes" },
        { "log(x * y) => log(x) + log(y) where x * y is out of range", Log(F * V), m => LogOfProduct(m, m[F], m[V]), Soundness.Rounding, "x * y > 3.4e38 or < 1e-38 (float32): the product overflows or vanishes" },
        { "log(x / y) => log(x) - log(y) where x / y is out of range, near 1 log1p((x - y) / y)", Log(F / V), m => LogOfQuotient(m, m[F], m[V]), Soundness.Rounding, "x / y > 3.4e38 or < 1e-38 (float32): the quotient overflows or vanishes; x near y: digits are lost" },
        { "log(x) - log(y) => log(x / y)", Log(F) - Log(G), m => m[F].Node.Op is SelectOp || IsAnyExponential(m[F], m) || IsAnyExponential(m[G], m) ? null : Where(m[G] < 0, double.NaN, Log(m[F] / m[G])), Soundness.Rounding, "x near y: the difference cancels" },
        { "log1p(x) - log(x) => log1p(1 / x)", Log1p(F) - Log(F), m => m[F].Node.Op is SelectOp ? null : Where(m[F] < 0, double.NaN, Log1p(1 / m[F])), Soundness.Rounding, "x >> 1: the difference cancels" },
        { "log1p(1 / x) => log1p(x) - log(x) for x near 0", Log1p(1 / F), m => LogOfOnePlusInverse(m[F]), Soundness.Rounding, "|x| << 1: the square in the gradient overflows" },
        { "x ^ z / y ^ z => (x / y) ^ z", Pow(F, H) / Pow(G, H), m => m.TryNumber(m[H], out _) ? null : Pow(m[F] / m[G], m[H]), Soundness.Rounding, "the powers > 3.4e38 (float32): inf / inf; < 1e-38: 0 / 0" },
        { "log(x ^ y) => y * log(x) for x > 0", Log(Pow(F, G)), m => LogOfPower(m[F], m[G]), Soundness.Rounding, "x ^ y > 3.4e38 or < 1e-38 (float32): the power overflows or vanishes" },
    };

    /// <summary>What is left where something meets itself. It may be infinite, of which nothing would be left as written; of NaN nothing is left.</summary>
    private static Value Without(Match m, Value gone, Value left) => m.TryNumber(gone, out _) ? left : Where(IsNaN(gone), double.NaN, left);

    // Where x is not positive, only whole powers are numbers: those are left to pow.
    private static Value? PowerLessOne(Value x, Value y)
    {
        if (x.Node.Op is SelectOp) return null;
        var inside = And(And(x > 0, IsFinite(x)), IsFinite(y));
        // log(1 + t) keeps the digits of t.
        // So it does for an exponential near 0, in 1 - exp(t) = -expm1(t).
        // A sigmoid is positive, and has a logarithm that keeps the digits of 1 - x.
        var log = x.Node.Op is SigmoidOp ? Log(x) : OneLessExp(x) is { } e ? LogOneLessExp(Where(inside, e, -1)) : OnePlus(x) is { } t ? Log1p(Where(inside, t, 0)) : Log(Where(inside, x, 1));
        return Where(inside, Expm1(y * log), Pow(Where(inside, 1, x), y) - 1);
    }

    private static Value? OfComplement(Match m, double sign)
    {
        var (atan, d) = Shifting.Scaled(m, m[Angle], 1);
        if (Math.Abs(m.Number(C) - (d * Math.PI / 2)) > 1e-12 * Math.Abs(d)) return null;
        var x = atan.Node.Inputs[0];
        return Atan2(OnesLike(x), sign < 0 ? -x : x) * d;
    }

    private static Value? PowerDifference(Value x, Value y, Value z)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var isPositive = And(And(x > y * 0.5, y > x * 0.5), y > 0);
        var log = Log1p(Where(isPositive, x - y, 0) / Where(isPositive, y, 1));
        // Further apart the derivative by y is the difference of larger terms.
        var isNear = And(isPositive, Abs(z * log) < 1);
        return Where(isNear, Pow(Where(isNear, y, 1), z) * Expm1(Where(isNear, z * log, 0)), Pow(Where(isNear, 1, x), z) - Pow(Where(isNear, 1, y), z));
    }

    private static Value? SineDifference(Value x, Value y)
    {
        Value Product(Value x, Value y) => Cos((x + y) * 0.5) * Sin((x - y) * 0.5) * 2;
        if (x.DType != DType.Float64) return KnownDerivatives.OfSines(Product(x, y), x, y);
        if (x.Node.Op is SelectOp) return null;
        var isNear = Or(AreSmall(x, y), Abs(x - y) < 1);
        var difference = Sin(Where(isNear, 0, x)) - Sin(Where(isNear, 0, y));
        return KnownDerivatives.OfSines(WhereMostly(isNear, Product(Where(isNear, x, 0), Where(isNear, y, 0)), difference), x, y);
    }

    private static Value? CosineDifference(Value x, Value y)
    {
        Value Product(Value x, Value y) => -(Sin((x + y) * 0.5) * Sin((x - y) * 0.5) * 2);
        if (x.DType != DType.Float64) return KnownDerivatives.OfCosines(Product(x, y), x, y);
        if (x.Node.Op is SelectOp) return null;
        var isNear = Or(AreSmall(x, y), Or(Abs(x - y) < 1, Abs(x + y) < 1));
        var difference = Cos(Where(isNear, 0, x)) - Cos(Where(isNear, 0, y));
        return KnownDerivatives.OfCosines(WhereMostly(isNear, Product(Where(isNear, x, 0), Where(isNear, y, 0)), difference), x, y);
    }

    // Of large angles far apart the sum and the difference are rounded, which is an error of the angle; those of float32 are added in float64.
    private static Value AreSmall(Value x, Value y) => Abs(x) + Abs(y) < 16;

    private static Value RootDifference(Value x, Value y)
    {
        var sum = Sqrt(x) + Sqrt(y);
        return KnownDerivatives.OfRoots(OverSum(x - y, Where(Ops.Equal(sum, Ops.Scalar(sum, 0)), 1, sum)), x, y);
    }

    private static Value? RootLess(Value x, double c) => c is > 0 and < 1e18 ? KnownDerivatives.OfRootLessNumber(OverSum(x - (c * c), Sqrt(x) + c), x) : null;

    // Of an infinite root the quotient is NaN, and the difference of the squares infinite as that of the roots is.
    private static Value OverSum(Value difference, Value sum)
    {
        var isInfinite = Ops.Equal(sum, Ops.Scalar(sum, double.PositiveInfinity));
        return Where(isInfinite, difference, difference / Where(isInfinite, 1, sum));
    }

    private static Value HypotLess(Value x, double c)
    {
        var finite = IsFinite(x);
        var inside = Where(finite, x, 0);
        return Where(finite, inside / (Hypot(inside, c) + c) * inside, Abs(x));
    }

    private static Value? OneSided(Value x, Value y)
    {
        if (x.Node.Op is SelectOp) return null;
        // Of an infinite y the quotient is NaN, and nothing cancels.
        var positive = And(x > 0, IsFinite(y));
        var hypot = Hypot(x, y);
        return Where(positive, y / (hypot + Where(positive, x, 1)) * y, hypot + Where(positive, 0, -x));
    }

    private static Value? Sagitta(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var (positive, size) = (x > 0, Abs(y));
        var (above, below) = (Where(positive, x, size * 2 + 1), Where(positive, (size * -2) - 1, x));
        return Where(positive, y / (above + (Sqrt(above - size) * Sqrt(above + size))) * y, below - RootOfSquares(below, y));
    }

    // A root that is no number of the type differs from the number next to it by more than x may differ from that.
    private static Value RootLess(double c, Value x) => Root(c, x.DType) is (var root, var below) && below != 0 ? root - x + below : root - x;

    private static Value LessRoot(Value x, double c) => Root(c, x.DType) is (var root, var below) && below != 0 ? x - root - below : x - root;

    private static Value RootPlus(double c, Value x) => Root(c, x.DType) is (var root, var below) && below != 0 ? x + root + below : x + root;

    private static (double Root, double Below) Root(double c, DType type)
    {
        var root = type == DType.Float32 ? (float)Math.Sqrt(c) : Math.Sqrt(c);
        return (root, Math.FusedMultiplyAdd(-root, root, c) / (2 * root));
    }

    private static Value RootOfSquares(Value x, Value y) => KnownDerivatives.OfRootOfSquares(Sqrt(Abs(x) - Abs(y)) * Sqrt(Abs(x) + Abs(y)), x, y);

    /// <summary>√(x² - y) - sign·x, by the conjugate where x has that sign.</summary>
    private static Value? RootLess(Value x, Value y, double sign)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var size = sign > 0 ? x : -x;
        // The square of a large number may be out of range.
        // Of an infinite y the quotients are NaN, and nothing cancels.
        var isFinite = IsFinite(y);
        var isLarge = And(isFinite, Abs(x) > (x.DType == DType.Float64 ? 1e150 : 1e18));
        var (large, small) = (Where(isLarge, x, 1), Where(isLarge, 0, x));
        var root = Where(isLarge, Abs(large) * Sqrt(1 - (Where(isLarge, y, 0) / large / large)), Sqrt((small * small) - Where(isLarge, -1, y)));
        var cancels = And(isFinite, size > 0);
        return Where(cancels, -(y / (root + Where(cancels, size, 1))), root + Where(cancels, 0, -size));
    }

    private static Value? RootOfProduct(Match m, Value x, Value y)
    {
        if (m.TryNumber(x, out _) || !x.Shape.Equals(y.Shape)) return null;
        var (inRange, product) = InRange(x * y);
        var (first, second) = SameSign(x, y);
        return WhereMostly(inRange, Sqrt(product), Sqrt(first) * Sqrt(second));
    }

    private static Value? LogOfProduct(Match m, Value x, Value y)
    {
        if (m.TryNumber(x, out _) || !x.Shape.Equals(y.Shape)) return null;
        var (inRange, product) = InRange(x * y);
        // erfc is positive, and its logarithm has a form of its own.
        if (ErrorFunctionRules.IsTail(x) || ErrorFunctionRules.IsTail(y)) return Where(inRange, Log(product), Log(x) + Log(y));
        var (first, second) = SameSign(x, y);
        return WhereMostly(inRange, Log(product), LogOfFactor(x, first) + LogOfFactor(y, second));
    }

    /// <summary>The logarithm of a factor, by that of its base where it is a power of a positive number.</summary>
    private static Value LogOfFactor(Value factor, Value signed)
    {
        if (factor.Node is not { Op: PowOp, Inputs: [var x, var y] }) return Log(signed);
        var inside = And(x > 0, IsFinite(x));
        return Where(inside, y * Log(Where(inside, x, 1)), Log(Where(inside, 1, signed)));
    }

    private static Value? LogOfQuotient(Match m, Value x, Value y)
    {
        if (m.TryNumber(x, out _)) return null;
        var quotient = x / y;
        var (inRange, inside) = InRange(quotient);
        var isNear = And(quotient > 0.5, quotient < 2);
        var (first, second) = SameSign(x, y);
        // A selected operand is no quotient: the rule does not meet its own result.
        var far = WhereMostly(inRange, Log(inside), Log(Where(isNear, 1, first)) - Log(Where(isNear, 1, second)));
        return Where(isNear, Log1p((x - y) / y), far);
    }

    private static Value? LogOfPower(Value x, Value y)
    {
        if (x.Node.Op is SelectOp) return null;
        var inside = And(And(x > 0, IsFinite(x)), IsFinite(y));
        return Where(inside, y * Log(Where(inside, x, 1)), Log(Pow(Where(inside, 1, x), y)));
    }

    private static Value? LogOfOnePlusInverse(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        // At -1 the logarithm is -∞, of which the difference is NaN.
        var isLarge = Abs(x) >= 1;
        var small = Where(isLarge, 1, x);
        return Where(isLarge, Log1p(1 / Where(isLarge, x, 1)), Log1p(small) - Log(small));
    }

    /// <summary>Whether a product is a positive number far from the ends of float32, and the product where it is, else 1.</summary>
    private static (Value InRange, Value Product) InRange(Value product)
    {
        var inRange = And(product > 1e-30, product < 1e30);
        return (inRange, Where(inRange, product, 1));
    }

    /// <summary>Two numbers, both negated where one is negative: of these only pairs of equal signs have a logarithm of their product.</summary>
    private static (Value X, Value Y) SameSign(Value x, Value y) => Or(x < 0, y < 0) is var negative ? (Where(negative, -x, x), Where(negative, -y, y)) : default;

    /// <summary>t of a sum 1 + t or a difference 1 - t.</summary>
    private static Value? OnePlus(Value x) => x.Node switch
    {
        { Op: AddOp, Inputs: [var t, var one] } when IsOne(one) => t,
        { Op: SubtractOp, Inputs: [var one, var t] } when IsOne(one) => -t,
        _ => null,
    };

    /// <summary>t of 1 - exp(t), or of its other form -expm1(t).</summary>
    private static Value? OneLessExp(Value x) => x.Node is { Op: NegateOp, Inputs: [{ Node: { Op: Expm1Op, Inputs: [var t] } }] } ? t : null;

    private static Value LogOneLessExp(Value t)
    {
        var isNear = t > -0.7;
        return Where(isNear, Log(-Expm1(Where(isNear, t, -1))), Log1p(-Exp(Where(isNear, -1, t))));
    }

    private static bool IsOne(Value value) => value.Node.Op is ConstantOp { Data: var data } && data.TryUniform(out var number) && number == 1;

    /// <summary>1 - 1 / (1 + x), or 1 - 1 / (1 - x): x / (1 + x) near 0, where the difference cancels.</summary>
    private static Value? OneLessInverse(Value x, bool negated)
    {
        if (x.Node.Op is SelectOp) return null;
        var isNear = Abs(x) < 0.5;
        var (near, far) = (Where(isNear, x, 0), Where(isNear, 1, x));
        return negated
            ? Where(isNear, -(near / (1 - near)), 1 - (1 / (1 - far)))
            : Where(isNear, near / (near + 1), 1 - (1 / (far + 1)));
    }

    private static Value? Cosine(Value x, Value y)
    {
        if (x.Node.Op is SelectOp) return null;
        var isSmall = Abs(x) <= Abs(y);
        var (small, large) = (Where(isSmall, x, 0), Where(isSmall, 1, x));
        return Where(isSmall, small / Hypot(small, y), Sign(large) / Hypot(Where(isSmall, 0, y) / large, 1));
    }

    private static Value? OneSidedDifference(Value x, double c)
    {
        if (x.Node.Op is SelectOp) return null;
        var positive = x > 0;
        var (above, below) = (Where(positive, x, 2 * c), Where(positive, -2 * c, x));
        return Where(positive, c / (above + (Sqrt(above - c) * Sqrt(above + c))) * c, below - (Sqrt(-below - c) * Sqrt(c - below)));
    }

    // What is 0 / 0 or ∞ · 0 as written stays undefined.
    private static Value NonZero(Value x) => Where(Ops.Equal(x, Ops.Scalar(x, 0)), double.NaN, x);

    private static Value QuotientLessOne(Value x, Value y)
    {
        var quotient = x / y;
        var isNear = And(quotient > 0.5, quotient < 2);
        return Where(isNear, (x - y) / y, Where(isNear, 2, quotient) - 1);
    }

    private static Value OneLessSquare(Value x, Value y)
    {
        var quotient = x / y;
        var isNear = And(Abs(quotient) > 0.5, Abs(quotient) < 2);
        return Where(isNear, (y - x) / y * ((y + x) / y), 1 - Square(Where(isNear, 2, quotient)));
    }

    private static Value DifferenceOfInverses(Value x, Value y)
    {
        var quotient = y / x;
        var isNear = And(quotient > 0.5, quotient < 2);
        return Where(isNear, (y - x) / x / y, Where(isNear, 0, 1 / x) - Where(isNear, 0, 1 / y));
    }

    private static Value? LogOfOnePlusSquare(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        var isLarge = Abs(x) > 1e5;
        return Where(isLarge, Log(Hypot(x, 1)) * 2, Log1p(Square(Where(isLarge, 1, x))));
    }

    // Each series is the function's, divided by x; the last term is below 1e-17 of the sum at the end of its range.
    private static Value Sinc(Value x) => NearZero(x, 1, SincSeries, t => Sin(t) / t);

    /// <summary>sin(x·y) / sin(x), or over y as well where it has no factor.</summary>
    private static Value? QuotientOfSines(Value x, Value y, Value? factor)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var product = x * y;
        var isNear = And(And(Abs(x) < 1, Abs(product) < 1), NotEqual(product, Ops.Scalar(product, 0)));
        var (near, far) = (Where(isNear, x, 1), Where(isNear, 1, x));
        var (above, below) = (SincSeries(Where(isNear, product, 0)), SincSeries(near));
        return Where(isNear, (factor is null ? above : factor * above) / below, Sin(far * y) / (factor is null ? Sin(far) * y : Sin(far)));
    }

    // Half of the least number is 0.
    private static Value HalfSinc(Value x) => Where(KnownDerivatives.IsZero(x), double.NaN, Where(KnownDerivatives.IsZero(x * 0.5), 1, Sinc(x * 0.5)));

    private static Value SincSeries(Value x) => PowerSeries.Of(x * x, 10, k => (k % 2 == 0 ? 1 : -1) / PowerSeries.Factorial((2 * k) + 1));

    private static Value OverSinh(Value x)
    {
        var isLarge = Abs(x) > 1;
        var large = Where(isLarge, Abs(x), 1);
        return Where(isLarge, large * (Exp(-large) / -Expm1(large * -2) * 2), 1 / SinhQuotient(Where(isLarge, 1, x)));
    }

    private static Value SinhQuotient(Value x) => NearZero(x, 1, t => PowerSeries.Of(t * t, 10, k => 1 / PowerSeries.Factorial((2 * k) + 1)), t => Sinh(t) / t);

    private static Value Expm1Quotient(Value x) => NearZero(x, 0.5, Expm1Series, t => Expm1(t) / t);

    // A product out of range is that of a number which may not be.
    private static Value Expm1Quotient(Value x, Value product, double c)
    {
        var isNear = And(Abs(product) < 0.5, NotEqual(product, Ops.Scalar(product, 0)));
        return Where(isNear, Expm1Series(Where(isNear, product, 1)) * c, Expm1(Where(isNear, 1, product)) / Where(isNear, 1, x));
    }

    private static Value Expm1Series(Value x) => PowerSeries.Of(x, 15, k => 1 / PowerSeries.Factorial(k + 1));

    private static Value Log1pSeries(Value x) => PowerSeries.Of(x, 17, k => (k % 2 == 0 ? 1.0 : -1.0) / (k + 1));

    /// <summary>f(x·y) / y = x · (f(u) / u) near u = 0, as written elsewhere.</summary>
    private static Value? OverFactor(Value x, Value y, Value product, Func<Value, Value> series, Func<Value, Value> function, double limit = 0.5)
    {
        if (y.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var isNear = And(Abs(product) < limit, NotEqual(y, Ops.Scalar(y, 0)));
        return Where(isNear, series(Where(isNear, product, 0)) * x, function(product) / Where(isNear, 1, y));
    }

    /// <summary>The number that one value is times another; null if it is none, or 1 or -1.</summary>
    internal static double? Multiple(Match m, Value value, Value of)
    {
        if (of.Node.Op is SelectOp or MaximumOp or MinimumOp or ConstantOp) return null;
        var (whole, part) = (Shifting.Scaled(m, value, 1), Shifting.Scaled(m, of, 1));
        return m.Same(whole.Value, part.Value) && whole.Factor / part.Factor is var c && double.IsNormal(c) && Math.Abs(c) != 1 ? c : null;
    }

    private static Value? QuotientOfMultiples(Value x, Value y, Value z, Value written)
    {
        if (!x.Shape.Equals(y.Shape) || !x.Shape.Equals(z.Shape)) return null;
        var (difference, product) = (x - y, (x - y) * z);
        var isNear = And(Abs(product) < 0.5, NotEqual(difference, Ops.Scalar(difference, 0)));
        return Where(isNear, Exp(y * z) * z * Expm1Series(Where(isNear, product, 0)), written.Node.Inputs[0] / Where(isNear, 1, difference));
    }

    private static Value? QuotientOfDifferences(Value x, Value y, Value written)
    {
        var difference = x - y;
        var isNear = And(Abs(difference) < 0.5, NotEqual(difference, Ops.Scalar(difference, 0)));
        return Where(isNear, Exp(y) * Expm1Series(Where(isNear, difference, 0)), written.Node.Inputs[0] / Where(isNear, 1, difference));
    }

    // Beyond, exp(x) grows and exp(-x) does not.
    private static Value OverExpm1(Value x)
    {
        var isLarge = x > 1;
        var large = Where(isLarge, x, 1);
        return Where(isLarge, large * Exp(-large) / -Expm1(-large), OverQuotient(Where(isLarge, 1, x), 0.5, Expm1Series, Expm1));
    }

    private static Value Log1pQuotient(Value x) => NearZero(x, 0.1, Log1pSeries, t => Log1p(t) / t);

    // x / f(x). The inverse of f(x) / x would be differentiated to its square, which vanishes where x is large.
    private static Value OverQuotient(Value x, double limit, Func<Value, Value> series, Func<Value, Value> function) =>
        NearZero(x, limit, t => 1 / series(t), t => t / function(t));

    // At 0 itself the quotient stays 0 / 0: the rule must not define what was not.
    private static Value NearZero(Value x, double limit, Func<Value, Value> near, Func<Value, Value> far)
    {
        var isNear = And(Abs(x) < limit, NotEqual(x, Ops.Scalar(x, 0)));
        return Where(isNear, near(Where(isNear, x, 1)), far(Where(isNear, 1, x)));
    }
}

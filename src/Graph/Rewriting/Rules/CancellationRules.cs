using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Differences that lose their digits, and squares that overflow.</summary>
internal static class CancellationRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern F = AnyFloat("x");
    private static readonly Pattern N = Any("n");
    private static readonly Pattern SumX = Sum(X);
    private static readonly Pattern MeanX = SumX / N;
    private static readonly Pattern SumSquares = Sum(X * X);

    private static readonly Pattern ViewOfExp = ViewOf<ExpOp>("view(exp(x))");
    private static readonly Pattern CosX = Cos(X);
    private static readonly Pattern SinX = Sin(X);

    public static readonly RuleSet All = new("cancellation")
    {
        { "log(1 + x) => log1p(x)", Log(X + 1), m => Log1p(m[X]), Soundness.Rounding, "|x| << 1: the digits of x are lost in the sum" },
        { "log(1 - x) => log1p(-x)", Log(1 - X), m => Log1p(-m[X]), Soundness.Rounding, "|x| << 1: the digits of x are lost in the difference" },
        { "log(x * x) => 2 * log(abs(x))", Log(F * F), m => Log(Abs(m[F])) * 2, Soundness.Rounding, "|x| > 1.8e19 or < 1e-23 (float32): the square overflows or vanishes" },
        { "exp(x) - 1 => expm1(x)", Exp(X) - 1, m => Expm1(m[X]), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - view(exp(x)) => -view(expm1(x))", 1 - ViewOfExp, m => -Views.Again(m[ViewOfExp], Views.Under(m[ViewOfExp], m), Expm1(Views.Under(m[ViewOfExp], m).Node.Inputs[0])), Soundness.Rounding | Soundness.SignOfZero, "|x| << 1: the difference cancels" },
        { "1 - exp(x) => -expm1(x)", 1 - Exp(X), m => -Expm1(m[X]), Soundness.Rounding | Soundness.SignOfZero, "|x| << 1: the difference cancels" },
        { "1 - cos(x) => 2 * sin(x / 2)^2", 1 - Cos(X), m => OneMinusCos(m[X]), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - erf(x) => erfc(x)", 1 - Erf(X), m => Erfc(m[X]), Soundness.Rounding, "x > 4 (float32): the difference cancels to 0" },
        { "1 - erfc(x) => erf(x)", 1 - Erfc(X), m => Erf(m[X]), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "log(1 + erf(x)) => log(erfc(-x))", Log(Erf(X) + 1), m => Log(Erfc(-m[X])), Soundness.Rounding, "x < -4 (float32): log(0)" },
        { "1 + erf(x) => erfc(-x)", Erf(X) + 1, m => Erfc(-m[X]), Soundness.Rounding, "x < -4 (float32): the sum cancels to 0" },
        { "erf(x) - 1 => -erfc(x)", Erf(X) - 1, m => -Erfc(m[X]), Soundness.Rounding, "x > 4 (float32): the difference cancels to 0" },
        { "cos(x) - 1 => -2 * sin(x / 2)^2", Cos(X) - 1, m => -OneMinusCos(m[X]), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - cos(x)^2 => sin(x)^2", 1 - (CosX * CosX), m => Square(Sin(m[X])), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - sin(x)^2 => cos(x)^2", 1 - (SinX * SinX), m => Square(Cos(m[X])), Soundness.Rounding, "x near π/2: the difference cancels" },
        { "sqrt(x * x) => abs(x)", Sqrt(F * F), m => Abs(m[F]), Soundness.Rounding, "|x| > 1.8e19 or < 1e-23 (float32): the square overflows or vanishes; x = 0: the gradient is NaN" },
        { "log((1 + x) / (1 - x)) => 2 * atanh(x)", Log((X + 1) / (1 - X)), m => Atanh(m[X]) * 2, Soundness.Rounding, "|x| << 1: the digits of x are lost" },
        { "mean(x^2) - mean(x)^2 => mean((x - mean(x))^2)", (SumSquares / N) - (MeanX * MeanX), m => Variance(m), Soundness.Rounding, "|mean| >> deviation: the difference cancels, even to below 0" },
    };

    private static Value OneMinusCos(Value x)
    {
        var sin = Sin(x * 0.5);
        return sin * sin * 2;
    }

    private static Value? Variance(Match m)
    {
        var squares = Reductions.Find(m[SumSquares], m.MayLookInto)!;
        var sum = Reductions.Find(m[SumX], m.MayLookInto)!;
        if (!squares.Node.Op.Equals(sum.Node.Op) || !Reductions.IsCount(m, m[N], sum)) return null;
        var deviation = m[X] - (Reductions.Keep(sum) / m[N]);
        var variance = Reductions.Again(sum, deviation * deviation) / m[N];
        return Reductions.Like(m[SumSquares], sum, variance);
    }
}

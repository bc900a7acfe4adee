using static GraphGrad.Tests.Hazards.Formula;
using static GraphGrad.Tests.Hazards.PointSets;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    private static float[] Tail => [0.01f, 0.5f, 1, 3, 5, 9.5f, 20, 90, 1e4f, -1e-10f, -0.5f, -3, -9];

    private static float[][] Scores => [[1, 2, 3], [90, 91, 92], [-200, -201, -202.5f], [1e4f, 0, -1e4f], [1000, 1000, 1000], [88, -88, 0.5f]];

    /// <summary>The error function and the normal distribution.</summary>
    private static Hazard[] Errors =>
    [
        H("1-erf(x)", 1 - Erf(X), Tail, Erfc(X)),
        H("log(erfc)", Log(Erfc(X)), Tail),
        H("log(1-erf)", Log(1 - Erf(X)), Tail, Log(Erfc(X))),
        H("exp(x^2)*erfc(x)", Exp(X * X) * Erfc(X), [.. Tail.Where(x => x > -9)]),
        H("normal cdf", 0.5 * (1 + Erf(X / Math.Sqrt(2))), [.. Tail.Select(x => -x)], 0.5 * Erfc(-X / Math.Sqrt(2))),
        H("normal cdf by erfc", 0.5 * Erfc(-X / Math.Sqrt(2)), [.. Tail.Select(x => -x)]),
        H("log normal cdf", Log(0.5 * (1 + Erf(X / Math.Sqrt(2)))), [.. Tail.Select(x => -x), 9.5f], Log(0.5 * Erfc(-X / Math.Sqrt(2)))),
        H("log normal cdf by erfc", Log(0.5 * Erfc(-X / Math.Sqrt(2))), [.. Tail.Select(x => -x), 9.5f]),
        H("log normal tail", Log(1 - (0.5 * (1 + Erf(X / Math.Sqrt(2))))), Tail, Log(0.5 * Erfc(X / Math.Sqrt(2)))),
        H("normal tail", 0.5 * (1 - Erf(X / Math.Sqrt(2))), Tail, 0.5 * Erfc(X / Math.Sqrt(2))),
        H("Mills ratio", Sqrt(Math.PI / 2) * Erfc(X / Math.Sqrt(2)) / Exp(-(X * X) / 2), Tail),
        H("normal hazard", Exp(-(X * X) / 2) / Erfc(X / Math.Sqrt(2)), Tail),
        H("normal density over tail", Exp(-(X * X) / 2) / (1 - Erf(X / Math.Sqrt(2))), Tail, Exp(-(X * X) / 2) / Erfc(X / Math.Sqrt(2))),
    ];

    /// <summary>Reductions.</summary>
    private static Hazard[] Sums =>
    [
        V("log-sum-exp", Log(Sum(Exp(X))), Scores),
        V("log-mean-exp", Log(Mean(Exp(X))), Scores),
        H2("logaddexp", Log(Exp(X) + Exp(Y)), Pairs),
        new("log of three exps", Log(Exp(X) + Exp(Y) + Exp(Z)), OnPairs(Scores)),
        H2("log(1+exp(x)+exp(y))", Log(1 + Exp(X) + Exp(Y)), Pairs),
        V("softmax", At(Exp(X) / Sum(Exp(X)), 0), Scores),
        V("log(softmax)", At(Log(Exp(X) / Sum(Exp(X))), 2), Scores),
        V("log(softmax) late", Log(At(Exp(X) / Sum(Exp(X)), 2)), Scores),
        V("-sum y log softmax", -Sum(At(X, 0) * 0 + Log(Exp(X) / Sum(Exp(X)))), Scores),
        V("softmax cross-entropy", Log(Sum(Exp(X))) - At(X, 1), Scores),
        V("softmax entropy", -Sum(Exp(X) / Sum(Exp(X)) * Log(Exp(X) / Sum(Exp(X)))), Scores),
        V("softmax expectation", Sum(Exp(X) * X) / Sum(Exp(X)), Scores),
        new("log of ratio of sums", Log(Sum(Exp(X)) / Sum(Exp(Y))), [.. Scores.Zip(Scores.Reverse(), (a, b) => new[] { a, b })]),
        new("KL of softmaxes", Sum(Exp(X) / Sum(Exp(X)) * (Log(Exp(X) / Sum(Exp(X))) - Log(Exp(Y) / Sum(Exp(Y))))), [.. Scores.Zip(Scores.Reverse(), (a, b) => new[] { a, b })]),
        H2("softmax of two", Exp(X) / (Exp(X) + Exp(Y)), Pairs),
        H2("1-softmax of two", 1 - (Exp(X) / (Exp(X) + Exp(Y))), Pairs),
        new("softmax of three", Exp(X) / (Exp(X) + Exp(Y) + Exp(Z)), OnPairs(Scores)),
        V("exp(x-lse)", At(Exp(X - Log(Sum(Exp(X)))), 0), Scores),
        V("log(sum(exp)^2)", Log(Square(Sum(Exp(X)))), Scores),
        V("variance by moments", Mean(X * X) - Square(Mean(X)), [[1, 2, 3], [1000, 1001, 1002], [1e4f, 1.0001e4f, 1.0003e4f], [-300, -300.5f, -301]]),
        V("standard deviation by moments", Sqrt(Mean(Square(X)) - Square(Mean(X))), [[1, 2, 3], [1000, 1001, 1002], [1e4f, 1.0001e4f, 1.0003e4f]]),
        V("variance by sums", (Sum(X * X) - (Sum(X) * Sum(X) / 3)) / 2, [[1, 2, 3], [1000, 1001, 1002], [1e4f, 1.0001e4f, 1.0003e4f]]),
        V("norm", Sqrt(Sum(X * X)), [[1, 2, 3], [1e30f, 1e30f, 1], [1e-30f, 1e-30f, 3e-30f], [3, 4e-30f, 1]]),
        V("log(prod)", Log(Prod(X)), [[1, 2, 3], [1e20f, 1e30f, 1e5f], [1e-20f, 1e-30f, 1e-10f], [1e30f, 1e30f, 1e-30f]]),
        V("prod by logs", Exp(Sum(Log(X))), [[1, 2, 3], [1e20f, 1e-30f, 1e5f], [0.5f, 0.25f, 3]]),
        V("geometric mean by root", Pow(Prod(X), 1.0 / 3), [[1, 2, 3], [1e20f, 1e30f, 1e5f], [1e-20f, 1e-30f, 1e-10f]]),
        V("geometric mean by logs", Exp(Mean(Log(X))), [[1, 2, 3], [1e20f, 1e30f, 1e5f], [1e-20f, 1e-30f, 1e-10f]]),
        V("log of a sum of squares", Log(Sum(X * X)), [[1, 2, 3], [1e25f, 1e25f, 1], [1e-25f, 1e-25f, 3e-25f]]),
        V("normalized", At(X / Sqrt(Sum(X * X)), 0), [[1, 2, 3], [1e25f, 1e25f, 1e25f], [1e-18f, 2e-18f, 3e-18f]]),
        V("log-sum-exp of squares", Log(Sum(Exp(-(X * X) / 2))), [[1, 2, 3], [100, 101, 102], [20, 30, 1e3f]]),
        V("p-norm", Pow(Sum(Pow(Abs(X), 4)), 0.25), [[1, 2, 3], [1e20f, 2e20f, 1e20f], [1e-15f, 2e-15f, 1e-15f]]),
    ];
}

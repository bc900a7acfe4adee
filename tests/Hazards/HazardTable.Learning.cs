using static GraphGrad.Tests.Hazards.Formula;
using static GraphGrad.Tests.Hazards.PointSets;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    private static float[][] Rows => [[1, 2, 3], [1000, 1001, 1002], [-300, -300.5f, -301], [1e-3f, 2e-3f, 5e-3f]];

    private static Formula LogSumExp(Formula x) => Log(Sum(Exp(x)));

    private static float[][] Confident => [[10, 0, 0], [30, 1, 0], [20, 0, -5], [0, 10, 0], [5, 5, 5], [1000, 990, 0], [80, 0, -3]];

    private static Formula Centered(Formula x) => x - Mean(x);

    private static Formula Variance(Formula x) => Mean(x * x) - Square(Mean(x));

    /// <summary>Losses, activations, attention, and what normalizes.</summary>
    private static Hazard[] Learning =>
    [
        new("cosine similarity", Sum(X * Y) / (Sqrt(Sum(X * X)) * Sqrt(Sum(Y * Y))), [[[1, 2, 3], [3, -2, 1]], [[1e20f, 2e20f, 1e20f], [1e20f, 1e20f, 3e20f]], [[1e-20f, 2e-20f, 1e-20f], [3, 1, 2]], [[1e25f, 1, 2], [1e-25f, 2e-25f, 0]]]),
        new("cosine distance", 1 - (Sum(X * Y) / Sqrt(Sum(X * X) * Sum(Y * Y))), [[[1, 2, 3], [1.001f, 2, 3]], [[1, 2, 3], [3, -2, 1]], [[1e20f, 2e20f, 1e20f], [1e20f, 1e20f, 3e20f]], [[1e-15f, 2e-15f, 1e-15f], [3, 1, 2]]]),
        new("angle by acos of a dot product", Call("acos", Sum(X * Y) / (Sqrt(Sum(X * X)) * Sqrt(Sum(Y * Y)))), [[[1, 2, 3], [1.01f, 2, 3]], [[1, 2, 3], [3, -2, 1]], [[1e20f, 2e20f, 1e20f], [1e20f, 1e20f, 3e20f]]]),
        V("inverse of a vector", At(X / Sum(X * X), 1), [[1, 2, 3], [1e25f, 2e25f, 1e25f], [1e-15f, 2e-15f, 1e-15f]]),
        V("sharp softmax", At(Exp(X * 100) / Sum(Exp(X * 100)), 1), [[1, 2, 3], [0.5f, 0.51f, 0.49f], [10, 10.001f, 10], [-5, -5.01f, -5]]),
        V("label smoothing", -((0.9 * At(Log(Exp(X) / Sum(Exp(X))), 0)) + (0.1 * Mean(Log(Exp(X) / Sum(Exp(X)))))), Scores),
        V("log(softmax + eps)", At(Log((Exp(X) / Sum(Exp(X))) + 1e-9), 2), [[1, 2, 3], [90, 91, 92], [-200, -201, -202.5f], [1000, 1001, 1002]]),
        new("log-sum-exp of products", LogSumExp(X * Y), [[[1, 2, 3], [3, -2, 1]], [[10, 20, 30], [10, 20, 30]], [[-100, -200, -150], [3, 4, 5]]]),
        V("log-mean-exp less mean", Log(Mean(Exp(X))) - Mean(X), [[1, 2, 3], [90, 91, 92], [-200, -201, -202.5f], [1, 1.001f, 0.999f]]),
        V("log of participation", LogSumExp(2 * X) - (2 * LogSumExp(X)), [[1, 2, 3], [90, 91, 92], [-200, -201, -202.5f], [1000, 1001, 1002]]),
        V("softmax cross-entropy of probabilities", -Log(At(Exp(X), 0) / Sum(Exp(X))), Scores),
        V("cross-entropy of a confident example", -Log(At(Exp(X) / Sum(Exp(X)), 0)), Confident),
        V("log-sum-exp less a term", LogSumExp(X) - At(X, 0), Confident),
        V("log-sum-exp less its maximum", LogSumExp(X) - Call("max", X), [[10, 0, 0], [30, 1, 0], [20, 0, -5], [1000, 990, 0], [0, 3, 20]]),
        V("what a confident softmax lacks to 1", 1 - At(Exp(X) / Sum(Exp(X)), 0), Confident),
        V("a confident softmax less its label", At(Exp(X) / Sum(Exp(X)), 0) - 1, Confident),
        new("cross-entropy with probabilities", -Sum(Y * Log(Exp(X) / Sum(Exp(X)))), [[[10, 0, 0], [1, 0, 0]], [[30, 0, 0], [1, 0, 0]], [[20, 0, -5], [1, 0, 0]], [[0, 10, 0], [1, 0, 0]], [[1, 2, 3], [0.5f, 0.25f, 0.25f]]]),
        new("cross-entropy of chosen probabilities", -Log(Sum(Y * Exp(X) / Sum(Exp(X)))), [[[10, 0, 0], [1, 0, 0]], [[30, 0, 0], [1, 0, 0]], [[20, 0, -5], [1, 0, 0]], [[0, 10, 0], [1, 0, 0]]]),
        H3("log of a share of three", Log(Exp(X) / (Exp(X) + Exp(Y) + Exp(Z))), [[10, 0, 0], [30, 0, 1], [0, 20, 0], [1000, 990, 0], [-5, 0, 20]]),
        H3("log-sum of three less a term", Log(Exp(X) + Exp(Y) + Exp(Z)) - X, [[10, 0, 0], [30, 0, 1], [0, 20, 0], [1000, 990, 0], [-5, 0, 20]]),
        H("log of a share with its inverse", -Log(Exp(X) / (Exp(X) + Exp(-X))), Both),
        V("batch norm by moments", At(Centered(X) / Sqrt(Variance(X) + 1e-5), 0), Rows),
        V("layer norm", At(Centered(X) / Sqrt(Mean(Square(Centered(X))) + 1e-5), 0), Rows),
        V("standard score", At(Centered(X) / Sqrt(Mean(Square(Centered(X)))), 2), [[1, 2, 3], [1000, 1001, 1002.5f], [1e4f, 1.0001e4f, 1.0003e4f], [1e-20f, 2e-20f, 5e-20f]]),
        V("standard deviation of a constant row", Sqrt(Mean(Square(Centered(X))) + 1e-5), [[1, 1, 1], [1000, 1000, 1000], [1e-3f, 1e-3f, 1e-3f]]),
        V("coefficient of variation", Sqrt(Variance(X)) / Mean(X), [[1, 2, 3], [1000, 1001, 1002], [1e4f, 1.0001e4f, 1.0003e4f], [1e-15f, 2e-15f, 4e-15f]]),
        V("skewness", Mean(Centered(X) * Square(Centered(X))) / Pow(Mean(Square(Centered(X))), 1.5), [[1, 2, 4], [1000, 1001, 1003], [1e-10f, 2e-10f, 5e-10f], [1e15f, 2e15f, 4e15f]]),
        new("covariance by moments", Mean(X * Y) - (Mean(X) * Mean(Y)), [[[1, 2, 3], [3, -2, 1]], [[1000, 1001, 1002], [500, 501, 503]], [[1e4f, 1.0001e4f, 1.0003e4f], [1, 2, 3]]]),
        new("pairwise distance by expansion", Sum(X * X) - (2 * Sum(X * Y)) + Sum(Y * Y), [[[1, 2, 3], [3, -2, 1]], [[100, 200, 300], [100.01f, 200.01f, 300]], [[1000, 1001, 1002], [1000.5f, 1001, 1002]]]),
        V("root of the mean square", Sqrt(Mean(X * X)), [[1, 2, 3], [1e25f, 2e25f, 1e25f], [1e-25f, 2e-25f, 1e-25f]]),
        H("softsign", X / (1 + Abs(X)), All),
        H("squareplus", (X + Sqrt((X * X) + 4)) / 2, All),
        H2("log cosh of an error", Log(Call("cosh", X - Y)), [[3, 2.999f], [100, -100], [1e-10f, 2e-10f], [1e4f, 1]]),
        H("mish by ops", X * Tanh(Softplus(X)), Both),
        H("quick gelu", X * (1 / (1 + Exp(-1.702 * X))), Both),
        H("tanhshrink", X - Tanh(X), Both),
        H("selu", 1.0507009873554805 * Where(X > 0, X, 1.6732632423543772 * (Exp(X) - 1)), Both),
        H2("celu", Where(X > 0, X, Y * (Exp(X / Y) - 1)), [[3, 2], [-1e-10f, 2], [-100, 0.5f], [-0.5f, 1e4f]]),
        H2("smooth maximum", ((X * Exp(X)) + (Y * Exp(Y))) / (Exp(X) + Exp(Y)), [[1, 2], [100, 101], [-200, -201], [1e4f, -1e4f], [88, 3]]),
        H2("Boltzmann difference", (Exp(X) - Exp(Y)) / (X - Y), [[1, 1.001f], [3, -2], [1e-10f, 2e-10f], [80, 79.9f]]),
        H2("logarithmic mean", (X - Y) / (Log(X) - Log(Y)), [[1, 1.001f], [3, 2], [1e-10f, 2e-10f], [1e30f, 1e20f]]),
        H2("ranking loss", Log(1 + Exp(X - Y)), [[100, -100], [-100, 100], [1e4f, 1], [1, 1.0001f]]),
        H2("soft threshold", Where(Abs(X) > Y, X - (Y * X / Abs(X)), 0), [[3, 2], [-3, 2.999f], [1, 2], [1e30f, 1e20f]]),
        H2("Charbonnier", Sqrt(Square(X - Y) + 1e-6) - 1e-3, [[1, 1.00001f], [3, 2], [1e25f, 1], [1, 1.0001f]]),
        H("sigmoid written with tanh", 0.5 * (1 + Tanh(X / 2)), Both),
        H("sigmoid(x)*sigmoid(-x)", Logit * (1 / (1 + Exp(X))), Both),
        H("log(x+eps) - log(eps)", Log(X + 1e-3) - Log(1e-3 + (0 * X)), Positive),
        H("Bregman divergence of exp", Exp(X) - 1 - (X * 1), [1e-3f, 0.01f, 0.5f, 3, 20, -1, -90]),
        H("1/(1-sigmoid)", 1 / (1 - Sigmoid(X)), Moderate.Where(x => x < 80).ToArray()),
        H("sigmoid(x)/(1-sigmoid(x))", Sigmoid(X) / (1 - Sigmoid(X)), Moderate.Where(x => x < 80).ToArray()),
        H("log(sigmoid(x)*sigmoid(x))", Log(Sigmoid(X) * Sigmoid(X)), Both),
        H("sqrt of a softplus", Sqrt(Log(1 + Exp(X))), Both),
        H("gelu by log", X * Exp(Log(NormalDistribution(X))), [.. Both.Where(x => Math.Abs(x) < 9)], X * 0.5 * Erfc(-X / Math.Sqrt(2))),
        H2("masked log", Where(X > 0, Y * Log(X), 0), [[0, 3], [-1, 2], [1e-30f, 2], [5, 1e-10f]]),
        H2("masked quotient", Where(Abs(Y) > 0, X / Y, 0), [[3, 0], [3, 1e-10f], [1, -2], [0, 0]]),
        H("masked power", Where(X > 0, Pow(X, 1.5), 0), [0, -1, 1e-20f, 3, 1e20f]),
        H("bump", Where(Abs(X) > 0, Exp(-1 / (X * X)), 0), [0, 1e-20f, 0.1f, 0.5f, -3, 1e10f]),
        H("masked acos", Where(Abs(X) < 1, Call("acos", X), 0), [0.5f, 2, -3, -0.5f, 0.9999f]),
        H("masked x log x", Where(X > 0, X * Log(X), 0), [0, 1e-30f, 0.5f, 3, -1]),
        H("masked norm", Where(Abs(X) > 0, Sqrt(X * X), 0), [0, 1e-30f, -3, 1e30f]),
        H("guarded sinc", Where(Abs(X) < 1e-4, 1 - (X * X / 6), Sin(X) / X), [1e-20f, 1e-5f, 0.5f, 3, -90]),
        H("guarded expm1 quotient", Where(Abs(X) > 1e-5, (Exp(X) - 1) / X, 1 + (X / 2)), [1e-20f, 1e-4f, 0.5f, 3, -90, 20]),
        H2("guarded angle", Where(X > 0, Call("atan", Y / X), 0), [[3, 4], [-1, 2], [0, 1], [1e20f, 1e-10f]]),
    ];
}

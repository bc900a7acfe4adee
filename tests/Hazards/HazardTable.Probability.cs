using static GraphGrad.Tests.Hazards.Formula;
using static GraphGrad.Tests.Hazards.PointSets;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    private static Formula NormalDistribution(Formula x) => 0.5 * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>Densities, divergences, entropies and interest.</summary>
    private static Hazard[] Probability =>
    [
        H2("Student log density", -((Y + 1) / 2) * Log(1 + (X * X / Y)), [[1e-10f, 5], [3, 1e10f], [1e20f, 3], [1e4f, 1], [0.5f, 2]]),
        H2("negative binomial, r log(r / (r + m))", X * Log(X / (X + Y)), [[1e8f, 3], [2, 3], [1e-10f, 1], [1e4f, 1e-6f]]),
        new("beta log density", ((Y - 1) * Log(X)) + ((Z - 1) * Log(1 - X)), OnPairs([0.3f, 2, 3], [1e-30f, 0.5f, 2], [0.9999999f, 2, 5], [1e-10f, 1, 7])),
        H2("binary cross-entropy by probability", -((Y * Log(X)) + ((1 - Y) * Log(1 - X))), [[0.3f, 1], [1e-30f, 1], [1e-10f, 0], [0.9999999f, 1], [0.5f, 0.25f]]),
        H2("KL of Bernoullis", (X * Log(X / Y)) + ((1 - X) * Log((1 - X) / (1 - Y))), [[0.3f, 0.3001f], [0.5f, 0.7f], [1e-10f, 2e-10f], [0.9999f, 0.5f], [1e-4f, 0.9f]]),
        H2("KL of Gaussians", Log(Y / X) + (X * X / (2 * Y * Y)) - 0.5, [[1, 1.0001f], [2, 3], [1, 1.001f], [1e-10f, 1e-9f], [1e25f, 2e25f]]),
        H2("Jensen gap of exp", Log((Exp(X) + Exp(Y)) / 2) - ((X + Y) / 2), [[1, 1.001f], [1, 3], [100, 101], [-200, 300], [1e4f, 1.0001e4f]]),
        H("entropy of a Bernoulli by logit", Log(1 + Exp(-X)) + (X * Exp(-X) / (1 + Exp(-X))), Both),
        H("Gumbel log density", -(X + Exp(-X)), [.. Both.Where(x => x > -80)]),
        H("Gumbel distribution", Exp(-Exp(-X)), [.. Both.Where(x => x > -30)]),
        H("Gumbel survival", 1 - Exp(-Exp(-X)), [.. Both.Where(x => x > -30)]),
        H("logistic log density", -X - (2 * Log(1 + Exp(-X))), Both),
        H2("logistic log density with scale", -(X / Y) - Log(Y) - (2 * Log(1 + Exp(-(X / Y)))), [[1, 2], [100, 0.5f], [-100, 0.5f], [1e-10f, 3]]),
        H2("erf(y)-erf(x)", Erf(Y) - Erf(X), [[3, 3.1f], [-2, -1.9f], [1e-10f, 2e-10f], [0.5f, 0.5001f], [-1, 2]]),
        H2("log(1-exp(-xy))", Log(1 - Exp(-(X * Y))), [[1e-10f, 2], [3, 100], [1, 1], [1e-20f, 1e-10f]]),
        H2("(1-exp(-xy))/y", (1 - Exp(-(X * Y))) / Y, [[3, 1e-10f], [100, 5], [1e-5f, 1e-8f], [2, 0.5f]]),
        H2("Weibull log density", Log(Y * Pow(X, Y - 1) * Exp(-Pow(X, Y))), [[1, 2], [3, 1.5f], [30, 2], [1e-10f, 3], [100, 1.5f]]),
        H("mean of a truncated normal less its bound", (Exp(-(X * X) / 2) / (Math.Sqrt(Math.PI / 2) * Erfc(X / Math.Sqrt(2)))) - X, [0.01f, 0.5f, 1, 3, 5, 9.5f, 20, 90, -1, -3]),
        H("Laplace distribution", Where(X < 0, 0.5 * Exp(X), 1 - (0.5 * Exp(-X))), [.. Both.Where(x => Math.Abs(x) > 1e-20f)]),
        H("Cauchy distribution", 0.5 + (Call("atan", X) / Math.PI), [.. All.Where(x => Math.Abs(x) < 1e8f)]),
        H("log normalizer of a continuous Bernoulli", Log(2 * Call("atanh", 1 - (2 * X)) / (1 - (2 * X))), [0.1f, 0.3f, 0.49f, 0.4999f, 0.5001f, 0.9f, 1e-10f]),
        H2("Yeo-Johnson", (Pow(X + 1, Y) - 1) / Y, [[1e-10f, 0.5f], [3, 1e-8f], [1e-5f, 2], [1e10f, 0.3f]]),
        H2("Tsallis entropy", (1 - Pow(X, Y)) / (Y - 1), [[0.3f, 1.0001f], [0.9f, 2], [1e-5f, 1.5f], [0.9999f, 3]]),
        H2("geometric log likelihood", (X * Log(1 - Y)) + Log(Y), [[3, 1e-10f], [1e8f, 1e-8f], [2, 0.5f], [1, 0.9999f]]),
        H("log(1-Phi(x)) - log(Phi(x))", Log(1 - NormalDistribution(X)) - Log(NormalDistribution(X)), [0.01f, 1, 3, 5, 9.5f, -1, -5, -9.5f], Log(0.5 * Erfc(X / Math.Sqrt(2))) - Log(0.5 * Erfc(-X / Math.Sqrt(2)))),
        H("logit-normal argument", Square(Log(X / (1 - X))) / 2, Unit),
        H2("compound interest", Pow(1 + (X / 12), 12 * Y) - 1, [[1e-10f, 5], [0.05f, 30], [1e-5f, 1], [-0.01f, 2]]),
        H2("annuity", (1 - Pow(1 + X, -Y)) / X, [[1e-10f, 12], [0.05f, 30], [1e-6f, 360], [0.5f, 5]]),
        H2("payment", X / (1 - Pow(1 + X, -Y)), [[1e-10f, 12], [0.05f, 30], [1e-6f, 360], [0.5f, 5]]),
        H2("continuous annuity", (Exp(X * Y) - 1) / X, [[1e-10f, 12], [0.05f, 30], [-1e-6f, 360], [3, 20]]),
        new("Black-Scholes d1", (Log(X / Y) + (Z * Z / 2)) / Z, OnPairs([100, 100.01f, 0.2f], [100, 200, 0.1f], [1, 1.0001f, 1e-3f], [1e30f, 1e-5f, 0.5f])),
        new("Black-Scholes call", (X * NormalDistribution((Log(X / Y) / Z) + (Z / 2))) - (Y * NormalDistribution((Log(X / Y) / Z) - (Z / 2))), OnPairs([100, 100.01f, 0.2f], [100, 120, 0.1f], [1, 1.0001f, 1e-3f], [200, 100, 0.3f]),
            (X * 0.5 * Erfc(-((Log(X / Y) / Z) + (Z / 2)) / Math.Sqrt(2))) - (Y * 0.5 * Erfc(-((Log(X / Y) / Z) - (Z / 2)) / Math.Sqrt(2)))),
    ];
}

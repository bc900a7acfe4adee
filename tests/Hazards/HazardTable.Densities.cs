namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Densities, their tails and differences, as programs of statistics and finance have them.</summary>
    private static Hazard[] Densities =>
    [
        H("log of the logistic density", Log(Exp(-X) / Square(1 + Exp(-X))), [0, 3, -3, 100, -100, 1e4f, -1e4f]),
        H2("log of the Maxwell density", Log(0.79788456 * X * X * Exp(-X * X / 2) / (Y * Y * Y)), [[1, 1], [30, 1], [1e-10f, 2], [1000, 5], [300, 1e-3f]]),
        new("log of a gamma density without its constant", Log(Exp(-X / Y) * X * X / Z), OnPairs([1, 1, 1], [1000, 1, 3], [1e4f, 2, 1e20f], [1e-15f, 1, 1e-20f])),
        new("log of an inverse density", Log(Z / (X * Exp(-Y))), OnPairs([1, 2, 3], [1e-20f, 500, 1], [1e20f, -500, 1e-10f])),
        H("inverse Mills ratio", Exp(-X * X / 2) / 2.5066282746310002 / (0.5 * Erfc(-X / 1.4142135623730951)), [0, 3, -5, -20, -100, 10]),
        H("x - log(exp(x)+exp(-x))", X - Log(Exp(X) + Exp(-X)), [0, 1, -1, 30, -30, 40, 200, -200]),
        H2("log-odds of one of two", X - Log(Exp(X) + Exp(Y)), [[1, 2], [30, 1], [1, 30], [500, 420], [-500, -540]]),
        H2("forward rate", Log((1 + X) / (1 + Y)), [[0.05f, 0.03f], [1e-6f, 2e-6f], [0.05f, 0.0500001f], [1e-20f, 0], [1e10f, 1], [-0.9f, 1e-10f]]),
        H2("difference of sigmoids", Sigmoid(X) - Sigmoid(Y), [[1, 2], [40, 41], [-60, -61], [1, 1.0001f], [1e-6f, -1e-6f], [3, 3], [100, -100]]),
        H2("sigmoids written out", (1 / (1 + Exp(-X))) - (1 / (1 + Exp(-Y))), [[20, 21], [-30, -31], [1, 1.0001f], [60, 5]]),
        H2("difference of tanh", Tanh(X) - Tanh(Y), [[1, 2], [20, 18], [-9, -10], [0.5f, 0.50001f], [1e-10f, 2e-10f], [50, 5]]),
        H2("ratio of cosh under a logarithm", Log(Cosh(X) / Cosh(Y)), [[1, 2], [200, 199], [-300, 100], [1e-3f, 2e-3f], [1000, 1]]),
        new("Gaussian likelihood by log-variance", 0.5 * (Log(6.283185307179586 * Exp(Z)) + (Square(X - Y) / Exp(Z))), OnPairs([1, 0, 0], [1e-20f, 0, -90], [3, 2.5f, 80], [1e10f, -1e10f, 60])),
        H2("a common term", Log(1 + (X + Y - (1 + Y))), [[2, 1], [1.5f, 1e6f], [1.001f, 1e8f]]),
    ];
}

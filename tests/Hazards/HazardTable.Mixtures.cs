using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Sums of exponentials with weights and masks, limits of x·log(x), tails of the error function.</summary>
    private static Hazard[] Mixtures =>
    [
        new("circle loss", Log(1 + (Sum(Exp(3 * X)) * Sum(Exp(-(2 * Y))))), [[[1, 2, 3], [0.5f, 1, 2]], [[400, -300, 390], [-500, 20, 1]], [[-40, -41, -42], [3, 4, 5]]]),
        V("log(1+sum(exp(-x)))", Log(1 + Sum(Exp(-X))), [[1, 2, 3], [-900, 800, -899], [30, 33, 31], [0, 0, 0]]),
        new("log-sum over two rows", Log(Sum(Exp(X) + Exp(2 * Y))), [[[1, 2, 3], [0, 1, -1]], [[-800, -801, -900], [-500, -600, -400.5f]], [[700, 1, 2], [350, 349, 0]]]),
        new("positive beside weighted negatives", Log(Exp(At(X, 0)) + Sum(Y * Exp(X))) - At(X, 0), [[[1, 2, 3], [0, 1, 2]], [[-700, 600, 601], [0, 0.5f, 0.25f]], [[800, 300, -5], [0, 1, 1]]]),
        new("posterior of the first of two normal distributions", Y * Exp(-(X * X)) / ((Y * Exp(-(X * X))) + ((1 - Y) * Exp(-Square(X - Z)))), OnPairs([0.5f, 0.3f, 1], [60, 0.2f, 0.5f], [-45, 0.9f, 2], [700, 0.5f, 1e-3f])),
        H2("gate times its input, of two exponentials", Y * Exp(X) / (Exp(X) + Exp(2 * Y)), [[1, 2], [900, 450], [-700, -350], [3, -0.5f]]),
        H2("logistic density with a scale", Exp(-X / Y) / (Y * Square(1 + Exp(-X / Y))), [[1, 1], [4, 0.02f], [-3, 5e-3f], [-2, 0.7f], [1, 1e5f]]),
        H2("x*log(x/y)-x+y at 0", (X * Log(X / Y)) - X + Y, [[0, 0.3f], [0.3f, 0.5f], [2, 1.99f], [1e-20f, 3]], Where(X > 0, (X * Log(X / Y)) - X + Y, Y - X)),
        H2("(1-x)*log((1-x)/(1-y))", (1 - X) * Log((1 - X) / (1 - Y)), [[1, 0.3f], [0.25f, 0.75f], [0.5f, 0.5001f], [0.9999999f, 0.2f]], Where(X < 1, (1 - X) * Log((1 - X) / (1 - Y)), 0)),
        H2("x*(log(x)-log(y)) at 0", X * (Log(X) - Log(Y)), [[0, 0.3f], [0.3f, 0.5f], [2, 2.0001f], [1e-30f, 3]], Where(X > 0, X * (Log(X) - Log(Y)), 0)),
        H("x^2*log(x^2)", X * X * Log(X * X), [0, 2, -3, 1e-20f, -0.5f], Where(Abs(X) > 0, X * X * Log(X * X), 0)),
        H2("mass of an interval in the tail", Log(Erf(X + Y) - Erf(X)), [[1, 0.5f], [7, 0.25f], [-9, 0.5f], [3, 1e-3f], [-0.2f, 0.5f]]),
        H2("difference of two normal distribution functions", (0.5 * (1 + Erf(Y / Math.Sqrt(2)))) - (0.5 * (1 + Erf(X / Math.Sqrt(2)))), [[1, 2], [9, 9.5f], [-8, -7.5f], [7.5f, 7.51f]]),
        new("log of a beta density's powers", Log(Pow(X, Y - 1) * Pow(1 - X, Z - 1)), OnPairs([0.3f, 2, 3], [0.9999f, 3, 90], [1e-10f, 30, 2], [1e-30f, 0.5f, 1.5f])),
        H2("what a reflection lacks to all", 1 - Square((Y - X) / (X + Y)), [[1, 1.5f], [1e20f, 3e-8f], [2e-30f, 1e-15f], [1, 1.001f]]),
        H2("interference of y slits", Sin(X * Y) / (Y * Sin(X)), [[1, 3], [1e-12f, 5], [3e-20f, 0.5f], [0.3f, 2.5f]]),
        new("great circle of near points by acos", Call("acos", (Sin(X) * Sin(Y)) + (Cos(X) * Cos(Y) * Cos(Z - W))), OnPairs([0.5f, 0.6f, 1, 0.5f], [0.7f, 0.7000003f, 0.2f, 0.2000001f], [1.2f, -1.1999f, 3, -0.14f], [1e-6f, -2e-6f, 1, 1.000001f])),
        H2("log(1-y+y*exp(x))", Log(1 - Y + (Y * Exp(X))), [[1, 0.5f], [700, 0.3f], [-900, 0.25f], [1e-3f, 0.5f]]),
        H3("log-partition of two levels above the ground", Log(1 + (Y * Exp(-X)) + (Z * Exp(-2 * X))), [[1, 2, 3], [-800, 2, 4], [900, 1, 3], [30, 5, 1]]),
        V("softmax with room for none", Exp(At(X, 1)) / (1 + Sum(Exp(X))), [[1, 2, 3], [900, 899, -5], [-50, -40, -60], [0, 100, 2]]),
        V("what a product of gates lacks to one", 1 - Prod(Sigmoid(X)), [[1, 2, 3], [30, 29, 33], [90, 100, 95], [-2, 50, 20]]),
        H2("ratio of equal powers", Pow(X, Y) / Pow(X + 1, Y), [[2, 3], [5e4f, 3e4f], [300, 200], [0.1f, 20]]),
        H("Mills ratio times its argument", X * Exp(X * X) * Erfc(X), [1e-5f, 1, 6, 30, 2e4f]),
        H2("discount over very many periods", Pow(1 - X, Y), [[1e-7f, 1e7f], [1e-15f, 3e14f], [0.1f, 7], [2e-20f, 1e20f]]),
    ];
}

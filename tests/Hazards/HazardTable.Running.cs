using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    private static float[][] Chances => [[0.1f, 0.2f, 0.3f], [1e-12f, 1e-20f, 1e-9f], [0.5f, 0.9f, 0.999f], [1e-5f, 1e-4f, 1e-3f]];

    /// <summary>Running sums and products, differences of two sigmoids, powers and roots of what underflows, and quotients of what overflows on both sides.</summary>
    private static Hazard[] Running =>
    [
        V("partial likelihood of ranked scores", Sum(X) - Sum(Log(CumSum(Exp(X)))), [[1, 2, 3], [90, 91, 92], [-200, -201, -202.5f], [1e4f, 0, -1e4f], [88, -88, 0.5f]]),
        V("log of what running shares leave", Log(1 - At(CumSum(Exp(X) / Sum(Exp(X))), 1)), [[1, -2, 0.5f], [30, 0, -10], [90, 88.5f, -95], [0, 0, 0], [100, 300, -40]]),
        V("log of what shares leave", Sum(Log(1 - (Exp(X) / Sum(Exp(X))))), [[1, -2, 0.5f], [1000, -1000, 999], [800, 0, -800], [-3000, 2, 1], [0, 0, 0]]),
        V("log of what lies above a point in a ball", Log(1 - Sum(X * X)), [[0.6f, 0.79999f, 1e-4f], [0.1f, 0.2f, 0.3f], [1e-10f, 2e-10f, 1e-9f], [0.9f, 0.4f, 0.1f]]),
        new("divergence from a standard normal distribution, each element", 0.5 * Sum(Exp(2 * Y) + Square(X) - 1 - (2 * Y)), [[[1, 2, 3], [0.5f, -1, 0.1f]], [[1e-5f, 2e-5f, 1e-5f], [1e-5f, -1e-5f, 1e-6f]], [[1e-10f, 0, 1e-12f], [1e-10f, 1e-10f, -1e-10f]], [[0, 0, 0], [-50, 1e-3f, 0]]]),
        V("shares of those that come before", Sum(Exp(X) / CumSum(Exp(X))), [[1, 2, 3], [90, 91, 92], [-200, -201, -202.5f], [1000, 998, 999]]),
        V("log of broken sticks", Sum(Log(Sigmoid(X) * CumProd(1 - Sigmoid(X)))), [[1, 2, 3], [-1, 0.5f, 2], [60, 40, 50], [-60, -40, -50]]),
        V("log of a sum of running products", Log(Sum(CumProd(Exp(X)))), [[1, 2, 3], [90, 91, 92], [-200, -201, -202.5f], [50, 40, -60]]),
        V("chances to have met one so far", Sum(1 - CumProd(1 - X)), Chances),
        V("log of the chances to have met one so far", Sum(Log(1 - CumProd(1 - X))), Chances),
        H3("log(sigmoid(x-y)-sigmoid(x-z))", Log(Sigmoid(X - Y) - Sigmoid(X - Z)), [[1, 0, 2], [400, 0, 1], [-300, -99, -98], [0.5f, 0.25f, 0.2501f]]),
        V("effective number of log-weights", Square(Sum(Exp(X))) / Sum(Exp(2 * X)), [[1, 2, 3], [1000, 999, 998.5f], [-200, -201, -202.5f], [0, 0, 1]]),
        new("Hellinger distance of softmaxes", 1 - Sum(Sqrt(Exp(X) / Sum(Exp(X)) * (Exp(Y) / Sum(Exp(Y))))), [[[1, -2, 3], [0, 1, -1]], [[1000, 5, 999], [90, -95, 88.5f]], [[-0.25f, 40, 1.5f], [1e4f, 0, -1e4f]]]),
        H2("(1-sigmoid(x)^y)/y", (1 - Pow(Sigmoid(X), Y)) / Y, [[1, 0.5f], [20, 1e-6f], [-300, 1e-8f], [-80, 0.125f], [90, 0.01f]]),
        H2("sinh(2x)/(cosh(2x)+cos(2y))", Call("sinh", 2 * X) / (Call("cosh", 2 * X) + Cos(2 * Y)), [[1e-8f, 0.5f], [20, 1], [400, 2], [-1e4f, 1], [0.5f, 1.5f]]),
        H3("(exp(xz)-exp(yz))/(x-y)", (Exp(X * Z) - Exp(Y * Z)) / (X - Y), [[1, 0.5f, 1], [1, 1.0001f, 2], [1e-20f, 3e-20f, 1], [-2, -2.5f, 10]]),
        H("(10-x)/(exp((10-x)/8)-1)", (10 - X) / (Exp((10 - X) / 8) - 1), [0, 9.9f, 9.9999f, 10.0001f, 10.5f, 30, -400]),
    ];
}

using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Scores that are sure and right, orders near 1, and exponentials beside what is none.</summary>
    private static Hazard[] Sure =>
    [
        new("entropy of an order near 1 (Tsallis)", (1 - Sum(Pow(Y, X))) / (X - 1), [[[1.00001f], [0.1f, 0.2f, 0.3f, 0.4f]], [[0.99999f], [0.7f, 0.1f, 0.1f, 0.1f]], [[2], [0.2f, 0.3f, 0.1f, 0.4f]], [[0.5f], [0.25f, 0.125f, 0.5f, 0.125f]]]),
        new("soft dice of scores that are sure", 1 - (2 * Sum(Sigmoid(X) * Y) / (Sum(Sigmoid(X)) + Sum(Y))), [[[30, 30, -30, -40], [1, 1, 0, 0]], [[1, -1, 2, 0.5f], [1, 0, 1, 1]], [[20, -25, 18, -22], [1, 0, 1, 0]]]),
        V("entropy of counts", Sum(X * Log(X)) - (Sum(X) * Log(Sum(X))), [[1e10f, 1], [3, 4], [1e5f, 2e-3f], [20, 30]]),
        H3("1/(exp(x/y)+z)", 1 / (Exp(X / Y) + Z), [[1, 1, 0.5f], [1, 1e-3f, 0.5f], [-3, 1, 2], [1e3f, 2, 1e10f]]),
        H2("what a weighted logistic lacks", (1 - Y) / (1 - Y + (Y * Exp(X))), [[1000, 0.5f], [1, 0.3f], [-50, 0.9f], [30, 1e-3f]]),
        V("log of what one lacks beside a sum", Log(1 - (1 / (1 + Sum(Exp(X))))), [[1000, -1000, 999, 5], [1, 2, 3, 0], [-60, -50, -70, -55]]),
        new("log-share of weighted sums", -Log(Sum(Y * Exp(X)) / (Sum(Y * Exp(X)) + Sum((1 - Y) * Exp(X)))), [[[1000, -1000, 999, 5], [1, 1, 0, 1]], [[1, 2, 3, 0], [0, 1, 0, 0]], [[-300, -310, -305, -302], [1, 0, 1, 0]]]),
        H3("log-density of a normal distribution with an exponential tail", Log(0.5 * Y * Exp(Y * ((Z * Z * Y / 2) - X)) * Erfc(((Z * Z * Y) - X) / (Z * Math.Sqrt(2)))), [[0, 1, 1], [-50, 1, 1], [30, 1, 0.1f], [3, 0.5f, 2]]),
        new("Gumbel-softmax by its exponentials", At(Exp((X - Log(-Log(Y))) / 0.5), 0) / Sum(Exp((X - Log(-Log(Y))) / 0.5)), [[LongRow(48), LongRow(0.36787945f, 0)], [LongRow(-60), LongRow(0.36787945f, 0)], [LongRow(1), LongRow(0.05f, 0.03125f)]]),
        V("partial likelihood of an order", At(X, 0) - Log(Sum(Exp(X))) + At(X, 1) - Log(Exp(At(X, 1)) + Exp(At(X, 2)) + Exp(At(X, 3))), [[1, 2, 3, 0], [6.875f, -37.25f, -70.125f, -79.75f], [70.5f, 17.75f, -10.25f, -64.625f], [-300, 200, 3, 190], [90, 91, 92, 93]]),
    ];

    private static float[] LongRow(float first, float step = -0.25f) => [.. Enumerable.Range(0, 20).Select(i => first + (i * step))];
}

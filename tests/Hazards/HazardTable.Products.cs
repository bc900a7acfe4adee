using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Products of sums of exponentials, logarithms of what underflows, sums less an element, difference quotients, eigenvalues and sides of triangles.</summary>
    private static Hazard[] Products =>
    [
        V("sum(exp(x))*sum(exp(-x))", Sum(Exp(X)) * Sum(Exp(-X)), [[1, 2, 3], [700, 699.5f, 701], [-4e3f, -4e3f, -4001], [0, 0, 0]]),
        new("mean(exp(x))*exp(-y)", Mean(Exp(X)) * Exp(-Y), [[[1, 2, 3], [0.5f]], [[900, 899, -5], [898]], [[-300, -301, -299], [-298]]]),
        new("partition functions of two systems", Sum(Exp(X)) / Sum(Exp(Y)), [[[1, 2, 3], [0, 1, -1]], [[900, 850, 899], [901, 3, 900]], [[-600, -601, -602], [-599, -640, -700]]]),
        new("sum of exponentials below another", Z / Sum(Exp(X - Y)), [[[1, 2, 3], [2], [1]], [[3, 2, 4], [800], [1e-30f]], [[400, 1, 2], [-500], [2]]]),
        H2("exp(x)/(exp(x)-exp(y))", Exp(X) / (Exp(X) - Exp(Y)), [[2, 1], [5e3f, 10], [-700, -701], [30, 29.9f], [3, 90]]),
        H3("mean with weights of different sign", ((Z * Exp(X)) - (2 * Exp(Y))) / (Exp(X) - Exp(Y)), [[2, 1, 3], [900, 899, 0.5f], [-900, 4, 1], [7, 6.5f, -2]]),
        H("complementary log-log of a rare event", Log(1 - Exp(-Exp(X))), [0, -1, -30, -600, 3, 4]),
        H3("log of Weibull's distribution function", Log(1 - Exp(-Pow(X / Y, Z))), [[1, 2, 1.5f], [1e-15f, 4, 7], [1e-30f, 1, 3], [5, 3, 2]]),
        H("log(tanh(exp(x)))", Log(Tanh(Exp(X))), [0, -2, -500, 2]),
        new("contrast with all but the own example", -Log(Exp(At(X, 1) / Y) / (Sum(Exp(X / Y)) - Exp(At(X, 0) / Y))), [[[1, 0.9f, 0.1f, -0.2f], [0.07f]], [[1, 0.7f, -0.5f, 0], [3e-3f]], [[0.3f, 0.3f, 0.3f, 0.3f], [1]], [[2, -1, -1.5f, -0.9f], [0.01f]]]),
        V("sum(x)-x[0]", Sum(X) - At(X, 0), [[1, 2, 3], [1e12f, 2, -5], [1e-3f, 1e-30f, 1e-31f], [3, -1, 1.0001f]]),
        new("cross-entropy of logits in a mean", Mean(Softplus(X) - (X * Y)), [[[1, -2, 3], [0, 1, 1]], [[40, -50, 45], [1, 0, 1]], [[-90, 100, 95], [0, 1, 1]], [[0.5f, 20, -20], [0.3f, 0.9f, 0.1f]]]),
        H2("symmetric difference quotient of exp", (Exp(X + Y) - Exp(X - Y)) / (2 * Y), [[1, 0.5f], [1, 1e-4f], [0.3f, 1e-10f], [-2, 1e-25f], [3, 7]]),
        H2("difference quotient of exp", (Exp(X + Y) - Exp(X)) / Y, [[1, 0.5f], [1, 1e-4f], [0.3f, 1e-10f], [-2, 1e-25f], [3, -7]]),
        H2("second difference quotient of exp", (Exp(X + Y) - (2 * Exp(X)) + Exp(X - Y)) / (Y * Y), [[1, 0.5f], [1, 1e-4f], [0.3f, 1e-10f], [-2, 1e-15f], [3, 7]]),
        H2("second difference quotient of sin", (Sin(X + Y) - (2 * Sin(X)) + Sin(X - Y)) / (Y * Y), [[1, 0.5f], [1, 1e-4f], [0.3f, 1e-10f], [-2, 1e-15f], [3, 2]]),
        H3("least eigenvalue of a symmetric matrix", 0.5 * (X + Z - Sqrt(Square(X - Z) + (4 * Y * Y))), [[1, 2, 3], [1, -1e-10f, 1e5f], [1e20f, 1e10f, 3], [2, 1e-4f, 2.001f], [-3, 0.5f, 1e15f]]),
        H3("greatest eigenvalue by half the difference", (0.5 * (X + Z)) + Sqrt(Square(0.5 * (X - Z)) + (Y * Y)), [[1, 2, 3], [1, -1e-10f, 1e5f], [1e20f, 1e10f, 3], [2, 1e-4f, 2.001f]]),
        H3("third side of a triangle", Sqrt((X * X) + (Y * Y) - (2 * X * Y * Cos(Z))), [[1, 2, 1], [3, 3, 1e-6f], [1e10f, 1e10f, 1e-8f], [2, 1.9999f, 1e-5f], [1e25f, 3e24f, 2], [-1, 2, 0.5f]]),
        H3("quadratic root by what its sum divides", 2 * Z / (Sqrt((Y * Y) - (4 * X * Z)) - Y), [[1, -3, 1], [1, 1e6f, 1], [2, 1e15f, 3], [0.5f, -1e10f, 2]]),
    ];
}

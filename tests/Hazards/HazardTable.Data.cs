using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Where no identity helps, and what is fed has to count as exact: near zeros, at neighbouring arguments, at the ends of the range.</summary>
    private static Hazard[] Data =>
    [
        H2("deviance of a Poisson", (X * Log(X / Y)) - X + Y, [[5, 5.01f], [1e4f, 1.0001e4f], [100, 99.99f], [3, 2], [1e-10f, 1.01e-10f]]),
        H2("resistances in parallel", X * Y / (X + Y), [[3, 2], [1e25f, 2e25f], [1e-25f, 1e-25f], [1e30f, 1e-5f]]),
        H2("difference of products of one sum", (X * X) - (X * Y), [[1, 1.00001f], [3, -2], [1e10f, 1.0001e10f], [0.1f, 0.10000001f]]),
        H("log near one third", Log(3 * X), [0.33333334f, 0.3333f, 0.334f, 1e-30f, 5, 1e10f]),
        H("derivative of x * sigmoid(x) near its zero", X * Sigmoid(X), [-1.2784645f, -1.2785f, -1.27f, 3, -20]),
        V("contraharmonic mean", Sum(X * X) / Sum(X), [[1, 2, 3], [1e-25f, 2e-25f, 3e-25f], [1e25f, 2e25f, 3e25f]]),
        V("3-norm", Pow(Sum(Pow(Abs(X), 3)), 1.0 / 3), [[1, -2, 3], [1e-15f, 2e-15f, -3e-15f], [1e15f, 2e15f, 3e15f]]),
        new("root of the mean squared difference", Sqrt(Mean(Square(X - Y))), [[[1, 2, 3], [1.0001f, 2, 3.5f]], [[1e25f, 2e25f, 3e25f], [0, 1e25f, 1e25f]], [[1e-25f, 2e-25f, 3e-25f], [0, 1e-25f, 1e-25f]]]),
        new("KL of neighbours", Sum(X * Log(X / Y)), [[[0.2f, 0.3f, 0.5f], [0.2001f, 0.2999f, 0.5f]], [[0.25f, 0.25f, 0.5f], [0.26f, 0.24f, 0.5f]], [[0.1f, 0.2f, 0.7f], [0.3f, 0.3f, 0.4f]]]),
    ];
}

using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Rows whose greatest elements cancel, have no weight, or leave the range together.</summary>
    private static Hazard[] Cancelling =>
    [
        V("sum that cancels", Sum(X), [[1e30f, 1e-5f, -1e30f], [1e8f, 1, -1e8f], [16777216, 1, -16777215], [3e38f, 1e38f, -2e38f]]) with { InBatches = false },
        V("mean that cancels", Mean(X), [[1e30f, 1e-5f, -1e30f], [1e8f, 1, -1e8f], [3e38f, 3e38f, -2e38f]]) with { InBatches = false },
        V("running sum that cancels", At(CumSum(X), 2), [[1e30f, 1e-5f, -1e30f], [1e8f, 1, -1e8f], [1, 2, 3]]) with { InBatches = false },
        new("inner product that cancels", Sum(X * Y), [[[1e10f, 1, -1e10f], [1e10f, 1, 1e10f]], [[1, 2, 3], [4, -3.5f, 1.0001f]], [[1e25f, 1e25f, 1], [1e25f, -1e25f, 1]]]) { InBatches = false },
        new("difference of means", Mean(X) - Mean(Y), [[[1e30f, -1e30f, 1], [0, 0, 1.5f]], [[1, 2, 3], [1, 2, 3.0001f]]]),
        new("polynomial by its coefficients", Sum(X * Pow(At(Y, 0), Y)), [[[-8, 12, -6, 1], [2.01f, 1, 2, 3]], [[1, 2, 3, 4], [0.5f, 1, 2, 3]]]),
        new("shares without the greatest score", At(Exp(X) / Sum(Exp(X)) * Y / Sum(Exp(X) / Sum(Exp(X)) * Y), 2), [[[0, 200, 1], [1, 0, 1]], [[0, 20, 1], [1, 0, 1]], [[1, 2, 3], [1, 0, 1]]]),
        new("cross-entropy of given shares", -Sum(Y * Log(X / Sum(X))), [[[1e-6f, 1, 1e-7f], [0, 1, 0]], [[1e20f, 1e25f, 1e10f], [0, 1, 0]], [[0.2f, 0.3f, 0.5f], [0, 1, 0]]]),
        new("weighted mean at the end of the range", Sum(X * Y) / Sum(Y), [[[1, 2, 3], [1e38f, 2e38f, 3e38f]], [[1, 2, 3], [1e-38f, 2e-38f, 3e-38f]], [[3, 1, 2], [1, 2, 1]]]),
        V("share at the end of the range", At(X / Sum(Abs(X)), 1), [[1e38f, -2e38f, 3e38f], [1e-38f, 3e-38f, -2e-38f], [1, 2, 3]]),
        V("place between extrema", At((X - At(X, 0)) / (Call("max", X) - At(X, 0)), 1), [[-3e38f, 1e38f, 2e38f], [1, 2, 4], [1e4f, 10001, 10002.5f]]),
        V("product of large and small factors", Prod(X), [[1e20f, 2e20f, 3e-20f, 4e-20f], [1e-30f, 1e-20f, 1e30f, 1e10f], [1, 2, 3, 4]]),
        V("determinant of three rows", (At(X, 0) * ((At(X, 4) * At(X, 8)) - (At(X, 5) * At(X, 7)))) - (At(X, 1) * ((At(X, 3) * At(X, 8)) - (At(X, 5) * At(X, 6)))) + (At(X, 2) * ((At(X, 3) * At(X, 7)) - (At(X, 4) * At(X, 6)))), [[1, 1, 1, 1, 1.001f, 1, 1, 1, 1.001f], [1, 2, 3, 4, 5, 6, 7, 8, 10]]),
    ];
}

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    private static float[] Concentrations => [1e-5f, 1e-3f, 0.5f, 3, 29, 31, 120, 480];

    /// <summary>Distributions on a circle, and what else Bessel functions are used for: they overflow together, or differ by little.</summary>
    private static Hazard[] Bessel =>
    [
        H("entropy of von Mises' distribution", Log(I0(X)) - (X * I1(X) / I0(X)), Concentrations),
        H("circular variance", 1 - (I1(X) / I0(X)), Concentrations),
        H("circular deviation", Sqrt(-2 * Log(I1(X) / I0(X))), Concentrations),
        H("variance of a direction", 1 - (I1(X) / (X * I0(X))) - Square(I1(X) / I0(X)), Concentrations),
        H("log(i0(x)-i1(x))", Log(I0(X) - I1(X)), Concentrations),
        H("i0(x)-1", I0(X) - 1, [1e-6f, 1e-3f, 0.5f, 3, 20]),
        H("i0(x)-j0(x)", I0(X) - J0(X), [1e-6f, 1e-3f, 0.5f, 3]),
        H("1-j0(x)", 1 - J0(X), [1e-6f, 1e-3f, 0.5f, 3, 20]),
        H("disk of Airy", Square(2 * J1(X) / X), [1e-6f, 1e-3f, 0.5f, 3, 20]),
        H("what a disk of Airy lacks", 1 - Square(2 * J1(X) / X), [1e-6f, 1e-3f, 0.5f, 3, 20]),
        H2("j0(x)-j0(y)", J0(X) - J0(Y), [[1, 1.0001f], [3, 3.001f], [20, 20.01f], [1e-3f, 2e-3f], [100, 100.001f]]),
        H2("i0(x)/i0(y)", I0(X) / I0(Y), [[0.01f, 0.011f], [3, 3.001f], [50, 20], [480, 479], [1e-4f, 2]]),
        H2("divergence of von Mises' distributions", Log(I0(Y)) - Log(I0(X)) + ((X - Y) * I1(X) / I0(X)), [[3, 3.001f], [50, 20], [200, 199], [480, 470], [1e-3f, 300]]),
        H2("density of von Mises' distribution", Exp(Y * Cos(X)) / (2 * Math.PI * I0(Y)), [[0, 1], [1e-3f, 100], [1e-2f, 450], [2, 30], [1, 1e-5f]]),
        H2("Kaiser's window", I0(Y * Sqrt(1 - (X * X))) / I0(Y), [[0.5f, 8], [0.1f, 100], [0.01f, 480], [0.9f, 14], [0.999f, 2]]),
        H2("density of Rice's distribution", X * Exp(-((X * X) + (Y * Y)) / 2) * I0(X * Y), [[1, 2], [10, 10.01f], [20, 21], [1e-3f, 0.5f]]),
        H2("log-density of Rice's distribution", Log(X) - (((X * X) + (Y * Y)) / 2) + Log(I0(X * Y)), [[1, 2], [10, 10.01f], [20, 21], [1e-3f, 0.5f]]),
        H2("Skellam's distribution at 0", Exp(-(X + Y)) * I0(2 * Sqrt(X * Y)), [[1, 2], [100, 101], [200, 240], [1e-3f, 1e-4f]]),
    ];
}

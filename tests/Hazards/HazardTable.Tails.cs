using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Bessel functions, improvements and occupations far out in their tails, orbits near their closest point.</summary>
    private static Hazard[] Tails =>
    [
        H("log(i0(x))-x", Log(Call("i0", X)) - X, [1, 1e-5f, 30, 120, 480]),
        H("mean direction of von Mises' distribution", Call("i1", X) / Call("i0", X), [1, 1e-5f, 100, -95, 480]),
        H2("log-density of von Mises' distribution", (Y * Cos(X)) - Log(2 * Math.PI * Call("i0", Y)), [[0, 1], [1e-3f, 100], [1e-2f, 450], [2, 30], [1, 1e-5f]]),
        H("log of an expected improvement", Log((X * 0.5 * Erfc(-X / Math.Sqrt(2))) + (Exp(-0.5 * X * X) / Math.Sqrt(2 * Math.PI))), [0.5f, -5, -14, 10, -100]),
        H("log of a gelu's size", Log(-X * 0.5 * Erfc(-X / Math.Sqrt(2))), [-1e-5f, -0.75f, -5, -14, -100]),
        H("log of a swish's size", Log(-X / (1 + Exp(-X))), [-1e-5f, -1.3f, -50, -100, -1e4f]),
        H2("Kepler's equation", X - (Y * Sin(X)), [[1, 0.5f], [1e-4f, 1], [1e-6f, 0.9999999f], [1e-10f, 1], [3, 0.1f]]),
        H2("Kepler's equation of a hyperbola", (Y * Call("sinh", X)) - X, [[1, 1.5f], [1e-4f, 1], [1e-6f, 1.0000001f], [1e-10f, 1], [50, 2]]),
        H2("what Newton's method divides by in it", 1 - (Y * Cos(X)), [[1, 0.5f], [1e-4f, 1], [1e-6f, 0.9999999f], [1e-10f, 1], [3, 0.1f]]),
        H2("log of Planck's law", Log(X * X * X / (Exp(X / Y) - 1)), [[1, 1], [1e-10f, 1], [500, 1], [1, 1e-3f], [1e10f, 1e15f]]),
        H("log(x/(exp(x)-1))", Log(X / (Exp(X) - 1)), [1, 0.3f, 90, 1000, -3]),
        new("mixture of normal distributions with a width", Log(Sum(Exp(X) / Sum(Exp(X)) * Exp(-0.5 * Square(Y)) / Z)), [[[1, 2, 3], [0, 1, -1], [1]], [[0.1f, 0.3f, -0.2f], [40, 41, 39.5f], [0.01f]], [[90, -100, 3], [30, 2, 20], [5]]]),
        H2("pseudorapidity", 0.5 * Log((Sqrt((X * X) + (Y * Y)) + X) / (Sqrt((X * X) + (Y * Y)) - X)), [[1, 1], [1e4f, 1], [1e10f, 1e-3f], [-1e5f, 1], [1e-10f, 1], [-1e20f, 3]]),
        H("difference of cube roots", Pow(X + 1, 1.0 / 3) - Pow(X, 1.0 / 3), [1, 1e6f, 1e10f, 1e30f, 0.5f]),
        H2("quotient of tails", Erfc(X) / Erfc(Y), [[30, 30.001f], [1, 2], [-3, 5], [9, 9.5f], [100, 100.01f]]),
        H("log of Cauchy's tail", Log(0.5 - (Call("atan", X) / Math.PI)), [0.5f, 1e5f, 1e10f, -1e10f, 1e30f], Where(X > 0, Log(Call("atan", 1 / X) / Math.PI), Log(1 + (Call("atan", 1 / X) / Math.PI)))),
    ];
}

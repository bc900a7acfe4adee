using static GraphGrad.Tests.Hazards.Formula;
using static GraphGrad.Tests.Hazards.PointSets;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    

    private static float[] Fractions => [1e-30f, 1e-10f, 1e-4f, 0.01f, 0.3f, 0.9f, 0.9999f];

    private static Formula Tan(Formula x) => Call("tan", x);

    private static Formula Atan(Formula x) => Call("atan", x);

    private static Formula Sinh(Formula x) => Call("sinh", x);

    private static Formula Cosh(Formula x) => Call("cosh", x);

    /// <summary>Physics, geometry and complex numbers.</summary>
    private static Hazard[] Sciences =>
    [
        H("relativistic kinetic energy", (1 / Sqrt(1 - (X * X))) - 1, [1e-10f, 1e-4f, 0.01f, 0.3f, 0.9f, 0.9999f]),
        H2("sum of velocities", (X + Y) / (1 + (X * Y)), [[0.5f, 0.6f], [0.9999999f, 0.9999999f], [1e-10f, 1e-20f]]),
        H2("1 - sum of velocities", 1 - ((X + Y) / (1 + (X * Y))), [[0.5f, 0.6f], [0.9999f, 0.9999f], [1e-10f, 1e-5f], [0.999999f, 0.99999f]]),
        H("Doppler shift", Sqrt((1 + X) / (1 - X)) - 1, [.. Fractions, -1e-10f, -0.5f]),
        H("Planck", X * X * X / (Exp(X) - 1), [.. Positive.Where(x => x >= 1e-10f)]),
        H("Wien's root", X / (1 - Exp(-X)) - 5, [1e-4f, 0.5f, 3, 4.9651f, 20, 90, 1e4f]),
        H("heat capacity of Einstein", X * X * Exp(X) / Square(Exp(X) - 1), [.. Positive.Where(x => x >= 1e-10f)]),
        H("heat capacity of Schottky", X * X * Exp(X) / Square(1 + Exp(X)), [.. Positive.Where(x => x >= 1e-10f)]),
        new("Fermi function", 1 / (Exp((X - Y) / Z) + 1), OnPairs([1, 2, 0.1f], [100, 1, 0.5f], [-100, 1, 0.5f], [3, 3, 1e-5f], [1, 1.0001f, 1e-4f])),
        H("Langevin", (Cosh(X) / Sinh(X)) - (1 / X), Both),
        H("Langevin by tanh", (1 / Tanh(X)) - (1 / X), Both),
        H("free energy of a spin", -Log(2 * Cosh(X)), Both),
        H("spherical Bessel j1", (Sin(X) / (X * X)) - (Cos(X) / X), [1e-10f, 1e-4f, 0.01f, 0.5f, 3, 20, 90, -0.5f]),
        H("spherical Bessel j2", (((3 / (X * X)) - 1) * (Sin(X) / X)) - (3 * Cos(X) / (X * X)), [1e-4f, 0.01f, 0.5f, 3, 20, 90]),
        H("sinc squared", Square(Sin(X) / X), Both),
        H2("parallel resistors", 1 / ((1 / X) + (1 / Y)), [[3, 2], [1e25f, 1e25f], [1e-25f, 2e-25f], [1e30f, 1]]),
        H2("reduced mass", X * Y / (X + Y), [[3, 2], [1e25f, 1e25f], [1e-25f, 2e-25f], [1e30f, 1], [3e38f, 3e38f]]),
        H2("charge of a capacitor", Y * (1 - Exp(-X / Y)), [[1e-10f, 3], [100, 1], [1, 1e10f], [1e-5f, 1e5f]]),
        H("Morse", Square(1 - Exp(-X)), [1e-10f, 1e-4f, 0.5f, 3, 90, -1, -20]),
        H("Lennard-Jones", 4 * (Pow(X, -12) - Pow(X, -6)), [0.5f, 0.9f, 1.01f, 1.2f, 3, 90]),
        H("Yukawa", Exp(-X) / X, Positive),
        H("Rindler distance", (Cosh(X) - 1) / X, [.. Moderate.Where(x => Math.Abs(x) < 80)]),
        H("sinh(x)-x", Sinh(X) - X, [1e-4f, 0.01f, 0.5f, 3, 20, -1]),
        H("terminal velocity", Sqrt(X) * Tanh(Sqrt(X)), Positive),
        new("great circle by haversine", 2 * Call("asin", Sqrt(Square(Sin((X - Y) / 2)) + (Cos(X) * Cos(Y) * Square(Sin(Z / 2))))), OnPairs([0.5f, 0.6f, 1], [0.5f, 0.50001f, 1e-5f], [1, 1, 1e-10f], [0.3f, -0.3f, 3])),
        new("great circle by acos", Call("acos", (Sin(X) * Sin(Y)) + (Cos(X) * Cos(Y) * Cos(Z))), OnPairs([0.5f, 0.6f, 1], [0.5f, 0.501f, 1e-3f], [1, 1, 1e-2f], [0.3f, -0.3f, 3])),
        new("law of cosines", Sqrt((X * X) + (Y * Y) - (2 * X * Y * Cos(Z))), OnPairs([3, 4, 1], [1, 1.0001f, 1e-4f], [1e20f, 1e20f, 0.1f], [100, 100, 1e-3f])),
        new("Heron", Sqrt((X + Y + Z) / 2 * (((X + Y + Z) / 2) - X) * (((X + Y + Z) / 2) - Y) * (((X + Y + Z) / 2) - Z)), OnPairs([3, 4, 5], [1, 1, 1e-4f], [9, 8.9999f, 0.001f], [1e15f, 1e15f, 1e15f])),
        new("cross product", (X * W) - (Y * Z), OnPairs([1, 2, 3, 4], [1, 1.0001f, 0.9999f, 1], [1e4f, 3, 1e4f, 3.0001f], [1e25f, 1e25f, 1, 2])),
        H2("sagitta", X - Sqrt((X * X) - (Y * Y)), [[10, 1e-3f], [1e10f, 1], [3, 2], [1e25f, 1e20f]]),
        H2("distance of the horizon", Sqrt(Square(X + Y) - (X * X)), [[6.4e6f, 1], [1, 1e-10f], [3, 4], [1e25f, 1e20f]]),
        H2("flattening", (X - Y) / X, [[3, 2], [1, 1.0001f], [6.378137e6f, 6.356752e6f], [1e30f, 1e-30f]]),
        H("acos(1-x)", Call("acos", 1 - X), [1e-30f, 1e-10f, 1e-4f, 0.1f, 0.5f, 1.5f]),
        H("acosh(1+x)", Call("acosh", 1 + X), PositiveAll),
        H("pi/2 - atan(x)", (Math.PI / 2) - Atan(X), [.. PositiveAll.Where(x => x < 1e11f)]),
        H("atan((1+x)/(1-x))-pi/4", Atan((1 + X) / (1 - X)) - (Math.PI / 4), [.. Fractions.Skip(1).Take(5)]),
        H2("log of a complex modulus", Log(Sqrt((X * X) + (Y * Y))), [[3, 4], [1e30f, 1e30f], [1e-30f, 1e-30f], [1, 1e-4f], [0.6f, 0.8f]]),
        H2("real part of a complex root", Sqrt((Sqrt((X * X) + (Y * Y)) + X) / 2), [[3, 4], [-3, 1e-2f], [1e25f, 1e25f], [1e-25f, 1e-25f], [-1e10f, 1e8f]]),
        H2("imaginary part of a complex sine", Cos(X) * (Exp(Y) - Exp(-Y)) / 2, [[1, 1e-10f], [0.5f, 3], [2, -80], [1, 0.01f]]),
        new("real part of a complex quotient", ((X * Z) + (Y * W)) / ((Z * Z) + (W * W)), OnPairs([1, 2, 3, 4], [1e25f, 1e25f, 1e25f, 2e25f], [1e-25f, 1e-25f, 1e-25f, 2e-25f], [1, 1, 1e-20f, 1e-20f])),
        new("real part of a complex product", (X * Z) - (Y * W), OnPairs([1, 2, 3, 4], [1, 1, 1.0001f, 1], [1e10f, 3, 3, 1e10f])),
        H2("modulus of exp(z) - 1", Sqrt(Square((Exp(X) * Cos(Y)) - 1) + Square(Exp(X) * Sin(Y))), [[1e-4f, 1e-4f], [1, 2], [-3, 0.5f], [1e-3f, -1e-5f]]),
        H2("atan of a difference", Atan(X) - Atan(Y), [[1, 1.0001f], [1e5f, 2e5f], [-3, 2], [1e-10f, 2e-10f]]),
        H2("hypot less leg", Sqrt((X * X) + (Y * Y)) - X, [[3, 4], [1e10f, 1], [1, 1e-4f], [1e25f, 1e20f], [-3, 1]]),
    ];

    /// <summary>Problems of Hamming's book and their kind, quotients with a limit, and behaviour at infinity.</summary>
    private static Hazard[] Limits =>
    [
        H2("tan(x+y)-tan(x)", Tan(X + Y) - Tan(X), [[1, 1e-4f], [0.3f, 1e-6f], [2, 1e-5f], [0.1f, 3]]),
        H("atan(x+1)-atan(x)", Atan(X + 1) - Atan(X), PositiveAll.Where(x => x < 1e15f).ToArray()),
        H("cbrt(x+1)-cbrt(x)", Pow(X + 1, 1.0 / 3) - Pow(X, 1.0 / 3), [0.01f, 0.5f, 3, 90, 1e4f, 1e8f]),
        H("3frac", (1 / (X + 1)) - (2 / X) + (1 / (X - 1)), [2, 3, 90, 1e4f, 1e6f, 1e10f, -3]),
        H("exp(x)-2+exp(-x)", Exp(X) - 2 + Exp(-X), [1e-10f, 1e-4f, 0.01f, 0.5f, 3, -20, 80]),
        new("expq3", Z * (Exp((X + Y) * Z) - 1) / ((Exp(X * Z) - 1) * (Exp(Y * Z) - 1)), OnPairs([1, 2, 1e-10f], [3, 0.5f, 0.1f], [10, 20, 1e-4f], [-1, 0.7f, 2])),
        H("(exp(2x)-1)/(exp(x)-1)", (Exp(2 * X) - 1) / (Exp(X) - 1), [.. Moderate.Where(x => x < 40)]),
        H("sqrt((exp(2x)-1)/(exp(x)-1))", Sqrt((Exp(2 * X) - 1) / (Exp(X) - 1)), [.. Moderate]),
        H("logs", ((X + 1) * Log(X + 1)) - (X * Log(X)) - 1, [1e-10f, 0.01f, 0.5f, 3, 90, 1e4f]),
        H("logq", Log((1 - X) / (1 + X)), Inner),
        H("log(1-x)/log(1+x)", Log(1 - X) / Log(1 + X), [.. Fractions, -0.5f, -1e-10f]),
        H("sintan", (X - Sin(X)) / (X - Tan(X)), [1e-10f, 1e-3f, 0.1f, 0.5f, 3, -1]),
        H("1/x-1/tan(x)", (1 / X) - (1 / Tan(X)), [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 3, -1]),
        H("1/sin(x)-1/x", (1 / Sin(X)) - (1 / X), [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 3, -1]),
        H("1/log(1+x)-1/x", (1 / Log(1 + X)) - (1 / X), [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 3, -0.5f, 1e10f]),
        H("1/x-1/(exp(x)-1)", (1 / X) - (1 / (Exp(X) - 1)), [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 3, -0.5f, 90, 1e4f, -90, -1e4f]),
        new("quadratic root over 2a", (-Y + Sqrt((Y * Y) - (4 * X * Z))) / (2 * X), OnPairs([1, 3, 2], [1, 1e4f, 1], [1e-3f, 1e3f, 1e-3f], [2, -5, 1])),
        new("other quadratic root", (-Y - Sqrt((Y * Y) - (4 * X * Z))) / (2 * X), OnPairs([1, 3, 2], [1, -1e4f, 1], [1e-3f, -1e3f, 1e-3f], [2, 5, 1])),
        new("quadratic root by halves", (-Y + Sqrt((Y * Y) - (X * Z))) / X, OnPairs([1, 3, 2], [1, 1e4f, 1], [2, -5, 1])),
        H("exp(x)-1-x-x^2/2", Exp(X) - 1 - X - (X * X / 2), [1e-4f, 0.01f, 0.5f, 3, 20, -1, -30]),
        H("(exp(x)-1-x)/x^2", (Exp(X) - 1 - X) / (X * X), [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 3, 20, -1, -90]),
        H("(x-log(1+x))/x^2", (X - Log(1 + X)) / (X * X), [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 3, 1e4f, 1e10f, -0.5f]),
        H("(x-sin(x))/x^3", (X - Sin(X)) / (X * X * X), [1e-10f, 1e-4f, 0.01f, 0.5f, 3, 90, -1]),
        H("(tan(x)-x)/x^3", (Tan(X) - X) / Pow(X, 3), [1e-10f, 1e-4f, 0.01f, 0.5f, 1.5f, -1]),
        H("(x-atan(x))/x^3", (X - Atan(X)) / Pow(X, 3), [1e-10f, 1e-4f, 0.01f, 0.5f, 3, 1e4f, -1]),
        H("(1-x^2/2-cos(x))/x^4", (1 - (X * X / 2) - Cos(X)) / Pow(X, 4), [1e-5f, 1e-3f, 0.01f, 0.5f, 3, -1]),
        H("atan(x)/x", Atan(X) / X, [.. All.Where(x => Math.Abs(x) < 1e15)]),
        H("asin(x)/x", Call("asin", X) / X, [.. Fractions, -0.5f]),
        H("tan(x)/x", Tan(X) / X, [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 1.5f, -1]),
        H("erf(x)/x", Erf(X) / X, Both),
        H("atanh(x)/x", Call("atanh", X) / X, [.. Fractions, -0.5f]),
        H("asinh(x)/x", Call("asinh", X) / X, [.. All.Where(x => Math.Abs(x) < 1e15)]),
        H("x/tanh(x)", X / Tanh(X), Both),
        H("x/tan(x)", X / Tan(X), [1e-20f, 1e-10f, 1e-4f, 0.01f, 0.5f, 1.5f, -1, 3]),
        H("x/sinh(x)", X / Sinh(X), Both),
        H("log(sin(x)/x)", Log(Sin(X) / X), [1e-10f, 1e-4f, 0.01f, 0.5f, 3, -1]),
        H("log(sinh(x)/x)", Log(Sinh(X) / X), Both.Where(x => Math.Abs(x) > 1e-15).ToArray()),
        H("log((exp(x)-1)/x)", Log((Exp(X) - 1) / X), [1e-20f, 1e-10f, 1e-4f, 0.5f, 3, 90, 500, -1, -90, -1e4f]),
        H("sqrt(tanh(x)/x)", Sqrt(Tanh(X) / X), [.. Both.Where(x => Math.Abs(x) > 1e-15)]),
        H("x*log(1+1/x)", X * Log(1 + (1 / X)), PositiveAll.Where(x => x is > 1e-15f and < 1e15f).ToArray()),
        H("(1+1/x)^x", Pow(1 + (1 / X), X), [1e-4f, 0.5f, 3, 90, 1e4f, 1e10f, 1e15f]),
        H("x*(exp(1/x)-1)", X * (Exp(1 / X) - 1), [0.5f, 3, 90, 1e4f, 1e10f, 1e15f, -3]),
        H("x*sin(1/x)", X * Sin(1 / X), [0.5f, 3, 90, 1e4f, 1e10f, 1e15f, -3]),
        H("x^2*(1-cos(1/x))", X * X * (1 - Cos(1 / X)), [0.5f, 3, 90, 1e4f, 1e10f, 1e15f, -3]),
        H("x*(sqrt(x^2+1)-x)", X * (Sqrt((X * X) + 1) - X), PositiveAll.Where(x => x < 1e15f).ToArray()),
        H("sqrt(x^2+x)-x", Sqrt((X * X) + X) - X, PositiveAll.Where(x => x < 1e15f).ToArray()),
        H("1/(sqrt(x^2+1)-x)", 1 / (Sqrt((X * X) + 1) - X), All.Where(x => Math.Abs(x) < 1e30).ToArray()),
        H("log(x^2+1)-2log(x)", Log((X * X) + 1) - (2 * Log(X)), PositiveAll.Where(x => x < 1e15f).ToArray()),
        H("(x+1)^2-x^2", Square(X + 1) - (X * X), [1e-10f, 0.5f, 3, 1e4f, 1e8f, -3]),
        H("(x^2+1)/(x+1)-x", (((X * X) + 1) / (X + 1)) - X, [1e-10f, 0.5f, 3, 1e4f, 1e8f, 1e15f]),
        H("x-1/(1/x+1/x^3)", X - (1 / ((1 / X) + (1 / Pow(X, 3)))), [0.5f, 3, 90, 1e4f, 1e8f]),
        H("exp(-1/x)/x", Exp(-1 / X) / X, [1e-10f, 0.01f, 0.1f, 3, 1e4f, 1e10f]),
        H("log(log(x+1)+1)", Log(Log(X + 1) + 1), PositiveAll),
        H("expm1 of log1p less x", Exp(Log(1 + X)) - 1 - X, [0.5f, 1e-4f, 3], 0 * X),
        H("-1+exp(x)", -1 + Exp(X), Moderate),
        H("-(1-exp(x))", -(1 - Exp(X)), Moderate),
        H("2*(exp(x)-1)/x", 2 * (Exp(X) - 1) / X, [.. Moderate.Where(x => x < 80)]),
        H("1/(1/(1+exp(-x)))", 1 / (1 / (1 + Exp(-X))), [.. Moderate.Where(x => x > -80)]),
        H("log(1/(1/x+1))", Log(1 / ((1 / X) + 1)), PositiveAll.Where(x => x > 1e-20f).ToArray()),
        H("(x^2-1)/(x-1)", ((X * X) - 1) / (X - 1), [1.0001f, 1.0000001f, 0.5f, 3, 1e10f, 1e25f, 1e-10f]),
        H("log(x)/(x-1)", Log(X) / (X - 1), [1.0001f, 1.0000001f, 0.9999999f, 0.5f, 3, 1e10f, 1e-10f]),
        H("(x-1)^6 expanded", Pow(X, 6) - (6 * Pow(X, 5)) + (15 * Pow(X, 4)) - (20 * Pow(X, 3)) + (15 * X * X) - (6 * X) + 1, [1.5f, 0.9f, 3, 0.1f]),
    ];
}

using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>What cancels beyond the digits of two doubles, or leaves the range of one.</summary>
    private static Hazard[] Beyond =>
    [
        H2("second difference of tanh", (Tanh(X + Y) - (2 * Tanh(X)) + Tanh(X - Y)) / (Y * Y), [[0.25f, 3e-10f], [2, 1e-19f], [-1, 0.1f], [1e-3f, 1e-8f]]),
        H2("second difference of log(1+exp(x))", (Log(1 + Exp(X + Y)) - (2 * Log(1 + Exp(X))) + Log(1 + Exp(X - Y))) / (Y * Y), [[0.7f, 3e-9f], [-2, 1e-18f], [1, 0.5f]]),
        H2("(atan(x+y)-atan(x))/y", (Call("atan", X + Y) - Call("atan", X)) / Y, [[1, 3e-20f], [-0.3f, 1e-12f], [2, 0.5f]]),
        H2("(cosh(x)-cosh(y))/(x-y)", (Call("cosh", X) - Call("cosh", Y)) / (X - Y), [[1e-20f, 2e-20f], [1, 1.5f], [3e-9f, 3.001e-9f]]),
        H2("(1-cos(r))/r^2 of a hypotenuse", (1 - Cos(Sqrt((X * X) + (Y * Y)))) / ((X * X) + (Y * Y)), [[1e-30f, 2e-30f], [3e-5f, 1e-12f], [1, 2]]),
        H3("Frank's copula", -(Log(1 + ((Exp(-Z * X) - 1) * (Exp(-Z * Y) - 1) / (Exp(-Z) - 1))) / Z), [[0.3f, 0.8f, 2], [0.5f, 0.7f, 300], [0.9f, 0.1f, 40]]),
        H3("z(e^((x+y)z)-1)/((e^(xz)-1)(e^(yz)-1))", Z * (Exp((X + Y) * Z) - 1) / ((Exp(X * Z) - 1) * (Exp(Y * Z) - 1)), [[1, 2, 1e-14f], [1, 2, 0.5f], [20, 35, 2]]),
        H3("Horner's scheme near a root", (((X * W) + Y) * W) + Z, [[1, -2, 1, 1.00001f], [1, -3, 2, 1.0001f], [1, -6, 9, 3.00001f], [2, -4, 2, 0.9999f], [1, 2, 3, 4]]),
        H2("(1-exp(-t))/t-exp(-t) of a product", ((1 - Exp(-X * Y)) / (X * Y)) - Exp(-X * Y), [[1e-20f, 1], [1e-10f, 1e-25f], [1e-3f, 1e-4f], [1, 2]]),
        H2("vanishing step beside x", ((X + Y) - X) / Y, [[1, 1e-30f], [3e10f, 1e-3f], [3, 0.5f]]),
        H2("vanishing step of a logarithm", Log((X + Y) / X) / Y, [[3, 1e-25f], [1e10f, 1e-10f], [1, 0.5f]]),
        H2("vanishing step of sqrt(x)exp(x)", ((Sqrt(X + Y) * Exp(X + Y)) - (Sqrt(X) * Exp(X))) / Y, [[2, 1e-20f], [1, 3e-12f], [0.5f, 0.25f]]),
        V("norm of order 50", Pow(Sum(Pow(X, 50)), 1.0 / 50), [[1e-20f, 1e-20f, 1e-20f], [1e10f, 2e10f, 1e10f], [1, 2, 3]]),
        H("acosh(x)-log(2*x)", Log(X + Sqrt((X * X) - 1)) - Log(2 * X), [1.5f, 30, 1e5f, 3e14f]),
        H("log(erf(exp(x)))", Log(Erf(Exp(X))), [-3000, -20, -1, 2]),
        H("log(atan(exp(x)))", Log(Call("atan", Exp(X))), [-5000, -20, -1, 5]),
        H2("logarithm of two exponentials' difference of tails", Log(Erfc(X) - Erfc(Y)), [[40, 42], [1, 2], [-3, 5]]),
    ];
}

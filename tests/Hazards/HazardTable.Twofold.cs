using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>Where float64 loses the digits, too, or where it takes another rule to keep them.</summary>
    private static Hazard[] Twofold =>
    [
        H("exp(-2*x)*(exp(2*x)-1)", Exp(-2 * X) * (Exp(2 * X) - 1), [1e-10f, 0.3f, 8, 19, 24, -1]),
        H2("1-tanh(x)*tanh(2*y)", 1 - (Tanh(X) * Tanh(2 * Y)), [[1, 1], [14, 9], [20, 5], [-8, -7], [3, -0.1f]]),
        H2("(1/sqrt(1-(x/y)^2)-1)*y*y", ((1 / Sqrt(1 - Square(X / Y))) - 1) * Y * Y, [[1e-2f, 3], [2, 5e4f], [0.7f, 1], [3e3f, 1e8f]]),
        H2("1-(1/(1+exp(-x)))^y", 1 - Pow(1 / (1 + Exp(-X)), Y), [[1, 2], [43, 0.3f], [-7, 0.7f], [4, 1e-4f], [-60, 1]]),
        H2("log(1-(1-sigmoid(x))^y)", Log(1 - Pow(1 - Sigmoid(X), Y)), [[1, 2], [-45, 1.5f], [8, 4], [25, 1], [-10, 7]]),
        H2("y*log(1+2*x/y)", Y * Log(1 + (2 * X / Y)), [[1, 1], [1, 1e7f], [1e-4f, 2], [3, 1e11f]]),
        H2("(cos(x)-cos(y))/(x-y)", (Cos(X) - Cos(Y)) / (X - Y), [[1, 1.001f], [2, 3], [1e-7f, 3e-7f], [2e-8f, 1e-8f]]),
        H2("(sin(x+y)-sin(x-y))/(2*y)", (Sin(X + Y) - Sin(X - Y)) / (2 * Y), [[1, 1e-3f], [0.3f, 1], [2, 3e-5f]]),
        H2("(log(x+y)-log(x-y))/(2*y)", (Log(X + Y) - Log(X - Y)) / (2 * Y), [[1, 1e-3f], [3, 1], [200, 0.01f]]),
        H2("second difference of a logarithm", (Log(X + Y) - (2 * Log(X)) + Log(X - Y)) / (Y * Y), [[1, 1e-2f], [3, 1], [5, 2e-3f]]),
        H("asinh(x)-log(2*x)", Call("asinh", X) - Log(2 * X), [0.5f, 20, 1e4f, 3e8f]),
        H("cos(atan(x))", Cos(Call("atan", X)), [1e-10f, 0.5f, -3, 1e8f, -3e15f]),
        H("sin(2*atan(x))", Sin(2 * Call("atan", X)), [1e-10f, 0.5f, 1, -3, 1e8f, -1e20f]),
        H("sin(atan(x))", Sin(Call("atan", X)), [1e-10f, 0.5f, -3, 1e8f, -3e15f]),
        H2("x*sqrt(1+(y/x)^2)", X * Sqrt(1 + Square(Y / X)), [[3, 4], [-1e-20f, 2], [1e-28f, 1e-28f], [1e25f, 1e20f]]),
        H2("|x|*sqrt(1+(y/x)^2)", Abs(X) * Sqrt(1 + Square(Y / X)), [[-3, 4], [-1e-20f, 2], [1e-28f, 1e-28f], [1e25f, 1e20f]]),
        H2("x-sqrt(x^2+y)", X - Sqrt((X * X) + Y), [[3, 4], [1e6f, 2], [1e15f, 5], [-3, 1], [1e-8f, 1e-9f]]),
        H2("x+sqrt(x^2+y)", X + Sqrt((X * X) + Y), [[3, 4], [-1e6f, 2], [-1e15f, 5], [-3, 1], [1e-8f, 1e-9f]]),
        H("log(erfc(x/sqrt(2))/2)", Log(Erfc(X / 1.4142135623730951) / 2), [0, 2, -4, 12, 50, 300, -1e-4f]),
        H("log(1-erfc(x/sqrt(2))*0.5)", Log(1 - (Erfc(X / 1.4142135623730951) * 0.5)), [0, 2, -4, 8, -25, 1e-4f]),
        H("exp(-x^2)/(3*x*erfc(x))", Exp(-(X * X)) / (3 * X * Erfc(X)), [0.2f, 2, 7, 15, 1e4f]),
        V("entropy of a row", -Sum(X / Sum(X) * Log(X / Sum(X))), [[0.2f, 0.3f, 0.5f], [1, 1e-11f, 1e-13f], [1e-12f, 2, 1e-9f], [3e20f, 1e20f, 2e20f]]),
        V("Renyi entropy of order 2", -Log(Sum(X * X)), [[0.2f, 0.3f, 0.5f], [1, 1e-9f, 1e-10f], [0.5f, 0.5f, 1e-8f]]),
        new("Bhattacharyya coefficient's lack", 1 - Sum(Sqrt(X * Y)), [[[0.2f, 0.3f, 0.5f], [0.25f, 0.25f, 0.5f]], [[0.25f, 0.25f, 0.5f], [0.2501f, 0.2499f, 0.5f]], [[0.1f, 0.2f, 0.7f], [0.3f, 0.3f, 0.4f]]]),
        V("products of different elements", Square(Sum(X)) - Sum(X * X), [[1, 2, 4], [1, 2e-5f, 3e-6f], [2000, 0.003f, 0], [1e15f, 1e15f, 10]]),
        V("Gini impurity of a softmax", 1 - Sum(Square(Exp(X) / Sum(Exp(X)))), [[1, 2, 3], [25, 1, 0], [0, 0, 0], [3, 50, 2]]),
        H2("KL of a Bernoulli from a logit", (Y * Log(Y / Sigmoid(X))) + ((1 - Y) * Log((1 - Y) / (1 - Sigmoid(X)))), [[1, 0.7f], [0, 0.5002f], [-2, 0.12f], [3, 0.99f], [-20, 0.1f]]),
        H2("slerp weight", Sin((1 - Y) * X) / Sin(X), [[1, 0.3f], [1e-7f, 0.25f], [3, 0.9f], [2e-3f, 0.01f]]),
        V("1-norm less 2-norm", Sum(Abs(X)) - Sqrt(Sum(X * X)), [[1, 2, 3], [1, 2e-5f, 3e-6f], [-10, 0.02f, 0.01f], [1e20f, 2e20f, 1]]),
        new("soft minimum of cold energies", -(Y * Log(Sum(Exp(-X / Y)))), [[[1, 2, 3], [1]], [[3, 3.001f, 8], [1e-3f]], [[7, 7.0005f, 7.001f], [5e-4f]], [[1, 2, 3], [50]]]),
        H("exp(x)+2+exp(-x) under a logarithm", Log(Exp(X) + 2 + Exp(-X)), [0, 1, -1e-4f, 100, -300]),
        H2("cross-entropy of a logit, stable", Where(X > 0, X, 0) - (X * Y) + Log(1 + Exp(-Abs(X))), [[18, 1], [-23, 0], [2.5f, 0.2f], [60, 1], [-1.5f, 1]]),
        H("x*log(x)-x", (X * Log(X)) - X, [2.7183f, 2.71f, 2.718281f, 0.4f, 1e-20f]),
        H("log(x)/(x-1) but for near 1", Where(Abs(X - 1) < 1e-3, 1, Log(X) / (X - 1)), [1.02f, 0.985f, 1.003f, 1.0001f, 7]),
        H2("(erf(x)-erf(y))/(x-y) in the tails", (Erf(X) - Erf(Y)) / (X - Y), [[4.6f, 4.65f], [-5.4f, -5.5f], [5.3f, 5.45f], [0.5f, 0.50001f]]),
    ];
}

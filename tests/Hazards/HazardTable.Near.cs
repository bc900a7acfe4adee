using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    /// <summary>What is nearly 1 in all its factors, what float32 and float64 lose alike, log-sums of weighted terms, and guards in forward mode.</summary>
    private static Hazard[] Near =>
    [
        H2("log(1-sigmoid(x)*sigmoid(y))", Log(1 - (Sigmoid(X) * Sigmoid(Y))), [[1, 3], [25, 33], [-15, -40], [90, 2], [60, 75]]),
        H("log(1-sigmoid(x)^3)", Log(1 - Pow(Sigmoid(X), 3)), [-30, 0, 15, 45, 70]),
        H2("log(1-(1-exp(x))*(1-exp(y)))", Log(1 - ((1 - Exp(X)) * (1 - Exp(Y)))), [[-1, -3], [-45, -52], [-0.02f, -0.6f], [-25, -2e-3f], [-75, -70]]),
        H2("log(1-(1-exp(-x))^y)", Log(1 - Pow(1 - Exp(-X), Y)), [[1, 2.5f], [45, 2], [0.3f, 0.7f], [70, 4]]),
        H2("1-tanh(x)*tanh(y), both large", 1 - (Tanh(X) * Tanh(Y)), [[1, 2], [30, 42], [-38, -41], [0.2f, -3]]),
        H2("cosh(x)*cosh(y)-sinh(x)*sinh(y)", (Call("cosh", X) * Call("cosh", Y)) - (Call("sinh", X) * Call("sinh", Y)), [[1, 1.002f], [19, 19.7f], [48, 50], [-4, 3]]),
        H2("sinh(x)*cosh(y)-cosh(x)*sinh(y)", (Call("sinh", X) * Call("cosh", Y)) - (Call("cosh", X) * Call("sinh", Y)), [[1, 1.002f], [19, 19.7f], [48, 50], [3e-5f, 1e-5f]]),
        H("0.5+0.5*erf(x)", 0.5 + (0.5 * Erf(X)), [-8, -3, 1e-4f, 2]),
        H("0.5-0.5*tanh(x)", 0.5 - (0.5 * Tanh(X)), [40, 12, 1e-4f, -6]),
        H("0.5-0.5*cos(2*x)", 0.5 - (0.5 * Cos(2 * X)), [1e-18f, 1e-5f, 0.3f, 2]),
        H2("pq-formula", -(X / 2) + Sqrt((X * X / 4) - Y), [[5, 1], [3e8f, 2], [2e15f, 3], [-4, 3]]),
        H2("pq-formula, other root", -(X / 2) - Sqrt((X * X / 4) - Y), [[-5, 1], [-3e8f, 2], [-2e15f, 3], [4, 3]]),
        H2("y^2 in a divergence that is 0 in y", Log(Y) + ((1 + (X * X)) / (2 * Y * Y)) - 0.5, [[1e-10f, 1], [3e-7f, 1], [0.2f, 2], [3, 0.5f]]),
        H3("divergence of near distributions with a vanishing distance", Log(Z) - Log(Y) + (((Y * Y) + (X * X)) / (2 * Z * Z)) - 0.5, [[1e-10f, 5, 5], [1e-3f, 2, 2.001f], [0.5f, 1, 3]]),
        H2("posterior of two scores", Sigmoid(X) * Sigmoid(Y) / ((Sigmoid(X) * Sigmoid(Y)) + (Sigmoid(-X) * Sigmoid(-Y))), [[30, 40], [50, -20], [0.3f, 2], [-60, 5]]),
        H2("(erf(x)-erf(y))/(x-y) where both are 1", (Erf(X) - Erf(Y)) / (X - Y), [[6.1f, 6.2f], [-7, -6.4f], [4.9f, 5.05f]]),
        H2("slope of an exponential over a small step", (Exp(X + Y) - Exp(X)) / Y, [[1, 3e-7f], [20, 2e-3f], [-5, 1.5f]]),
        H2("x^y*exp(-x)", Pow(X, Y) * Exp(-X), [[2, 3], [95, 27], [60, 24], [1e-4f, 2]]),
        H("bits that a coin lacks to one", 1 + (X * Log(X) / Math.Log(2)) + ((1 - X) * Log(1 - X) / Math.Log(2)), [0.1f, 0.41f, 0.48f, 0.4985f, 0.93f]),
        H2("mixture of two normal distributions", Log((Y * Exp(-0.5 * Square(X - 2)) / 2.5066282746310002) + ((1 - Y) * Exp(-0.5 * Square(X + 2)) / 2.5066282746310002)), [[0, 0.3f], [55, 0.25f], [-48, 0.6f], [3, 1e-9f]]),
        new("mixture with weights that are shares", Log(Sum(Y / Sum(Y) * Exp(-0.5 * Square(X)) / 2.5066282746310002)), [[[1, 2, 3], [2, 3, 5]], [[40, 41, 45], [1, 5, 2]], [[-30, 2, 60], [1e-3f, 1, 1]]]),
        new("product of powers", Prod(Pow(X, Y)), [[[1, 2, 3], [2, -1, 0.5f]], [[2e15f, 3e14f, 5e19f], [2, 2, -3]], [[1e-20f, 2e-18f, 3e-19f], [3, -2, -1]]]),
        V("product of large and small numbers", Prod(X), [[1, 2, 3], [3e30f, 2e29f, 5e-31f], [2e-30f, 1e-12f, 1e38f]]),
        V("what the others have beside the first", Log(Sum(Exp(X)) - Exp(At(X, 0))) - Log(Sum(Exp(X))), [[1, 2, 3], [25, 2, 1], [90, 45, 40], [-20, 3, 1]]),
        V("lack of the first share", Log(1 - (Exp(At(X, 0)) / Sum(Exp(X)))), [[1, 2, 3], [25, 2, 1], [-33, 6, 4], [90, 45, 40]]),
        H("sqrt(max(x^2-1,0))", Sqrt(Call("max2", (X * X) - 1, 0)), [2, 1.0001f, 0.5f, -0.3f, 1e9f]),
        H("sqrt(1-min(x,1))", Sqrt(1 - Call("min2", X, 1)), [0.5f, 0.9999f, 2, -3, 1e-5f]),
        H("sqrt(relu(x))+sqrt(relu(-x))", Sqrt(Call("max2", X, 0)) + Sqrt(Call("max2", -X, 0)), [2, -3, 1e-10f, -1e30f]),
    ];
}

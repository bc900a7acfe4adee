using static GraphGrad.Tests.Hazards.Formula;
using static GraphGrad.Tests.Hazards.PointSets;

namespace GraphGrad.Tests.Hazards;

internal static partial class HazardTable
{
    private static Formula Logit => 1 / (1 + Exp(-X));

    /// <summary>The logistic function, hyperbolic functions and activations.</summary>
    private static Hazard[] Logistic =>
    [
        H("softplus", Log(1 + Exp(X)), Both),
        H("softplus of -x", Log(1 + Exp(-X)), Both),
        H2("softplus with sharpness", Log(1 + Exp(Y * X)) / Y, [[1, 10], [100, 5], [-100, 0.5f], [1e4f, 3], [1e-5f, 1]]),
        H("softplus(x)-softplus(-x)", Softplus(X) - Softplus(-X), All),
        H("sigmoid", Logit, Both),
        H("exp(x)/(1+exp(x))", Exp(X) / (1 + Exp(X)), Both),
        H("sigmoid op", Sigmoid(X), Both),
        H("1-sigmoid", 1 - Logit, Both),
        H("1-sigmoid op", 1 - Sigmoid(X), Both),
        H("sigmoid*(1-sigmoid)", Sigmoid(X) * (1 - Sigmoid(X)), Both),
        H("exp(-x)/(1+exp(-x))^2", Exp(-X) / Square(1 + Exp(-X)), Both),
        H("log(sigmoid)", Log(Logit), Both),
        H("log(sigmoid op)", Log(Sigmoid(X)), Both),
        H("log(1-sigmoid)", Log(1 - Logit), Both),
        H("logit(sigmoid(x))", Log(Sigmoid(X) / (1 - Sigmoid(X))), Both),
        H("log p - log(1-p)", Log(Sigmoid(X)) - Log(1 - Sigmoid(X)), Both),
        H("sigmoid(log(x))", Sigmoid(Log(X)), PositiveAll),
        H("2*sigmoid(2x)-1", (2 * Sigmoid(2 * X)) - 1, Both),
        H("binary cross-entropy, y = 1", -Log(Logit), Both),
        H2("binary cross-entropy", -((Y * Log(Sigmoid(X))) + ((1 - Y) * Log(1 - Sigmoid(X)))), [[100, 1], [-100, 1], [1e4f, 0], [-1e4f, 0], [3, 0.3f], [1e-10f, 0.75f]]),
        H2("cross-entropy of margin", Log(1 + Exp(-(X * Y))), [[100, 1], [-100, 1], [1e4f, -1], [-1e4f, -1], [3, 1]]),
        H("focal loss", -(Square(1 - Sigmoid(X)) * Log(Sigmoid(X))), Both),
        H("focal loss by power", -(Pow(1 - Sigmoid(X), 2.5) * Log(Sigmoid(X))), Both),
        H("tanh by exp", (Exp(X) - Exp(-X)) / (Exp(X) + Exp(-X)), Both),
        H("tanh by exp(2x)", (Exp(2 * X) - 1) / (Exp(2 * X) + 1), Both),
        H("tanh by exp(-2x)", (1 - Exp(-2 * X)) / (1 + Exp(-2 * X)), Both),
        H("1-2/(exp(2x)+1)", 1 - (2 / (Exp(2 * X) + 1)), Both),
        H("tanh op", Tanh(X), Both),
        H("1-tanh", 1 - Tanh(X), Both),
        H("1+tanh", 1 + Tanh(X), Both),
        H("1-tanh^2", 1 - Square(Tanh(X)), Both),
        H("log(1-tanh^2)", Log(1 - Square(Tanh(X))), Both),
        H("log(1-tanh)", Log(1 - Tanh(X)), Both),
        H("log(1+tanh)", Log(1 + Tanh(X)), Both),
        H("sinh/cosh", Call("sinh", X) / Call("cosh", X), Both),
        H("1/cosh", 1 / Call("cosh", X), Both),
        H("2/(exp(x)+exp(-x))", 2 / (Exp(X) + Exp(-X)), Both),
        H("1/cosh^2", 1 / Square(Call("cosh", X)), Both),
        H("cosh(x)-1", Call("cosh", X) - 1, Moderate.Where(x => Math.Abs(x) < 89).ToArray()),
        H("log(cosh)", Log(Call("cosh", X)), Both),
        H("log((exp(x)+exp(-x))/2)", Log((Exp(X) + Exp(-X)) / 2), Both),
        H("log(sinh)", Log(Call("sinh", X)), Positive),
        H("log(tanh)", Log(Tanh(X)), Positive),
        H("coth - 1/x", (1 / Tanh(X)) - (1 / X), [0.5f, 1, 3, 20, 90, -0.5f, -3, 1e4f]),
        H("(exp(x)-exp(-x))/2", (Exp(X) - Exp(-X)) / 2, Moderate.Where(x => Math.Abs(x) < 89).ToArray()),
        H("sinh(x)/x", Call("sinh", X) / X, Moderate.Where(x => Math.Abs(x) < 89).ToArray()),
        H("tanh(x)/x", Tanh(X) / X, Both),
        H("cosh^2-sinh^2", Square(Call("cosh", X)) - Square(Call("sinh", X)), Both, 1 + (0 * X)),
        H("cosh-sinh", Call("cosh", X) - Call("sinh", X), [.. Both.Where(x => x > -80)]),
        H("silu", X / (1 + Exp(-X)), Both),
        H("mish", X * Tanh(Log(1 + Exp(X))), Both),
        H("gelu by erf", 0.5 * X * (1 + Erf(X / Math.Sqrt(2))), [.. Both.Where(x => x > -90)], 0.5 * X * Erfc(-X / Math.Sqrt(2))),
        H("gelu by tanh", 0.5 * X * (1 + Tanh(0.7978845608 * (X + (0.044715 * X * X * X)))), Both, 0.5 * X * (1 + Tanh(0.7978845608 * (X + (0.044715 * X * X * X))))),
        H("elu", Where(X > 0, X, Exp(X) - 1), Both),
        H("log1p(exp(-|x|))+max", Call("max2", X, 0) + Log(1 + Exp(-Abs(X))), Both),
        H("where guards softplus", Where(X > 20, X, Log(1 + Exp(X))), [1e-10f, 1, 15, 90, 1e4f, -3, -90, -1e4f], Softplus(X)),
        H("where guards sqrt", Where(X > 0, Sqrt(X), 0), [1e-30f, 1, 1e10f, -1, -1e10f]),
        H("where guards log", Where(X > 0, Log(X), X), [1e-30f, 1, 1e10f, -1, -1e10f]),
        H("where guards x/|x|", Where(Abs(X) > 0, X / Abs(X), 0), [1e-30f, 3, -1e10f]),
        H("where guards sin(x)/x", Where(Abs(X) > 1e-20, Sin(X) / X, 1), [1e-30f, 1e-10f, 0.5f, 3, 90, -1e4f]),
    ];
}

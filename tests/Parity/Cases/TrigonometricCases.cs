using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

internal static class TrigonometricCases
{
    // Second derivatives at the ends of a domain and outside have no meaning.
    private static readonly Recipe[][] Inside = [[Values(0, 1e-20, -1e-20, 1e-3, -0.5, 0.9, -0.999)], [Uniform(-0.99, 0.99, 3, 1, 5)], [Uniform(-0.99, 0.99)]];

    public static readonly Case[] All =
    [
        new("sin", x => Sin(x[0]), Special),
        new("cos", x => Cos(x[0]), Special),
        new("tan", x => Tan(x[0]), Special),
        new("asin", x => Asin(x[0]), Unit) { Derivatives = Derivatives.First },
        new("asin in its domain", x => Asin(x[0]), Inside),
        new("acos", x => Acos(x[0]), Unit) { Derivatives = Derivatives.First },
        new("acos in its domain", x => Acos(x[0]), Inside),
        new("atan", x => Atan(x[0]), Special),
        new("sinh", x => Sinh(x[0]), Special),
        new("cosh", x => Cosh(x[0]), Special),
        new Case("tanh", x => Tanh(x[0]), Special)
            .Exactly("libtorch differentiates by 1 - t², which cancels where the tangent is near 1", x => Dual.Tanh(x[0])),
        new("asinh", x => Asinh(x[0]), Special),
        new Case("acosh", x => Acosh(x[0]), [[Values(double.NaN, double.PositiveInfinity, 0.5, 1.001, 1.5, 3, 10, 1e5, 1e10, -2)], [Uniform(1.1, 9)], [Uniform(1.1, 9, 3, 1, 5)], [Uniform(1, 2, 0, 4)]])
            .Instead("below 1 the function has no value, and GraphGrad no derivative", p => p.Part != Part.Value && p.X() < 1 ? double.NaN : null)
            .Instead("the second derivative at infinity is 0", p => p.Part == Part.Second && double.IsPositiveInfinity(p.X()) ? 0 : null),
        new("atanh", x => Atanh(x[0]), Unit) { Derivatives = Derivatives.First },
        new("atanh in its domain", x => Atanh(x[0]), Inside),
        new("atan2", x => Atan2(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("atan2 differentiated", x => Atan2(x[0], x[1]), [[Normal(3, 1, 5), Normal(4, 1)], [Normal(), Normal()]]) { By = Measure.Norm },
        new Case("hypot", x => Hypot(x[0], x[1]), Pairs) { Derivatives = Derivatives.None }
            .Instead("GraphGrad always passes NaN on", p => p.Inputs.Length == 2 && p.Inputs[0].Count == p.Inputs[1].Count && double.IsNaN(p.X() + p.X(1)) && !(double.IsInfinity(p.X()) && double.IsInfinity(p.X(1))) ? double.NaN : null),
        new("hypot differentiated", x => Hypot(x[0], x[1]), [[Normal(3, 1, 5), Normal(4, 1)], [Normal(), Normal()]]),
        new Case("sinc", x => Sinc(x[0]), Special)
            .Instead("a whole number other than 0 gives exactly 0", p => p.Part == Part.Value && double.IsFinite(p.X()) && p.X() != 0 && p.X() == Math.Floor(p.X()) ? 0 : null)
            .Instead("the second derivative at 0 is -π²/3", p => p.Part == Part.Second && p.X() == 0 ? p.Weight * Data.Weight(p.Element, Turns.OfGradient) * -Math.PI * Math.PI / 3 : null)
            .Exactly("libtorch rounds πx before the sine, and its derivatives cancel near 0", x => Dual.Sin(Dual.Pi * x[0]) / (Dual.Pi * x[0])),
        Case.Refuses("atan2 shapes", x => Atan2(x[0], x[1]), "do not broadcast", Normal(3), Normal(4)),
        Case.Refuses("hypot of whole numbers", x => Hypot(x[0], x[1]), "is not float32 or float64", Whole(1, 5, 3), Whole(1, 5, 3)),
    ];
}

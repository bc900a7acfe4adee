namespace GraphGrad;

/// <summary>Numbers that were drawn, with gradients by the parameters of their distribution: at a constant probability F(x; a) the derivative of x by a is -∂F/∂a divided by the density.</summary>
internal static class Implicit
{
    /// <summary>Gamma numbers of rate 1.</summary>
    public static Value Gamma(Value number, Value shape)
    {
        number = Ops.StopGradient(number);
        return Ops.CustomGradient(_ => number, c => [c.Adjoint * Slope(c.Result, c.Inputs[0])], c => c.Tangents[0] * Slope(c.Result, c.Inputs[0]), shape);

        static Value Slope(Value number, Value shape)
        {
            Value x = Wide(number), a = Wide(shape);
            return Ops.Cast(Ops.Where(x <= 0, 0, -Ops.GammaIncSlope(a, x) / Ops.GammaDensity(a, x)), number.DType);
        }
    }

    /// <summary>Beta numbers, with what they leave of 1.</summary>
    public static Value Beta(Value number, Value rest, Value alpha, Value beta)
    {
        (number, rest) = (Ops.StopGradient(number), Ops.StopGradient(rest));
        return Ops.CustomGradient(
            _ => number,
            c => [null, c.Adjoint * Slope(c.Result, c.Inputs, byFirst: true), c.Adjoint * Slope(c.Result, c.Inputs, byFirst: false)],
            c => c.Tangents[1] * Slope(c.Result, c.Inputs, byFirst: true) + c.Tangents[2] * Slope(c.Result, c.Inputs, byFirst: false),
            rest, alpha, beta);

        static Value Slope(Value number, IReadOnlyList<Value> inputs, bool byFirst)
        {
            Value x = Wide(number), y = Wide(inputs[0]), a = Wide(inputs[1]), b = Wide(inputs[2]);
            return Ops.Cast(Ops.Where((x <= 0) | (y <= 0), 0, -Ops.BetaIncSlope(a, b, x, y, byFirst) / Ops.BetaDensity(a, b, x, y)), number.DType);
        }
    }

    /// <summary>Shares of Dirichlet's distribution, in the last axis.</summary>
    public static Value Dirichlet(Value shares, Value concentration)
    {
        shares = Ops.StopGradient(shares);
        return Ops.CustomGradient(
            _ => shares,
            c => [Slope(c.Result, c.Inputs[0]) * (c.Adjoint - Ops.Sum(c.Result * c.Adjoint, -1, keepDims: true))],
            c => Moved(c.Result, c.Tangents[0] * Slope(c.Result, c.Inputs[0])),
            concentration);

        static Value Moved(Value shares, Value moved) => moved - shares * Ops.Sum(moved, -1, keepDims: true);

        // What a share takes with its concentration, as a part of all others, which lose it in proportion.
        static Value Slope(Value shares, Value concentration)
        {
            Value x = Wide(shares), a = Wide(concentration);
            var (y, b) = (1 - x, Ops.Sum(a, -1, keepDims: true) - a);
            var slope = -Ops.BetaIncSlope(a, b, x, y, byFirst: true) / (Ops.BetaDensity(a, b, x, y) * y);
            // A single share does not move.
            var atEnd = Ops.Where(b <= 0, 0, (Ops.Digamma(a + b) - Ops.Digamma(a)) / b);
            return Ops.Cast(Ops.Where(x <= 0, 0, Ops.Where(y <= 0, atEnd, slope)), shares.DType);
        }
    }

    private static Value Wide(Value x) => Ops.Cast(x, DType.Float64);
}

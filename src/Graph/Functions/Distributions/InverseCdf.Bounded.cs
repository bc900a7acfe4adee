namespace GraphGrad;

public static partial class InverseCdf
{
    /// <summary>Of the continuous Bernoulli distribution.</summary>
    /// <param name="probability">The probabilities of which the quantiles are.</param>
    /// <param name="parameter">The distribution's own p, between 0 and 1.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ContinuousBernoulli(Value probability, Value parameter)
    {
        // Both of one shape: 0 times the other is 0.
        var logits = Ops.Logit(parameter) + 0 * probability;
        return Ops.CustomGradient(
            v => Quantile(v[0], v[1]),
            c => [c.Adjoint / Density(c.Result, c.Inputs[1]), c.Adjoint * ByLogits(c.Inputs[0], c.Result, c.Inputs[1])],
            c => c.Tangents[0] / Density(c.Result, c.Inputs[1]) + c.Tangents[1] * ByLogits(c.Inputs[0], c.Result, c.Inputs[1]),
            Ops.BroadcastTo(probability, logits.Shape), logits);

        // log(1 + p(e^y - 1))/y, whose exponential function must not overflow.
        static Value Quantile(Value p, Value y) => Ops.Where(
            Ops.Equal(y, 0), p, Ops.Where(y > 1, Ops.Softplus(Ops.Log(p) + y + Ops.Log(-Ops.Expm1(-y))), Ops.Log1p(p * Ops.Expm1(Ops.Minimum(y, 1)))) / y);

        static Value Density(Value x, Value y) => Ops.Exp(x * y - MeanExp.Log(y));

        // The logarithm of the distribution function is that of x, and log((e^xy - 1)/xy) - log((e^y - 1)/y).
        static Value ByLogits(Value p, Value x, Value y) => -p * (x * MeanExp.Slope(x * y) - MeanExp.Slope(y)) / Density(x, y);
    }

    /// <summary>Of the generalized Pareto distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GeneralizedPareto(Value probability, Value location, Value scale, Value concentration) =>
        location + scale * Excess(-Ops.Log1p(-probability), concentration);

    /// <summary>(e^(w·ξ) - 1)/ξ of an exponential number w.</summary>
    internal static Value Excess(Value waiting, Value concentration) => waiting * Ops.Exp(MeanExp.Log(waiting * concentration));
}

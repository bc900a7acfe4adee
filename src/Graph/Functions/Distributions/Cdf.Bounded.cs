namespace GraphGrad;

public static partial class Cdf
{
    /// <summary>Of the continuous Bernoulli distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ContinuousBernoulli(Value x, Value probability)
    {
        var (inside, logits) = (Ops.Clip(x, 0, 1), Ops.Logit(probability));
        var size = Ops.Abs(logits);
        var far = Ops.Where(logits > 0, Ops.Exp(size * (inside - 1)), 1) * Ops.Expm1(-size * inside) / Ops.Expm1(-size);
        return Ops.Where(size < 1, inside * Ops.Exp(MeanExp.Log(logits * inside) - MeanExp.Log(logits)), far);
    }

    /// <summary>Of the generalized Pareto distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GeneralizedPareto(Value x, Value location, Value scale, Value concentration)
    {
        var z = (x - location) / scale;
        var share = concentration * z;
        return Above(z <= 0, Ops.Where(share <= -1, 1, -Ops.Expm1(-z * MeanExp.LogRatio(share))));
    }
}

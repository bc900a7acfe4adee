namespace GraphGrad;

public static partial class LogDensity
{
    /// <summary>Of the exponential distribution.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="rate">1 / mean.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Exponential(Value x, Value rate) => Outside(x < 0, Ops.Log(rate) - rate * x);

    /// <summary>Of the gamma distribution.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="shape">Its shape, often called α.</param>
    /// <param name="rate">Its rate, often called β: the mean is shape / rate.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value x, Value shape, Value rate) =>
        Outside(x < 0, shape * Ops.Log(rate) + Ops.XLogY(shape - 1, x) - rate * x - Ops.LogGamma(shape));

    /// <summary>Of a sum of squares of standard normal numbers.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="degrees">How many squares; not necessarily whole.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ChiSquared(Value x, Value degrees)
    {
        var half = degrees * 0.5;
        return Outside(x < 0, Ops.XLogY(half - 1, x) - half * Math.Log(2) - x * 0.5 - Ops.LogGamma(half));
    }

    /// <summary>Of the quotient of two means of squares of standard normal numbers.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="numeratorDegrees">How many squares are in the numerator.</param>
    /// <param name="denominatorDegrees">How many are in the denominator.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value FisherSnedecor(Value x, Value numeratorDegrees, Value denominatorDegrees)
    {
        var (a, b, ratio) = (numeratorDegrees * 0.5, denominatorDegrees * 0.5, numeratorDegrees / denominatorDegrees);
        return Outside(
            x < 0, Ops.LogGamma(a + b) - Ops.LogGamma(a) - Ops.LogGamma(b) + a * Ops.Log(ratio) + Ops.XLogY(a - 1, x) - (a + b) * Ops.Log1p(ratio * x));
    }

    /// <summary>Of Pareto's distribution.</summary>
    /// <param name="x">The points; there is no mass below <paramref name="scale"/>.</param>
    /// <param name="scale">The least number.</param>
    /// <param name="exponent">How fast it falls off, often called α.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value x, Value scale, Value exponent) =>
        Outside(x < scale, Ops.Log(exponent) - exponent * Ops.Log(x / scale) - Ops.Log(x));

    /// <summary>Of Weibull's distribution.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="scale">Its scale, often called λ.</param>
    /// <param name="shape">Its shape, often called k.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value x, Value scale, Value shape)
    {
        var share = x / scale;
        var density = Ops.Log(shape / scale) + Ops.XLogY(shape - 1, share) - Ops.Pow(share, shape);
        // By the scale two terms are as large as its reciprocal and cancel where the shape is small: the power less 1 is what is left.
        var sloping = Ops.CustomGradient(
            _ => density,
            c => [.. Slopes(c.Inputs).Select(slope => c.Adjoint * slope)],
            c => Slopes(c.Inputs).Zip(c.Tangents, (slope, tangent) => slope * tangent).Aggregate((sum, term) => sum + term),
            Ops.BroadcastTo(x, density.Shape), Ops.BroadcastTo(scale, density.Shape), Ops.BroadcastTo(shape, density.Shape));
        return Outside(x < 0, sloping);

        static Value[] Slopes(IReadOnlyList<Value> v)
        {
            var (x, scale, shape) = (v[0], v[1], v[2]);
            var log = Ops.Log(x / scale);
            var growth = Ops.Expm1(shape * log);
            var atZero = Ops.Where(Ops.Equal(shape, 1), -1 / scale, (shape - 1) / x);
            return [Ops.Where(Ops.Equal(x, 0), atZero, (-shape * growth - 1) / x), shape / scale * growth, 1 / shape - log * growth];
        }
    }

    /// <summary>Of the beta distribution.</summary>
    /// <param name="x">The points; there is mass from 0 to 1.</param>
    /// <param name="alpha">The exponent of x, plus 1; often called α.</param>
    /// <param name="beta">The exponent of 1 - x, plus 1; often called β.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value x, Value alpha, Value beta) => Outside(
        (x < 0) | (x > 1),
        Ops.XLogY(alpha - 1, x) + Ops.XLog1pY(beta - 1, -x) + (Ops.LogGamma(alpha + beta) - Ops.LogGamma(alpha) - Ops.LogGamma(beta)));

    /// <summary>Of Kumaraswamy's distribution.</summary>
    /// <param name="x">The points; there is mass from 0 to 1.</param>
    /// <param name="alpha">Its first shape, a.</param>
    /// <param name="beta">Its second shape, b.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value x, Value alpha, Value beta) => Outside(
        (x < 0) | (x > 1), Ops.Log(alpha) + Ops.Log(beta) + Ops.XLogY(alpha - 1, x) + Ops.XLog1pY(beta - 1, -Ops.Pow(x, alpha)));

    /// <summary>Of Dirichlet's distribution of shares.</summary>
    /// <param name="x">The points: the last axis holds the shares of one, which are expected to sum to 1.</param>
    /// <param name="concentration">Often called α, of the same last axis.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not broadcast, or one has no axis.</exception>
    public static Value Dirichlet(Value x, Value concentration)
    {
        ElementsOf("Dirichlet density", x, 1);
        ElementsOf("Dirichlet density", concentration, 1);
        var logs = Ops.Sum(Ops.XLogY(concentration - 1, x), -1);
        return Outside(Ops.Any(x < 0, -1), logs + Ops.LogGamma(Ops.Sum(concentration, -1)) - Ops.Sum(Ops.LogGamma(concentration), -1));
    }
}

namespace GraphGrad;

// What the inverses of the incomplete gamma and beta functions give.
public static partial class InverseCdf
{
    /// <summary>Of the gamma distribution; by each parameter it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value probability, Value shape, Value rate) => Ops.GammaIncInverse(shape, probability) / rate;

    /// <summary>Of the reciprocal of a gamma number; by each parameter it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value probability, Value shape, Value rate) => rate / Ops.GammaInccInverse(shape, probability);

    /// <summary>Of a sum of squares of standard normal numbers; by the degrees it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ChiSquared(Value probability, Value degrees) => 2 * Ops.GammaIncInverse(degrees * 0.5, probability);

    /// <summary>Of the beta distribution; by each parameter it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value probability, Value alpha, Value beta) => Ops.BetaIncInverse(alpha, beta, probability);

    /// <summary>Of the quotient of two means of squares of standard normal numbers; by each parameter it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value FisherSnedecor(Value probability, Value numeratorDegrees, Value denominatorDegrees) => Ops.Widened(
        [numeratorDegrees, denominatorDegrees, probability], v => Ops.Exp(Ops.BetaIncInverseLogOdds(v[0] * 0.5, v[1] * 0.5, v[2], 1 - v[2])) * (v[1] / v[0]));

    /// <summary>Of Student's distribution; by the degrees it can be differentiated twice, where the relative error is about 1e-14 times the degrees.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value StudentT(Value probability, Value degrees, Value location, Value scale)
    {
        var standard = Ops.Widened([probability, degrees], v =>
        {
            if (!Operations.Broadcasting.TryUnite(v[0].Shape, v[1].Shape, out var shape, out var why))
                throw probability.Graph.Error("InverseCdf.StudentT", $"the probability '{probability.Name}' {probability.Type} and the degrees '{degrees.Name}' {degrees.Type} do not broadcast: {why}");
            if (v[0].DType != v[1].DType)
                throw probability.Graph.Error("InverseCdf.StudentT", $"the probability '{probability.Name}' {probability.Type} and the degrees '{degrees.Name}' {degrees.Type} differ in element type; cast one of them with Cast.");
            return Ops.CustomGradient(
                u => Student(u[0], u[1]),
                c => [c.Adjoint / Cdf.Student(c.Result, c.Inputs[1]).Density, c.Adjoint * ByDegrees(c.Result, c.Inputs[1])],
                c => (c.Tangents[0] / Cdf.Student(c.Result, c.Inputs[1]).Density) + (c.Tangents[1] * ByDegrees(c.Result, c.Inputs[1])),
                Ops.BroadcastTo(v[0], shape), Ops.BroadcastTo(v[1], shape));
        });
        return location + scale * standard;

        // t²/n is the odds of 1 - n/(n + t²), of which what is beyond ±t is the upper tail.
        static Value Student(Value p, Value degrees)
        {
            var logOdds = Ops.BetaIncInverseLogOdds(Ops.FullLike(degrees, 0.5), degrees * 0.5, Ops.Abs(1 - 2 * p), 2 * Ops.Minimum(p, 1 - p));
            var distance = Ops.Sqrt(degrees) * Ops.Exp(0.5 * logOdds);
            return Ops.Where(p < 0.5, -distance, distance);
        }

        static Value ByDegrees(Value t, Value degrees)
        {
            var there = Cdf.Student(t, degrees);
            return -there.ByDegrees / there.Density;
        }
    }
}

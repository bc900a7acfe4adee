namespace GraphGrad;

// What the incomplete beta function gives.
public static partial class Cdf
{
    // Nearer to the middle Student's density, in units of √degrees, is that of the middle; the square is still a float64.
    private const double Middle = 1e-140;

    /// <summary>Of the beta distribution; by each parameter it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value x, Value alpha, Value beta)
    {
        var inside = Ops.Clip(x, 0, 1);
        return Ops.Where(x <= 0, 0, Ops.Where(x >= 1, 1, Ops.BetaInc(alpha, beta, inside)));
    }

    /// <summary>
    /// Of Student's distribution, with the digits of both tails' lower one. By the degrees it can be differentiated twice, where the relative error is about 1e-14 times the degrees.
    /// </summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value StudentT(Value x, Value degrees, Value location, Value scale)
    {
        var distance = (x - location) / scale;
        if (!Operations.Broadcasting.TryUnite(distance.Shape, degrees.Shape, out var shape, out var why))
            throw degrees.Graph.Error("Student's distribution function", $"the degrees '{degrees.Name}' {degrees.Type} do not broadcast to {distance.Shape}: {why}");
        if (degrees.DType != distance.DType)
            throw degrees.Graph.Error("Student's distribution function", $"the degrees '{degrees.Name}' {degrees.Type} must be {distance.DType.Text()}; cast them with Cast.");
        return Ops.CustomGradient(
            v => Student(v[0], v[1]).Probability,
            c => [c.Adjoint * Student(c.Inputs[0], c.Inputs[1]).Density, c.Adjoint * Student(c.Inputs[0], c.Inputs[1]).ByDegrees],
            c => c.Tangents[0] * Student(c.Inputs[0], c.Inputs[1]).Density + c.Tangents[1] * Student(c.Inputs[0], c.Inputs[1]).ByDegrees,
            Ops.BroadcastTo(distance, shape), Ops.BroadcastTo(degrees, shape));
    }

    /// <summary>Of the quotient of two means of squares of standard normal numbers; by the numbers of squares it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value FisherSnedecor(Value x, Value numeratorDegrees, Value denominatorDegrees)
    {
        var ratio = numeratorDegrees / denominatorDegrees * Ops.Maximum(x, 0);
        return Above(x <= 0, Ops.BetaInc(numeratorDegrees * 0.5, denominatorDegrees * 0.5, ratio / (1 + ratio), 1 / (1 + ratio)));
    }

    /// <summary>Of the number of successes in a number of trials; it has no gradient by the count.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Binomial(Value x, Value count, Value probability)
    {
        var successes = Ops.Floor(x);
        var (failures, isWhole) = (Ops.Maximum(count - successes, 1), x >= count);
        return Above(x < 0, Ops.Where(isWhole, 1, 1 - Ops.BetaInc(Ops.StopGradient(Ops.Maximum(successes + 1, 1)), Ops.StopGradient(failures), probability)));
    }

    /// <summary>Of the number of successes, each of the given probability, before a number of failures; by that number it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NegativeBinomial(Value x, Value failures, Value probability) =>
        Above(x < 0, Ops.BetaInc(failures, Ops.StopGradient(Ops.Maximum(Ops.Floor(x), 0) + 1), 1 - probability, probability));

    /// <summary>P(T ≤ t), with its derivatives by t and by the degrees, in float64 inside.</summary>
    internal static (Value Probability, Value Density, Value ByDegrees) Student(Value distance, Value degrees)
    {
        var (t, n) = (Ops.Cast(distance, DType.Float64), Ops.Cast(degrees, DType.Float64));
        var ratio = Ops.Square(t) / n;
        // P(T ≤ -|t|) = ½·I(n/2, ½, n/(n + t²)), with t²/(n + t²) beside it.
        var (half, x, y) = (n * 0.5, 1 / (1 + ratio), 1 / (1 + 1 / ratio));
        var tail = 0.5 * Ops.BetaInc(half, half * 0 + 0.5, x, y);
        var probability = Ops.Where(t > 0, 1 - tail, tail);
        // |t|·x²/n of the density of x; what it is divided by vanishes with t.
        var length = Ops.Maximum(Ops.Abs(t), Middle * Ops.Sqrt(n));
        var near = Ops.Square(length) / n;
        var (share, rest) = (1 / (1 + near), 1 / (1 + 1 / near));
        var density = length * share / n * (share * Ops.BetaDensity(half, half * 0 + 0.5, share, rest));
        density = Ops.Where(Ops.IsInf(t), 0, density);
        var byPower = 0.25 * Ops.BetaIncSlope(half, half * 0 + 0.5, x, y, byFirst: true);
        var byScale = Ops.Where(Ops.IsInf(t), 0, t) / (2 * n) * density;
        return (Back(probability), Back(density), Back(Ops.Where(t > 0, -byPower, byPower) - byScale));

        Value Back(Value value) => Ops.Cast(value, distance.DType);
    }
}

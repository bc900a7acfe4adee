namespace GraphGrad.Parity.Cases;

/// <summary>Where a function or its derivative ends: divisors that come to 0, the origin, images that keep their extents, targets that broadcast.</summary>
internal static class LimitCases
{
    private static readonly Recipe[][] Three = [[Values(1, 2.5, 3)], [Values(-4, 0, 1e-3)]];

    private static readonly Recipe[][] Origins = [[Values(0, -0.0, 0, -0.0, 1, 0), Values(0, 0, -0.0, -0.0, 0, -2)]];

    public static readonly Case[] All =
    [
        new("var of as many as its correction", x => Var(x[0], 0, 3), Three) { Derivatives = Derivatives.First },
        new("var of fewer than its correction", x => (Var(x[0], correction: 4), Var(x[0], 0, 3.5)), Three) { Derivatives = Derivatives.None },
        new("std of as many as its correction", x => Std(x[0], correction: 3), Three) { Derivatives = Derivatives.First },
        new("std of equals and a correction of as many", x => (Std(x[0], correction: 2), Var(x[0], correction: 3)), [[Values(2, 2)]]) { Derivatives = Derivatives.None },
        new("atan2 at the origin", x => Atan2(x[0], x[1]), Origins) { Derivatives = Derivatives.First },
        new("atan2 of small and large numbers", x => Atan2(x[0], x[1]), [[Values(1e-30, -3e-25, 2e20, 1e-38, 3e30), Values(2e-30, 1e-25, -3e20, 2e-38, 1e-30)]]) { Derivatives = Derivatives.First },
        new Case("pow of zeros differentiated twice", x => Pow(x[0], x[1]), [[Values(0, -0.0, 0, -0.0), Values(21, 21, 5.5, 4)]])
            .Instead("with x fall the derivatives of x^y by y, and by both, x^y·log²x and x^(y-1)·(1 + y·log x); libtorch computes 0 · ∞", p => p.Part == Part.Second ? 0 : null),
        new Case("mse_loss by a target that broadcasts", x => Losses.MeanSquaredError(x[0], x[1]), [[Normal(3, 4), Normal(4)]]) { By = Measure.Norm, Derivatives = Derivatives.First }
            .Instead("libtorch divides the gradient by the target by the number of its elements, not of all", p => p is { Part: Part.Gradient, Index: 1 } ? ByTarget(p) : null),
        new Case("upsample_bicubic2d by a factor that keeps extents", x => InterpolateBy(x[0], 1.2, InterpolationMode.Cubic), [[Normal(1, 1, 3, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "InterpolateBy" }
            .Instead("libtorch passes the gradient through, though the images were resampled", p => p.Part == Part.Gradient ? ByPixel(p) : null),
    ];

    // Of the mean of (x - t)² over rows and columns, with the weight of the first result.
    private static double ByTarget(Point p)
    {
        var (x, t) = (p.Inputs[0].Numbers(), p.Inputs[1].Numbers());
        return Enumerable.Range(0, 3).Sum(row => 2 * (t[p.Element] - x[(row * 4) + p.Element])) / 12 * Data.Weight(0, Turns.OfResult);
    }

    private static double ByPixel(Point p) => (
        from row in Enumerable.Range(0, 3)
        from column in Enumerable.Range(0, 4)
        select Share(row, p.Element / 4, 3) * Share(column, p.Element % 4, 4) * Data.Weight((row * 4) + column, Turns.OfResult)).Sum();

    /// <summary>How much of a pixel is in the pixel at a place of an image larger by 1.2, of as many pixels: Keys's kernel with a = -3/4; the outermost pixels go on beyond the edge.</summary>
    private static double Share(int place, int pixel, int extent)
    {
        var at = ((place + 0.5) / 1.2) - 0.5;
        return Enumerable.Range((int)Math.Floor(at) - 1, 4).Where(k => Math.Clamp(k, 0, extent - 1) == pixel).Sum(k =>
        {
            var t = Math.Abs(at - k);
            return t <= 1 ? (1.25 * t * t * t) - (2.25 * t * t) + 1 : -0.75 * ((t * t * t) - (5 * t * t) + (8 * t) - 4);
        });
    }
}

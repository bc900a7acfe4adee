namespace GraphGrad;

/// <summary>An axis of images whose extent only a run knows, and where its pixels go: what <see cref="Ops.InterpolateBy(Value, double, InterpolationMode, bool, bool)"/> finds of a known one while the graph is built.</summary>
/// <param name="Extent">How many pixels there are.</param>
/// <param name="Size">How many there shall be.</param>
/// <param name="Factor">By how much the axis grows, or null where the size says it.</param>
internal sealed record UnknownLine(Dim Extent, Dim Size, double? Factor)
{
    // Products of these with extents are exact in float64, so that they round down to what they do where the extent is known.
    private const int Parts = 64;

    public static UnknownLine OfSize(Dim extent, int size) => new(extent, size, null);

    public static UnknownLine ByFactor(Value x, Dim extent, double factor) => factor * Parts % 1 == 0 && factor <= int.MaxValue / Parts
        ? new(extent, extent * (int)(factor * Parts) / Parts, factor)
        : throw x.Graph.Error("interpolate", $"'{x.Name}' {x.Type} has the unknown extent {extent}, of which {factor} times is no dim; give a known extent, a factor that is a whole number of 64ths, as 1.5, or the size with Interpolate.");

    /// <summary>How often each pixel stands in a row, if that is all.</summary>
    public int? Repetitions(InterpolationMode mode) =>
        mode is InterpolationMode.Nearest or InterpolationMode.NearestExact && Factor is { } factor && factor % 1 == 0 ? (int)factor : null;

    /// <summary>The places of each tap, and what they weigh, float64.</summary>
    public (Value Places, Value? Weights)[] Taps(Graph graph, InterpolationMode mode, bool alignCorners)
    {
        var (extent, size, pixel) = (Ops.SizeOf(graph, Extent, DType.Float64), Ops.SizeOf(graph, Size, DType.Float64), Ops.Iota(graph, [Size], dtype: DType.Float64));
        // A single pixel is the first, whatever the step.
        var step = alignCorners ? (extent - 1) / Ops.Maximum(size - 1, 1) : Factor is { } factor ? graph.Constant(1 / factor) : extent / size;
        switch (mode)
        {
            // A quotient that is whole but for rounding counts as whole.
            case InterpolationMode.Nearest: return [(Inside(Ops.Floor((pixel * step) + 1e-9)), null)];
            case InterpolationMode.NearestExact: return [(Inside(Ops.Floor(((pixel + 0.5) * step) + 1e-9)), null)];
        }
        var at = alignCorners ? pixel * step : ((pixel + 0.5) * step) - 0.5;
        if (mode == InterpolationMode.Linear)
        {
            // Between pixels as many as before, each is kept, whatever the factor.
            at = Ops.Where(Ops.Equal(size, extent), pixel, Ops.Maximum(at, 0));
            return [(Inside(Ops.Floor(at)), 1 - (at - Ops.Floor(at))), (Inside(Ops.Floor(at) + 1), at - Ops.Floor(at))];
        }
        var past = at - Ops.Floor(at);
        return [.. new[] { 1 + past, past, 1 - past, 2 - past }.Select((t, k) => (Inside(Ops.Floor(at) + (k - 1)), (Value?)(k is 1 or 2 ? Near(t) : Far(t))))];

        Value Inside(Value place) => Ops.Cast(Ops.Maximum(Ops.Minimum(place, extent - 1), 0), DType.Int64);

        // Keys' kernel with a = -3/4, up to 1 and from there to 2.
        static Value Near(Value t) => (((1.25 * t) - 2.25) * t * t) + 1;
        static Value Far(Value t) => ((((t - 5) * t) + 8) * t - 4) * -0.75;
    }
}

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Images of another size: each spatial axis by itself, pixel i of the result at (i + 1/2)·n/size - 1/2 of the image.</summary>
    /// <remarks>Keys, "Cubic convolution interpolation for digital image processing", 1981.</remarks>
    /// <param name="x">[batch, channels, spatial axes …]; a float unless the mode is nearest.</param>
    /// <param name="size">The spatial extents of the result.</param>
    /// <param name="mode">How numbers between pixels are found.</param>
    /// <param name="alignCorners">Whether instead the middles of the outermost pixels lie on each other: pixel i at i·(n - 1)/(size - 1). Linear and cubic only.</param>
    /// <param name="antialias">
    /// Whether an axis that shrinks takes means of as many pixels as come to one, with the mode's kernel widened so far: linear (a triangle) and cubic (then with a = -1/2) only. Pixels beyond the edge have no part in them. Needs known extents.
    /// </param>
    /// <exception cref="GraphException">x has no spatial axis, an empty one, or with antialiasing one of unknown extent; a size is less than 1; or the mode does not go with corners, antialiasing or x's type.</exception>
    public static Value Interpolate(Value x, PerAxis size, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false, bool antialias = false)
    {
        var sizes = size.For(x, Math.Max(1, x.Rank - 2), "interpolate", "size", 1);
        return Interpolated(x, mode, alignCorners, antialias, (axis, n) => (sizes[axis], (double)n / sizes[axis]), (axis, n) => UnknownLine.OfSize(n, sizes[axis]));
    }

    /// <summary>Images larger or smaller by a factor: floor(factor · n) pixels, pixel i at (i + 1/2)/factor - 1/2 of the image. Linearly, an axis that keeps its extent is kept as it is; nearest, pixel i is floor(i / factor). Symbolic extents take factors that are whole numbers of 64ths.</summary>
    /// <inheritdoc cref="Interpolate(Value, PerAxis, InterpolationMode, bool, bool)"/>
    public static Value InterpolateBy(Value x, double factor, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false, bool antialias = false)
    {
        return InterpolateBy(x, [.. Enumerable.Repeat(factor, Math.Max(1, x.Rank - 2))], mode, alignCorners, antialias);
    }

    /// <summary>Images larger or smaller by a factor for each spatial axis, as <see cref="InterpolateBy(Value, double, InterpolationMode, bool, bool)"/>.</summary>
    /// <inheritdoc cref="Interpolate(Value, PerAxis, InterpolationMode, bool, bool)"/>
    public static Value InterpolateBy(Value x, double[] factors, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false, bool antialias = false)
    {
        if (x.Rank >= 3 && factors.Length != x.Rank - 2) throw x.Graph.Error("interpolate", $"{factors.Length} factors do not fit '{x.Name}' {x.Type}, which has {x.Rank - 2} spatial axes; give one for each.");
        foreach (var factor in factors)
        {
            if (!(factor > 0) || !double.IsFinite(factor)) throw x.Graph.Error("interpolate", $"the factor {factor} must be positive and finite.");
        }
        return Interpolated(x, mode, alignCorners, antialias, (axis, n) => ((int)Math.Floor(n * factors[axis]), 1 / factors[axis]), (axis, n) => UnknownLine.ByFactor(x, n, factors[axis]));
    }

    private static Value Interpolated(Value x, InterpolationMode mode, bool alignCorners, bool antialias, Func<int, long, (int Size, double Step)> target, Func<int, Dim, UnknownLine> unknown)
    {
        var smooth = mode is InterpolationMode.Linear or InterpolationMode.Cubic;
        if (x.Rank < 3) throw x.Graph.Error("interpolate", $"'{x.Name}' {x.Type} has no spatial axis; it must be [batch, channels, spatial axes …]. Reshape it.");
        if (smooth && !x.DType.IsFloat()) throw x.Graph.Error("interpolate", $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast, or take the nearest pixels.");
        if (alignCorners && !smooth) throw x.Graph.Error("interpolate", $"corners cannot be aligned where the nearest pixels of '{x.Name}' are taken; interpolate linearly or cubically.");
        if (antialias && !smooth) throw x.Graph.Error("interpolate", $"there are no means where the nearest pixels of '{x.Name}' are taken; interpolate linearly or cubically.");
        using var scope = x.Graph.Scope("interpolate");
        var repetitions = Enumerable.Repeat(1, x.Rank).ToArray();
        var (targets, lines) = (new List<(int Axis, long Extent, int Size, double Step)>(), new List<(int Axis, UnknownLine Line)>());
        for (var axis = x.Rank - 1; axis >= 2; axis--)
        {
            var extent = x.Shape[axis];
            if (!extent.IsConstant)
            {
                if (antialias) throw x.Graph.Error("interpolate", $"'{x.Name}' {x.Type} has the extent {extent} on axis {axis}; means of pixels need a known one. Give it, or interpolate without antialiasing.");
                lines.Add((axis, unknown(axis - 2, extent)));
                continue;
            }
            if (extent.Value == 0) throw x.Graph.Error("interpolate", $"'{x.Name}' {x.Type} has no pixels on axis {axis}; there is nothing to interpolate.");
            var (size, step) = target(axis - 2, extent.Value);
            if (size < 1) throw x.Graph.Error("interpolate", $"axis {axis} of '{x.Name}' {x.Type} would have {size} pixels; enlarge the factor.");
            targets.Add((axis, extent.Value, size, step));
        }
        // What shrinks first leaves less for the others. Whole rows are weighed as they lie, along the last axis pixels are picked one by one: it comes first where
        // it grows, while rows are short, and last where it shrinks.
        foreach (var (axis, extent, size, given) in targets.OrderBy(t => t.Axis < x.Rank - 1 && t.Size <= t.Extent ? 0 : 1).ThenByDescending(t => t.Axis))
        {
            var step = given;
            if (alignCorners) step = size > 1 ? (extent - 1.0) / (size - 1) : 0;
            if (antialias)
            {
                x = Averaged(x, axis, size, step, mode);
                continue;
            }
            // Between pixels as many as before, libtorch's linear interpolation keeps each, whatever the factor: 1.2 of 4 pixels are 4.
            if (mode == InterpolationMode.Linear && size == extent) continue;
            var taps = Taps(mode, alignCorners, extent, size, step);
            if (taps is [var (places, _)] && size % extent == 0 && places.Select((place, i) => place == i * extent / size).All(same => same)) repetitions[axis] = (int)(size / extent);
            else x = Resampled(x, axis, [.. taps.Select(t => (x.Graph.Constant(t.Places), Array.TrueForAll(t.Weights, w => w == 1) ? null : x.Graph.Constant(t.Weights)))]);
        }
        foreach (var (axis, line) in lines)
        {
            if (line.Repetitions(mode) is { } times) repetitions[axis] = times;
            else x = Resampled(x, axis, line.Taps(x.Graph, mode, alignCorners));
        }
        // Pixels that are only repeated need no indices, and their gradient is a sum of neighbours.
        return Repeated(x, repetitions);
    }

    /// <summary>Sums of elements of an axis: for each tap a place for each element of the result, and its weight, where it is not 1.</summary>
    private static Value Resampled(Value x, int axis, (Value Places, Value? Weights)[] taps)
    {
        Value? sum = null;
        foreach (var (places, weights) in taps)
        {
            var taken = Gather(x, places, axis);
            if (weights is null) return taken;
            var along = Reshape(Cast(weights, x.DType), new Shape([weights.Shape[0], .. Enumerable.Repeat((Dim)1, x.Rank - 1 - axis)]));
            sum = sum is null ? taken * along : sum + (taken * along);
        }
        return sum!;
    }

    /// <summary>Means of the pixels under a kernel that is as wide as the step between pixels of the result, and at least as wide as without antialiasing.</summary>
    private static Value Averaged(Value x, int axis, int size, double step, InterpolationMode mode)
    {
        var extent = x.Shape[axis].Value;
        var width = Math.Max(step, 1);
        var reach = width * (mode == InterpolationMode.Linear ? 1 : 2);
        var bounds = Enumerable.Range(0, size).Select(i =>
        {
            var middle = (i + 0.5) * step;
            var from = Math.Max(0, (long)(middle - reach + 0.5));
            return (From: from, Count: Math.Min(extent, (long)(middle + reach + 0.5)) - from, Middle: middle);
        }).ToArray();
        var most = bounds.Max(b => b.Count);
        var (places, weights) = (new long[size * most], new double[size * most]);
        for (var i = 0; i < size; i++)
        {
            var (from, count, middle) = bounds[i];
            var own = places.AsSpan((int)(i * most), (int)most);
            var shares = weights.AsSpan((int)(i * most), (int)most);
            var sum = 0.0;
            for (var k = 0; k < most; k++)
            {
                // What is past the last pixel is that pixel again, by nothing.
                own[k] = from + Math.Min(k, count - 1);
                shares[k] = k < count ? Kernel((own[k] - middle + 0.5) / width) : 0;
                sum += shares[k];
            }
            for (var k = 0; k < most; k++) shares[k] /= sum;
        }
        var along = Reshape(Cast(x.Graph.Constant(weights), x.DType), new Shape([size, most, .. Enumerable.Repeat((Dim)1, x.Rank - 1 - axis)]));
        return Sum(Gather(x, Reshape(x.Graph.Constant(places), [size, most]), axis) * along, axis + 1);

        double Kernel(double t) => mode == InterpolationMode.Linear ? Math.Max(0, 1 - Math.Abs(t)) : Math.Abs(t) < 2 ? Cubic(Math.Abs(t), -0.5) : 0;
    }

    private static (long[] Places, double[] Weights)[] Taps(InterpolationMode mode, bool alignCorners, long extent, int size, double step)
    {
        int[] pixels = [.. Enumerable.Range(0, size)];
        double[] ones = [.. pixels.Select(_ => 1.0)];
        switch (mode)
        {
            // A quotient that is whole but for rounding counts as whole.
            case InterpolationMode.Nearest: return [([.. pixels.Select(i => Inside(Math.Floor((i * step) + 1e-9)))], ones)];
            case InterpolationMode.NearestExact: return [([.. pixels.Select(i => Inside(Math.Floor(((i + 0.5) * step) + 1e-9)))], ones)];
        }
        double[] at = [.. pixels.Select(i => alignCorners ? i * step : ((i + 0.5) * step) - 0.5)];
        if (mode == InterpolationMode.Linear)
        {
            at = [.. at.Select(a => Math.Max(a, 0))];
            return [([.. at.Select(a => Inside(Math.Floor(a)))], [.. at.Select(a => 1 - (a - Math.Floor(a)))]), ([.. at.Select(a => Inside(Math.Floor(a) + 1))], [.. at.Select(a => a - Math.Floor(a))])];
        }
        return [.. Enumerable.Range(-1, 4).Select(k => (at.Select(a => Inside(Math.Floor(a) + k)).ToArray(), at.Select(a => Cubic(Math.Abs(a - Math.Floor(a) - k), -0.75)).ToArray()))];

        long Inside(double place) => (long)Math.Clamp(place, 0, extent - 1);
    }

    private static double Cubic(double t, double a) => t <= 1 ? ((((a + 2) * t) - (a + 3)) * t * t) + 1 : (((((t - 5) * t) + 8) * t) - 4) * a;
}

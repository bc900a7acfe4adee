namespace GraphGrad;

/// <summary>What lies outside an image.</summary>
public enum GridPadding
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The nearest pixel of the border.</summary>
    Border,

    /// <summary>The image reflected at its border, again and again.</summary>
    Reflection,
}

public static partial class Ops
{
    // Vectors of fewer channels stay nearly empty.
    private const int FewChannels = 4;

    /// <summary>
    /// Images read at points: result[n, :, i, j] is the pixel of image n at the point grid[n, i, j] = (x, y), from -1, the left or upper border, to 1. A NaN or infinite point reads what lies outside.
    /// </summary>
    /// <remarks>Jaderberg, Simonyan, Zisserman and Kavukcuoglu, "Spatial transformer networks", 2015.</remarks>
    /// <param name="x">[batch, channels, height, width], or with depth before height; known spatial extents that are not 0; float32 or float64.</param>
    /// <param name="grid">[batch, …, 2] with as many axes between as there are spatial ones, or 3 numbers (x, y, z) for volumes; of x's type.</param>
    /// <param name="mode">Linear, Nearest (of two equally near pixels the even one, without gradient by the grid), or, of images, Cubic.</param>
    /// <param name="padding">What lies outside.</param>
    /// <param name="alignCorners">Whether -1 and 1 are the middles of the outermost pixels instead of their outer borders.</param>
    /// <returns>[batch, channels, …] with the middle axes of the grid.</returns>
    /// <exception cref="GraphException">Types, ranks or extents do not fit, or the mode is none of those.</exception>
    public static Value GridSample(Value x, Value grid, InterpolationMode mode = InterpolationMode.Linear, GridPadding padding = GridPadding.Zeros, bool alignCorners = false)
    {
        var axes = x.Rank - 2;
        RequireFloat("grid_sample", x);
        if (axes is not (2 or 3) || grid.Rank != x.Rank || grid.DType != x.DType || !grid.Shape[^1].Is(axes) || grid.Shape[0] != x.Shape[0])
            throw x.Graph.Error("grid_sample", $"'{x.Name}' {x.Type} and the grid '{grid.Name}' {grid.Type} do not fit: of images [batch, channels, height, width] the grid is [batch, height, width, 2] and of the same type, of volumes [batch, depth, height, width, 3].");
        if (x.Shape.Dims[2..].ToArray().Any(n => !n.IsConstant || n.Value == 0)) throw x.Graph.Error("grid_sample", $"the spatial extents of '{x.Name}' {x.Type} must be known and not 0.");
        if (mode == InterpolationMode.NearestExact || (mode == InterpolationMode.Cubic && axes == 3)) throw x.Graph.Error("grid_sample", $"the mode {mode} is none for '{x.Name}' {x.Type}; interpolate linearly, take the nearest pixel, or interpolate images cubically.");
        using var scope = x.Graph.Scope("grid_sample");
        var between = grid.Shape.Dims[1..^1].ToArray();
        var points = new Shape([grid.Shape[0], .. between]).ElementCount;
        var coordinates = Reshape(grid, [points, axes]);
        // For each axis the pixels that a point reads, with their weights.
        var taps = Enumerable.Range(0, axes).Select(a => Taps(Squeeze(Slice(coordinates, 1, axes - 1 - a, 1), 1), x.Shape[a + 2].Value, mode, padding, alignCorners)).ToArray();
        var pointsOfEach = new Shape(between).ElementCount;
        var pixels = x.Shape.Dims[2..].ToArray().Aggregate(1L, (product, n) => product * n.Value);
        var isOfPlanes = x.Shape[1] is { IsConstant: true, Value: < FewChannels } && pixels <= int.MaxValue;
        return isOfPlanes ? FromPlanes() : FromRows();

        // Neighbouring points are neighbouring lanes, channel by channel.
        Value FromPlanes()
        {
            var planes = Reshape(x, [x.Shape[0], x.Shape[1], pixels]);
            Value OfEach(Value value) => Reshape(value, [x.Shape[0], 1, pointsOfEach]);
            var sum = Product(taps).Select(combination =>
            {
                var place = combination.Index().Skip(1).Aggregate(Cast(combination[0].Place, DType.Int32), (at, tap) => (at * (int)x.Shape[tap.Index + 2].Value) + Cast(tap.Item.Place, DType.Int32));
                var taken = TakeAlongAxis(planes, OfEach(place), 2);
                return Where(OfEach(IsInside(combination)), taken * OfEach(Weight(combination)), 0);
            }).Aggregate((a, b) => a + b);
            return Reshape(sum, new Shape([x.Shape[0], x.Shape[1], .. between]));
        }

        // Pixels as rows of channels, which are neighbouring lanes, point by point.
        Value FromRows()
        {
            var rows = Reshape(Transpose(x, [0, .. Enumerable.Range(2, axes), 1]), [x.Shape.Without(1).ElementCount, x.Shape[1]]);
            var image = Reshape(BroadcastTo(Iota(x.Graph, [x.Shape[0], 1]), [x.Shape[0], pointsOfEach]), [points]);
            var sum = Product(taps).Select(combination =>
            {
                var row = combination.Index().Aggregate(image, (at, tap) => (at * x.Shape[tap.Index + 2].Value) + Cast(tap.Item.Place, DType.Int64));
                return Where(ExpandDims(IsInside(combination), 1), Gather(rows, row) * ExpandDims(Weight(combination), 1), 0);
            }).Aggregate((a, b) => a + b);
            return MoveAxis(Reshape(sum, new Shape([x.Shape[0], .. between, x.Shape[1]])), -1, 1);
        }

        static Value Weight((Value Place, Value IsInside, Value Weight)[] combination) => combination.Select(tap => tap.Weight).Aggregate((a, b) => a * b);

        static Value IsInside((Value Place, Value IsInside, Value Weight)[] combination) => combination.Select(tap => tap.IsInside).Aggregate((a, b) => a & b);
    }

    /// <summary>The grid for <see cref="GridSample"/> that maps points of the result by affine maps: point (x, y, 1), with x and y from -1 to 1, becomes theta·(x, y, 1).</summary>
    /// <param name="theta">[batch, 2, 3], or [batch, 3, 4] for volumes; float32 or float64.</param>
    /// <param name="size">Height and width of the result, or depth, height and width.</param>
    /// <param name="alignCorners">Whether -1 and 1 are the middles of the outermost pixels instead of their outer borders.</param>
    /// <returns>[batch, height, width, 2], or [batch, depth, height, width, 3].</returns>
    /// <exception cref="GraphException">theta is not a float or of another shape, or there are not 2 or 3 sizes to go with it.</exception>
    public static Value AffineGrid(Value theta, int[] size, bool alignCorners = false)
    {
        RequireFloat("affine_grid", theta);
        var axes = size.Length;
        if (axes is not (2 or 3) || theta.Rank != 3 || !theta.Shape[1].Is(axes) || !theta.Shape[2].Is(axes + 1))
            throw theta.Graph.Error("affine_grid", $"'{theta.Name}' {theta.Type} and {axes} sizes do not fit: images need [batch, 2, 3] and height and width, volumes [batch, 3, 4] and depth, height and width.");
        if (size.Any(n => n < 0)) throw theta.Graph.Error("affine_grid", $"the sizes {string.Join(", ", size)} for '{theta.Name}' must not be negative.");
        var count = size.Aggregate(1, (product, n) => product * n);
        var points = new double[count * (axes + 1)];
        for (var i = 0; i < count; i++)
        {
            for (var (a, rest) = (axes - 1, i); a >= 0; rest /= size[a], a--) points[(i * (axes + 1)) + axes - 1 - a] = Middle(rest % size[a], size[a]);
            points[(i * (axes + 1)) + axes] = 1;
        }
        var all = Reshape(Cast(theta.Graph.Constant(points), theta.DType), [count, axes + 1]);
        return Reshape(MatMul(all, SwapLast(theta)), new Shape([theta.Shape[0], .. size.Select(n => (Dim)n), axes]));

        double Middle(int pixel, int n) => alignCorners ? (n == 1 ? 0 : (2.0 * pixel / (n - 1)) - 1) : (((2.0 * pixel) + 1) / n) - 1;
    }

    /// <summary>The pixels of an axis that points read: where, whether that is inside, and with what weight.</summary>
    private static (Value Place, Value IsInside, Value Weight)[] Taps(Value coordinate, long n, InterpolationMode mode, GridPadding padding, bool alignCorners)
    {
        var at = alignCorners ? (coordinate + 1) * ((n - 1) / 2.0) : (((coordinate + 1) * (double)n) - 1) * 0.5;
        if (mode == InterpolationMode.Cubic)
        {
            var (from, share) = (Floor(at), at - Floor(at));
            return [.. Enumerable.Range(-1, 4).Select(k => Tap(Bounded(from + (double)k, n, padding, alignCorners), CubicWeight(Abs(share - (double)k))))];
        }
        at = Bounded(at, n, padding, alignCorners);
        if (mode == InterpolationMode.Nearest) return [Tap(Round(at), OnesLike(at))];
        var (low, rest) = (Floor(at), at - Floor(at));
        return [Tap(low, 1 - rest), Tap(low + 1, rest)];

        (Value, Value, Value) Tap(Value place, Value weight) =>
            (Where((place >= 0) & (place <= n - 1.0), place, 0), (place >= 0) & (place <= n - 1.0), weight);
    }

    /// <summary>A place on an axis, brought inside as the padding says.</summary>
    private static Value Bounded(Value at, long n, GridPadding padding, bool alignCorners)
    {
        if (padding == GridPadding.Zeros) return at;
        if (padding == GridPadding.Reflection)
        {
            // Reflected at the middles of the outermost pixels, or at their outer borders.
            var (low, span) = alignCorners ? (0.0, n - 1.0) : (-0.5, (double)n);
            if (span == 0) return ZerosLike(at);
            var distance = Abs(at - low);
            var turns = Floor(distance / span);
            var within = distance - (turns * span);
            var isOdd = Equal(turns - (2 * Floor(turns * 0.5)), 1);
            at = Where(isOdd, span - within, within) + low;
        }
        // At the ends themselves the derivative is 0, as in libtorch.
        return Where(at <= 0, 0, Where(at >= n - 1.0, n - 1.0, at));
    }

    private static Value CubicWeight(Value t)
    {
        const double a = -0.75;
        // Factored, since the polynomials cancel near 1 and 2, where they are 0.
        return Where(t <= 1, ((((a + 2) * t) - 1) * t - 1) * (t - 1), (t - 1) * (t - 2) * (t - 2) * a);
    }

    private static IEnumerable<T[]> Product<T>(T[][] choices) =>
        choices.Aggregate((IEnumerable<T[]>)[[]], (ways, choice) => ways.SelectMany(way => choice.Select(one => (T[])[.. way, one])));
}

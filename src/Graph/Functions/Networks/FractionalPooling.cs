namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The maxima of windows that begin at irregular places, from which random numbers choose, and where each maximum stands in its image: row · width + column, int64.</summary>
    /// <remarks>Graham, "Fractional max-pooling", 2014. The gradient of a window goes to its first maximum, or to the last of several NaN.</remarks>
    /// <param name="x">[batch, channels, height, width], float32 or float64; height and width must be known.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="outputSize">How many windows there are along the height and along the width.</param>
    /// <param name="samples">[batch, channels, 2] of x's type, in [0, 1): for the width, then for the height. Outside it windows may leave the image, which fails the run.</param>
    /// <returns>[batch, channels, outputSize], each.</returns>
    /// <exception cref="GraphException">Types or shapes do not fit, or the windows do not fit into the image.</exception>
    public static (Value Output, Value Indices) FractionalMaxPool2d(Value x, PerAxis size, PerAxis outputSize, Value samples) =>
        FractionalMaxPool("fractional max pool", x, 2, size, outputSize, samples, [1, 0]);

    /// <summary><see cref="FractionalMaxPool2d"/> of volumes: [batch, channels, depth, height, width], with samples [batch, channels, 3] for depth, height and width.</summary>
    /// <inheritdoc cref="FractionalMaxPool2d"/>
    public static (Value Output, Value Indices) FractionalMaxPool3d(Value x, PerAxis size, PerAxis outputSize, Value samples) =>
        FractionalMaxPool("fractional max pool", x, 3, size, outputSize, samples, [0, 1, 2]);

    private static (Value Output, Value Indices) FractionalMaxPool(string function, Value x, int axes, PerAxis size, PerAxis outputSize, Value samples, int[] order)
    {
        RequireFloat(function, x);
        if (x.Rank != axes + 2) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have {axes + 2} axes: batch, channels and {axes} of the image. Reshape it.");
        if (!samples.Type.Equals(new TensorType(x.DType, [x.Shape[0], x.Shape[1], axes])))
            throw x.Graph.Error(function, $"the samples '{samples.Name}' {samples.Type} must be {axes} numbers of the type of '{x.Name}' {x.Type} for each image: [batch, channels, {axes}].");
        var (sizes, counts) = (size.For(x, axes, function, "window size", 1), outputSize.For(x, axes, function, "number of windows", 1));
        var (windows, starts) = (x, new Value[axes]);
        for (var a = 0; a < axes; a++)
        {
            if (x.Shape[a + 2] is not { IsConstant: true, Value: var extent }) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} has the unknown extent {x.Shape[a + 2]}; windows can be placed only where it is known.");
            if (sizes[a] + counts[a] - 1 > extent) throw x.Graph.Error(function, $"{counts[a]} windows of size {sizes[a]} do not fit into the extent {extent} of '{x.Name}' {x.Type}; ask for fewer or smaller ones.");
            starts[a] = Starts(Slice(samples, 2, order[a], 1), (int)extent - sizes[a], counts[a]);
            // Axis a becomes the windows' first elements, each with its neighbours.
            var places = Reshape(ExpandDims(starts[a], -1) + Iota(x.Graph, [sizes[a]]), x.Shape[0], x.Shape[1], counts[a] * sizes[a]);
            Dim[] along = [x.Shape[0], x.Shape[1], .. Enumerable.Repeat((Dim)1, axes)];
            along[a + 2] = counts[a] * sizes[a];
            windows = TakeAlongAxis(windows, Reshape(places, new Shape(along)), a + 2);
        }
        windows = Reshape(windows, new Shape([x.Shape[0], x.Shape[1], .. Enumerable.Range(0, axes).SelectMany(a => new Dim[] { counts[a], sizes[a] })]));
        int[] byWindow = [0, 1, .. Enumerable.Range(0, axes).Select(a => 2 + (2 * a)), .. Enumerable.Range(0, axes).Select(a => 3 + (2 * a))];
        var volume = sizes.Aggregate(1, (p, s) => p * s);
        windows = Reshape(Transpose(windows, byWindow), new Shape([x.Shape[0], x.Shape[1], .. counts.Select(c => (Dim)c), volume]));
        var last = windows.Rank - 1;
        var within = Cast(PoolWindows.Winner(windows, StopGradient(Max(windows, last)), Iota(x.Graph, [volume], dtype: DType.Int32), volume, [last]), DType.Int64);
        return (Squeeze(TakeAlongAxis(windows, ExpandDims(within, -1), -1), -1), PlaceInImage(x, within, starts, sizes, axes));
    }

    /// <summary>Where windows begin: ⌊(i + u)·α⌋ - ⌊u·α⌋ for the sample u, α apart, and the last one at the end.</summary>
    private static Value Starts(Value sample, int last, int count)
    {
        var end = sample.Graph.Constant((long)last);
        if (count == 1) return BroadcastTo(end, sample.Shape);
        var distance = sample.DType == DType.Float32 ? (float)last / (count - 1) : (double)last / (count - 1);
        var steps = Iota(sample.Graph, [count], dtype: sample.DType);
        var starts = Cast((steps + sample) * distance, DType.Int64) - Cast(sample * distance, DType.Int64);
        return Where(Equal(Iota(sample.Graph, [count]), count - 1), end, starts);
    }

    private static Value PlaceInImage(Value x, Value within, Value[] starts, int[] sizes, int axes)
    {
        Value? place = null;
        var (rest, stride) = (within, 1L);
        for (var a = axes - 1; a >= 0; a--)
        {
            Dim[] along = [x.Shape[0], x.Shape[1], .. Enumerable.Repeat((Dim)1, axes)];
            along[a + 2] = starts[a].Shape[^1];
            var term = (Reshape(starts[a], new Shape(along)) + (rest % sizes[a])) * stride;
            place = place is null ? term : place + term;
            (rest, stride) = (rest / sizes[a], stride * x.Shape[a + 2].Value);
        }
        return place!;
    }
}

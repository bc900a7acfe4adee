namespace GraphGrad;

/// <summary>The windows of a pooling, with channels last, and which of their axes run within a window.</summary>
/// <param name="Windows">The elements.</param>
/// <param name="Axes">The axes within windows, one for each spatial axis.</param>
/// <param name="Image">The spatial extents of the images.</param>
/// <param name="Lines">For each spatial axis, where windows lie.</param>
internal sealed record PoolWindows(Value Windows, int[] Axes, Dim[] Image, PoolWindows.Line[] Lines)
{
    /// <summary>Where the windows of one axis lie.</summary>
    /// <param name="Size">How many elements a window has at most.</param>
    /// <param name="Starts">The place of its first element, in the image.</param>
    /// <param name="Dilation">How far an element is from the next.</param>
    /// <param name="Counts">How many elements of each window count: padding counted, and not; null where the size holds for all.</param>
    public sealed record Line(int Size, Func<Graph, Value> Starts, int Dilation, Func<bool, double[]?> Counts)
    {
        /// <summary>How many elements of each window lie before the image, int32, or fewer than none; null where none do.</summary>
        public Func<Graph, Value>? Before { get; init; }
    }

    private Graph Graph => Windows.Graph;

    public static PoolWindows Regular(string function, Value x, int axes, PerAxis size, PerAxis? stride, PerAxis? padding, PerAxis? dilation, bool ceiling, double around)
    {
        Check(function, x, axes);
        var sizes = size.For(x, axes, function, "window size", 1);
        var (strides, low) = ((stride ?? size).For(x, axes, function, "stride", 1), (padding ?? 0).For(x, axes, function, "padding", 0));
        var dilations = (dilation ?? 1).For(x, axes, function, "dilation", 1);
        for (var a = 0; a < axes; a++)
        {
            // A window wholly outside the image would have no maximum.
            if (low[a] * 2 > sizes[a]) throw x.Graph.Error(function, $"padding {low[a]} is more than half of the window size {sizes[a]}; windows would lie outside the image.");
        }
        var image = x.Shape.Dims[2..].ToArray();
        var (high, lines) = ((int[])low.Clone(), new Line[axes]);
        for (var a = 0; a < axes; a++)
        {
            var (n, k, s, d, p) = (image[a], sizes[a], strides[a], dilations[a], low[a]);
            var reach = (d * (k - 1)) + 1;
            // With ceiling, the first window may stick out at the end, as any other, by less than a stride.
            if (n.IsConstant && n.Value + (2 * p) + (ceiling ? s - 1 : 0) < reach)
                throw x.Graph.Error(function, $"'{x.Name}' {x.Type} has extent {n}, {n.Value + (2 * p)} with its padding, and a window of size {k} and dilation {d} needs {reach}; pad more or make the window smaller.");
            var h = high[a] = ceiling ? p + Overhang(function, x, n, reach, s, p) : p;
            lines[a] = new Line(k, graph => (Ops.Iota(graph, [((n + p + h - reach) / s) + 1]) * s) - p, d, countPadding =>
            {
                if (p == 0 && h == 0) return null;
                if (countPadding && h == p) return null;
                if (!n.IsConstant) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} has the unknown extent {n}; elements of windows that stick out can be counted only where extents are known.");
                var (from, end) = countPadding ? (-p, n.Value + p) : (0, n.Value);
                var count = ((n.Value + p + h - k) / s) + 1;
                return [.. Enumerable.Range(0, (int)count).Select(o => (double)(Math.Min((o * s) - p + k, end) - Math.Max((o * s) - p, from)))];
            })
            {
                Before = p == 0 ? null : graph =>
                {
                    var reached = (p + d - 1) - (Ops.Iota(graph, [((n + p + h - reach) / s) + 1], dtype: DType.Int32) * s);
                    return d == 1 ? reached : reached / d;
                },
            };
        }
        var last = Ops.Transpose(x, [0, .. Enumerable.Range(2, axes), 1]);
        // Windows that neither overlap nor leave gaps need no copy: [N, H, W, C] seen as [N, H / size, size, W / size, size, C], a rest cut off.
        if (sizes.SequenceEqual(strides) && dilations.All(d => d == 1) && low.All(p => p == 0) && high.All(p => p == 0))
            return new PoolWindows(Tiles(last, sizes), [.. Enumerable.Range(1, axes).Select(a => 2 * a)], image, lines);
        var padded = Ops.Pad(last, [0, .. low.Select(n => (Dim)n), 0], [0, .. high.Select(n => (Dim)n), 0], around);
        return new PoolWindows(Ops.Windows(padded, [.. Enumerable.Range(1, axes)], sizes, strides, dilations), [.. Enumerable.Range(axes + 2, axes)], image, lines);
    }

    public static PoolWindows Adaptive(string function, Value x, int axes, PerAxis outputSize, double around)
    {
        Check(function, x, axes);
        var counts = outputSize.For(x, axes, function, "number of parts", 1);
        var image = x.Shape.Dims[2..].ToArray();
        var windows = Ops.Transpose(x, [0, .. Enumerable.Range(2, axes), 1]);
        var lines = new Line[axes];
        Value? inside = null;
        for (var a = 0; a < axes; a++)
        {
            if (!image[a].IsConstant) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} has the unknown extent {image[a]}; it can be cut into {counts[a]} parts only where it is known.");
            if (image[a].Value == 0) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} has no elements along an axis to be cut into {counts[a]} parts.");
            var (n, o) = (image[a].Value, counts[a]);
            long[] starts = [.. Enumerable.Range(0, o).Select(i => i * n / o)];
            double[] lengths = [.. Enumerable.Range(0, o).Select(i => (double)((((i + 1) * n) + o - 1) / o) - starts[i])];
            var size = (int)lengths.Max();
            lines[a] = new Line(size, graph => graph.Constant(starts), 1, _ => lengths.All(l => l == size) ? null : lengths);
            // The axis becomes two: the parts, and the places within one.
            var axis = 1 + (2 * a);
            long[] places = [.. starts.SelectMany(start => Enumerable.Range(0, size).Select(k => Math.Min(start + k, n - 1)))];
            var taken = n % o == 0 ? windows : Ops.Gather(windows, x.Graph.Constant(places), axis);
            windows = Ops.Reshape(taken, new Shape([.. windows.Shape.Dims[..axis], o, size, .. windows.Shape.Dims[(axis + 1)..]]));
            if (n % o == 0) continue;
            var own = Ops.Less(Ops.Iota(x.Graph, [size], dtype: x.DType), Ops.ExpandDims(Ops.Cast(x.Graph.Constant(lengths), x.DType), 1));
            own = Ops.Reshape(own, new Shape([o, size, .. Enumerable.Repeat((Dim)1, (2 * (axes - 1 - a)) + 1)]));
            inside = inside is null ? own : inside & own;
        }
        if (inside is not null) windows = Ops.Where(inside, windows, around);
        return new PoolWindows(windows, [.. Enumerable.Range(1, axes).Select(a => 2 * a)], image, lines);
    }

    /// <summary>Of each window the place that holds its maximum, places counted row by row: the first of equal ones, the last of several NaN, as in libtorch.</summary>
    public Value Winner(Value windows, Value max)
    {
        var winner = Winner(windows, max, Places(windows), Lines.Aggregate(1, (product, line) => product * line.Size), Axes);
        // Padding wins at the first place of a window that holds nothing but -∞: the first place inside has won.
        return FirstInside() is { } first ? Ops.Maximum(winner, first) : winner;
    }

    /// <summary>Whether an element is the one at <see cref="Winner(Value, Value)"/>.</summary>
    public Value Wins(Value windows, Value max) =>
        Ops.Equal(Places(windows), Ops.KeepAxes(Winner(windows, max), windows.Shape, Axes));

    /// <summary>The one of so many places, int32, along <paramref name="axes"/> that holds the maximum.</summary>
    public static Value Winner(Value windows, Value max, Value places, int count, int[] axes)
    {
        var reached = Ops.Equal(windows, Ops.KeepAxes(max, windows.Shape, axes)) | Ops.IsNaN(windows);
        // In a window with NaN a place p counts as -1 - p, so that the last one is the least. Its sign says so afterwards: who asks need not read the maxima again.
        var turned = places ^ Ops.KeepAxes(-Ops.Cast(Ops.IsNaN(max), DType.Int32), windows.Shape, axes);
        var least = Ops.Min(Ops.Where(reached, turned, count), axes);
        return least ^ (least >> 31);
    }

    /// <summary>Places within windows as places within images, counted row by row.</summary>
    public Value PlaceInImage(Value first)
    {
        var (rest, result) = (Ops.Cast(first, DType.Int64), default(Value));
        var stride = (Dim)1;
        for (var a = Lines.Length - 1; a >= 0; a--)
        {
            var line = Lines[a];
            var within = rest % line.Size;
            rest /= line.Size;
            var starts = line.Starts(Graph);
            var coordinate = Ops.Reshape(starts, new Shape([starts.Shape[0], .. Enumerable.Repeat((Dim)1, Lines.Length - a)])) + (within * line.Dilation);
            var term = stride.IsOne ? coordinate : coordinate * Ops.SizeOf(Graph, stride);
            result = result is null ? term : result + term;
            stride *= Image[a];
        }
        return result!;
    }

    /// <summary>How many elements of each window count, to divide by; null where all have the same number.</summary>
    public Value? Counts(bool countPadding)
    {
        Value? counts = null;
        double[]?[] each = [.. Lines.Select(line => line.Counts(countPadding))];
        if (Array.TrueForAll(each, c => c is null)) return null;
        for (var a = 0; a < Lines.Length; a++)
        {
            double[] own = each[a] ?? [Lines[a].Size];
            var along = Ops.Reshape(Ops.Cast(Graph.Constant(own), Windows.DType), new Shape([own.Length, .. Enumerable.Repeat((Dim)1, Lines.Length - a)]));
            counts = counts is null ? along : counts * along;
        }
        return counts;
    }

    /// <summary>The least place of each window that lies in the image, int32; null where it is the first of all windows.</summary>
    private Value? FirstInside()
    {
        var (first, stride) = (default(Value), 1);
        for (var a = Lines.Length - 1; a >= 0; stride *= Lines[a].Size, a--)
        {
            if (Lines[a].Before?.Invoke(Graph) is not { } before) continue;
            var along = Ops.Reshape(Ops.Maximum(before, 0) * stride, new Shape([before.Shape[0], .. Enumerable.Repeat((Dim)1, Lines.Length - a)]));
            first = first is null ? along : first + along;
        }
        return first;
    }

    private Value Places(Value windows)
    {
        var single = new Shape([.. Enumerable.Repeat((Dim)1, windows.Rank)]);
        Value? places = null;
        for (var a = 0; a < Axes.Length; a++)
        {
            var along = Ops.Iota(windows.Graph, single.With(Axes[a], Lines[a].Size), Axes[a], DType.Int32);
            places = places is null ? along : (places * Lines[a].Size) + along;
        }
        return places!;
    }

    private static Value Tiles(Value x, int[] sizes)
    {
        var dims = new List<Dim> { x.Shape[0] };
        for (var a = 0; a < sizes.Length; a++)
        {
            var count = x.Shape[a + 1] / sizes[a];
            if (count * sizes[a] != x.Shape[a + 1]) x = Ops.Slice(x, a + 1, 0, count * sizes[a]);
            dims.AddRange(count, sizes[a]);
        }
        return Ops.Reshape(x, new Shape([.. dims, x.Shape[^1]]));
    }

    /// <summary>How much more surrounds the end so that the last window that begins before it exists.</summary>
    private static int Overhang(string function, Value x, Dim extent, int reach, int stride, int padding)
    {
        if (!extent.IsConstant) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} has the unknown extent {extent}; windows that stick out at the end can be counted only where it is known. Pad, and leave ceiling out.");
        var n = extent.Value;
        var last = (n + (2 * padding) - reach + stride - 1) / stride;
        if (last * stride >= n + padding) last--;
        return (int)Math.Max(0, (last * stride) + reach - (n + (2 * padding)));
    }

    private static void Check(string function, Value x, int axes)
    {
        if (x.Rank != axes + 2)
            throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have {axes + 2} axes: batch, channels, {(axes switch { 1 => "length", 2 => "height, width", _ => "depth, height, width" })}. Reshape it.");
        if (!x.DType.IsFloat())
            throw x.Graph.Error(function, $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");
    }
}

namespace GraphGrad;

// Computed in float64 and rounded once.
public static partial class Ops
{
    /// <summary>start, start + step, … as long as they are below <paramref name="stop"/> (above it for a negative step).</summary>
    /// <exception cref="GraphException">The step is 0, a number is not finite, or the type is bool or does not hold the numbers.</exception>
    public static Value Arange(Graph graph, double start, double stop, double step = 1, DType dtype = DType.Float32)
    {
        if (step == 0 || !double.IsFinite(start) || !double.IsFinite(stop) || !double.IsFinite(step)) throw graph.Error("arange", $"there is no range from {start} to {stop} by {step}; all must be finite and the step not 0.");
        if (dtype == DType.Bool) throw graph.Error("arange", "bool does not hold a range; use a number type.");
        if (dtype.IsInteger() && (start != Math.Floor(start) || step != Math.Floor(step))) throw graph.Error("arange", $"{dtype.Text()} does not hold the range from {start} by {step}; use whole numbers or a float type.");
        var count = (long)Math.Max(0, Math.Ceiling((stop - start) / step));
        if (!dtype.IsInteger()) return Cast((Iota(graph, [count], dtype: DType.Float64) * step) + start, dtype);
        return Cast((Iota(graph, [count]) * (long)step) + (long)start, dtype);
    }

    /// <summary>0, 1, … below <paramref name="count"/>.</summary>
    /// <exception cref="GraphException">The type is bool.</exception>
    public static Value Arange(Graph graph, Dim count, DType dtype = DType.Int64) => Iota(graph, [count], dtype: dtype);

    /// <summary><paramref name="count"/> numbers from <paramref name="start"/> to <paramref name="stop"/>, both included, at equal distances; of one number the start.</summary>
    /// <exception cref="GraphException">The count is negative, or the type is not float32 or float64.</exception>
    public static Value Linspace(Graph graph, double start, double stop, int count, DType dtype = DType.Float32) =>
        Cast(Between(graph, start, stop, count, dtype, "linspace"), dtype);

    /// <summary>Powers of <paramref name="base"/> whose exponents run from <paramref name="start"/> to <paramref name="stop"/> at equal distances.</summary>
    /// <exception cref="GraphException">The count is negative, or the type is not float32 or float64.</exception>
    public static Value Logspace(Graph graph, double start, double stop, int count, double @base = 10, DType dtype = DType.Float32) =>
        Cast(Pow(@base, Between(graph, start, stop, count, dtype, "logspace")), dtype);

    /// <summary>A tensor that holds one number everywhere.</summary>
    /// <exception cref="GraphException">The type does not hold the number.</exception>
    public static Value Full(Graph graph, Shape shape, double value, DType dtype = DType.Float32) =>
        BroadcastTo(graph.Constant(TensorData.Filled(dtype, 0)).Number(value), shape);

    /// <summary>A tensor of zeros.</summary>
    public static Value Zeros(Graph graph, Shape shape, DType dtype = DType.Float32) => Full(graph, shape, 0, dtype);

    /// <summary>A tensor of ones.</summary>
    public static Value Ones(Graph graph, Shape shape, DType dtype = DType.Float32) => Full(graph, shape, 1, dtype);

    /// <summary>A tensor of x's type and shape that holds one number everywhere.</summary>
    /// <exception cref="GraphException">The type does not hold the number.</exception>
    public static Value FullLike(Value x, double value) => BroadcastTo(x.Number(value), x.Shape);

    /// <summary>Coordinates of a grid: result i has one axis for each vector, and holds vector i along axis i.</summary>
    /// <param name="vectors">One vector for each axis.</param>
    /// <exception cref="GraphException">There is none, or one has not one axis.</exception>
    public static Value[] Meshgrid(params IReadOnlyList<Value> vectors) => Meshgrid(vectors, cartesian: false);

    /// <summary>Coordinates of a grid; with <paramref name="cartesian"/> (x, then y, "xy" in NumPy) the first vector runs along axis 1 and the second along axis 0.</summary>
    /// <param name="vectors">One vector for each axis.</param>
    /// <param name="cartesian">Whether the first two axes are exchanged, as rows and columns of an image are for x and y; of one vector it says nothing.</param>
    /// <exception cref="GraphException">There is none, or one has not one axis.</exception>
    public static Value[] Meshgrid(IReadOnlyList<Value> vectors, bool cartesian)
    {
        if (vectors.Count == 0) throw new GraphException($"meshgrid: give at least one vector. Built at {Origin.Capture()}.");
        foreach (var vector in vectors)
        {
            if (vector.Rank != 1) throw vector.Graph.Error("meshgrid", $"'{vector.Name}' {vector.Type} is no vector; flatten it.");
        }
        Shape shape = new([.. vectors.Select(v => v.Shape[0])]);
        var grids = vectors.Select((v, axis) => BroadcastTo(Reshape(v, new Shape([.. shape.Select((n, other) => other == axis ? n : 1)])), shape));
        return cartesian && vectors.Count > 1 ? [.. grids.Select(grid => SwapAxes(grid, 0, 1))] : [.. grids];
    }

    /// <summary>All combinations of one element of each vector, the last one changing fastest: [n₀·n₁·…, number of vectors]. Of a single vector itself, as PyTorch's.</summary>
    /// <exception cref="GraphException">There is none, one has not one axis, or types differ.</exception>
    public static Value CartesianProduct(params IReadOnlyList<Value> vectors) => Meshgrid(vectors) is [var alone] ? alone : Stack([.. Meshgrid(vectors).Select(v => Flatten(v))], 1);

    // Each half from its own end, so that both ends are exact and the whole is symmetric.
    private static Value Between(Graph graph, double start, double stop, int count, DType dtype, string function)
    {
        if (!dtype.IsFloat()) throw graph.Error(function, $"{dtype.Text()} is not float32 or float64; cast the result with Cast.");
        if (count < 0) throw graph.Error(function, $"{count} numbers are asked for; ask for 0 or more.");
        var places = Iota(graph, [count], dtype: DType.Float64);
        var step = count > 1 ? (stop - start) / (count - 1) : 0;
        return count == 1 ? places + start : Where(Less(places, count / 2), (places * step) + start, stop - ((count - 1 - places) * step));
    }
}

namespace GraphGrad;

// Of several axes, and put together.
public sealed partial class Bijection
{
    /// <summary>What comes out as it went in.</summary>
    public static Bijection Identity { get; } = new(x => x, y => y, (x, _) => Ops.ZerosLike(x));

    /// <summary>Lower triangular matrices of any numbers as such with a positive diagonal, eᵈ of each number d there. Elsewhere than below and on the diagonal comes 0.</summary>
    public static Bijection LowerCholesky { get; } = new(
        x => WithDiagonal(x, Ops.Exp(Ops.Diagonal(x))), y => WithDiagonal(y, Ops.Log(Ops.Diagonal(y))), (x, _) => Ops.Sum(Ops.Diagonal(x), -1), axes: 2);

    /// <summary>Lower triangular matrices of any numbers as symmetric positive definite ones, L·Lᵀ of what <see cref="LowerCholesky"/> makes of them.</summary>
    public static Bijection PositiveDefinite { get; } = LowerCholesky.Then(new(
        l => Ops.MatMul(l, Ops.SwapAxes(l, -1, -2)),
        Ops.Cholesky,
        (l, _) =>
        {
            // The derivative is triangular: 2·Πᵢ lᵢᵢ once for each row from i on.
            var rows = l.Shape[^1] is { IsConstant: true, Value: var count } ? (int)count
                : throw l.Graph.Error("positive definite matrices", $"'{l.Name}' {l.Type} is no matrix of known extent. Slice or reshape it.");
            var times = Ops.Cast(l.Graph.Constant(Enumerable.Range(0, rows).Select(i => (double)(rows - i)).ToArray()), l.DType);
            return Ops.Sum((Ops.Log(Ops.Diagonal(l)) * times) + Math.Log(2), -1);
        },
        axes: 2));

    /// <summary>Functions for each slice along an axis, where as many of them are as the axis has places.</summary>
    /// <exception cref="GraphException">There is no function, one changes the number of axes, or takes as many of the last ones that the axis is among them; where it is used: the axis has another extent.</exception>
    public static Bijection Stack(IReadOnlyList<Bijection> functions, int axis = 0) => Parts("stack of functions", functions, [.. functions.Select(_ => 1)], axis);

    /// <summary>Functions for parts along an axis, each of so many places.</summary>
    /// <exception cref="GraphException">There is no function, not one length for each, one changes the number of axes, or takes as many of the last ones that the axis is among them; where it is used: the axis has another extent.</exception>
    public static Bijection Concat(IReadOnlyList<Bijection> functions, IReadOnlyList<int> lengths, int axis = 0) => Parts("joined functions", functions, lengths, axis);

    /// <summary>Things of one shape in the last axes as such of another, in row-major order.</summary>
    /// <exception cref="GraphException">The shapes have not as many elements.</exception>
    public static Bijection Reshape(Shape from, Shape to)
    {
        if (from.ElementCount != to.ElementCount) throw new GraphException($"reshaping bijection: {from} has {from.ElementCount} elements, {to} has {to.ElementCount}; there must be as many. Built at {Origin.Capture()}.");
        return new(
            x => Ops.Reshape(x, new Shape([.. Before(x, from).Dims, .. to.Dims])),
            y => Ops.Reshape(y, new Shape([.. Before(y, to).Dims, .. from.Dims])),
            (x, _) => Ops.Zeros(x.Graph, Before(x, from), x.DType),
            from.Rank, to.Rank);

        static Shape Before(Value x, Shape last) => x.Rank >= last.Rank && x.Shape.Dims[(x.Rank - last.Rank)..].SequenceEqual(last.Dims) ? new Shape([.. x.Shape.Dims[..(x.Rank - last.Rank)]])
            : throw x.Graph.Error("reshaping bijection", $"'{x.Name}' {x.Type} does not end with {last}. Reshape it.");
    }

    /// <summary>The same of vectors, or of more axes: the logarithms of the determinants are summed over so many of the last.</summary>
    /// <exception cref="GraphException">The number is negative.</exception>
    public Bijection Independent(int axes = 1) => axes >= 0 ? new(forward, inverse, (x, y) => SumOfLast(logDeterminant(x, y), axes), Axes + axes, ResultAxes + axes)
        : throw new GraphException($"independent bijection: the number of axes is {axes}; it must not be negative. Built at {Origin.Capture()}.");

    private static Value WithDiagonal(Value x, Value diagonal) => Ops.TriangularLower(x, -1) + Ops.DiagonalMatrix(diagonal);

    private static Bijection Parts(string what, IReadOnlyList<Bijection> functions, IReadOnlyList<int> lengths, int axis)
    {
        if (functions.Count == 0 || lengths.Count != functions.Count) throw new GraphException($"{what}: {functions.Count} functions have {lengths.Count} lengths; give at least one function, and one length for each. Built at {Origin.Capture()}.");
        var axes = functions.Max(f => f.Axes);
        if (functions.Any(f => f.Axes != f.ResultAxes) || (axis < 0 && -axis <= axes))
            throw new GraphException($"{what}: axis {axis} must lie before the {axes} last ones that one function takes, and each must give as many axes as it takes. Built at {Origin.Capture()}.");
        return new(
            x => OfParts(x, (f, part) => f.Forward(part)),
            y => OfParts(y, (f, part) => f.Inverse(part)),
            (x, y) =>
            {
                var others = Cut(y);
                var logs = Cut(x).Select((part, i) => SumOfLast(functions[i].LogDeterminant(part, others[i]), axes - functions[i].Axes));
                return Ops.Concat([.. logs], axis < 0 ? axis + axes : axis);
            },
            axes);

        Value OfParts(Value x, Func<Bijection, Value, Value> function) => Ops.Concat([.. Cut(x).Select((part, i) => function(functions[i], part))], axis);

        Value[] Cut(Value x)
        {
            var count = lengths.Sum();
            if (axis < -x.Rank || axis >= x.Rank - axes || !x.Shape[axis < 0 ? axis + x.Rank : axis].Is(count))
                throw x.Graph.Error(what, $"'{x.Name}' {x.Type} must have {count} places along axis {axis}, before the {axes} last axes. Slice or transpose it.");
            var from = 0;
            var parts = new Value[lengths.Count];
            for (var i = 0; i < parts.Length; from += lengths[i++]) parts[i] = Ops.Slice(x, axis, from, lengths[i]);
            return parts;
        }
    }
}

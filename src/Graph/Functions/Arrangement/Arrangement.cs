using GraphGrad.Operations;

namespace GraphGrad;

// Views, or copies of views one after the other.
public static partial class Ops
{
    /// <summary>The elements moved along an axis by a number of places; what leaves at one end comes in at the other.</summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="shift">By how many places; negative moves toward the start.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value Roll(Value x, int shift, int axis)
    {
        var place = Axes.Find(x, axis, "roll");
        var extent = x.Shape[place];
        if (!extent.IsConstant)
        {
            // Only a run knows how often the shift goes around.
            var n = SizeOf(x.Graph, extent);
            return Gather(x, (((Iota(x.Graph, [extent]) - (long)shift) % n) + n) % n, place);
        }
        shift = extent.Value == 0 ? 0 : (int)(shift % extent.Value);
        if (shift == 0) return x;
        var first = shift > 0 ? extent - shift : -shift;
        return Concat([Slice(x, place, first, extent - first), Slice(x, place, 0, first)], place);
    }

    /// <summary>The elements moved along several axes; see <see cref="Roll(Value, int, int)"/>.</summary>
    /// <exception cref="GraphException">There is not one shift for each axis, or no such axis.</exception>
    public static Value Roll(Value x, int[] shifts, int[] axes) => shifts.Length == axes.Length
        ? shifts.Zip(axes).Aggregate(x, (rolled, p) => Roll(rolled, p.First, p.Second))
        : throw x.Graph.Error("roll", $"{shifts.Length} shifts do not fit {axes.Length} axes of '{x.Name}' {x.Type}; give one for each.");

    /// <summary>The elements moved in row-major order by a number of places; the shape stays.</summary>
    public static Value Roll(Value x, int shift) => Reshape(Roll(Flatten(x), shift, 0), x.Shape);

    /// <summary>Turned by <paramref name="times"/> quarters in the plane of two axes, from the first toward the second.</summary>
    /// <exception cref="GraphException">There is no such axis, or both are the same.</exception>
    public static Value Rot90(Value x, int times = 1, int fromAxis = 0, int toAxis = 1)
    {
        var axes = Axes.Find(x, [fromAxis, toAxis], "rot90");
        return (((times % 4) + 4) % 4) switch
        {
            0 => x,
            1 => SwapAxes(Reverse(x, axes[1]), axes[0], axes[1]),
            2 => Reverse(x, axes),
            _ => SwapAxes(Reverse(x, axes[0]), axes[0], axes[1]),
        };
    }

    /// <summary>Two axes exchanged.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value SwapAxes(Value x, int axis, int other)
    {
        if (Axes.IsOfScalar(x, axis) && Axes.IsOfScalar(x, other)) return x;
        int[] order = [.. Enumerable.Range(0, x.Rank)];
        var (a, b) = (Axes.Find(x, axis, "swap_axes"), Axes.Find(x, other, "swap_axes"));
        (order[a], order[b]) = (order[b], order[a]);
        return Transpose(x, order);
    }

    /// <summary>An axis at another place; the others keep their order.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value MoveAxis(Value x, int source, int destination) => MoveAxis(x, [source], [destination]);

    /// <summary>Axes at other places; the others keep their order.</summary>
    /// <exception cref="GraphException">The lists differ in length, there is no such axis, or one is named twice.</exception>
    public static Value MoveAxis(Value x, int[] source, int[] destination)
    {
        var (from, to) = (Axes.FindReduced(x, source, "move_axis"), Axes.FindReduced(x, destination, "move_axis"));
        if (from.Length != to.Length) throw x.Graph.Error("move_axis", $"{from.Length} axes of '{x.Name}' {x.Type} do not fit {to.Length} places; give one for each.");
        var others = new Queue<int>(Enumerable.Range(0, x.Rank).Except(from));
        int[] order = [.. Enumerable.Range(0, x.Rank).Select(axis => Array.IndexOf(to, axis) is >= 0 and var k ? from[k] : others.Dequeue())];
        return order.Length == 0 ? x : Transpose(x, order);
    }

    /// <summary>The slices along an axis, which they no longer have.</summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is symbolic.</exception>
    public static Value[] Unbind(Value x, int axis = 0)
    {
        var place = Axes.Find(x, axis, "unbind");
        if (!x.Shape[place].IsConstant) throw x.Graph.Error("unbind", $"axis {place} of '{x.Name}' {x.Type} has the symbolic extent {x.Shape[place]}; only a known number of slices can be told apart. Slice it, or use Scan.");
        return [.. Enumerable.Range(0, (int)x.Shape[place].Value).Select(i => Squeeze(Slice(x, place, i, 1), place))];
    }

    /// <summary>Cuts an axis into at most <paramref name="parts"/> parts of equal length, of which the last may be shorter; an axis without elements into exactly so many.</summary>
    /// <exception cref="GraphException">There is no such axis, its extent is symbolic, or fewer than one part is asked for.</exception>
    public static Value[] Chunk(Value x, int parts, int axis = 0)
    {
        var (place, extent) = KnownExtent(x, parts, axis, "chunk");
        if (extent == 0) return Split(x, [.. Enumerable.Repeat((Dim)0, parts)], place);
        var length = Math.Max(1, (extent + parts - 1) / parts);
        return Split(x, [.. Enumerable.Range(0, Math.Max(1, (extent + length - 1) / length)).Select(i => (Dim)Math.Min(length, extent - (i * length)))], place);
    }

    /// <summary>Cuts an axis into exactly <paramref name="parts"/> parts, the first of which are longer by one where the extent is not divisible.</summary>
    /// <exception cref="GraphException">There is no such axis, its extent is symbolic, or fewer than one part is asked for.</exception>
    public static Value[] ArraySplit(Value x, int parts, int axis = 0)
    {
        var (place, extent) = KnownExtent(x, parts, axis, "array_split");
        return Split(x, [.. Enumerable.Range(0, parts).Select(i => (Dim)((extent / parts) + (i < extent % parts ? 1 : 0)))], place);
    }

    /// <summary>A diagonal of each matrix in two axes, as a new last axis.</summary>
    /// <param name="x">A tensor of any element type with two axes or more.</param>
    /// <param name="offset">Which diagonal: 0 for the main one, 1 for the one above it, -1 for the one below.</param>
    /// <param name="rowAxis">The axis of the rows; negative counts from the end.</param>
    /// <param name="columnAxis">The axis of the columns; negative counts from the end.</param>
    /// <exception cref="GraphException">There is no such axis, both are the same, or an extent is symbolic.</exception>
    public static Value Diagonal(Value x, int offset, int rowAxis = -2, int columnAxis = -1)
    {
        var axes = Axes.Find(x, [rowAxis, columnAxis], "diagonal");
        var (rows, columns) = (x.Shape[axes[0]], x.Shape[axes[1]]);
        if (!rows.IsConstant || !columns.IsConstant) throw x.Graph.Error("diagonal", $"the matrices in axes {axes[0]} and {axes[1]} of '{x.Name}' {x.Type} have a symbolic extent; only diagonals of a known length can be taken.");
        var length = Math.Max(0, offset >= 0 ? Math.Min(rows.Value, columns.Value - offset) : Math.Min(rows.Value + offset, columns.Value));
        var matrices = MoveAxis(x, axes, [x.Rank - 2, x.Rank - 1]);
        var flat = Reshape(matrices, new Shape([.. matrices.Shape.Dims[..^2], rows * columns]));
        // From one element of a diagonal to the next it is one row and one column.
        return Slice(flat, -1, length == 0 ? 0 : offset >= 0 ? offset : -offset * columns.Value, length, (int)columns.Value + 1);
    }

    /// <summary>Matrices with vectors as one of their diagonals, and 0 elsewhere: […, m, m] of […, n], m = n + |offset|.</summary>
    /// <param name="x">A tensor of any element type; its last axis is the diagonal.</param>
    /// <param name="offset">Which diagonal: 0 for the main one, 1 for the one above it, -1 for the one below.</param>
    /// <exception cref="GraphException">x is a scalar.</exception>
    public static Value DiagonalMatrix(Value x, int offset = 0)
    {
        if (x.Rank == 0) throw x.Graph.Error("diagonal_matrix", $"'{x.Name}' {x.Type} is a scalar; it needs an axis.");
        var (low, high) = (new Dim[x.Rank], new Dim[x.Rank]);
        (low[^1], high[^1]) = (Math.Max(0, -offset), Math.Max(0, offset));
        // Row i holds element i of the padded vector: its column is i + offset.
        var rows = Pad(x, low, high);
        var m = rows.Shape[^1];
        var isOn = Equal(Iota(x.Graph, [m, m], 1), Iota(x.Graph, [m, m]) + (long)offset);
        return Where(isOn, BroadcastTo(ExpandDims(rows, -1), new Shape([.. rows.Shape, m])), Scalar(x, 0));
    }

    /// <summary>Matrices along the diagonal of one, 0 elsewhere; a vector counts as a row, a scalar as a matrix of one element.</summary>
    /// <exception cref="GraphException">There is none, one has more than two axes, or types differ.</exception>
    public static Value BlockDiagonal(params IReadOnlyList<Value> matrices)
    {
        if (matrices.Count == 0) throw new GraphException($"block_diagonal: give at least one matrix. Built at {Origin.Capture()}.");
        matrices = [.. matrices.Select(m => m.Rank < 2 ? Reshape(m, new Shape([1, m.Rank == 0 ? 1 : m.Shape[0]])) : m)];
        var width = matrices.Aggregate((Dim)0, (sum, m) => m.Rank == 2 ? sum + m.Shape[1] : throw m.Graph.Error("block_diagonal", $"'{m.Name}' {m.Type} is no matrix; it must have two axes."));
        Dim before = 0;
        var bands = new Value[matrices.Count];
        for (var i = 0; i < bands.Length; i++)
        {
            var after = width - before - matrices[i].Shape[1];
            bands[i] = Pad(matrices[i], [0, before], [0, after]);
            before += matrices[i].Shape[1];
        }
        return Concat(bands, 0);
    }

    /// <summary>The powers of each element in a row, the highest first: […, count] of […].</summary>
    /// <param name="x">A tensor of a number type.</param>
    /// <param name="count">How many powers: those of exponents count - 1 … 0.</param>
    /// <param name="increasing">Whether the lowest comes first.</param>
    /// <exception cref="GraphException">x is bool or a scalar, or the count is negative.</exception>
    public static Value Vandermonde(Value x, int count, bool increasing = false)
    {
        if (x.Rank == 0) throw x.Graph.Error("vandermonde", $"'{x.Name}' {x.Type} is a scalar; give it an axis with ExpandDims.");
        if (count < 0) throw x.Graph.Error("vandermonde", $"{count} powers of '{x.Name}' {x.Type} are asked for; their number must not be negative.");
        if (count == 0) return Slice(ExpandDims(x, -1), -1, 0, 0);
        var powers = new List<Value> { FullLike(x, 1) };
        while (powers.Count < count) powers.Add(powers[^1] * x);
        if (!increasing) powers.Reverse();
        return Stack(powers, -1);
    }

    private static (int Axis, int Extent) KnownExtent(Value x, int parts, int axis, string function)
    {
        var place = Axes.Find(x, axis, function);
        if (parts < 1) throw x.Graph.Error(function, $"{parts} parts of axis {place} of '{x.Name}' {x.Type} are asked for; ask for at least one.");
        return x.Shape[place].IsConstant ? (place, (int)x.Shape[place].Value) : throw x.Graph.Error(function, $"axis {place} of '{x.Name}' {x.Type} has the symbolic extent {x.Shape[place]}; give the length of each part to Split.");
    }
}

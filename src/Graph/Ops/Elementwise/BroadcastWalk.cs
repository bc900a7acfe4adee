namespace GraphGrad.Operations;

/// <summary>
/// The interpreter's walk over operands that are broadcast to one shape, a tile of the output at a time. Within a tile every
/// operand is a dense span: where it lies if it is dense there, else written out. When the walk has come to its end it stands at its start again.
/// </summary>
internal sealed class BroadcastWalk
{
    /// <summary>Elements of a tile that is written out: small enough to stay in the L1 cache.</summary>
    public const int TileLength = 1024;

    // Rows shorter than this are taken several at a time: a call of a vector loop costs as much as some ten elements.
    private const int ShortRow = 128;

    // From this length on a call of Fill is faster than a loop.
    private const int LongFill = 16;

    private readonly int[] extents;
    private readonly int[][] strides;
    private readonly int[] counter;
    private readonly int[] offsets;
    private readonly int row;
    private readonly int rows;
    private readonly int step;
    private int first;

    /// <param name="shape">The extents of the output, none of them 0.</param>
    /// <param name="operandStrides">For each operand its stride on each axis: that of dense data, or 0 where it repeats.</param>
    public BroadcastWalk(int[] shape, params int[][] operandStrides)
    {
        (extents, strides) = Merge(shape, operandStrides);
        offsets = new int[operandStrides.Length];
        row = extents[^1];
        // Merged, the innermost axis is dense or repeated for each operand.
        if (extents.Length > 1 && row < ShortRow)
        {
            rows = extents[^2];
            step = Math.Min(rows, TileLength / row) * row;
        }
        else
        {
            rows = 1;
            step = Array.Exists(strides[^1], s => s == 0) ? Math.Min(row, TileLength) : row;
        }
        counter = new int[extents.Length - (rows > 1 ? 2 : 1)];
        Length = step;
    }

    /// <summary>Where the tile begins in the output.</summary>
    public int Start { get; private set; }

    /// <summary>Elements of the tile.</summary>
    public int Length { get; private set; }

    /// <summary>Goes on to the next tile, if there is one.</summary>
    public bool Next()
    {
        Start += Length;
        first += Length;
        var more = true;
        if (first == row * rows)
        {
            first = 0;
            more = NextOuter();
            if (!more) Start = 0;
        }
        Length = Math.Min(step, (row * rows) - first);
        return more;
    }

    /// <summary>The operand's elements in the tile; <paramref name="room"/> is the same for all tiles of a walk.</summary>
    public ReadOnlySpan<T> Read<T>(int operand, ReadOnlySpan<T> data, Span<T> room)
    {
        var repeats = strides[^1][operand] == 0 && row > 1;
        var rowStep = rows > 1 ? strides[^2][operand] : row;
        if (!repeats && rowStep == row) return data.Slice(offsets[operand] + first, Length);
        // What is the same in every tile of a run of tiles is written once.
        if (first == 0 || (rows > 1 && rowStep != 0))
        {
            if (rows > 1) WriteRows(data, offsets[operand] + (first / row * rowStep), rowStep, repeats, room[..Length]);
            else room[..Length].Fill(data[offsets[operand]]);
        }
        return room[..Length];
    }

    private void WriteRows<T>(ReadOnlySpan<T> data, int from, int rowStep, bool repeats, Span<T> room)
    {
        for (var to = 0; to < room.Length; to += row, from += rowStep)
        {
            if (repeats)
            {
                var value = data[from];
                if (row >= LongFill) room.Slice(to, row).Fill(value);
                else for (var i = to; i < to + row; i++) room[i] = value;
            }
            else if (row >= LongFill)
            {
                data.Slice(from, row).CopyTo(room[to..]);
            }
            else
            {
                for (var i = 0; i < row; i++) room[to + i] = data[from + i];
            }
        }
    }

    private bool NextOuter()
    {
        for (var axis = counter.Length - 1; axis >= 0; axis--)
        {
            var wraps = ++counter[axis] == extents[axis];
            for (var operand = 0; operand < offsets.Length; operand++)
                offsets[operand] += wraps ? -(extents[axis] - 1) * strides[axis][operand] : strides[axis][operand];
            if (!wraps) return true;
            counter[axis] = 0;
        }
        return false;
    }

    /// <summary>Drops axes of extent 1 and unites neighbours that every operand passes in one stride.</summary>
    private static (int[] Extents, int[][] Strides) Merge(int[] shape, int[][] operandStrides)
    {
        var extents = new List<int>();
        var strides = new List<int[]>();
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 1) continue;
            var steps = Array.ConvertAll(operandStrides, s => s[axis]);
            if (extents.Count > 0 && strides[^1].Zip(steps).All(s => s.First == s.Second * shape[axis]))
            {
                extents[^1] *= shape[axis];
                strides[^1] = steps;
            }
            else
            {
                extents.Add(shape[axis]);
                strides.Add(steps);
            }
        }
        if (extents.Count == 0)
        {
            extents.Add(1);
            strides.Add(new int[operandStrides.Length]);
        }
        return ([.. extents], [.. strides]);
    }
}

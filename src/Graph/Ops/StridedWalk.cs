namespace GraphGrad.Operations;

/// <summary>
/// The interpreter's walk over several strided operands of one shape: the outer axes are counted, the innermost run,
/// or plane of runs, is left to the caller's loop. Neighbouring axes are merged where every operand allows it.
/// </summary>
internal sealed class StridedWalk
{
    private readonly List<int> extents = [];
    private readonly List<int[]> strides = [];
    private readonly int[] counter;
    private readonly int inner;
    private readonly int[] offsets;

    /// <param name="shape">The extents of the walk.</param>
    /// <param name="operandStrides">For each operand its stride on each axis, in elements; 0 repeats.</param>
    /// <param name="inner">How many of the innermost axes are left to the caller: 1, or 2 for a plane.</param>
    public StridedWalk(int[] shape, int[][] operandStrides, int inner = 1)
    {
        this.inner = inner;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var steps = Array.ConvertAll(operandStrides, s => s[axis]);
            if (shape[axis] == 1) continue;
            if (extents.Count > 0 && Mergeable(strides[^1], steps, shape[axis]))
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
        while (extents.Count < inner)
        {
            extents.Insert(0, 1);
            strides.Insert(0, new int[operandStrides.Length]);
        }
        counter = new int[extents.Count];
        offsets = new int[operandStrides.Length];
    }

    /// <summary>Elements in the innermost run.</summary>
    public int InnerLength => extents[^1];

    public int InnerStride(int operand) => strides[^1][operand];

    /// <summary>Runs in the innermost plane.</summary>
    public int RowCount => extents[^2];

    public int RowStride(int operand) => strides[^2][operand];

    /// <summary>Where the current run or plane begins in an operand.</summary>
    public int Offset(int operand) => offsets[operand];

    /// <summary>Goes on to the next run or plane.</summary>
    public void Next()
    {
        for (var axis = extents.Count - 1 - inner; axis >= 0; axis--)
        {
            var wrap = ++counter[axis] == extents[axis];
            for (var operand = 0; operand < offsets.Length; operand++)
                offsets[operand] += wrap ? -(counter[axis] - 1) * strides[axis][operand] : strides[axis][operand];
            if (!wrap) return;
            counter[axis] = 0;
        }
    }

    private static bool Mergeable(int[] outer, int[] inner, int extent)
    {
        for (var operand = 0; operand < outer.Length; operand++)
        {
            if (outer[operand] != inner[operand] * extent) return false;
        }
        return true;
    }
}

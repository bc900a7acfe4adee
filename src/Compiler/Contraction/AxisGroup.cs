namespace GraphGrad.Compilation.Contraction;

/// <summary>Names the three operands of a product C = A · B wherever strides are asked for.</summary>
internal enum DotOperand
{
    A,
    B,
    C,
}

/// <summary>
/// Axes that play the same role in a product, outermost first, with each operand's stride along them in elements. An operand
/// that the role does not touch (B for the rows) has stride 0 on all of them. Strides may be zero or negative.
/// </summary>
internal sealed class AxisGroup
{
    private readonly long[][] strides;
    private readonly long[] runs;

    private AxisGroup(long[] extents, long[] a, long[] b, long[] c)
    {
        Extents = extents;
        strides = [a, b, c];
        Count = 1;
        foreach (var extent in extents) Count *= extent;
        runs = Array.ConvertAll(strides, steps => RunOf(extents, steps));
    }

    public long[] Extents { get; }

    public int Rank => Extents.Length;

    /// <summary>The product of the extents; 1 for no axes.</summary>
    public long Count { get; }

    /// <summary>Axes that index all three operands.</summary>
    public static AxisGroup Batch(long[] extents, long[] a, long[] b, long[] c) => Of(extents, a, b, c);

    /// <summary>Axes of A and C.</summary>
    public static AxisGroup Rows(long[] extents, long[] a, long[] c) => Of(extents, a, new long[extents.Length], c);

    /// <summary>Axes of B and C.</summary>
    public static AxisGroup Columns(long[] extents, long[] b, long[] c) => Of(extents, new long[extents.Length], b, c);

    /// <summary>Axes of A and B, summed over.</summary>
    public static AxisGroup Inner(long[] extents, long[] a, long[] b) => Of(extents, a, b, new long[extents.Length]);

    public long[] Strides(DotOperand operand) => strides[(int)operand];

    /// <summary>The operand's stride along the innermost axis; 0 for no axes.</summary>
    public long InnerStride(DotOperand operand) => Rank == 0 ? 0 : Strides(operand)[^1];

    /// <summary>The same axes with A and B exchanged.</summary>
    public AxisGroup Exchanged() => new(Extents, strides[1], strides[0], strides[2]);

    /// <summary>
    /// The same set of index combinations on as few axes as possible: extents of 1 dropped, largest steps of the leading operand
    /// outermost, neighbours merged where every operand allows it.
    /// </summary>
    public AxisGroup Simplified(DotOperand leading)
    {
        if (Count == 0) return Of([0], [0], [0], [0]);
        var order = Enumerable.Range(0, Rank).Where(axis => Extents[axis] != 1).OrderByDescending(Step).ThenByDescending(axis => strides.Sum(s => Math.Abs(s[axis]))).ToArray();
        var extents = new List<long>();
        var steps = new List<long[]>();
        foreach (var axis in order)
        {
            long[] step = [strides[0][axis], strides[1][axis], strides[2][axis]];
            var extent = Extents[axis];
            if (extents.Count > 0 && !step.Where((s, i) => steps[^1][i] != s * extent).Any())
            {
                extents[^1] *= extent;
                steps[^1] = step;
            }
            else
            {
                extents.Add(extent);
                steps.Add(step);
            }
        }
        return Of([.. extents], [.. steps.Select(s => s[0])], [.. steps.Select(s => s[1])], [.. steps.Select(s => s[2])]);

        long Step(int axis) => Math.Abs(strides[(int)leading][axis]);
    }

    /// <summary>The element offset in an operand of the index combination numbered <paramref name="index"/>.</summary>
    public long Offset(DotOperand operand, long index)
    {
        var steps = Strides(operand);
        long offset = 0;
        for (var axis = Rank - 1; axis > 0; axis--)
        {
            var outer = index / Extents[axis];
            offset += (index - (outer * Extents[axis])) * steps[axis];
            index = outer;
        }
        return Rank == 0 ? 0 : offset + (index * steps[0]);
    }

    /// <summary>Writes the offsets of <paramref name="count"/> consecutive index combinations.</summary>
    public unsafe void Offsets(DotOperand operand, long start, int count, long* into)
    {
        var stride = InnerStride(operand);
        var inner = Run(operand);
        for (var i = 0; i < count;)
        {
            var index = start + i;
            var offset = Offset(operand, index);
            var run = i + (int)Math.Min(count - i, inner - (index % inner));
            for (; i < run; i++, offset += stride) into[i] = offset;
        }
    }

    /// <summary>How many index combinations lie one <see cref="InnerStride"/> after the other in an operand.</summary>
    public long Run(DotOperand operand) => runs[(int)operand];

    /// <summary>True if <paramref name="count"/> combinations from <paramref name="start"/> on lie on one such run.</summary>
    public bool OneRun(DotOperand operand, long start, int count)
    {
        var run = Run(operand);
        return run == Count || (start % run) + count <= run;
    }

    /// <summary>True if the axes act as a single one on an operand.</summary>
    public bool IsOneRun(DotOperand operand) => Run(operand) == Count;

    /// <summary>The distance in elements between the lowest and the highest element that the axes reach in an operand.</summary>
    public long Span(DotOperand operand)
    {
        long span = 0;
        for (var axis = 0; axis < Rank; axis++) span += (Extents[axis] - 1) * Math.Abs(Strides(operand)[axis]);
        return span;
    }

    private static long RunOf(long[] extents, long[] steps)
    {
        if (extents.Length == 0) return 1;
        var run = extents[^1];
        for (var axis = extents.Length - 2; axis >= 0 && steps[axis] == steps[axis + 1] * extents[axis + 1]; axis--)
            run *= extents[axis];
        return run;
    }

    private static AxisGroup Of(long[] extents, long[] a, long[] b, long[] c)
    {
        if (a.Length != extents.Length || b.Length != extents.Length || c.Length != extents.Length)
            throw new CompilerBugException("contraction", "an axis group has another number of strides than of extents.", "");
        return new AxisGroup(extents, a, b, c);
    }
}

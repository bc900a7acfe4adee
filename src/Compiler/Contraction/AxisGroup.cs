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
        runs = [RunOf(extents, a), RunOf(extents, b), RunOf(extents, c)];
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
        // Each plan of a product weighs many, so no sequences are made.
        Span<int> order = stackalloc int[Rank];
        var rank = 0;
        for (var axis = 0; axis < Rank; axis++)
        {
            if (Extents[axis] == 1) continue;
            var place = rank++;
            for (; place > 0 && IsOutside(axis, order[place - 1], strides[(int)leading]); place--) order[place] = order[place - 1];
            order[place] = axis;
        }
        var merged = 0;
        var (extents, a, b, c) = (new long[rank], new long[rank], new long[rank], new long[rank]);
        foreach (var axis in order[..rank])
        {
            var extent = Extents[axis];
            if (merged > 0 && a[merged - 1] == strides[0][axis] * extent && b[merged - 1] == strides[1][axis] * extent && c[merged - 1] == strides[2][axis] * extent) extent *= extents[--merged];
            (extents[merged], a[merged], b[merged], c[merged]) = (extent, strides[0][axis], strides[1][axis], strides[2][axis]);
            merged++;
        }
        return merged == rank ? Of(extents, a, b, c) : Of(extents[..merged], a[..merged], b[..merged], c[..merged]);
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

    /// <summary>Whether an axis comes before another one: by the step of the leading operand, then by those of all; else they stay as they are.</summary>
    private bool IsOutside(int axis, int other, long[] leading)
    {
        var (step, least) = (Math.Abs(leading[axis]), Math.Abs(leading[other]));
        return step != least ? step > least : AllSteps(axis) > AllSteps(other);

        long AllSteps(int of) => Math.Abs(strides[0][of]) + Math.Abs(strides[1][of]) + Math.Abs(strides[2][of]);
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

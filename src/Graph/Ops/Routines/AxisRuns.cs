namespace GraphGrad.Operations;

/// <summary>A dense tensor seen along one axis: <see cref="Outer"/> blocks, each of <see cref="Count"/> rows of <see cref="Inner"/> neighbours.</summary>
internal readonly record struct AxisRuns(int Outer, int Count, int Inner)
{
    public static AxisRuns Of(Operand x, int axis) =>
        new(x.Extents.AsSpan(0, axis).Product(), x.Extents[axis], x.Extents.AsSpan(axis + 1).Product());

    /// <summary>How many lines run along the axis; none if the axis has no elements.</summary>
    public int Lines => Count == 0 ? 0 : Outer * Inner;

    /// <summary>Of columns next to each other, the same in each block, the number of a line among all lines.</summary>
    /// <param name="line">Which of the lines in these columns.</param>
    /// <param name="first">The first column.</param>
    /// <param name="width">How many columns.</param>
    public int InColumns(int line, int first, int width) => (line / width * Inner) + first + (line % width);

    /// <summary>Where a line's first element stands; the next is <see cref="Inner"/> further.</summary>
    public int Start(int line) => (line / Inner * Count * Inner) + (line % Inner);
}

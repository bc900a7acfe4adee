namespace GraphGrad;

// Elements, ranges and new axes as in NumPy; but what lies outside a known extent is an error and not cut off.
public partial class Value
{
    /// <summary>
    /// Part of the value: <c>v[0]</c>, <c>v[-1]</c>, <c>v[^1]</c>, <c>v[1..3]</c>, <c>v[.., 0]</c>, <c>v[AxisIndex.NewAxis]</c>. An element removes its axis;
    /// axes without an index are taken whole.
    /// </summary>
    /// <exception cref="GraphException">
    /// There are more indices than axes, two ellipses, or an index outside a known extent; a run refuses what only the values of symbols tell.
    /// </exception>
    public Value this[params ReadOnlySpan<AxisIndex> indices]
    {
        get
        {
            var complete = Complete(indices);
            var starts = new Dim[Rank];
            var lengths = Shape.Dims.ToArray();
            var steps = new int[Rank];
            Array.Fill(steps, 1);
            var shape = new List<Dim>();
            var axis = 0;
            foreach (var index in complete)
            {
                if (index.Kind == AxisIndexKind.NewAxis)
                {
                    shape.Add(1);
                    continue;
                }
                (starts[axis], lengths[axis], steps[axis]) = Part(index, axis);
                if (index.Kind == AxisIndexKind.Range) shape.Add(lengths[axis]);
                axis++;
            }
            return Ops.Reshape(Ops.Slice(this, starts, lengths, steps), new Shape([.. shape]));
        }
    }

    /// <summary>The slices along the first axis that integer <paramref name="indices"/> list; see <see cref="Ops.Gather(Value, Value, int)"/>.</summary>
    /// <exception cref="GraphException">The indices are not integers, or the value is a scalar.</exception>
    public Value this[Value indices] => Ops.Gather(this, indices);

    /// <summary>One element or range for every axis, new axes between them.</summary>
    private List<AxisIndex> Complete(ReadOnlySpan<AxisIndex> indices)
    {
        var (taken, ellipses) = (0, 0);
        foreach (var index in indices)
        {
            if (index.Kind is AxisIndexKind.Element or AxisIndexKind.Range) taken++;
            if (index.Kind == AxisIndexKind.Ellipsis) ellipses++;
        }
        if (taken > Rank) throw Graph.Error("index", $"{taken} indices are more than '{Name}' {Type} has axes; leave out {taken - Rank}.");
        if (ellipses > 1) throw Graph.Error("index", $"{ellipses} ellipses on '{Name}' {Type} leave open which axes each stands for; use one.");
        var complete = new List<AxisIndex>();
        foreach (var index in indices)
        {
            if (index.Kind == AxisIndexKind.Ellipsis) complete.AddRange(Enumerable.Repeat((AxisIndex)Range.All, Rank - taken));
            else complete.Add(index);
        }
        if (ellipses == 0) complete.AddRange(Enumerable.Repeat((AxisIndex)Range.All, Rank - taken));
        return complete;
    }

    private (Dim Start, Dim Length, int Step) Part(AxisIndex index, int axis)
    {
        var extent = Shape[axis];
        if (index.Kind == AxisIndexKind.Element)
        {
            var element = index.Element(extent);
            if (IsBelow(element, 0) || IsBelow(extent - 1, element)) throw Outside(index, axis);
            return (element, 1, 1);
        }
        var (start, stop) = index.Range(extent);
        // Forward both lie in 0 … extent; backward both in -1 … extent - 1.
        var lowest = index.Step > 0 ? 0 : -1;
        if (IsBelow(start, lowest) || IsBelow(stop, lowest) || IsBelow(extent + lowest, start) || IsBelow(extent + lowest, stop)) throw Outside(index, axis);
        var span = index.Step > 0 ? stop - start : start - stop;
        var step = Math.Abs(index.Step);
        if (IsBelow(span, 0))
            throw Graph.Error("index", $"the range {index} on axis {axis} of '{Name}' {Type} ends before it starts; exchange its ends{(index.Step > 0 ? " or use a negative step" : string.Empty)}.");
        return (start, (span + (step - 1)) / step, index.Step);
    }

    private GraphException Outside(AxisIndex index, int axis)
    {
        var extent = Shape[axis];
        if (index.Kind == AxisIndexKind.Element && extent == 0)
            return Graph.Error("index", $"axis {axis} of '{Name}' {Type} is empty, so there is no element {index}; take a range, or give the axis elements.");
        var cure = index.Kind == AxisIndexKind.Element
            ? $"elements are 0 … {extent - 1}, or -{extent} … -1 counted from the end"
            : $"ranges lie in 0 … {extent}, their ends included";
        return Graph.Error("index", $"{index} lies outside axis {axis} of '{Name}' {Type}, whose extent is {extent}; {cure}.");
    }

    /// <summary>True if a is less than b for every value of the symbols, as far as their difference shows.</summary>
    private static bool IsBelow(Dim a, Dim b) => (b - a - 1) is { IsConstant: true, Value: >= 0 };
}

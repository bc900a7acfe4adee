using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Parts of one tensor that follow each other along an axis, as where it is surrounded with its own elements or rolled: one element, at a place that is chosen once for each row, where
/// the element would be chosen among those of all parts. Along the innermost axis lanes would gather from such places, so there each part is read as it lies.
/// </summary>
internal sealed class PartsOfTensor
{
    private const long ShortestRow = 16;

    private readonly int axis;
    private readonly List<Part> parts;

    private PartsOfTensor(Value source, int axis, List<Part> parts) => (Source, this.axis, this.parts) = (source, axis, parts);

    /// <summary>The tensor whose parts they are.</summary>
    public Value Source { get; }

    /// <summary>What a concatenation takes apart and puts together; null if its inputs are of several tensors, or its rows too short.</summary>
    public static PartsOfTensor? Of(Value concatenation)
    {
        if (concatenation.Node.Op is not ConcatenateOp { Axis: var axis }) return null;
        Dim row = 1;
        for (var inner = axis + 1; inner < concatenation.Rank; inner++) row *= concatenation.Shape[inner];
        if (row is { IsConstant: true, Value: < ShortestRow }) return null;
        var parts = new List<Part>();
        Value? source = null;
        Dim end = 0;
        foreach (var input in concatenation.Node.Inputs)
        {
            var (of, start, step) = Trace(input, axis);
            if ((source ??= of) != of) return null;
            parts.Add(new Part(end, end += input.Shape[axis], start, step));
        }
        return new PartsOfTensor(source!, axis, parts);
    }

    /// <summary>Where the element of the concatenation at an index lies in the source.</summary>
    public Scalar[] At(ScalarBuilder b, ReadOnlySpan<Scalar> index)
    {
        var own = index.ToArray();
        var along = own[axis];
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var (begin, end, start, step) = parts[i];
            var place = b.Add(b.Multiply(b.Subtract(along, b.Extent(begin)), b.Int64(step)), b.Extent(start));
            own[axis] = i == parts.Count - 1 ? place : b.Select(b.LessThan(along, b.Extent(end)), place, own[axis]);
        }
        return own;
    }

    /// <summary>The tensor that a value is taken from along an axis alone, and from where.</summary>
    private static (Value Source, Dim Start, int Step) Trace(Value value, int axis)
    {
        var (start, step) = ((Dim)0, 1);
        while (true)
        {
            var node = value.Node;
            switch (node.Op)
            {
                case SliceOp slice when node.Op.KindAt(node) == OpKind.View && IsWholeBeside(slice, node.Inputs[0], axis):
                    (start, step) = (slice.Starts[axis] + (start * slice.Steps[axis]), step * slice.Steps[axis]);
                    break;
                case BroadcastOp when node.Inputs[0].Shape.Equals(value.Shape.With(axis, 1)):
                    (start, step) = (0, 0);
                    break;
                default:
                    return (value, start, step);
            }
            value = node.Inputs[0];
        }
    }

    private static bool IsWholeBeside(SliceOp slice, Value x, int axis) =>
        Enumerable.Range(0, x.Rank).All(other => other == axis || (slice.Starts[other].Is(0) && slice.Steps[other] == 1 && slice.Lengths[other].Equals(x.Shape[other])));

    /// <summary>The places from begin to end are start, start + step, … of the source.</summary>
    private sealed record Part(Dim Begin, Dim End, Dim Start, int Step);
}

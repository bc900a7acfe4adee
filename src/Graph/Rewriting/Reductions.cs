using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Recognizes and builds reductions that are used along the axes which they removed.</summary>
internal static class Reductions
{
    /// <summary>The reduction of which a value is a copy along the reduced axes, kept with extent 1 or repeated; null if it is none.</summary>
    public static Value? Find(Value value, Func<Value, bool> mayLookInto)
    {
        while (mayLookInto(value))
        {
            switch (value.Node.Op)
            {
                case ReduceOp: return value;
                case BroadcastOp when value.Node.Inputs[0].Rank == value.Rank: value = value.Node.Inputs[0]; break;
                case ReshapeOp when value.Node.Inputs[0] is { Node.Op: ReduceOp reduce } inner && mayLookInto(inner)
                                    && value.Shape.Equals(Kept(inner.Node.Inputs[0].Shape, reduce)): return inner;
                default: return null;
            }
        }
        return null;
    }

    /// <summary>Whether a scalar is the number of elements that a reduction combines.</summary>
    public static bool IsCount(Match match, Value scalar, Value reduction)
    {
        var shape = reduction.Node.Inputs[0].Shape;
        var count = ((ReduceOp)reduction.Node.Op).Axes.Aggregate((Dim)1, (product, axis) => product * shape[axis]);
        if (scalar.Rank != 0) return false;
        if (match.TryNumber(scalar, out var number)) return count.IsConstant && count.Value == number;
        return (scalar.Node.Op is CastOp ? scalar.Node.Inputs[0] : scalar).Node.Op is SizeOp size && size.Dim == count;
    }

    /// <summary>A shape with the reduced axes at extent 1.</summary>
    public static Shape Kept(Shape shape, ReduceOp reduce) =>
        reduce.Axes.Aggregate(shape, (kept, axis) => kept.With(axis, 1));

    /// <summary>The reduction of a value of the same shape over the axes of another one.</summary>
    public static Value Again(Value reduction, Value operand) => Apply(operand, (ReduceOp)reduction.Node.Op);

    public static Value Apply(Value operand, ReduceOp reduce) => operand.Graph.Add(reduce, [operand]);

    /// <summary>
    /// A value of a reduction's shape, with the reduced axes at extent 1 if <paramref name="used"/> has them; the engine
    /// repeats it where <paramref name="used"/> does.
    /// </summary>
    public static Value Like(Value used, Value reduction, Value value) =>
        used.Rank == reduction.Node.Inputs[0].Rank && reduction.Rank != used.Rank
            ? Ops.Reshape(value, Kept(reduction.Node.Inputs[0].Shape, (ReduceOp)reduction.Node.Op))
            : value;

    /// <summary>A reduction with its axes kept at extent 1.</summary>
    public static Value Keep(Value reduction) =>
        Ops.Reshape(reduction, Kept(reduction.Node.Inputs[0].Shape, (ReduceOp)reduction.Node.Op));
}

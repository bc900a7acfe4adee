using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// What an op's <see cref="Op.Element"/> sees: elements of its inputs at any index, and scalar arithmetic. The compiler
/// decides behind it whether an input's element is computed in place or loaded from a buffer.
/// </summary>
internal abstract class ElementContext(ScalarBuilder builder)
{
    public ScalarBuilder Builder { get; } = builder;

    public abstract int InputCount { get; }

    public abstract TensorType InputType(int input);

    public abstract TensorType OutputType { get; }

    /// <summary>The element of an input; the index must lie inside its shape.</summary>
    public abstract Scalar Input(int input, ReadOnlySpan<Scalar> index);

    /// <summary>The element of an input where <paramref name="inside"/> holds, else <paramref name="outside"/>; the index need be valid only where it holds.</summary>
    public abstract Scalar InputWhere(Scalar inside, int input, ReadOnlySpan<Scalar> index, Scalar outside);

    /// <summary>Combines <paramref name="body"/> over all indices in <paramref name="extents"/>.</summary>
    public abstract Scalar Reduce(ReductionKind kind, DType type, ReadOnlySpan<Dim> extents, Func<Scalar[], Scalar> body);

    /// <summary><paramref name="value"/>; if <paramref name="ok"/> is false anywhere, the run fails with <paramref name="message"/> and this node's line.</summary>
    public abstract Scalar Guard(Scalar value, Scalar ok, string message);

    /// <summary>Which run of the session this is (int64), from 0.</summary>
    public abstract Scalar RunIndex { get; }

    public Scalar Extent(Dim dim) => Builder.Extent(dim);

    /// <summary>An input's element at the result's index, aligned at the last axis, extents of 1 repeated.</summary>
    public Scalar Broadcast(int input, ReadOnlySpan<Scalar> index)
    {
        var shape = InputType(input).Shape;
        var own = new Scalar[shape.Rank];
        for (var axis = 0; axis < own.Length; axis++)
            own[axis] = shape[axis].IsOne ? Builder.Int64(0) : index[index.Length - own.Length + axis];
        return Input(input, own);
    }
}

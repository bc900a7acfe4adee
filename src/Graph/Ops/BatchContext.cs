using GraphGrad.Vectorization;

namespace GraphGrad.Operations;

/// <summary>
/// What an op's batching rule sees: a node of one example, and its inputs, of which at least one holds all examples along a leading
/// axis of its own.
/// </summary>
internal sealed class BatchContext(Node node, Value[] inputs, bool[] isBatched, Batcher batcher)
{
    public Node Node { get; } = node;

    public Batcher Batcher { get; } = batcher;

    /// <summary>How many examples there are.</summary>
    public Dim Size => Batcher.Size;

    /// <summary>The element type and shape of one example's result.</summary>
    public TensorType Result => Node.Output.Type;

    public bool IsBatched(int input) => isBatched[input];

    /// <summary>An input as it is: with the leading axis only if it differs among examples.</summary>
    public Value Input(int input) => inputs[input];

    /// <summary>An input with the leading axis, repeated along it if it is the same for all examples.</summary>
    public Value Batched(int input) => isBatched[input] ? inputs[input] : Batcher.Repeat(inputs[input]);

    public Value[] AllBatched() => [.. Enumerable.Range(0, inputs.Length).Select(Batched)];

    /// <summary>
    /// An input with axes of extent 1 between the leading axis and its own, so that it broadcasts with what has <paramref name="rank"/>
    /// axes in each example.
    /// </summary>
    public Value Aligned(int input, int rank)
    {
        var value = inputs[input];
        if (!isBatched[input] || value.Rank == rank + 1) return value;
        var shape = value.Shape.Dims;
        return Ops.Reshape(value, new Shape([shape[0], .. Enumerable.Repeat((Dim)1, rank + 1 - value.Rank), .. shape[1..]]));
    }

    /// <summary>A shape behind the leading axis.</summary>
    public Shape Lead(Shape shape) => new([Size, .. shape]);

    public Value Add(Op op, params Value[] operands) => Node.Graph.Add(op, operands);

    /// <summary>Axes of one example as axes behind the leading one.</summary>
    public static EquatableArray<int> Shifted(EquatableArray<int> axes) => new([.. axes.Select(axis => axis + 1)]);

    /// <summary>A list with one entry for each axis, with one more for the leading axis.</summary>
    public static EquatableArray<T> Prefixed<T>(T first, EquatableArray<T> entries)
        where T : IEquatable<T> => new([first, .. entries]);

    /// <summary>Another axis made the first.</summary>
    public static Value ToFront(Value value, int axis) =>
        Ops.Transpose(value, [axis, .. Enumerable.Range(0, value.Rank).Where(other => other != axis)]);
}

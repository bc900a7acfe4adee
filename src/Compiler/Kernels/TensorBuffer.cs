using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>Where a materialized value lives.</summary>
internal enum BufferKind
{
    /// <summary>The caller's memory, read in place.</summary>
    Feed,

    /// <summary>The session's storage of a variable.</summary>
    Variable,

    /// <summary>Data of the graph.</summary>
    Constant,

    /// <summary>The frame's arena, at an offset that the memory plan chooses.</summary>
    Arena,

    /// <summary>The caller's memory, written in place.</summary>
    Fetch,

    /// <summary>A row of intermediate values, private to a worker and a kernel.</summary>
    Scratch,
}

/// <summary>A dense row-major tensor that kernels load from and store to.</summary>
internal sealed class TensorBuffer(int id, TensorType type, BufferKind kind, int number, string name) : IScalarBuffer
{
    public int Id { get; } = id;

    public TensorType Type { get; } = type;

    public BufferKind Kind { get; } = kind;

    /// <summary>Which feed, variable, constant or fetch it is.</summary>
    public int Number { get; } = number;

    public string Name { get; } = name;

    public bool IsOfOneRow => Kind == BufferKind.Scratch;

    public Dim ByteSize { get; } = type.Shape.ElementCount * type.DType.Size();

    public override string ToString() => Name;
}

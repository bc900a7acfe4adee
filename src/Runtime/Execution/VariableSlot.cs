using GraphGrad.Memory;

namespace GraphGrad.Execution;

/// <summary>A variable's storage in one session. The address never changes; runs and reads are ordered by the session's gate.</summary>
internal sealed class VariableSlot(Variable variable) : IDisposable
{
    private readonly NativeBuffer memory = new(ByteCount(variable));
    private volatile bool initialized;

    public Variable Variable { get; } = variable;

    /// <summary>The number of elements.</summary>
    public int Count { get; } = (int)variable.Shape.ElementCount.Value;

    public nint Address => memory.Address;

    /// <summary>Set once the storage holds a value; never unset.</summary>
    public bool IsInitialized
    {
        get => initialized;
        set => initialized = value;
    }

    public Span<byte> Bytes => memory.Bytes(0, (int)memory.Length);

    public static long ByteCount(Value value) => value.Shape.ElementCount.Value * value.DType.Size();

    public void Dispose() => memory.Dispose();
}

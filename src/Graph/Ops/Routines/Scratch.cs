using System.Buffers;

namespace GraphGrad.Operations;

/// <summary>Memory of a routine for the time of one call; pooled, so that a run in the steady state allocates nothing.</summary>
internal readonly ref struct Scratch<T>(int length)
{
    private readonly T[] pooled = ArrayPool<T>.Shared.Rent(length);

    /// <summary>Holds whatever was there before.</summary>
    public Span<T> Span => pooled.AsSpan(0, length);

    public void Dispose() => ArrayPool<T>.Shared.Return(pooled);
}

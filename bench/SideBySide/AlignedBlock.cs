using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Bench.SideBySide;

/// <summary>Memory aligned to a cache line, as the peers' own tensors are.</summary>
internal sealed unsafe class AlignedBlock : IDisposable
{
    private const nuint Alignment = 64;

    private readonly void* start;
    private readonly int bytes;

    public AlignedBlock(int bytes)
    {
        this.bytes = bytes;
        start = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);
        NativeMemory.Clear(start, (nuint)bytes);
    }

    public Span<T> Span<T>()
        where T : unmanaged => new(start, bytes / Unsafe.SizeOf<T>());

    public void Dispose() => NativeMemory.AlignedFree(start);
}

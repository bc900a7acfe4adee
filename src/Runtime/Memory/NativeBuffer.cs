using System.Runtime.InteropServices;

namespace GraphGrad.Memory;

/// <summary>
/// Native memory, aligned for the widest vectors. The finalizer frees what nobody disposed; whoever uses
/// <see cref="Address"/> keeps the buffer reachable.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>Bytes to which every buffer, and every tensor in an arena, is aligned: a cache line, and a 512-bit vector.</summary>
    public const int Alignment = 64;

    private void* memory;

    public NativeBuffer(long length)
    {
        Length = length;
        memory = NativeMemory.AlignedAlloc((nuint)Math.Max(length, Alignment), Alignment);
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public nint Address => (nint)memory;

    /// <summary>Part of the memory as bytes.</summary>
    public Span<byte> Bytes(long offset, int length) => new((byte*)memory + offset, length);

    /// <summary>The next multiple of <see cref="Alignment"/>.</summary>
    public static long Align(long length) => (length + Alignment - 1) & -Alignment;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
    }
}

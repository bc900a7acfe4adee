namespace GraphGrad.Operations;

/// <summary>
/// A dense row-major tensor in memory that someone else owns. Invariant: <see cref="Address"/> is valid for the product of
/// <see cref="Extents"/> elements for as long as the operand is used; the owner (a session's arena or a pinned span) keeps
/// it so.
/// </summary>
internal readonly struct Operand(DType dtype, int[] extents, nint address)
{
    public DType DType { get; } = dtype;

    public int[] Extents { get; } = extents;

    public nint Address { get; } = address;

    public int Rank => Extents.Length;

    public int Count
    {
        get
        {
            var count = 1;
            foreach (var extent in Extents) count *= extent;
            return count;
        }
    }

    /// <summary>Row-major strides, in elements.</summary>
    public int[] Strides
    {
        get
        {
            var strides = new int[Extents.Length];
            var stride = 1;
            for (var axis = strides.Length - 1; axis >= 0; axis--)
            {
                strides[axis] = stride;
                stride *= Extents[axis];
            }
            return strides;
        }
    }

    public unsafe Span<T> Span<T>()
        where T : unmanaged
    {
        if (sizeof(T) != DType.Size()) throw new InvalidOperationException($"operand of {DType} read as {typeof(T).Name}");
        return new Span<T>((void*)Address, Count);
    }

    public unsafe Span<byte> Bytes => new((void*)Address, Count * DType.Size());
}

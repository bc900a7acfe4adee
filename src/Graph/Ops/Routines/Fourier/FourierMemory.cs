namespace GraphGrad.Operations;

/// <summary>Scratch memory of a transform, dealt out so that vectors do not cross lines of a cache.</summary>
internal readonly unsafe ref struct FourierMemory<T>(int length)
    where T : unmanaged
{
    // Lines of a cache, in elements: what each part of a memory may need besides, with some between real and imaginary parts, so that they fall into other sets of the cache.
    private const int Line = 64, Margin = 16 * Line;

    private readonly Scratch<T> scratch = new(length + Margin);

    public Span<T> Span => scratch.Span;

    public Free Begin(T* start) => new(Elimination.Aligned(start, Line / sizeof(T)));

    public void Dispose() => scratch.Dispose();

    /// <summary>What is left of it.</summary>
    internal ref struct Free(T* next)
    {
        private T* next = next;

        /// <summary>Memory for so many complex numbers.</summary>
        public SplitComplex<T> Take(int count)
        {
            var size = FourierTables.Whole(count, Line / sizeof(T)) + (Line / sizeof(T));
            var parts = new SplitComplex<T>(next, next + size);
            next += 2 * size;
            return parts;
        }
    }
}

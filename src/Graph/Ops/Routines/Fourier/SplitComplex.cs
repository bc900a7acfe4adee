namespace GraphGrad.Operations;

/// <summary>Complex numbers whose real and imaginary parts lie apart.</summary>
internal readonly unsafe record struct SplitComplex<T>(nint First, nint Second)
    where T : unmanaged
{
    public SplitComplex(T* re, T* im)
        : this((nint)re, (nint)im)
    {
    }

    public T* Re => (T*)First;

    public T* Im => (T*)Second;

    /// <summary>Imaginary parts in place of real ones: what is transformed so, and exchanged again, is transformed inversely.</summary>
    public SplitComplex<T> Exchanged => new(Im, Re);

    public SplitComplex<T> From(nint at) => new(Re + at, Im + at);

    public void Clear(nint at, int count)
    {
        if (count == 0) return;
        new Span<T>(Re + at, count).Clear();
        new Span<T>(Im + at, count).Clear();
    }
}

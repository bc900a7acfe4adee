namespace GraphGrad.Operations;

/// <summary>Complex numbers of a caller: pairs, parts that lie apart, or real parts alone.</summary>
internal readonly unsafe struct ComplexView<T>
    where T : unmanaged
{
    private readonly T* first, second;
    private readonly bool isPairs, isExchanged;

    private ComplexView(T* first, T* second, bool isPairs, bool isExchanged)
    {
        this.first = first;
        this.second = second;
        (this.isPairs, this.isExchanged) = (isPairs, isExchanged);
    }

    /// <summary>Real and imaginary parts in turns, or imaginary and real ones.</summary>
    public static ComplexView<T> Pairs(T* pairs, bool isExchanged) => new(pairs, null, true, isExchanged);

    /// <summary>Imaginary parts that are nowhere are 0, and not stored.</summary>
    public static ComplexView<T> Apart(T* re, T* im) => new(re, im, false, false);

    public static ComplexView<T> Apart(SplitComplex<T> parts) => new(parts.Re, parts.Im, false, false);

    /// <summary>Reads neighbours.</summary>
    public void Load(nint at, int count, SplitComplex<T> to)
    {
        if (isPairs)
        {
            if (isExchanged) to = to.Exchanged;
            ComplexMoves.Split(first + (2 * at), to.Re, to.Im, count);
            return;
        }
        new ReadOnlySpan<T>(first + at, count).CopyTo(new Span<T>(to.Re, count));
        if (second == null) new Span<T>(to.Im, count).Clear();
        else new ReadOnlySpan<T>(second + at, count).CopyTo(new Span<T>(to.Im, count));
    }

    /// <summary>Writes neighbours, times a number.</summary>
    public void Store(nint at, int count, SplitComplex<T> from, T scale)
    {
        if (isPairs)
        {
            if (isExchanged) from = from.Exchanged;
            ComplexMoves.Join(from.Re, from.Im, first + (2 * at), count, scale);
            return;
        }
        ComplexMoves.Scale(from.Re, first + at, count, scale);
        if (second != null) ComplexMoves.Scale(from.Im, second + at, count, scale);
    }
}

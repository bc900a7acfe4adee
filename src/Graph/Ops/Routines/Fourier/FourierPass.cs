namespace GraphGrad.Operations;

/// <summary>
/// One pass: for each group p the numbers in rows p, p + <paramref name="Groups"/>, … of x, transformed, become neighbouring rows of y.
/// </summary>
/// <param name="X">What is read.</param>
/// <param name="Y">What is written.</param>
/// <param name="Block">How far rows of x are apart.</param>
/// <param name="Run">The length of a row, a whole number of vectors.</param>
/// <param name="Groups">How many groups there are.</param>
/// <param name="GroupTwiddlesAt">For each group what its rows but the first are multiplied by: pairs.</param>
/// <param name="ElementTwiddles">What each number of y is multiplied by.</param>
/// <param name="OwnAt">The powers of the radix's own root, pairs.</param>
/// <param name="Radix">How many rows a group has.</param>
internal readonly unsafe record struct FourierPass<T>(SplitComplex<T> X, SplitComplex<T> Y, nint Block, nint Run, int Groups, nint GroupTwiddlesAt, SplitComplex<T> ElementTwiddles, nint OwnAt, int Radix)
    where T : unmanaged
{
    public FourierPass(SplitComplex<T> x, SplitComplex<T> y, nint block, nint run, int groups, T* groupTwiddles, SplitComplex<T> elementTwiddles, T* own, int radix)
        : this(x, y, block, run, groups, (nint)groupTwiddles, elementTwiddles, (nint)own, radix)
    {
    }

    public T* GroupTwiddles => (T*)GroupTwiddlesAt;

    public T* Own => (T*)OwnAt;
}

/// <summary>What a pass multiplies its results by. Empty structs, for each of which passes are compiled of their own.</summary>
internal interface ITwiddling;

/// <summary>By nothing.</summary>
internal readonly struct NoTwiddles : ITwiddling;

/// <summary>Each row by a number.</summary>
internal readonly struct TwiddledGroups : ITwiddling;

/// <summary>Each number by another.</summary>
internal readonly struct TwiddledElements : ITwiddling;

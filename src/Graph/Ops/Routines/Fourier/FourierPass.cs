namespace GraphGrad.Operations;

/// <summary>
/// One pass: for each group p the numbers in rows p, p + <paramref name="Groups"/>, … of x, transformed, become neighbouring rows of y.
/// </summary>
/// <param name="X">What is read.</param>
/// <param name="Y">What is written.</param>
/// <param name="Block">How far rows of x are apart.</param>
/// <param name="Run">The length of a row, a whole number of vectors.</param>
/// <param name="Groups">How many groups there are.</param>
/// <param name="GroupTurnsAt">For each group what its rows but the first are multiplied by: pairs.</param>
/// <param name="NumberTurns">What each number of y is multiplied by.</param>
/// <param name="OwnAt">The powers of the radix's own root, pairs.</param>
/// <param name="Radix">How many rows a group has.</param>
internal readonly unsafe record struct FourierPass<T>(Parts<T> X, Parts<T> Y, nint Block, nint Run, int Groups, nint GroupTurnsAt, Parts<T> NumberTurns, nint OwnAt, int Radix)
    where T : unmanaged
{
    public FourierPass(Parts<T> x, Parts<T> y, nint block, nint run, int groups, T* groupTurns, Parts<T> numberTurns, T* own, int radix)
        : this(x, y, block, run, groups, (nint)groupTurns, numberTurns, (nint)own, radix)
    {
    }

    public T* GroupTurns => (T*)GroupTurnsAt;

    public T* Own => (T*)OwnAt;
}

/// <summary>What a pass multiplies its results by. Empty structs, for each of which passes are compiled of their own.</summary>
internal interface IFourierTurns;

/// <summary>By nothing.</summary>
internal readonly struct Unturned : IFourierTurns;

/// <summary>Each row by a number.</summary>
internal readonly struct TurnedGroups : IFourierTurns;

/// <summary>Each number by another.</summary>
internal readonly struct TurnedNumbers : IFourierTurns;

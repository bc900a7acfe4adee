using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// 0, 1, 2, … as long, as many as there can be lanes, in memory, where the just-in-time compiler does not see them. It takes a constant vector of integers whose first lane is 0 for zero where
/// something is subtracted from it and the difference is added or negated: of .NET 10.0, <c>Vector512&lt;long&gt;.Indices - b + b</c> in a loop is 0 where <c>DOTNET_TieredPGO=0</c>.
/// </summary>
internal static unsafe class LaneNumbers
{
    /// <summary>Of the first number. Never written again.</summary>
    public static readonly long Address = Create();

    private static long Create()
    {
        var numbers = (long*)NativeMemory.AlignedAlloc((nuint)(Vector512<byte>.Count * sizeof(long)), (nuint)sizeof(Vector512<byte>));
        for (var i = 0; i < Vector512<byte>.Count; i++) numbers[i] = i;
        return (long)numbers;
    }
}

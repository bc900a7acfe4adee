using System.Runtime.CompilerServices;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Selects integers without a branch. The JIT of .NET 10 miscompiles an index that two branches assign in a nested loop, if
/// the condition is tested again: strength reduction takes the address to move with the outer loop alone. Masks give it no
/// branches to be wrong about.
/// </summary>
internal static class BranchlessSelection
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Select(bool condition, int a, int b) => b ^ ((a ^ b) & -Unsafe.BitCast<bool, byte>(condition));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Select(bool condition, long a, long b) => b ^ ((a ^ b) & -(long)Unsafe.BitCast<bool, byte>(condition));
}

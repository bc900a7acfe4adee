using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Contraction;

/// <summary>Asks for a cache line ahead of its use, where the machine has an instruction for it that .NET exposes.</summary>
internal static unsafe class TilePrefetch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToSecondLevel(long address)
    {
        if (Sse.IsSupported) Sse.Prefetch1((void*)address);
    }
}

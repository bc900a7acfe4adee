using System.Runtime.CompilerServices;

namespace GraphGrad.Compilation.Contraction;

/// <summary>What expression trees cannot say: a load and a store through an address, of an element or of a vector.</summary>
internal static unsafe class TileMemory
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(long address)
        where T : unmanaged => *(T*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(long address, T value)
        where T : unmanaged => *(T*)address = value;
}

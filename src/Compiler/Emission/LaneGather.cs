using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Loads and stores of lanes that are not neighbours, an element at a time: the gather instructions of current processors are
/// no faster, and scatter is not portable. Elements of memory type byte become 0 or 1 in integer lanes. Addresses are bytes;
/// what <see cref="LaneMemory"/> says of them holds here.
/// </summary>
internal static unsafe class LaneGather
{
    /// <summary>The address of a zero of every type, never written: lanes that must not read the data read this instead.</summary>
    public static readonly long Zero = (long)NativeMemory.AllocZeroed(sizeof(long));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Gather32<T, TMemory>(Vector512<long> a, Vector512<long> b)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector512.Create(Gather32<T, TMemory>(a), Gather32<T, TMemory>(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Gather32<T, TMemory>(Vector512<long> a)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Gather32<T, TMemory>(a.GetLower(), a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Gather32<T, TMemory>(Vector256<long> a, Vector256<long> b)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector256.Create(Gather32<T, TMemory>(a), Gather32<T, TMemory>(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Gather32<T, TMemory>(Vector256<long> a)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Gather32<T, TMemory>(a.GetLower(), a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Gather32<T, TMemory>(Vector128<long> a, Vector128<long> b)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Gather32<T, TMemory>(a)
            .WithElement(2, Read<T, TMemory>(b.GetElement(0)))
            .WithElement(3, Read<T, TMemory>(b.GetElement(1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Gather32<T, TMemory>(Vector128<long> a)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector128.CreateScalar(Read<T, TMemory>(a.GetElement(0))).WithElement(1, Read<T, TMemory>(a.GetElement(1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Gather64<T, TMemory>(Vector512<long> a)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector512.Create(Gather64<T, TMemory>(a.GetLower()), Gather64<T, TMemory>(a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Gather64<T, TMemory>(Vector256<long> a)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector256.Create(Gather64<T, TMemory>(a.GetLower()), Gather64<T, TMemory>(a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Gather64<T, TMemory>(Vector128<long> a)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector128.CreateScalar(Read<T, TMemory>(a.GetElement(0))).WithElement(1, Read<T, TMemory>(a.GetElement(1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Strided512<T, TMemory>(long address, long step)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector512.Create(
            Strided256<T, TMemory>(address, step),
            Strided256<T, TMemory>(address + Vector256<T>.Count * step, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Strided256<T, TMemory>(long address, long step)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector256.Create(
            Strided128<T, TMemory>(address, step),
            Strided128<T, TMemory>(address + Vector128<T>.Count * step, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Strided128<T, TMemory>(long address, long step)
        where T : unmanaged, INumber<T> where TMemory : unmanaged
    {
        // In as few calls as can be: the just-in-time compiler puts only so many in their place.
        if (typeof(TMemory) != typeof(byte)) return sizeof(T) == sizeof(int)
            ? Vector128.Create(*(float*)address, *(float*)(address + step), *(float*)(address + (2 * step)), *(float*)(address + (3 * step))).As<float, T>()
            : Vector128.Create(*(double*)address, *(double*)(address + step)).As<double, T>();
        var two = Strided64<T, TMemory>(address, step);
        if (Vector128<T>.Count == 2) return two;
        return two.WithElement(2, Read<T, TMemory>(address + 2 * step)).WithElement(3, Read<T, TMemory>(address + 3 * step));
    }

    /// <summary>Two elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Strided64<T, TMemory>(long address, long step)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Vector128.CreateScalar(Read<T, TMemory>(address)).WithElement(1, Read<T, TMemory>(address + step));

    // What follows ends a row, and stays outside of the loop's code.

    /// <summary>The first elements, then zeros.</summary>
    public static Vector512<T> StridedPartial512<T, TMemory>(long address, long step, int count)
        where T : unmanaged, INumber<T> where TMemory : unmanaged
    {
        Vector512<T> value = default;
        Read<T, TMemory>((T*)&value, address, step, int.Min(count, Vector512<T>.Count));
        return value;
    }

    /// <inheritdoc cref="StridedPartial512"/>
    public static Vector256<T> StridedPartial256<T, TMemory>(long address, long step, int count)
        where T : unmanaged, INumber<T> where TMemory : unmanaged
    {
        Vector256<T> value = default;
        Read<T, TMemory>((T*)&value, address, step, int.Min(count, Vector256<T>.Count));
        return value;
    }

    /// <inheritdoc cref="StridedPartial512"/>
    public static Vector128<T> StridedPartial128<T, TMemory>(long address, long step, int count)
        where T : unmanaged, INumber<T> where TMemory : unmanaged
    {
        Vector128<T> value = default;
        Read<T, TMemory>((T*)&value, address, step, int.Min(count, Vector128<T>.Count));
        return value;
    }

    /// <summary>The first of two.</summary>
    public static Vector128<T> StridedPartial64<T, TMemory>(long address, long step, int count)
        where T : unmanaged, INumber<T> where TMemory : unmanaged => StridedPartial128<T, TMemory>(address, step, int.Min(count, 2));

    public static void StoreStrided512<T, TMemory>(long address, long step, int count, Vector512<T> value)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Write<T, TMemory>((T*)&value, address, step, int.Min(count, Vector512<T>.Count));

    public static void StoreStrided256<T, TMemory>(long address, long step, int count, Vector256<T> value)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Write<T, TMemory>((T*)&value, address, step, int.Min(count, Vector256<T>.Count));

    public static void StoreStrided128<T, TMemory>(long address, long step, int count, Vector128<T> value)
        where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        Write<T, TMemory>((T*)&value, address, step, int.Min(count, Vector128<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read<T, TMemory>(long address) where T : unmanaged, INumber<T> where TMemory : unmanaged =>
        typeof(TMemory) != typeof(byte) ? LaneMemory.Read<T>(address) : *(byte*)address != 0 ? T.One : T.Zero;

    private static void Read<T, TMemory>(T* lanes, long address, long step, int count)
        where T : unmanaged, INumber<T> where TMemory : unmanaged
    {
        for (var i = 0; i < count; i++) lanes[i] = Read<T, TMemory>(address + (i * step));
    }

    private static void Write<T, TMemory>(T* lanes, long address, long step, int count)
        where T : unmanaged, INumber<T> where TMemory : unmanaged
    {
        var i = 0;
        for (; typeof(TMemory) != typeof(byte) && i + 4 <= count; i += 4)
        {
            var at = address + (i * step);
            LaneMemory.Write(at, lanes[i]);
            LaneMemory.Write(at + step, lanes[i + 1]);
            LaneMemory.Write(at + (2 * step), lanes[i + 2]);
            LaneMemory.Write(at + (3 * step), lanes[i + 3]);
        }
        for (; i < count; i++)
        {
            if (typeof(TMemory) != typeof(byte)) LaneMemory.Write(address + i * step, lanes[i]);
            else LaneMemory.WriteBool(address + i * step, !T.IsZero(lanes[i]));
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Loads and stores at addresses, for emitted code: expression trees know no pointers. The caller guarantees that every
/// element of the lanes it names lies inside live memory (native, or pinned for the run); alignment is not required. A
/// partial access touches its first <c>count</c> elements only; a count below 0 or above the lanes of a register is clipped,
/// so that the registers of one group can share a count. Bools are one byte each: 0 or 1 when written, set unless 0 when read.
/// </summary>
internal static unsafe class LaneMemory
{
    /// <summary>Asks for a cache line ahead of its use, where the machine has an instruction for it that .NET exposes; any address will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(long address)
    {
        if (Sse.IsSupported) Sse.Prefetch0((void*)address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(long address) where T : unmanaged => Unsafe.ReadUnaligned<T>((void*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(long address, T value) where T : unmanaged => Unsafe.WriteUnaligned((void*)address, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool ReadBool(long address) => *(byte*)address != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteBool(long address, bool value) => *(byte*)address = value ? (byte)1 : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load512<T>(long address) where T : unmanaged => Vector512.Load((T*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load256<T>(long address) where T : unmanaged => Vector256.Load((T*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load128<T>(long address) where T : unmanaged => Vector128.Load((T*)address);

    /// <summary>Eight bytes into the low half of a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load64<T>(long address) where T : unmanaged =>
        Vector128.CreateScalar(Read<long>(address)).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store512<T>(long address, Vector512<T> value) where T : unmanaged =>
        Vector512.Store(value, (T*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store256<T>(long address, Vector256<T> value) where T : unmanaged =>
        Vector256.Store(value, (T*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store128<T>(long address, Vector128<T> value) where T : unmanaged =>
        Vector128.Store(value, (T*)address);

    /// <summary>Past the caches, where the address allows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream512<T>(long address, Vector512<T> value) where T : unmanaged
    {
        if ((address & 63) == 0) Vector512.StoreAlignedNonTemporal(value, (T*)address);
        else Vector512.Store(value, (T*)address);
    }

    /// <inheritdoc cref="Stream512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream256<T>(long address, Vector256<T> value) where T : unmanaged
    {
        if ((address & 31) == 0) Vector256.StoreAlignedNonTemporal(value, (T*)address);
        else Vector256.Store(value, (T*)address);
    }

    /// <inheritdoc cref="Stream512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream128<T>(long address, Vector128<T> value) where T : unmanaged
    {
        if ((address & 15) == 0) Vector128.StoreAlignedNonTemporal(value, (T*)address);
        else Vector128.Store(value, (T*)address);
    }

    /// <summary>The low half of a register into eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store64<T>(long address, Vector128<T> value) where T : unmanaged =>
        Write(address, value.AsInt64().ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadPartial512<T>(long address, int count) where T : unmanaged
    {
        if (Avx512F.IsSupported)
        {
            if (sizeof(T) == sizeof(int)) return Avx512F.MaskLoad((int*)address, First512(count), Vector512<int>.Zero).As<int, T>();
            return Avx512F.MaskLoad((long*)address, First512((long)count), Vector512<long>.Zero).As<long, T>();
        }
        return Vector512.Create(LoadPartial256<T>(address, count), LoadPartial256<T>(address + 32, count - Vector256<T>.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadPartial256<T>(long address, int count) where T : unmanaged
    {
        if (Avx2.IsSupported)
        {
            if (sizeof(T) == sizeof(int)) return Avx2.MaskLoad((int*)address, First256(count)).As<int, T>();
            return Avx2.MaskLoad((long*)address, First256((long)count)).As<long, T>();
        }
        return Vector256.Create(LoadPartial128<T>(address, count), LoadPartial128<T>(address + 16, count - Vector128<T>.Count));
    }

    public static Vector128<T> LoadPartial128<T>(long address, int count) where T : unmanaged
    {
        Vector128<T> value = default;
        count = int.Clamp(count, 0, Vector128<T>.Count);
        for (var i = 0; i < count; i++) ((T*)&value)[i] = Read<T>(address + i * sizeof(T));
        return value;
    }

    /// <summary>At most two elements.</summary>
    public static Vector128<T> LoadPartial64<T>(long address, int count) where T : unmanaged =>
        LoadPartial128<T>(address, int.Min(count, 2));

    /// <summary>A mask of the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FirstLanes512<T>(int count) where T : unmanaged => sizeof(T) == sizeof(int) ? First512(count).As<int, T>() : First512((long)count).As<long, T>();

    /// <inheritdoc cref="FirstLanes512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FirstLanes256<T>(int count) where T : unmanaged => sizeof(T) == sizeof(int) ? First256(count).As<int, T>() : First256((long)count).As<long, T>();

    /// <inheritdoc cref="FirstLanes512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> FirstLanes128<T>(int count) where T : unmanaged => FirstLanes256<T>(count).GetLower();

    /// <summary>The elements of lanes whose mask is all ones; where it is zero, the given ones. Zeroed lanes are not touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadMasked512<T>(long address, Vector512<T> mask, Vector512<T> otherwise) where T : unmanaged
    {
        if (Avx512F.IsSupported)
        {
            if (sizeof(T) == sizeof(int)) return Avx512F.MaskLoad((int*)address, mask.AsInt32(), otherwise.AsInt32()).As<int, T>();
            return Avx512F.MaskLoad((long*)address, mask.AsInt64(), otherwise.AsInt64()).As<long, T>();
        }
        return Vector512.Create(
            LoadMasked256(address, mask.GetLower(), otherwise.GetLower()), LoadMasked256(address + 32, mask.GetUpper(), otherwise.GetUpper()));
    }

    /// <inheritdoc cref="LoadMasked512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadMasked256<T>(long address, Vector256<T> mask, Vector256<T> otherwise) where T : unmanaged
    {
        if (Avx2.IsSupported)
        {
            var read = sizeof(T) == sizeof(int) ? Avx2.MaskLoad((int*)address, mask.AsInt32()).As<int, T>() : Avx2.MaskLoad((long*)address, mask.AsInt64()).As<long, T>();
            return Vector256.ConditionalSelect(mask, read, otherwise);
        }
        return Vector256.Create(
            LoadMasked128(address, mask.GetLower(), otherwise.GetLower()), LoadMasked128(address + 16, mask.GetUpper(), otherwise.GetUpper()));
    }

    /// <summary>The elements of lanes whose mask is all ones; zeros where it is zero, which are not touched. For machines that have such an instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadKept256<T>(long address, Vector256<T> mask) where T : unmanaged =>
        sizeof(T) == sizeof(int) ? Avx2.MaskLoad((int*)address, mask.AsInt32()).As<int, T>() : Avx2.MaskLoad((long*)address, mask.AsInt64()).As<long, T>();

    /// <inheritdoc cref="LoadMasked512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LoadMasked128<T>(long address, Vector128<T> mask, Vector128<T> otherwise) where T : unmanaged
    {
        if (Avx2.IsSupported)
        {
            var read = sizeof(T) == sizeof(int) ? Avx2.MaskLoad((int*)address, mask.AsInt32()).As<int, T>() : Avx2.MaskLoad((long*)address, mask.AsInt64()).As<long, T>();
            return Vector128.ConditionalSelect(mask, read, otherwise);
        }
        return LoadLanes(address, mask, otherwise, Vector128<T>.Count);
    }

    /// <summary>At most two elements.</summary>
    public static Vector128<T> LoadMasked64<T>(long address, Vector128<T> mask, Vector128<T> otherwise) where T : unmanaged =>
        LoadLanes(address, mask, otherwise, 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial512<T>(long address, int count, Vector512<T> value) where T : unmanaged
    {
        if (Avx512F.IsSupported)
        {
            if (sizeof(T) == sizeof(int)) Avx512F.MaskStore((int*)address, First512(count), value.AsInt32());
            else Avx512F.MaskStore((long*)address, First512((long)count), value.AsInt64());
            return;
        }
        StorePartial256(address, count, value.GetLower());
        StorePartial256(address + 32, count - Vector256<T>.Count, value.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial256<T>(long address, int count, Vector256<T> value) where T : unmanaged
    {
        if (Avx512F.VL.IsSupported)
        {
            if (sizeof(T) == sizeof(int)) Avx2.MaskStore((int*)address, First256(count), value.AsInt32());
            else Avx2.MaskStore((long*)address, First256((long)count), value.AsInt64());
            return;
        }
        if (Avx.IsSupported)
        {
            StoreHalves(address, count * (sizeof(T) / sizeof(int)), value.AsInt32());
            return;
        }
        StorePartial128(address, count, value.GetLower());
        StorePartial128(address + 16, count - Vector128<T>.Count, value.GetUpper());
    }

    /// <summary>The first so many words. On processors without AVX-512 a masked store may take forty steps; how many words there are hardly changes, so branches foresee it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalves(long address, int words, Vector256<int> value)
    {
        if (words >= Vector256<int>.Count)
        {
            Vector256.Store(value, (int*)address);
            return;
        }
        if (words <= 0) return;
        var half = value.GetLower();
        if ((words & 4) != 0)
        {
            Vector128.Store(half, (int*)address);
            half = value.GetUpper();
            address += 16;
        }
        if ((words & 2) != 0)
        {
            Write(address, half.AsInt64().ToScalar());
            half = Sse2.ShiftRightLogical128BitLane(half, 8);
            address += 8;
        }
        if ((words & 1) != 0) Write(address, half.ToScalar());
    }

    public static void StorePartial128<T>(long address, int count, Vector128<T> value) where T : unmanaged
    {
        count = int.Clamp(count, 0, Vector128<T>.Count);
        for (var i = 0; i < count; i++) Write(address + i * sizeof(T), ((T*)&value)[i]);
    }

    /// <summary>At most two elements.</summary>
    public static void StorePartial64<T>(long address, int count, Vector128<T> value) where T : unmanaged =>
        StorePartial128(address, int.Min(count, 2), value);

    /// <summary>Into lanes whose mask is all ones. Zeroed lanes are not touched. For machines that have such an instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMasked512<T>(long address, Vector512<T> mask, Vector512<T> value) where T : unmanaged
    {
        if (sizeof(T) == sizeof(int)) Avx512F.MaskStore((int*)address, mask.AsInt32(), value.AsInt32());
        else Avx512F.MaskStore((long*)address, mask.AsInt64(), value.AsInt64());
    }

    private static Vector128<T> LoadLanes<T>(long address, Vector128<T> mask, Vector128<T> otherwise, int count) where T : unmanaged
    {
        for (var i = 0; i < count; i++)
        {
            var isRead = sizeof(T) == sizeof(int) ? mask.AsInt32().GetElement(i) != 0 : mask.AsInt64().GetElement(i) != 0;
            if (isRead) ((T*)&otherwise)[i] = Read<T>(address + (i * sizeof(T)));
        }
        return otherwise;
    }

    private static Vector512<int> First512(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count));

    private static Vector512<long> First512(long count) => Vector512.LessThan(Vector512<long>.Indices, Vector512.Create(count));

    private static Vector256<int> First256(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count));

    private static Vector256<long> First256(long count) => Vector256.LessThan(Vector256<long>.Indices, Vector256.Create(count));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Loads and stores of bools, a byte each in memory and 0 or -1 of sbyte, int or long in a register. What <see cref="LaneMemory"/>
/// says of addresses and counts holds here.
/// </summary>
internal static unsafe class MaskMemory
{
    public static Vector512<T> LoadMask512<T>(long address) where T : unmanaged => sizeof(T) == 1
        ? Nonzero(Vector512.Load((sbyte*)address)).As<sbyte, T>()
        : Expand512<T>(Read(address, Vector512<T>.Count));

    public static Vector256<T> LoadMask256<T>(long address) where T : unmanaged => sizeof(T) == 1
        ? Nonzero(Vector256.Load((sbyte*)address)).As<sbyte, T>()
        : Expand256<T>(Read(address, Vector256<T>.Count));

    public static Vector128<T> LoadMask128<T>(long address) where T : unmanaged => sizeof(T) == 1
        ? Nonzero(Vector128.Load((sbyte*)address)).As<sbyte, T>()
        : Expand128<T>(Read(address, Vector128<T>.Count));

    public static Vector512<T> LoadPartialMask512<T>(long address, int count) where T : unmanaged => sizeof(T) == 1
        ? Nonzero(ReadBytes512(address, int.Clamp(count, 0, Vector512<T>.Count))).As<sbyte, T>()
        : Expand512<T>(ReadPartial(address, int.Clamp(count, 0, Vector512<T>.Count)));

    public static Vector256<T> LoadPartialMask256<T>(long address, int count) where T : unmanaged => sizeof(T) == 1
        ? Nonzero(ReadBytes256(address, int.Clamp(count, 0, Vector256<T>.Count))).As<sbyte, T>()
        : Expand256<T>(ReadPartial(address, int.Clamp(count, 0, Vector256<T>.Count)));

    public static Vector128<T> LoadPartialMask128<T>(long address, int count) where T : unmanaged => sizeof(T) == 1
        ? Nonzero(ReadBytes128(address, int.Clamp(count, 0, Vector128<T>.Count))).As<sbyte, T>()
        : Expand128<T>(ReadPartial(address, int.Clamp(count, 0, Vector128<T>.Count)));

    public static void StoreMask512<T>(long address, Vector512<T> mask) where T : unmanaged
    {
        if (sizeof(T) == 1) Vector512.Store(mask.AsSByte() & Vector512<sbyte>.One, (sbyte*)address);
        else Write(address, Vector512<T>.Count, Shrink(mask));
    }

    public static void StoreMask256<T>(long address, Vector256<T> mask) where T : unmanaged
    {
        if (sizeof(T) == 1) Vector256.Store(mask.AsSByte() & Vector256<sbyte>.One, (sbyte*)address);
        else Write(address, Vector256<T>.Count, Shrink(mask));
    }

    public static void StoreMask128<T>(long address, Vector128<T> mask) where T : unmanaged
    {
        if (sizeof(T) == 1) Vector128.Store(mask.AsSByte() & Vector128<sbyte>.One, (sbyte*)address);
        else Write(address, Vector128<T>.Count, Shrink(mask));
    }

    public static void StorePartialMask512<T>(long address, int count, Vector512<T> mask) where T : unmanaged
    {
        count = int.Clamp(count, 0, Vector512<T>.Count);
        if (sizeof(T) == 1) WriteBytes(address, count, mask.AsSByte() & Vector512<sbyte>.One);
        else WritePartial(address, count, Shrink(mask));
    }

    public static void StorePartialMask256<T>(long address, int count, Vector256<T> mask) where T : unmanaged
    {
        count = int.Clamp(count, 0, Vector256<T>.Count);
        if (sizeof(T) == 1) WriteBytes(address, count, mask.AsSByte() & Vector256<sbyte>.One);
        else WritePartial(address, count, Shrink(mask));
    }

    public static void StorePartialMask128<T>(long address, int count, Vector128<T> mask) where T : unmanaged
    {
        count = int.Clamp(count, 0, Vector128<T>.Count);
        if (sizeof(T) == 1) WriteBytes(address, count, mask.AsSByte() & Vector128<sbyte>.One);
        else WritePartial(address, count, Shrink(mask));
    }

    /// <summary>The first <paramref name="count"/> bytes (2, 4, 8 or 16); set lanes are -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Read(long address, int count) => Nonzero(count switch
    {
        16 => Vector128.Load((sbyte*)address),
        8 => Vector128.CreateScalar(LaneMemory.Read<long>(address)).AsSByte(),
        4 => Vector128.CreateScalar(LaneMemory.Read<int>(address)).AsSByte(),
        _ => Vector128.CreateScalar(LaneMemory.Read<short>(address)).AsSByte(),
    });

    // The first and the last bytes as whole numbers, which overlap: the last ones without those that the first hold, too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<sbyte> ReadPartial(long address, int count)
    {
        var (low, high) = (0ul, 0ul);
        if (count >= sizeof(ulong))
        {
            low = LaneMemory.Read<ulong>(address);
            // Shifts count modulo 64: no byte is left of none.
            if (count > sizeof(ulong)) high = LaneMemory.Read<ulong>(address + count - sizeof(ulong)) >> (8 * ((2 * sizeof(ulong)) - count));
        }
        else if (count >= sizeof(uint)) low = LaneMemory.Read<uint>(address) | ((ulong)LaneMemory.Read<uint>(address + count - sizeof(uint)) << (8 * (count - sizeof(uint))));
        else if (count > 0) low = *(byte*)address | ((ulong)*(byte*)(address + (count / 2)) << (8 * (count / 2))) | ((ulong)*(byte*)(address + count - 1) << (8 * (count - 1)));
        return Nonzero(Vector128.Create(low, high).AsSByte());
    }

    private static Vector128<sbyte> Nonzero(Vector128<sbyte> value) => ~Vector128.Equals(value, Vector128<sbyte>.Zero);

    private static Vector256<sbyte> Nonzero(Vector256<sbyte> value) => ~Vector256.Equals(value, Vector256<sbyte>.Zero);

    // -min(x, 1) of bytes without sign: a comparison would go through a mask register and back.
    private static Vector512<sbyte> Nonzero(Vector512<sbyte> value) => -Vector512.Min(value.AsByte(), Vector512<byte>.One).AsSByte();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<sbyte> ReadBytes512(long address, int count)
    {
        Vector512<sbyte> value = default;
        new ReadOnlySpan<sbyte>((sbyte*)address, count).CopyTo(new Span<sbyte>(&value, count));
        return value;
    }

    private static Vector256<sbyte> ReadBytes256(long address, int count) => ReadBytes512(address, count).GetLower();

    private static Vector128<sbyte> ReadBytes128(long address, int count) => ReadBytes256(address, count).GetLower();

    private static void WriteBytes<TVector>(long address, int count, TVector value) where TVector : unmanaged =>
        new ReadOnlySpan<sbyte>(&value, count).CopyTo(new Span<sbyte>((sbyte*)address, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(long address, int count, Vector128<sbyte> value)
    {
        switch (count)
        {
            case 16: Vector128.Store(value, (sbyte*)address); break;
            case 8: LaneMemory.Write(address, value.AsInt64().ToScalar()); break;
            case 4: LaneMemory.Write(address, value.AsInt32().ToScalar()); break;
            default: LaneMemory.Write(address, value.AsInt16().ToScalar()); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WritePartial(long address, int count, Vector128<sbyte> value)
    {
        var (low, high) = (value.AsUInt64().ToScalar(), value.AsUInt64().GetElement(1));
        if (count >= sizeof(ulong))
        {
            LaneMemory.Write(address, low);
            var last = 8 * (count - sizeof(ulong));
            if (last > 0) LaneMemory.Write(address + count - sizeof(ulong), last < 64 ? (low >> last) | (high << (64 - last)) : high);
        }
        else if (count >= sizeof(uint))
        {
            LaneMemory.Write(address, (uint)low);
            LaneMemory.Write(address + count - sizeof(uint), (uint)(low >> (8 * (count - sizeof(uint)))));
        }
        else for (var i = 0; i < count; i++) ((byte*)address)[i] = (byte)(low >> (8 * i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Expand512<T>(Vector128<sbyte> bytes) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Vector512.WidenLower(Vector256.WidenLower(bytes.ToVector256Unsafe()).ToVector512Unsafe()).As<int, T>()
        : Vector512.WidenLower(Expand256<int>(bytes).ToVector512Unsafe()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Expand256<T>(Vector128<sbyte> bytes) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe()).As<int, T>()
        : Vector256.WidenLower(Expand128<int>(bytes).ToVector256Unsafe()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Expand128<T>(Vector128<sbyte> bytes) where T : unmanaged
    {
        var lanes = Vector128.WidenLower(Vector128.WidenLower(bytes));
        return sizeof(T) == sizeof(int) ? lanes.As<int, T>() : Vector128.WidenLower(lanes).As<long, T>();
    }

    /// <summary>0 and 1 in as many low bytes as the mask has lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Shrink<T>(Vector512<T> mask) where T : unmanaged
    {
        if (sizeof(T) == sizeof(long)) return Shrink(Vector256.Narrow(mask.GetLower().AsInt64(), mask.GetUpper().AsInt64()));
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector128SByte(mask.AsInt32()) & Vector128<sbyte>.One;
        var halves = Vector256.Narrow(mask.GetLower().AsInt32(), mask.GetUpper().AsInt32());
        return Vector128.Narrow(halves.GetLower(), halves.GetUpper()) & Vector128<sbyte>.One;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Shrink<T>(Vector256<T> mask) where T : unmanaged
    {
        if (sizeof(T) == sizeof(long)) return Shrink(Vector128.Narrow(mask.GetLower().AsInt64(), mask.GetUpper().AsInt64()));
        var halves = Vector128.Narrow(mask.GetLower().AsInt32(), mask.GetUpper().AsInt32());
        return Vector128.Narrow(halves, halves) & Vector128<sbyte>.One;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Shrink<T>(Vector128<T> mask) where T : unmanaged
    {
        var lanes = sizeof(T) == sizeof(long) ? Vector128.Narrow(mask.AsInt64(), mask.AsInt64()) : mask.AsInt32();
        var halves = Vector128.Narrow(lanes, lanes);
        return Vector128.Narrow(halves, halves) & Vector128<sbyte>.One;
    }
}

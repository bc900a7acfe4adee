using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Every second, third or fourth element, and elements backwards, by whole loads and a permutation instead of one by one. Nothing is read but the elements and what lies
/// between them. What <see cref="LaneMemory"/> says of addresses and counts holds here.
/// </summary>
internal static unsafe class LaneStrides
{
    /// <summary>Elements 0, 2, 4, … from an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Alternate512<T>(long address) where T : unmanaged => Avx512F.IsSupported
        // The second load begins with the last element of the first: the vector must not reach beyond the last element wanted.
        ? EvenThenOdd(Vector512.Load((T*)address), Vector512.Load((T*)address + Vector512<T>.Count - 1))
        : Vector512.Create(Alternate256<T>(address), Alternate256<T>(address + (2 * sizeof(T) * Vector256<T>.Count)));

    /// <summary>The first of them, then zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AlternatePartial512<T>(long address, int count) where T : unmanaged
    {
        var half = Vector256<T>.Count;
        if (!Avx512F.IsSupported) return Vector512.Create(AlternatePartial256<T>(address, count), AlternatePartial256<T>(address + (2 * sizeof(T) * half), count - half));
        var (span, step) = ((2 * count) - 1, Vector512<T>.Count - 1);
        return EvenThenOdd(LaneMemory.LoadPartial512<T>(address, span), LaneMemory.LoadPartial512<T>(address + (step * sizeof(T)), span - step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Alternate256<T>(long address) where T : unmanaged => Avx2.IsSupported
        ? EvenThenOdd(Vector256.Load((T*)address), Vector256.Load((T*)address + Vector256<T>.Count - 1))
        : Vector256.Create(Alternate128<T>(address), Alternate128<T>(address + (2 * sizeof(T) * Vector128<T>.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AlternatePartial256<T>(long address, int count) where T : unmanaged
    {
        var half = Vector128<T>.Count;
        if (!Avx2.IsSupported) return Vector256.Create(AlternatePartial128<T>(address, count), AlternatePartial128<T>(address + (2 * sizeof(T) * half), count - half));
        var (span, step) = ((2 * count) - 1, Vector256<T>.Count - 1);
        return EvenThenOdd(LaneMemory.LoadPartial256<T>(address, span), LaneMemory.LoadPartial256<T>(address + (step * sizeof(T)), span - step));
    }

    public static Vector128<T> Alternate128<T>(long address) where T : unmanaged => Some<T>(address, 2 * sizeof(T), Vector128<T>.Count);

    public static Vector128<T> AlternatePartial128<T>(long address, int count) where T : unmanaged => Some<T>(address, 2 * sizeof(T), int.Min(count, Vector128<T>.Count));

    public static Vector128<T> Alternate64<T>(long address) where T : unmanaged => Some<T>(address, 2 * sizeof(T), 2);

    public static Vector128<T> AlternatePartial64<T>(long address, int count) where T : unmanaged => Some<T>(address, 2 * sizeof(T), int.Min(count, 2));

    /// <summary>Elements 0, -1, -2, … from an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Reversed512<T>(long address) where T : unmanaged => Reverse(Vector512.Load((T*)address - (Vector512<T>.Count - 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ReversedPartial512<T>(long address, int count) where T : unmanaged
    {
        // They are the last lanes of the load.
        var last = sizeof(T) == sizeof(int)
            ? Vector512.GreaterThanOrEqual(Vector512<int>.Indices, Vector512.Create(Vector512<int>.Count - count)).As<int, T>()
            : Vector512.GreaterThanOrEqual(Vector512<long>.Indices, Vector512.Create((long)(Vector512<long>.Count - count))).As<long, T>();
        return Reverse(LaneMemory.LoadMasked512(address - ((Vector512<T>.Count - 1) * sizeof(T)), last, Vector512<T>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Reversed256<T>(long address) where T : unmanaged => Reverse(Vector256.Load((T*)address - (Vector256<T>.Count - 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> ReversedPartial256<T>(long address, int count) where T : unmanaged
    {
        var last = sizeof(T) == sizeof(int)
            ? Vector256.GreaterThanOrEqual(Vector256<int>.Indices, Vector256.Create(Vector256<int>.Count - count)).As<int, T>()
            : Vector256.GreaterThanOrEqual(Vector256<long>.Indices, Vector256.Create((long)(Vector256<long>.Count - count))).As<long, T>();
        return Reverse(LaneMemory.LoadMasked256(address - ((Vector256<T>.Count - 1) * sizeof(T)), last, Vector256<T>.Zero));
    }

    public static Vector128<T> Reversed128<T>(long address) where T : unmanaged => Some<T>(address, -sizeof(T), Vector128<T>.Count);

    public static Vector128<T> ReversedPartial128<T>(long address, int count) where T : unmanaged => Some<T>(address, -sizeof(T), int.Min(count, Vector128<T>.Count));

    public static Vector128<T> Reversed64<T>(long address) where T : unmanaged => Some<T>(address, -sizeof(T), 2);

    public static Vector128<T> ReversedPartial64<T>(long address, int count) where T : unmanaged => Some<T>(address, -sizeof(T), int.Min(count, 2));

    /// <summary>Elements 0, 3, 6, … from an address. Needs <see cref="Avx512F"/>, as all that picks the third and fourth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Third512<T>(long address) where T : unmanaged
    {
        var lanes = Vector512<T>.Count;
        // The last load ends with the last element wanted.
        return Thirds(Vector512.Load((T*)address), Vector512.Load((T*)address + lanes), Vector512.Load((T*)address + (2 * lanes) - 2));
    }

    /// <summary>The first of them, then zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ThirdPartial512<T>(long address, int count) where T : unmanaged
    {
        var (span, second, third) = ((3 * count) - 2, Vector512<T>.Count, (2 * Vector512<T>.Count) - 2);
        return Thirds(
            LaneMemory.LoadPartial512<T>(address, span),
            LaneMemory.LoadPartial512<T>(address + (second * sizeof(T)), span - second),
            LaneMemory.LoadPartial512<T>(address + (third * sizeof(T)), span - third));
    }

    /// <summary>Elements 0, 4, 8, … from an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Fourth512<T>(long address) where T : unmanaged
    {
        var lanes = Vector512<T>.Count;
        return Fourths(Vector512.Load((T*)address), Vector512.Load((T*)address + lanes), Vector512.Load((T*)address + (2 * lanes)), Vector512.Load((T*)address + (3 * lanes) - 3));
    }

    /// <summary>The first of them, then zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FourthPartial512<T>(long address, int count) where T : unmanaged
    {
        var (span, lanes, last) = ((4 * count) - 3, Vector512<T>.Count, (3 * Vector512<T>.Count) - 3);
        return Fourths(
            LaneMemory.LoadPartial512<T>(address, span),
            LaneMemory.LoadPartial512<T>(address + (lanes * sizeof(T)), span - lanes),
            LaneMemory.LoadPartial512<T>(address + (2 * lanes * sizeof(T)), span - (2 * lanes)),
            LaneMemory.LoadPartial512<T>(address + (last * sizeof(T)), span - last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Thirds<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) where T : unmanaged
    {
        if (sizeof(T) == sizeof(int))
        {
            var most = Avx512F.PermuteVar16x32x2(a.AsInt32(), Vector512.Create(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0), b.AsInt32());
            return Avx512F.PermuteVar16x32x2(most, Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 19, 22, 25, 28, 31), c.AsInt32()).As<int, T>();
        }
        var first = Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(0L, 3, 6, 9, 12, 15, 0, 0), b.AsInt64());
        return Avx512F.PermuteVar8x64x2(first, Vector512.Create(0L, 1, 2, 3, 4, 5, 12, 15), c.AsInt64()).As<long, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fourths<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) where T : unmanaged
    {
        if (sizeof(T) == sizeof(int))
        {
            var lower = Avx512F.PermuteVar16x32x2(a.AsInt32(), Vector512.Create(0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0), b.AsInt32());
            var upper = Avx512F.PermuteVar16x32x2(c.AsInt32(), Vector512.Create(0, 4, 8, 12, 19, 23, 27, 31, 0, 0, 0, 0, 0, 0, 0, 0), d.AsInt32());
            return lower.WithUpper(upper.GetLower()).As<int, T>();
        }
        var first = Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(0L, 4, 8, 12, 0, 0, 0, 0), b.AsInt64());
        var second = Avx512F.PermuteVar8x64x2(c.AsInt64(), Vector512.Create(0L, 4, 11, 15, 0, 0, 0, 0), d.AsInt64());
        return first.WithUpper(second.GetLower()).As<long, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> EvenThenOdd<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Avx512F.PermuteVar16x32x2(a.AsInt32(), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31), b.AsInt32()).As<int, T>()
        : Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(0L, 2, 4, 6, 9, 11, 13, 15), b.AsInt64()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> EvenThenOdd<T>(Vector256<T> a, Vector256<T> b) where T : unmanaged
    {
        // Each half of the registers by itself; then the quarters in order.
        const byte EvenOddOfFour = 0b11_01_10_00, EvenOddOfTwo = 0b1010, Quarters = 0b11_01_10_00;
        var halves = sizeof(T) == sizeof(int)
            ? Avx.Shuffle(a.AsSingle(), b.AsSingle(), EvenOddOfFour).AsInt64()
            : Avx.Shuffle(a.AsDouble(), b.AsDouble(), EvenOddOfTwo).AsInt64();
        return Avx2.Permute4x64(halves, Quarters).As<long, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Reverse<T>(Vector512<T> a) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Vector512.Shuffle(a.AsInt32(), Vector512.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).As<int, T>()
        : Vector512.Shuffle(a.AsInt64(), Vector512.Create(7L, 6, 5, 4, 3, 2, 1, 0)).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Reverse<T>(Vector256<T> a) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Vector256.Shuffle(a.AsInt32(), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)).As<int, T>()
        : Vector256.Shuffle(a.AsInt64(), Vector256.Create(3L, 2, 1, 0)).As<long, T>();

    private static Vector128<T> Some<T>(long address, long step, int count) where T : unmanaged
    {
        Vector128<T> value = default;
        for (var i = 0; i < count; i++) ((T*)&value)[i] = LaneMemory.Read<T>(address + (i * step));
        return value;
    }
}

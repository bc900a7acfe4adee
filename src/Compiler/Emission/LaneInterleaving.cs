using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Lanes that take turns with those of other vectors: of few vectors put in their places by tables at addresses that <see cref="InterleavingTable"/> keeps, of more stored some at
/// a time.
/// </summary>
internal static unsafe class LaneInterleaving
{
    /// <summary>Each lane the one that the table names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Spread512<T>(Vector512<T> value, long places) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Vector512.ShuffleNative(value.AsInt32(), Vector512.Load((int*)places)).As<int, T>()
        : Vector512.ShuffleNative(value.AsInt64(), Vector512.Load((long*)places)).As<long, T>();

    /// <inheritdoc cref="Spread512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Spread256<T>(Vector256<T> value, long places) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Vector256.ShuffleNative(value.AsInt32(), Vector256.Load((int*)places)).As<int, T>()
        : Vector256.ShuffleNative(value.AsInt64(), Vector256.Load((long*)places)).As<long, T>();

    /// <inheritdoc cref="Spread512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Spread128<T>(Vector128<T> value, long places) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Vector128.ShuffleNative(value.AsInt32(), Vector128.Load((int*)places)).As<int, T>()
        : Vector128.ShuffleNative(value.AsInt64(), Vector128.Load((long*)places)).As<long, T>();

    /// <summary>Of another value the lanes whose turn it is, spread likewise; else what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Insert512<T>(Vector512<T> others, Vector512<T> value, long places, long turns) where T : unmanaged =>
        Vector512.ConditionalSelect(Vector512.Load((T*)turns), Spread512(value, places), others);

    /// <inheritdoc cref="Insert512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Insert256<T>(Vector256<T> others, Vector256<T> value, long places, long turns) where T : unmanaged =>
        Vector256.ConditionalSelect(Vector256.Load((T*)turns), Spread256(value, places), others);

    /// <inheritdoc cref="Insert512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Insert128<T>(Vector128<T> others, Vector128<T> value, long places, long turns) where T : unmanaged =>
        Vector128.ConditionalSelect(Vector128.Load((T*)turns), Spread128(value, places), others);

    /// <summary>Lanes of two vectors in turns, of their first halves. Needs <see cref="Avx2"/>, as all of the following of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FirstPairs256<T>(Vector256<T> a, Vector256<T> b) where T : unmanaged => Permuted(UnpackLow(a, b), UnpackHigh(a, b), 0x20);

    /// <summary>Of their second halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LastPairs256<T>(Vector256<T> a, Vector256<T> b) where T : unmanaged => Permuted(UnpackLow(a, b), UnpackHigh(a, b), 0x31);

    /// <summary>Four elements a row, those of a lane of each vector, into rows at a distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFour256<T>(long address, long row, Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d) where T : unmanaged
    {
        // Each half of the registers is turned by itself, so that of four rows each half of a vector is one.
        var (ab, cd) = (Avx.UnpackLow(a.AsSingle(), b.AsSingle()).AsDouble(), Avx.UnpackLow(c.AsSingle(), d.AsSingle()).AsDouble());
        StoreHalves(address, 4 * row, Avx.UnpackLow(ab, cd));
        StoreHalves(address + row, 4 * row, Avx.UnpackHigh(ab, cd));
        (ab, cd) = (Avx.UnpackHigh(a.AsSingle(), b.AsSingle()).AsDouble(), Avx.UnpackHigh(c.AsSingle(), d.AsSingle()).AsDouble());
        StoreHalves(address + (2 * row), 4 * row, Avx.UnpackLow(ab, cd));
        StoreHalves(address + (3 * row), 4 * row, Avx.UnpackHigh(ab, cd));
    }

    /// <summary>The first rows of them.</summary>
    public static void StoreFourPartial256<T>(long address, long row, int count, Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d) where T : unmanaged
    {
        for (var i = 0; i < int.Min(count, Vector256<T>.Count); i++)
            Vector128.Store(Vector128.Create(a.AsInt32().GetElement(i), b.AsInt32().GetElement(i), c.AsInt32().GetElement(i), d.AsInt32().GetElement(i)), (int*)(address + (i * row)));
    }

    /// <summary>Two elements of eight bytes a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTwo256<T>(long address, long row, Vector256<T> a, Vector256<T> b) where T : unmanaged
    {
        StoreHalves(address, 2 * row, Avx.UnpackLow(a.AsDouble(), b.AsDouble()));
        StoreHalves(address + row, 2 * row, Avx.UnpackHigh(a.AsDouble(), b.AsDouble()));
    }

    /// <inheritdoc cref="StoreFourPartial256"/>
    public static void StoreTwoPartial256<T>(long address, long row, int count, Vector256<T> a, Vector256<T> b) where T : unmanaged
    {
        for (var i = 0; i < int.Min(count, Vector256<T>.Count); i++)
            Vector128.Store(Vector128.Create(a.AsInt64().GetElement(i), b.AsInt64().GetElement(i)), (long*)(address + (i * row)));
    }

    /// <summary>Four elements a row, those of a lane of each vector, into rows at a distance. Needs <see cref="Avx512F"/>, as all of the following.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFour512<T>(long address, long row, Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) where T : unmanaged
    {
        // Each quarter of the registers is turned by itself, so that of four rows each quarter of a vector is one.
        var (ab, cd) = (Avx512F.UnpackLow(a.AsSingle(), b.AsSingle()).AsDouble(), Avx512F.UnpackLow(c.AsSingle(), d.AsSingle()).AsDouble());
        StoreQuarters(address, 4 * row, Avx512F.UnpackLow(ab, cd));
        StoreQuarters(address + row, 4 * row, Avx512F.UnpackHigh(ab, cd));
        (ab, cd) = (Avx512F.UnpackHigh(a.AsSingle(), b.AsSingle()).AsDouble(), Avx512F.UnpackHigh(c.AsSingle(), d.AsSingle()).AsDouble());
        StoreQuarters(address + (2 * row), 4 * row, Avx512F.UnpackLow(ab, cd));
        StoreQuarters(address + (3 * row), 4 * row, Avx512F.UnpackHigh(ab, cd));
    }

    /// <summary>The first rows of them.</summary>
    public static void StoreFourPartial512<T>(long address, long row, int count, Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) where T : unmanaged
    {
        for (var i = 0; i < int.Min(count, Vector512<T>.Count); i++)
            Vector128.Store(Vector128.Create(a.AsInt32().GetElement(i), b.AsInt32().GetElement(i), c.AsInt32().GetElement(i), d.AsInt32().GetElement(i)), (int*)(address + (i * row)));
    }

    /// <summary>Two elements of eight bytes a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTwo512<T>(long address, long row, Vector512<T> a, Vector512<T> b) where T : unmanaged
    {
        StoreQuarters(address, 2 * row, Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()));
        StoreQuarters(address + row, 2 * row, Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()));
    }

    /// <inheritdoc cref="StoreFourPartial512"/>
    public static void StoreTwoPartial512<T>(long address, long row, int count, Vector512<T> a, Vector512<T> b) where T : unmanaged
    {
        for (var i = 0; i < int.Min(count, Vector512<T>.Count); i++)
            Vector128.Store(Vector128.Create(a.AsInt64().GetElement(i), b.AsInt64().GetElement(i)), (long*)(address + (i * row)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> UnpackLow<T>(Vector256<T> a, Vector256<T> b) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Avx.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>()
        : Avx.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> UnpackHigh<T>(Vector256<T> a, Vector256<T> b) where T : unmanaged => sizeof(T) == sizeof(int)
        ? Avx.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>()
        : Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Permuted<T>(Vector256<T> a, Vector256<T> b, [ConstantExpected] byte halves) where T : unmanaged =>
        Avx.Permute2x128(a.AsSingle(), b.AsSingle(), halves).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalves(long address, long apart, Vector256<double> value)
    {
        Vector128.Store(value.GetLower(), (double*)address);
        Vector128.Store(value.GetUpper(), (double*)(address + apart));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters(long address, long apart, Vector512<double> value)
    {
        Vector128.Store(value.GetLower().GetLower(), (double*)address);
        Vector128.Store(value.GetLower().GetUpper(), (double*)(address + apart));
        Vector128.Store(value.GetUpper().GetLower(), (double*)(address + (2 * apart)));
        Vector128.Store(value.GetUpper().GetUpper(), (double*)(address + (3 * apart)));
    }
}

/// <summary>
/// Where the elements of some vectors that take turns come from: of element e of what they make, lane e / parts of vector e mod parts. Kept for the life of the process,
/// for code refers to its addresses.
/// </summary>
internal sealed unsafe class InterleavingTable
{
    private static readonly ConcurrentDictionary<(int Parts, int Lanes, int Size), Lazy<InterleavingTable>> Tables = new();

    private readonly int bytes;
    private readonly int parts;
    private readonly byte* start;

    private InterleavingTable(int parts, int lanes, int size)
    {
        (this.parts, bytes) = (parts, lanes * size);
        start = (byte*)NativeMemory.AlignedAlloc((nuint)(parts * parts * bytes), 64);
        for (var e = 0; e < parts * lanes; e++)
        {
            Write(e, e / parts);
            for (var v = 1; v < parts; v++) Write((v * parts * lanes) + e, e % parts == v ? -1 : 0);
        }

        void Write(int at, long number)
        {
            if (size == sizeof(int)) ((int*)start)[at] = (int)number;
            else ((long*)start)[at] = number;
        }
    }

    public static InterleavingTable Of(int parts, int lanes, int size) =>
        Tables.GetOrAdd((parts, lanes, size), static key => new Lazy<InterleavingTable>(() => new InterleavingTable(key.Parts, key.Lanes, key.Size))).Value;

    /// <summary>The address of the lanes that go to one of the vectors stored.</summary>
    public long Places(int part) => (long)(start + (part * bytes));

    /// <summary>The address of a mask of the elements of one of the vectors stored that come from a value other than the first.</summary>
    public long Turns(int value, int part) => (long)(start + (((value * parts) + part) * bytes));
}

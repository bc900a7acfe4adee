using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Operations;

/// <summary>
/// Small blocks from rows to columns in registers. .NET has no interleaving of vectors for all machines; where it has none for
/// this one, callers copy element by element.
/// </summary>
internal static unsafe class Transposition
{
    public static bool IsAccelerated => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Four elements from each of four rows become four rows of four, <paramref name="pitch"/> elements apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourByFour<T>(T* s0, T* s1, T* s2, T* s3, T* to, long pitch)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(uint))
        {
            var (r0, r1) = (Vector128.Load((uint*)s0), Vector128.Load((uint*)s1));
            var (r2, r3) = (Vector128.Load((uint*)s2), Vector128.Load((uint*)s3));
            // Pairs a0 b0 a1 b1 and c0 d0 c1 d1, then quadruples a0 b0 c0 d0.
            var (ab, cd) = (Low(r0, r1).AsUInt64(), Low(r2, r3).AsUInt64());
            Vector128.Store(Low(ab, cd).AsUInt32(), (uint*)to);
            Vector128.Store(High(ab, cd).AsUInt32(), (uint*)(to + pitch));
            (ab, cd) = (High(r0, r1).AsUInt64(), High(r2, r3).AsUInt64());
            Vector128.Store(Low(ab, cd).AsUInt32(), (uint*)(to + (2 * pitch)));
            Vector128.Store(High(ab, cd).AsUInt32(), (uint*)(to + (3 * pitch)));
        }
        else
        {
            TwoByTwo((ulong*)s0, (ulong*)s1, (ulong*)to, pitch);
            TwoByTwo((ulong*)s2, (ulong*)s3, (ulong*)to + 2, pitch);
            TwoByTwo((ulong*)s0 + 2, (ulong*)s1 + 2, (ulong*)to + (2 * pitch), pitch);
            TwoByTwo((ulong*)s2 + 2, (ulong*)s3 + 2, (ulong*)to + (2 * pitch) + 2, pitch);
        }
    }

    /// <summary>Columns as rows.</summary>
    /// <param name="from">Rows <paramref name="fromPitch"/> elements apart.</param>
    /// <param name="fromPitch">At least the number of columns.</param>
    /// <param name="to">As many rows as columns are read, <paramref name="toPitch"/> elements apart; elsewhere.</param>
    /// <param name="toPitch">At least the number of rows.</param>
    /// <param name="rows">How many rows are read.</param>
    /// <param name="columns">How many elements of each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn<T>(T* from, nint fromPitch, T* to, nint toPitch, int rows, int columns)
        where T : unmanaged
    {
        var (row, wholeRows, wholeColumns) = (0, rows / 4 * 4, columns / 4 * 4);
        for (; IsAccelerated && row < wholeRows; row += 4)
        {
            for (var column = 0; column < wholeColumns; column += 4)
            {
                var x = from + (row * fromPitch) + column;
                FourByFour(x, x + fromPitch, x + (2 * fromPitch), x + (3 * fromPitch), to + (column * toPitch) + row, toPitch);
            }
            for (var j = wholeColumns; j < columns; j++)
            {
                for (var i = row; i < row + 4; i++) to[(j * toPitch) + i] = from[(i * fromPitch) + j];
            }
        }
        for (; row < rows; row++)
        {
            for (var j = 0; j < columns; j++) to[(j * toPitch) + row] = from[(row * fromPitch) + j];
        }
    }

    private static void TwoByTwo(ulong* s0, ulong* s1, ulong* to, long pitch)
    {
        var (r0, r1) = (Vector128.Load(s0), Vector128.Load(s1));
        Vector128.Store(Low(r0, r1), to);
        Vector128.Store(High(r0, r1), to + pitch);
    }

    private static Vector128<uint> Low(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    private static Vector128<uint> High(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    private static Vector128<ulong> Low(Vector128<ulong> a, Vector128<ulong> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    private static Vector128<ulong> High(Vector128<ulong> a, Vector128<ulong> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}

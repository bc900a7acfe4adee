using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>A comparison of two elements, and of two vectors of them, where all bits of a lane that holds are set.</summary>
internal interface IComparison
{
    static abstract bool Of<T>(T x, T y)
        where T : INumber<T>;

    static abstract Vector<T> Of<T>(Vector<T> x, Vector<T> y);
}

/// <summary>The interpreter's comparisons: masks of whole vectors, narrowed to bytes 0 and 1.</summary>
internal static class ComparisonLoop
{
    public static void Run<T, TComparison>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result)
        where T : unmanaged, INumber<T>
        where TComparison : struct, IComparison
    {
        var bytes = MemoryMarshal.Cast<bool, byte>(result);
        var done = 0;
        for (; done <= bytes.Length - Vector<byte>.Count; done += Vector<byte>.Count)
            (Mask<T, TComparison>(x.Slice(done, Vector<byte>.Count), y.Slice(done, Vector<byte>.Count)) & Vector<byte>.One).CopyTo(bytes[done..]);
        for (; done < result.Length; done++) result[done] = TComparison.Of(x[done], y[done]);
    }

    /// <summary>A byte of all ones for each element that the comparison holds for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<byte> Mask<T, TComparison>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, INumber<T>
        where TComparison : struct, IComparison
    {
        if (Unsafe.SizeOf<T>() == 1) return Vector.AsVectorByte(Lanes<T, TComparison>(x, y, 0));
        if (Unsafe.SizeOf<T>() == 4)
        {
            return Vector.AsVectorByte(Vector.Narrow(
                Vector.Narrow(Vector.AsVectorInt32(Lanes<T, TComparison>(x, y, 0)), Vector.AsVectorInt32(Lanes<T, TComparison>(x, y, 1))),
                Vector.Narrow(Vector.AsVectorInt32(Lanes<T, TComparison>(x, y, 2)), Vector.AsVectorInt32(Lanes<T, TComparison>(x, y, 3)))));
        }
        return Vector.AsVectorByte(Vector.Narrow(
            Vector.Narrow(Pair<T, TComparison>(x, y, 0), Pair<T, TComparison>(x, y, 2)),
            Vector.Narrow(Pair<T, TComparison>(x, y, 4), Pair<T, TComparison>(x, y, 6))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Pair<T, TComparison>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int vector)
        where T : unmanaged, INumber<T>
        where TComparison : struct, IComparison =>
        Vector.Narrow(Vector.AsVectorInt64(Lanes<T, TComparison>(x, y, vector)), Vector.AsVectorInt64(Lanes<T, TComparison>(x, y, vector + 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Lanes<T, TComparison>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int vector)
        where TComparison : struct, IComparison =>
        TComparison.Of(new Vector<T>(x[(vector * Vector<T>.Count)..]), new Vector<T>(y[(vector * Vector<T>.Count)..]));
}

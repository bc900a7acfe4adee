using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>The interpreter's selection: conditions are widened to masks, and whole vectors selected by their bits.</summary>
internal static class SelectLoop
{
    /// <typeparam name="T">Any type of the elements' size: only bits are moved.</typeparam>
    public static void Run<T>(EvaluationContext context)
        where T : unmanaged
    {
        var condition = context.Inputs[0].Span<byte>();
        var x = context.Inputs[1].Span<T>();
        var y = context.Inputs[2].Span<T>();
        var result = context.Output.Span<T>();
        if (condition.Length == result.Length && x.Length == result.Length && y.Length == result.Length)
        {
            Dense(condition, x, y, result);
        }
        else if (result.Length > 0)
        {
            var extents = context.Output.Extents;
            Tiles(
                (BroadcastWalk)(context.Prepared ??= new BroadcastWalk(extents, Array.ConvertAll(context.Inputs, i => Broadcasting.Strides(i, extents)))),
                condition,
                x,
                y,
                result);
        }
    }

    [SkipLocalsInit]
    private static void Tiles<T>(BroadcastWalk walk, ReadOnlySpan<byte> condition, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged
    {
        Span<byte> conditions = stackalloc byte[BroadcastWalk.TileLength];
        Span<T> left = stackalloc T[BroadcastWalk.TileLength];
        Span<T> right = stackalloc T[BroadcastWalk.TileLength];
        do
        {
            Dense(
                walk.Read(0, condition, conditions),
                walk.Read(1, x, left),
                walk.Read(2, y, right),
                result.Slice(walk.Start, walk.Length));
        }
        while (walk.Next());
    }

    private static void Dense<T>(ReadOnlySpan<byte> condition, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged
    {
        var done = 0;
        for (; done <= result.Length - Vector<byte>.Count; done += Vector<byte>.Count)
        {
            var kept = new Vector<byte>(condition[done..]);
            if (Unsafe.SizeOf<T>() == 1)
            {
                Select(kept, x, y, result, done);
                continue;
            }
            Vector.Widen(kept, out var low16, out var high16);
            Half(low16, x, y, result, done);
            Half(high16, x, y, result, done + Vector<ushort>.Count);
        }
        for (; done < result.Length; done++) result[done] = condition[done] != 0 ? x[done] : y[done];
    }

    /// <summary>Half of the elements that a vector of conditions has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Half<T>(Vector<ushort> kept, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result, int at)
        where T : unmanaged
    {
        Vector.Widen(kept, out var low32, out var high32);
        if (Unsafe.SizeOf<T>() == 4)
        {
            Select(low32, x, y, result, at);
            Select(high32, x, y, result, at + Vector<uint>.Count);
            return;
        }
        Vector.Widen(low32, out var a, out var b);
        Vector.Widen(high32, out var c, out var d);
        Select(a, x, y, result, at);
        Select(b, x, y, result, at + Vector<ulong>.Count);
        Select(c, x, y, result, at + (2 * Vector<ulong>.Count));
        Select(d, x, y, result, at + (3 * Vector<ulong>.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Select<T, TLane>(Vector<TLane> kept, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result, int at)
        where T : unmanaged
        where TLane : unmanaged
    {
        var taken = new Vector<TLane>(MemoryMarshal.Cast<T, TLane>(x[at..]));
        var other = new Vector<TLane>(MemoryMarshal.Cast<T, TLane>(y[at..]));
        Vector.ConditionalSelect(Vector.Equals(kept, Vector<TLane>.Zero), other, taken).CopyTo(MemoryMarshal.Cast<T, TLane>(result[at..]));
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>The interpreter's selection: conditions are widened to masks, and whole vectors selected by their bits.</summary>
internal static class SelectLoop
{
    // Operands that are not dense are written out in blocks of this many elements.
    private const int BlockLength = 1024;

    /// <typeparam name="T">Any type of the elements' size: only bits are moved.</typeparam>
    public static void Run<T>(EvaluationContext context)
        where T : unmanaged
    {
        var result = context.Output.Span<T>();
        if (Array.TrueForAll(context.Inputs, i => i.Count == context.Output.Count))
            Dense(context.Inputs[0].Span<byte>(), context.Inputs[1].Span<T>(), context.Inputs[2].Span<T>(), result);
        else
            Blocks(context, result);
    }

    [SkipLocalsInit]
    private static void Blocks<T>(EvaluationContext context, Span<T> result)
        where T : unmanaged
    {
        // A walk that has come to its end stands at its start again.
        var walk = (StridedWalk)(context.Prepared ??= new StridedWalk(
            context.Output.Extents, Array.ConvertAll(context.Inputs, i => Broadcasting.Strides(i, context.Output.Extents))));
        Span<byte> conditions = stackalloc byte[BlockLength];
        Span<T> left = stackalloc T[BlockLength];
        Span<T> right = stackalloc T[BlockLength];
        for (var at = 0; at < result.Length; at += walk.InnerLength, walk.Next())
        {
            for (var done = 0; done < walk.InnerLength; done += BlockLength)
            {
                var length = Math.Min(BlockLength, walk.InnerLength - done);
                Dense(
                    Block<byte>(context.Inputs[0], walk, 0, done, conditions[..length]),
                    Block<T>(context.Inputs[1], walk, 1, done, left[..length]),
                    Block<T>(context.Inputs[2], walk, 2, done, right[..length]),
                    result.Slice(at + done, length));
            }
        }
    }

    /// <summary>Elements of the current run: in place if they are dense, else written to <paramref name="room"/>.</summary>
    private static ReadOnlySpan<T> Block<T>(Operand operand, StridedWalk walk, int index, int done, Span<T> room)
        where T : unmanaged
    {
        var (step, start) = (walk.InnerStride(index), walk.Offset(index) + (done * walk.InnerStride(index)));
        var source = operand.Span<T>();
        if (step == 1) return source.Slice(start, room.Length);
        // The value of a run is written once.
        if (step == 0 && done == 0) room.Fill(source[start]);
        else if (step != 0) for (var i = 0; i < room.Length; i++) room[i] = source[start + (i * step)];
        return room;
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

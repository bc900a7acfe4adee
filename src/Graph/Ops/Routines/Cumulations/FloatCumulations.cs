using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>A cumulation of float32 whose states, in float64, combine with each other, four at a time; its start leaves any number as it is.</summary>
internal interface IFourCombined : ICumulation<float, double>
{
    static abstract Vector256<double> Four(Vector256<double> x, Vector256<double> y);
}

internal readonly struct FourSums : IFourCombined
{
    public static double Start => 0;

    public static double Next(double state, float element) => state + FloatCumulations.Widened(element);

    public static float Result(double state) => (float)state;

    public static Vector256<double> Four(Vector256<double> x, Vector256<double> y) => x + y;
}

internal readonly struct FourProducts : IFourCombined
{
    public static double Start => 1;

    public static double Next(double state, float element) => state * FloatCumulations.Widened(element);

    public static float Result(double state) => (float)state;

    public static Vector256<double> Four(Vector256<double> x, Vector256<double> y) => x * y;
}

/// <summary>
/// Running sums or products of float32, in float64, four elements at a time. Along a line only one operation in four waits for the one before: four floats
/// neither overflow float64 nor vanish in it.
/// </summary>
internal static class FloatCumulations
{
    /// <summary>Cumulates along an axis, from the first element on or, reversed, from the last.</summary>
    public static void Run<TCombined>(Operand x, Operand result, int axis, bool reverse)
        where TCombined : struct, IFourCombined
    {
        var runs = AxisRuns.Of(x, axis);
        if (runs.Lines == 0) return;
        if (runs.Inner == 1) AlongLines<TCombined>(x.Span<float>(), result.Span<float>(), runs.Count, reverse);
        else AlongRows<TCombined>(x.Span<float>(), result.Span<float>(), runs, reverse);
    }

    // Compiled at once: the loops are entered once a run, and would be measured for long before they are fast.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongLines<TCombined>(ReadOnlySpan<float> x, Span<float> result, int count, bool reverse)
        where TCombined : struct, IFourCombined
    {
        if (count <= CumulationLoops.LongestShortLine)
        {
            CumulationLoops.ShortLines<float, double, TCombined>(x, result, count, reverse);
            return;
        }
        for (var line = 0; line < x.Length; line += count)
        {
            if (reverse) Backward<TCombined>(x.Slice(line, count), result.Slice(line, count));
            else Forward<TCombined>(x.Slice(line, count), result.Slice(line, count));
        }
    }

    /// <summary>Whole rows at a time, with one state for each column: memory is walked in order.</summary>
    private static void AlongRows<TCombined>(ReadOnlySpan<float> x, Span<float> result, AxisRuns runs, bool reverse)
        where TCombined : struct, IFourCombined
    {
        var pooled = ArrayPool<double>.Shared.Rent(runs.Inner);
        try
        {
            var states = pooled.AsSpan(0, runs.Inner);
            for (var block = 0; block < runs.Outer; block++)
            {
                states.Fill(TCombined.Start);
                for (var i = 0; i < runs.Count; i++)
                {
                    var at = ((block * runs.Count) + (reverse ? runs.Count - 1 - i : i)) * runs.Inner;
                    Row<TCombined>(x.Slice(at, states.Length), states, result.Slice(at, states.Length));
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(pooled);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TCombined>(ReadOnlySpan<float> row, Span<double> states, Span<float> result)
        where TCombined : struct, IFourCombined
    {
        ref var state = ref MemoryMarshal.GetReference(states);
        var k = 0;
        for (; k + 4 <= row.Length; k += 4)
        {
            var four = TCombined.Four(Vector256.LoadUnsafe(ref state, (nuint)k), Widened(row.Slice(k, 4)));
            four.StoreUnsafe(ref state, (nuint)k);
            Narrow(four, result.Slice(k, 4));
        }
        for (; k < row.Length; k++) result[k] = TCombined.Result(states[k] = TCombined.Next(states[k], row[k]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TCombined>(ReadOnlySpan<float> x, Span<float> result)
        where TCombined : struct, IFourCombined
    {
        var carry = Vector256.Create(TCombined.Start);
        var (one, two) = (Vector256.Create(TCombined.Start, 0, 0, 0), Vector256.Create(TCombined.Start, TCombined.Start, 0, 0));
        var i = 0;
        for (; i + 4 <= x.Length; i += 4)
        {
            // An index beyond the last lane gives 0, whose bits become those of the start.
            var four = Widened(x.Slice(i, 4));
            four = TCombined.Four(four, Vector256.Shuffle(four, Vector256.Create(4, 0, 1, 2)) | one);
            four = TCombined.Four(four, Vector256.Shuffle(four, Vector256.Create(4, 4, 0, 1)) | two);
            Narrow(TCombined.Four(four, carry), result.Slice(i, 4));
            carry = TCombined.Four(carry, Vector256.Shuffle(four, Vector256.Create(3, 3, 3, 3)));
        }
        var rest = carry[0];
        for (; i < x.Length; i++) result[i] = TCombined.Result(rest = TCombined.Next(rest, x[i]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TCombined>(ReadOnlySpan<float> x, Span<float> result)
        where TCombined : struct, IFourCombined
    {
        var carry = Vector256.Create(TCombined.Start);
        var (one, two) = (Vector256.Create(0, 0, 0, TCombined.Start), Vector256.Create(0, 0, TCombined.Start, TCombined.Start));
        var i = x.Length;
        for (; i >= 4; i -= 4)
        {
            var four = Widened(x.Slice(i - 4, 4));
            four = TCombined.Four(four, Vector256.Shuffle(four, Vector256.Create(1, 2, 3, 4)) | one);
            four = TCombined.Four(four, Vector256.Shuffle(four, Vector256.Create(2, 3, 4, 4)) | two);
            Narrow(TCombined.Four(four, carry), result.Slice(i - 4, 4));
            carry = TCombined.Four(carry, Vector256.Shuffle(four, Vector256.Create(0, 0, 0, 0)));
        }
        var rest = carry[0];
        for (i--; i >= 0; i--) result[i] = TCombined.Result(rest = TCombined.Next(rest, x[i]));
    }

    /// <summary>The same number, by an instruction for vectors: the one for a single float keeps the rest of its register, and so waits for what was there before, the element before this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Widened(float x) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(x)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widened(ReadOnlySpan<float> four) => Vector256.WidenLower(Vector128.Create(four).ToVector256Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(Vector256<double> four, Span<float> result) =>
        Vector256.Narrow(four, Vector256<double>.Zero).GetLower().StoreUnsafe(ref MemoryMarshal.GetReference(result));
}

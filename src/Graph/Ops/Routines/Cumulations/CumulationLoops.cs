using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>What a cumulation keeps from one element to the next. Implemented by empty structs, for each of which loops are compiled of their own.</summary>
internal interface ICumulation<T, TState>
{
    /// <summary>The state before the first element.</summary>
    static abstract TState Start { get; }

    static abstract TState Next(TState state, T element);

    static abstract T Result(TState state);
}

/// <summary>Floats are added in float64, so that a long sum loses no more than its last rounding; integers wrap around.</summary>
internal readonly struct RunningSum<T, TState> : ICumulation<T, TState>
    where T : INumber<T>
    where TState : INumber<TState>
{
    public static TState Start => TState.Zero;

    public static TState Next(TState state, T element) => state + TState.CreateTruncating(element);

    public static T Result(TState state) => T.CreateTruncating(state);
}

/// <summary>Floats are multiplied in float64; integers wrap around.</summary>
internal readonly struct RunningProduct<T, TState> : ICumulation<T, TState>
    where T : INumber<T>
    where TState : INumber<TState>
{
    public static TState Start => TState.One;

    public static TState Next(TState state, T element) => state * TState.CreateTruncating(element);

    public static T Result(TState state) => T.CreateTruncating(state);
}

/// <summary>The sum as exp(Maximum) · Sum, which neither overflows nor loses what is far below the maximum.</summary>
internal readonly struct RunningLogSumExp<T> : ICumulation<T, (double Maximum, double Sum)>
    where T : INumber<T>
{
    public static (double Maximum, double Sum) Start => (double.NegativeInfinity, 0);

    public static (double Maximum, double Sum) Next((double Maximum, double Sum) state, T element)
    {
        var x = double.CreateTruncating(element);
        // An infinite maximum must not be subtracted: ∞ - ∞ is NaN.
        if (double.IsNaN(x)) return (x, x);
        if (!(x > state.Maximum)) return double.IsFinite(state.Maximum) ? (state.Maximum, state.Sum + Math.Exp(x - state.Maximum)) : state;
        return (x, (state.Sum * Math.Exp(state.Maximum - x)) + 1);
    }

    public static T Result((double Maximum, double Sum) state) =>
        T.CreateTruncating(double.IsFinite(state.Maximum) ? state.Maximum + Math.Log(state.Sum) : state.Maximum);
}

/// <summary>The largest element, of equal ones the last; NaN from the first NaN on.</summary>
internal readonly struct RunningMaximum<T> : ICumulation<T, T>
    where T : INumber<T>
{
    public static T Start => T.CreateSaturating(double.NegativeInfinity);

    public static T Next(T state, T element) => element < state || T.IsNaN(state) ? state : element;

    public static T Result(T state) => state;
}

/// <summary>The smallest element, of equal ones the last; NaN from the first NaN on.</summary>
internal readonly struct RunningMinimum<T> : ICumulation<T, T>
    where T : INumber<T>
{
    public static T Start => T.CreateSaturating(double.PositiveInfinity);

    public static T Next(T state, T element) => element > state || T.IsNaN(state) ? state : element;

    public static T Result(T state) => state;
}

/// <summary>Cumulations over dense tensors.</summary>
internal static class CumulationLoops
{
    // Measured: of longer ones a core does not see the next line before it has to wait.
    public const int LongestShortLine = 16;

    /// <summary>Cumulates along an axis, from the first element on or, reversed, from the last.</summary>
    public static void Run<T, TState, TCumulation>(Operand x, Operand result, int axis, bool reverse)
        where T : unmanaged
        where TCumulation : struct, ICumulation<T, TState>
    {
        var runs = AxisRuns.Of(x, axis);
        if (runs.Lines == 0) return;
        if (runs.Inner == 1) AlongLines<T, TState, TCumulation>(x.Span<T>(), result.Span<T>(), runs, reverse);
        else AlongRows<T, TState, TCumulation>(x.Span<T>(), result.Span<T>(), runs, reverse);
    }

    private static void AlongLines<T, TState, TCumulation>(ReadOnlySpan<T> x, Span<T> result, AxisRuns runs, bool reverse)
        where TCumulation : struct, ICumulation<T, TState>
    {
        if (runs.Count <= LongestShortLine)
        {
            ShortLines<T, TState, TCumulation>(x, result, runs.Count, reverse);
            return;
        }
        var line = 0;
        for (; line + 4 <= runs.Outer; line += 4)
            FourLines<T, TState, TCumulation>(x.Slice(line * runs.Count, 4 * runs.Count), result.Slice(line * runs.Count, 4 * runs.Count), runs.Count, reverse);
        for (; line < runs.Outer; line++)
            OneLine<T, TState, TCumulation>(x.Slice(line * runs.Count, runs.Count), result.Slice(line * runs.Count, runs.Count), reverse);
    }

    // Each element waits for the one before it on its line, not for the other lines. Compiled at once, as the loop is entered once for many elements.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourLines<T, TState, TCumulation>(ReadOnlySpan<T> x, Span<T> result, int count, bool reverse)
        where TCumulation : struct, ICumulation<T, TState>
    {
        var (first, second, third, fourth) = (TCumulation.Start, TCumulation.Start, TCumulation.Start, TCumulation.Start);
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(result);
        var step = reverse ? -1 : 1;
        for (var (i, at) = (0, reverse ? count - 1 : 0); i < count; i++, at += step)
        {
            Unsafe.Add(ref to, at) = TCumulation.Result(first = TCumulation.Next(first, Unsafe.Add(ref from, at)));
            Unsafe.Add(ref to, at + count) = TCumulation.Result(second = TCumulation.Next(second, Unsafe.Add(ref from, at + count)));
            Unsafe.Add(ref to, at + (2 * count)) = TCumulation.Result(third = TCumulation.Next(third, Unsafe.Add(ref from, at + (2 * count))));
            Unsafe.Add(ref to, at + (3 * count)) = TCumulation.Result(fourth = TCumulation.Next(fourth, Unsafe.Add(ref from, at + (3 * count))));
        }
    }

    private static void OneLine<T, TState, TCumulation>(ReadOnlySpan<T> x, Span<T> result, bool reverse)
        where TCumulation : struct, ICumulation<T, TState> => ShortLines<T, TState, TCumulation>(x, result, x.Length, reverse);

    /// <summary>One line after the other: a core computes several of them at a time by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ShortLines<T, TState, TCumulation>(ReadOnlySpan<T> x, Span<T> result, int count, bool reverse)
        where TCumulation : struct, ICumulation<T, TState>
    {
        result = result[..x.Length];
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(result);
        var step = reverse ? -1 : 1;
        for (var line = 0; line < result.Length; line += count)
        {
            var state = TCumulation.Start;
            var at = reverse ? line + count - 1 : line;
            for (var i = count; i > 0; i--, at += step) Unsafe.Add(ref to, at) = TCumulation.Result(state = TCumulation.Next(state, Unsafe.Add(ref from, at)));
        }
    }

    /// <summary>Whole rows at a time, with one state for each column: memory is walked in order.</summary>
    private static void AlongRows<T, TState, TCumulation>(ReadOnlySpan<T> x, Span<T> result, AxisRuns runs, bool reverse)
        where TCumulation : struct, ICumulation<T, TState>
    {
        var pooled = ArrayPool<TState>.Shared.Rent(runs.Inner);
        try
        {
            var states = pooled.AsSpan(0, runs.Inner);
            for (var block = 0; block < runs.Outer; block++)
            {
                states.Fill(TCumulation.Start);
                for (var i = 0; i < runs.Count; i++)
                {
                    var at = ((block * runs.Count) + (reverse ? runs.Count - 1 - i : i)) * runs.Inner;
                    var from = x.Slice(at, states.Length);
                    var to = result.Slice(at, states.Length);
                    for (var k = 0; k < states.Length; k++) to[k] = TCumulation.Result(states[k] = TCumulation.Next(states[k], from[k]));
                }
            }
        }
        finally
        {
            ArrayPool<TState>.Shared.Return(pooled);
        }
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace GraphGrad.Operations;

/// <summary>How elements of a type combine. Implemented by empty structs, for each of which loops are compiled of their own.</summary>
internal interface ICombination<T>
{
    /// <summary>The result of no elements.</summary>
    static abstract T Identity { get; }

    static abstract T Two(T x, T y);

    static abstract T Run(ReadOnlySpan<T> x);

    static abstract void Rows(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);
}

internal readonly struct SumOf<T> : ICombination<T>
    where T : INumber<T>
{
    public static T Identity => T.AdditiveIdentity;

    public static T Two(T x, T y) => x + y;

    public static T Run(ReadOnlySpan<T> x) => TensorPrimitives.Sum(x);

    public static void Rows(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(x, y, result);
}

internal readonly struct ProductOf<T> : ICombination<T>
    where T : INumber<T>
{
    public static T Identity => T.MultiplicativeIdentity;

    public static T Two(T x, T y) => x * y;

    public static T Run(ReadOnlySpan<T> x) => TensorPrimitives.Product(x);

    public static void Rows(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Multiply(x, y, result);
}

internal readonly struct MaximumOf<T> : ICombination<T>
    where T : INumber<T>, IMinMaxValue<T>
{
    // Bytes stand for bools here, of which false, 0, is the least.
    public static T Identity => typeof(T) == typeof(float) || typeof(T) == typeof(double) ? T.CreateChecked(double.NegativeInfinity) : T.MinValue;

    public static T Two(T x, T y) => T.Max(x, y);

    public static T Run(ReadOnlySpan<T> x) => TensorPrimitives.Max(x);

    public static void Rows(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(x, y, result);
}

internal readonly struct MinimumOf<T> : ICombination<T>
    where T : INumber<T>, IMinMaxValue<T>
{
    // Bytes stand for bools here, of which true is the greatest.
    public static T Identity =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) ? T.CreateChecked(double.PositiveInfinity)
        : typeof(T) == typeof(byte) ? T.One : T.MaxValue;

    public static T Two(T x, T y) => T.Min(x, y);

    public static T Run(ReadOnlySpan<T> x) => TensorPrimitives.Min(x);

    public static void Rows(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Min(x, y, result);
}

internal readonly struct LastOf<T> : ICombination<T>
    where T : INumber<T>
{
    public static T Identity => T.Zero;

    public static T Two(T x, T y) => y;

    public static T Run(ReadOnlySpan<T> x) => x[^1];

    public static void Rows(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => y.CopyTo(result);
}

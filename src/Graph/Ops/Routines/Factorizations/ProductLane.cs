using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>Neighbouring elements of a row that factorizations, transforms and Winograd's products take at a time. Adding and multiplying round the same in every width.</summary>
internal unsafe interface IProductLane<TSelf, T>
    where TSelf : struct, IProductLane<TSelf, T>
    where T : unmanaged
{
    static abstract int Count { get; }

    static abstract TSelf Load(T* from);

    static abstract TSelf Fill(T value);

    static abstract TSelf operator -(TSelf x);

    static abstract TSelf operator +(TSelf x, TSelf y);

    static abstract TSelf operator -(TSelf x, TSelf y);

    static abstract TSelf operator *(TSelf x, TSelf y);

    static abstract TSelf operator /(TSelf x, TSelf y);

    /// <summary>x·y + sum, rounded once where the machine can.</summary>
    static abstract TSelf MultiplyAdd(TSelf x, TSelf y, TSelf sum);

    static abstract TSelf Abs(TSelf x);

    /// <summary>The one where x exceeds y, else the other.</summary>
    static abstract TSelf WhereGreater(TSelf x, TSelf y, TSelf one, TSelf other);

    /// <summary>The one where x equals y, else the other.</summary>
    static abstract TSelf WhereEqual(TSelf x, TSelf y, TSelf one, TSelf other);

    /// <summary>Whether x exceeds y in any lane.</summary>
    static abstract bool IsAnyGreater(TSelf x, TSelf y);

    /// <summary>Whether x equals y in every lane.</summary>
    static abstract bool AreEqual(TSelf x, TSelf y);

    static abstract TSelf Sqrt(TSelf x);

    static abstract T Sum(TSelf x);

    void Store(T* to);
}

/// <summary>A vector of 512 bits.</summary>
internal readonly unsafe struct WideProductLane<T>(Vector512<T> value) : IProductLane<WideProductLane<T>, T>
    where T : unmanaged
{
    private readonly Vector512<T> value = value;

    public static int Count => Vector512<T>.Count;

    public static WideProductLane<T> operator -(WideProductLane<T> x) => new(-x.value);

    public static WideProductLane<T> operator +(WideProductLane<T> x, WideProductLane<T> y) => new(x.value + y.value);

    public static WideProductLane<T> operator -(WideProductLane<T> x, WideProductLane<T> y) => new(x.value - y.value);

    public static WideProductLane<T> operator *(WideProductLane<T> x, WideProductLane<T> y) => new(x.value * y.value);

    public static WideProductLane<T> operator /(WideProductLane<T> x, WideProductLane<T> y) => new(x.value / y.value);

    public static WideProductLane<T> Load(T* from) => new(Vector512.Load(from));

    public static WideProductLane<T> Fill(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideProductLane<T> MultiplyAdd(WideProductLane<T> x, WideProductLane<T> y, WideProductLane<T> sum) => new(
        typeof(T) == typeof(float) ? Vector512.MultiplyAddEstimate(x.value.AsSingle(), y.value.AsSingle(), sum.value.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(x.value.AsDouble(), y.value.AsDouble(), sum.value.AsDouble()).As<double, T>());

    public static WideProductLane<T> Abs(WideProductLane<T> x) => new(Vector512.Abs(x.value));

    public static WideProductLane<T> WhereGreater(WideProductLane<T> x, WideProductLane<T> y, WideProductLane<T> one, WideProductLane<T> other) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(x.value, y.value), one.value, other.value));

    public static WideProductLane<T> WhereEqual(WideProductLane<T> x, WideProductLane<T> y, WideProductLane<T> one, WideProductLane<T> other) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(x.value, y.value), one.value, other.value));

    public static bool IsAnyGreater(WideProductLane<T> x, WideProductLane<T> y) => Vector512.GreaterThanAny(x.value, y.value);

    public static bool AreEqual(WideProductLane<T> x, WideProductLane<T> y) => Vector512.EqualsAll(x.value, y.value);

    public static WideProductLane<T> Sqrt(WideProductLane<T> x) => new(Vector512.Sqrt(x.value));

    public static T Sum(WideProductLane<T> x) => Vector512.Sum(x.value);

    public void Store(T* to) => value.Store(to);
}

/// <summary>A vector as wide as the machine's own.</summary>
internal readonly unsafe struct NativeProductLane<T>(Vector<T> value) : IProductLane<NativeProductLane<T>, T>
    where T : unmanaged
{
    private readonly Vector<T> value = value;

    public static int Count => Vector<T>.Count;

    public static NativeProductLane<T> operator -(NativeProductLane<T> x) => new(-x.value);

    public static NativeProductLane<T> operator +(NativeProductLane<T> x, NativeProductLane<T> y) => new(x.value + y.value);

    public static NativeProductLane<T> operator -(NativeProductLane<T> x, NativeProductLane<T> y) => new(x.value - y.value);

    public static NativeProductLane<T> operator *(NativeProductLane<T> x, NativeProductLane<T> y) => new(x.value * y.value);

    public static NativeProductLane<T> operator /(NativeProductLane<T> x, NativeProductLane<T> y) => new(x.value / y.value);

    public static NativeProductLane<T> Load(T* from) => new(Vector.Load(from));

    public static NativeProductLane<T> Fill(T value) => new(new Vector<T>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeProductLane<T> MultiplyAdd(NativeProductLane<T> x, NativeProductLane<T> y, NativeProductLane<T> sum) => new(
        typeof(T) == typeof(float) ? Vector.MultiplyAddEstimate(x.value.As<T, float>(), y.value.As<T, float>(), sum.value.As<T, float>()).As<float, T>()
        : Vector.MultiplyAddEstimate(x.value.As<T, double>(), y.value.As<T, double>(), sum.value.As<T, double>()).As<double, T>());

    public static NativeProductLane<T> Abs(NativeProductLane<T> x) => new(Vector.Abs(x.value));

    public static NativeProductLane<T> WhereGreater(NativeProductLane<T> x, NativeProductLane<T> y, NativeProductLane<T> one, NativeProductLane<T> other) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(x.value, y.value), one.value, other.value));

    public static NativeProductLane<T> WhereEqual(NativeProductLane<T> x, NativeProductLane<T> y, NativeProductLane<T> one, NativeProductLane<T> other) =>
        new(Vector.ConditionalSelect(Vector.Equals(x.value, y.value), one.value, other.value));

    public static bool IsAnyGreater(NativeProductLane<T> x, NativeProductLane<T> y) => Vector.GreaterThanAny(x.value, y.value);

    public static bool AreEqual(NativeProductLane<T> x, NativeProductLane<T> y) => Vector.EqualsAll(x.value, y.value);

    public static NativeProductLane<T> Sqrt(NativeProductLane<T> x) => new(Vector.SquareRoot(x.value));

    public static T Sum(NativeProductLane<T> x) => Vector.Sum(x.value);

    public void Store(T* to) => value.Store(to);
}

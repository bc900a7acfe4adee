using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>Neighbouring elements of a row that factorizations, transforms and Winograd's products take at a time. Adding and multiplying round the same in every width.</summary>
internal unsafe interface ILane<TSelf, T>
    where TSelf : struct, ILane<TSelf, T>
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
internal readonly unsafe struct WideLane<T>(Vector512<T> value) : ILane<WideLane<T>, T>
    where T : unmanaged
{
    private readonly Vector512<T> value = value;

    public static int Count => Vector512<T>.Count;

    public static WideLane<T> operator -(WideLane<T> x) => new(-x.value);

    public static WideLane<T> operator +(WideLane<T> x, WideLane<T> y) => new(x.value + y.value);

    public static WideLane<T> operator -(WideLane<T> x, WideLane<T> y) => new(x.value - y.value);

    public static WideLane<T> operator *(WideLane<T> x, WideLane<T> y) => new(x.value * y.value);

    public static WideLane<T> operator /(WideLane<T> x, WideLane<T> y) => new(x.value / y.value);

    public static WideLane<T> Load(T* from) => new(Vector512.Load(from));

    public static WideLane<T> Fill(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLane<T> MultiplyAdd(WideLane<T> x, WideLane<T> y, WideLane<T> sum) => new(
        typeof(T) == typeof(float) ? Vector512.MultiplyAddEstimate(x.value.AsSingle(), y.value.AsSingle(), sum.value.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(x.value.AsDouble(), y.value.AsDouble(), sum.value.AsDouble()).As<double, T>());

    public static WideLane<T> Abs(WideLane<T> x) => new(Vector512.Abs(x.value));

    public static WideLane<T> WhereGreater(WideLane<T> x, WideLane<T> y, WideLane<T> one, WideLane<T> other) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(x.value, y.value), one.value, other.value));

    public static WideLane<T> WhereEqual(WideLane<T> x, WideLane<T> y, WideLane<T> one, WideLane<T> other) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(x.value, y.value), one.value, other.value));

    public static bool IsAnyGreater(WideLane<T> x, WideLane<T> y) => Vector512.GreaterThanAny(x.value, y.value);

    public static bool AreEqual(WideLane<T> x, WideLane<T> y) => Vector512.EqualsAll(x.value, y.value);

    public static WideLane<T> Sqrt(WideLane<T> x) => new(Vector512.Sqrt(x.value));

    public static T Sum(WideLane<T> x) => Vector512.Sum(x.value);

    public void Store(T* to) => value.Store(to);
}

/// <summary>A vector as wide as the machine's own.</summary>
internal readonly unsafe struct NativeLane<T>(Vector<T> value) : ILane<NativeLane<T>, T>
    where T : unmanaged
{
    private readonly Vector<T> value = value;

    public static int Count => Vector<T>.Count;

    public static NativeLane<T> operator -(NativeLane<T> x) => new(-x.value);

    public static NativeLane<T> operator +(NativeLane<T> x, NativeLane<T> y) => new(x.value + y.value);

    public static NativeLane<T> operator -(NativeLane<T> x, NativeLane<T> y) => new(x.value - y.value);

    public static NativeLane<T> operator *(NativeLane<T> x, NativeLane<T> y) => new(x.value * y.value);

    public static NativeLane<T> operator /(NativeLane<T> x, NativeLane<T> y) => new(x.value / y.value);

    public static NativeLane<T> Load(T* from) => new(Vector.Load(from));

    public static NativeLane<T> Fill(T value) => new(new Vector<T>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLane<T> MultiplyAdd(NativeLane<T> x, NativeLane<T> y, NativeLane<T> sum) => new(
        typeof(T) == typeof(float) ? Vector.MultiplyAddEstimate(x.value.As<T, float>(), y.value.As<T, float>(), sum.value.As<T, float>()).As<float, T>()
        : Vector.MultiplyAddEstimate(x.value.As<T, double>(), y.value.As<T, double>(), sum.value.As<T, double>()).As<double, T>());

    public static NativeLane<T> Abs(NativeLane<T> x) => new(Vector.Abs(x.value));

    public static NativeLane<T> WhereGreater(NativeLane<T> x, NativeLane<T> y, NativeLane<T> one, NativeLane<T> other) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(x.value, y.value), one.value, other.value));

    public static NativeLane<T> WhereEqual(NativeLane<T> x, NativeLane<T> y, NativeLane<T> one, NativeLane<T> other) =>
        new(Vector.ConditionalSelect(Vector.Equals(x.value, y.value), one.value, other.value));

    public static bool IsAnyGreater(NativeLane<T> x, NativeLane<T> y) => Vector.GreaterThanAny(x.value, y.value);

    public static bool AreEqual(NativeLane<T> x, NativeLane<T> y) => Vector.EqualsAll(x.value, y.value);

    public static NativeLane<T> Sqrt(NativeLane<T> x) => new(Vector.SquareRoot(x.value));

    public static T Sum(NativeLane<T> x) => Vector.Sum(x.value);

    public void Store(T* to) => value.Store(to);
}

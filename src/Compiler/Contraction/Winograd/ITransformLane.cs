using System.Numerics;
using System.Runtime.Intrinsics;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>Neighbouring channels that a transformation takes at a time. Adding rounds the same in every width.</summary>
internal unsafe interface ITransformLane<TSelf>
    where TSelf : struct, ITransformLane<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Load(float* from);

    static abstract bool IsFinite(TSelf zeros);

    static abstract TSelf operator +(TSelf x, TSelf y);

    static abstract TSelf operator -(TSelf x, TSelf y);

    /// <summary>0 where the number is finite, else NaN.</summary>
    static abstract TSelf Zero(TSelf x);

    static abstract TSelf Half(TSelf x);

    void Store(float* to);
}

/// <summary>A vector of 512 bits.</summary>
internal readonly unsafe struct WideLane(Vector512<float> value) : ITransformLane<WideLane>
{
    private readonly Vector512<float> value = value;

    public static int Count => Vector512<float>.Count;

    public static WideLane operator +(WideLane x, WideLane y) => new(x.value + y.value);

    public static WideLane operator -(WideLane x, WideLane y) => new(x.value - y.value);

    public static WideLane Load(float* from) => new(Vector512.Load(from));

    public static WideLane Zero(WideLane x) => new(x.value * Vector512<float>.Zero);

    public static WideLane Half(WideLane x) => new(x.value * 0.5f);

    public static bool IsFinite(WideLane zeros) => Vector512.EqualsAll(zeros.value, Vector512<float>.Zero);

    public void Store(float* to) => value.Store(to);
}

/// <summary>A vector as wide as the machine's own.</summary>
internal readonly unsafe struct NativeLane(Vector<float> value) : ITransformLane<NativeLane>
{
    private readonly Vector<float> value = value;

    public static int Count => Vector<float>.Count;

    public static NativeLane operator +(NativeLane x, NativeLane y) => new(x.value + y.value);

    public static NativeLane operator -(NativeLane x, NativeLane y) => new(x.value - y.value);

    public static NativeLane Load(float* from) => new(Vector.Load(from));

    public static NativeLane Zero(NativeLane x) => new(x.value * Vector<float>.Zero);

    public static NativeLane Half(NativeLane x) => new(x.value * 0.5f);

    public static bool IsFinite(NativeLane zeros) => Vector.EqualsAll(zeros.value, Vector<float>.Zero);

    public void Store(float* to) => value.Store(to);
}

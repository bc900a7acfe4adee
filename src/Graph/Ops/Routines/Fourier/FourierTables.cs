using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>How lengths are transformed, with their roots of unity: found once for each length, and shared.</summary>
internal static class FourierTables
{
    /// <summary>Shorter signals, if there are many, have less to do side by side.</summary>
    public const int LeastAlone = 192;

    // Programs have few lengths; beyond so many all are forgotten.
    private const int Most = 256;

    private enum Use
    {
        Lines,
        Columns,
        Reals,
    }

    private static readonly ConcurrentDictionary<(Type, int, Use), object> prepared = [];

    /// <summary>Transforms of rows.</summary>
    public static FourierLines<T> Lines<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (FourierLines<T>)Prepared<T>(n, Use.Lines, static n => Vector512.IsHardwareAccelerated ? OfLines<T, WideLane<T>>(n) : OfLines<T, NativeLane<T>>(n));

    /// <summary>Transforms of rows of real numbers.</summary>
    public static RealLines<T> Reals<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (RealLines<T>)Prepared<T>(n, Use.Reals, static n => Vector512.IsHardwareAccelerated ? new RealLines<T, WideLane<T>>(n) : new RealLines<T, NativeLane<T>>(n));

    /// <summary>Transforms of columns: see <see cref="FourierStrips{T, TLane}.Columns"/>.</summary>
    public static void Columns<T>(int n, ComplexView<T> from, ComplexView<T> to, (int First, int Count) part, int columns, int matrices, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) ((FourierStrips<T, WideLane<T>>)Prepared<T>(n, Use.Columns, static n => OfStrips<T, WideLane<T>>(n))).Columns(from, to, part, columns, matrices, scale);
        else ((FourierStrips<T, NativeLane<T>>)Prepared<T>(n, Use.Columns, static n => OfStrips<T, NativeLane<T>>(n))).Columns(from, to, part, columns, matrices, scale);
    }

    /// <summary>The least multiple of a count that is not below a length.</summary>
    public static int Whole(int length, int count) => (length + count - 1) / count * count;

    private static object Prepared<T>(int n, Use use, Func<int, object> make)
    {
        if (prepared.TryGetValue((typeof(T), n, use), out var found)) return found;
        if (prepared.Count >= Most) prepared.Clear();
        return prepared.GetOrAdd((typeof(T), n, use), make(n));
    }

    private static FourierLines<T> OfLines<T, TLane>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : unmanaged, ILane<TLane, T>
    {
        if (n < LeastAlone) return OfStrips<T, TLane>(n);
        if (!FourierPasses<T, TLane>.Takes(n)) return new BluesteinLines<T, TLane>(n, Smooth(2 * n, 256));
        return SixStepTransform<T, TLane>.Split(n) is > 1 and var m ? new SixStepTransform<T, TLane>(n, m) : OfStrips<T, TLane>(n);
    }

    private static FourierStrips<T, TLane> OfStrips<T, TLane>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : unmanaged, ILane<TLane, T> =>
        FourierPasses<T, TLane>.Takes(n) ? new FactoredStrips<T, TLane>(n) : new BluesteinStrips<T, TLane>(n, Smooth(2 * n, 1));

    /// <summary>The least multiple of a number, not below a length, whose quotient has no prime factor above 5.</summary>
    private static int Smooth(int length, int multiple)
    {
        for (var quotient = (length + multiple - 1) / multiple; ; quotient++)
        {
            var rest = quotient;
            foreach (var p in (ReadOnlySpan<int>)[2, 3, 5])
            {
                while (rest % p == 0) rest /= p;
            }
            if (rest == 1) return quotient * multiple;
        }
    }
}

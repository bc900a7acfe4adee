using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Forward substitution, and what it leaves of the rows below: the trailing part of every factorization. Columns are taken some vectors at a time: their rows are
/// packed, finished a few at a time by products with those finished before, and multiplied with the rows below.
/// </summary>
internal static unsafe class Elimination
{
    // A packed panel of so many rows and the widest tile takes 24 KiB.
    private const int Depth = 128;

    /// <summary>
    /// With L the square of the first rows of <paramref name="a"/>, a lower triangle, and M what is below: X becomes L⁻¹·X in its first rows, and the rest is less M times that.
    /// </summary>
    /// <param name="a">As many rows as X; what is above the diagonal is not read.</param>
    /// <param name="x">In place; columns lie side by side.</param>
    /// <param name="isUnit">Whether the diagonal counts as ones.</param>
    public static void Forward<T>(Block<T> a, Block<T> x, bool isUnit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Forward<T, WideLane<T>>(a, x, isUnit);
        else Forward<T, NativeLane<T>>(a, x, isUnit);
    }

    /// <summary>C becomes C - A·B.</summary>
    /// <param name="a">[m, k].</param>
    /// <param name="b">[k, n]; columns lie side by side, as those of C.</param>
    /// <param name="c">[m, n], in place.</param>
    public static void Subtract<T>(Block<T> a, Block<T> b, Block<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Subtract<T, WideLane<T>>(a, b, c);
        else Subtract<T, NativeLane<T>>(a, b, c);
    }

    /// <summary>How many columns are taken at a time.</summary>
    public static int Width<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector512.IsHardwareAccelerated ? ProductTile<T, WideLane<T>>.Width : ProductTile<T, NativeLane<T>>.Width;

    /// <summary>The first address from one on at which vectors of so many elements do not cross lines of a cache.</summary>
    public static T* Aligned<T>(T* address, int elements)
        where T : unmanaged
    {
        var bytes = (nint)elements * sizeof(T);
        return (T*)(((nint)address + bytes - 1) & -bytes);
    }

    [SkipLocalsInit]
    private static void Forward<T, TLane>(Block<T> a, Block<T> x, bool isUnit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var width = ProductTile<T, TLane>.Width;
        var memory = stackalloc T[(Depth * width) + TLane.Count];
        var panel = Aligned(memory, TLane.Count);
        for (var column = 0; column < x.Columns; column += width)
        {
            var tile = new ProductTile<T, TLane>(panel, Math.Min(width, x.Columns - column));
            for (var from = 0; from < a.Columns; from += Depth)
            {
                var depth = Math.Min(Depth, a.Columns - from);
                tile.Pack(x.Part(from, column, depth, tile.Columns));
                tile.Solve(a.Part(from, from, depth, depth), isUnit);
                tile.Unpack(x.Part(from, column, depth, tile.Columns));
                var below = from + depth;
                tile.Subtract(a.Part(below, from, a.Rows - below, depth), x.Part(below, column, a.Rows - below, tile.Columns));
            }
        }
    }

    [SkipLocalsInit]
    private static void Subtract<T, TLane>(Block<T> a, Block<T> b, Block<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var width = ProductTile<T, TLane>.Width;
        var memory = stackalloc T[(Depth * width) + TLane.Count];
        var panel = Aligned(memory, TLane.Count);
        for (var column = 0; column < c.Columns; column += width)
        {
            var tile = new ProductTile<T, TLane>(panel, Math.Min(width, c.Columns - column));
            for (var from = 0; from < a.Columns; from += Depth)
            {
                var depth = Math.Min(Depth, a.Columns - from);
                tile.Pack(b.Part(from, column, depth, tile.Columns));
                tile.Subtract(a.Part(0, from, a.Rows, depth), c.Part(0, column, c.Rows, tile.Columns));
            }
        }
    }
}

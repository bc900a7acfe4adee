using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>Roots of unity, which transforms multiply by.</summary>
internal static unsafe class RootsOfUnity
{
    /// <summary>e^(-2πi·power/n), from angles of at most an eighth of a turn, so that quarters are exact.</summary>
    public static (double Re, double Im) Of(long power, long n)
    {
        // In eighths of 1/n turns, from 0 to 8n.
        var turn = power % n * 8;
        var octant = (int)(turn / n);
        var rest = (octant % 2 == 0 ? turn - (octant * n) : ((octant + 1) * n) - turn) / (double)n;
        var (sin, cos) = Math.SinCos(rest * Math.PI / 4);
        if (octant % 4 is 1 or 2) (sin, cos) = (cos, sin);
        return (octant is >= 2 and < 6 ? -cos : cos, octant >= 4 ? sin : -sin);
    }

    /// <summary>Numbers that stay where they are in memory.</summary>
    public static T[] Table<T>(int count) => GC.AllocateArray<T>(count, pinned: true);

    public static T* Address<T>(T[] table)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(table));

    /// <summary>Real parts, then imaginary ones.</summary>
    public static T[] Apart<T>(int count, Func<int, (double Re, double Im)> element)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var table = Table<T>(2 * count);
        for (var i = 0; i < count; i++)
        {
            var (re, im) = element(i);
            (table[i], table[count + i]) = (T.CreateChecked(re), T.CreateChecked(im));
        }
        return table;
    }
}

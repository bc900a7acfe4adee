using System.Numerics;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>Complex numbers multiplied by others, in place.</summary>
internal static unsafe class Twiddles<T, TLane>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    /// <summary>Each row by a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(SplitComplex<T> x, SplitComplex<T> factors, int rows, int width)
    {
        T* re = x.Re, im = x.Im;
        for (var j = 0; j < rows; j++)
        {
            TLane c = TLane.Fill(factors.Re[j]), s = TLane.Fill(factors.Im[j]);
            for (var i = 0; i < width; i += TLane.Count, re += TLane.Count, im += TLane.Count) Multiply(re, im, c, s);
        }
    }

    /// <summary>Each number by another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Numbers(SplitComplex<T> x, SplitComplex<T> factors, int count)
    {
        var i = 0;
        for (; i + TLane.Count <= count; i += TLane.Count) Multiply(x.Re + i, x.Im + i, TLane.Load(factors.Re + i), TLane.Load(factors.Im + i));
        for (; i < count; i++)
        {
            var (re, im, c, s) = (x.Re[i], x.Im[i], factors.Re[i], factors.Im[i]);
            (x.Re[i], x.Im[i]) = ((re * c) - (im * s), (re * s) + (im * c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(T* re, T* im, TLane c, TLane s)
    {
        TLane a = TLane.Load(re), b = TLane.Load(im);
        TLane.MultiplyAdd(a, c, -(b * s)).Store(re);
        TLane.MultiplyAdd(a, s, b * c).Store(im);
    }
}

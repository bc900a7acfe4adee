using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>Functions of doubles that <see cref="Math"/> lacks, for the interpreter and as naive references.</summary>
internal static class SpecialFunctions
{
    /// <summary>The interpreter's loop over a function of doubles; float32 is computed in double and rounded once.</summary>
    // Optimized at once: in the first tier long loops take several times as long, and short runs stay there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<T>(ReadOnlySpan<T> x, Span<T> result, Func<double, double> function)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var from = MemoryMarshal.Cast<T, float>(x);
            var to = MemoryMarshal.Cast<T, float>(result);
            for (var i = 0; i < from.Length; i++) to[i] = (float)function(from[i]);
        }
        else
        {
            var from = MemoryMarshal.Cast<T, double>(x);
            var to = MemoryMarshal.Cast<T, double>(result);
            for (var i = 0; i < from.Length; i++) to[i] = function(from[i]);
        }
    }

    /// <summary>e^x - 1; near 0 (u - 1)·x / log u with u = e^x rounded, for which the quotient of the errors is 1 (Kahan).</summary>
    public static double Expm1(double x)
    {
        var u = Math.Exp(x);
        if (Math.Abs(x) > 1) return u - 1;
        return u == 1 ? x : (u - 1) * x / Math.Log(u);
    }

    /// <summary>log(1 + x); near 0 x·log u / (u - 1) with u = 1 + x rounded (Kahan).</summary>
    public static double Log1p(double x)
    {
        var u = 1 + x;
        if (Math.Abs(x) > 0.5) return Math.Log(u);
        return u == 1 ? x : x * Math.Log(u) / (u - 1);
    }

    /// <summary>1 / cosh x = 2·e^-|x| / (1 + e^(-2|x|)).</summary>
    public static double Sech(double x) => Math.Exp(-Math.Abs(x)) is var exp ? 2 * exp / (1 + (exp * exp)) : 0;

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>The error function.</summary>
    public static double Erf(double x)
    {
        var magnitude = Math.Abs(x);
        if (magnitude < 1) return x + (x * Polynomial(x * x, ErrorFunction.Near64));
        return Math.CopySign(magnitude > ErrorFunction.ErfLimit64 ? 1 : 1 - Math.Exp(Polynomial(magnitude, ErrorFunction.LogErfc64)), x);
    }

    /// <summary>The complement of the error function.</summary>
    public static double Erfc(double x)
    {
        if (Math.Abs(x) < 0.5) return 1 - Erf(x);
        var magnitude = Math.Min(Math.Abs(x), 30);
        var scaled = Polynomial((magnitude - 2) / (magnitude + 2), ErrorFunction.Scaled64) / (magnitude + 2);
        var square = magnitude * magnitude;
        var tail = Math.Exp(-square) * scaled * (1 - Math.FusedMultiplyAdd(magnitude, magnitude, -square));
        return x < 0 ? 2 - tail : tail;
    }

    /// <summary>erf by its Maclaurin series in decimals of 28 digits, of which cancellation takes at most five.</summary>
    public static double ErfSeries(double x) => Math.Abs(x) switch
    {
        < 1e-3 => 2 / Math.Sqrt(Math.PI) * x * (1 - (x * x / 3) + (x * x * x * x / 10)),
        < 3 => (double)DecimalErf(x),
        _ => Math.CopySign(1 - ErfcSeries(Math.Abs(x)), x),
    };

    /// <summary>erfc as 1 - erf, and from 3 on by Laplace's continued fraction e^-x² / √π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))).</summary>
    public static double ErfcSeries(double x)
    {
        if (x < 1e-3) return 1 - ErfSeries(x);
        if (x < 3) return (double)(1 - DecimalErf(x));
        if (x > 30) return 0;
        var fraction = x;
        for (var n = 300; n > 0; n--) fraction = x + (n / 2.0 / fraction);
        // e^-x² of the rounded square would be off by x² units in the last place.
        var square = x * x;
        var lost = Math.FusedMultiplyAdd(x, x, -square);
        return Math.Exp(-square) * (1 - lost) / Math.Sqrt(Math.PI) / fraction;
    }

    private static decimal DecimalErf(double x)
    {
        // In steps of 2^-61, for a cast from double keeps 15 digits only.
        var exact = (decimal)(long)Math.ScaleB(x, 61) / (1L << 61);
        var (term, sum) = (exact, exact);
        for (var n = 1; n < 80; n++)
        {
            term *= -exact * exact / n;
            sum += term / ((2 * n) + 1);
        }
        return sum * 1.1283791670955125738961589031m;
    }

    // Odd and even powers apart: two chains of products, each half as long.
    private static double Polynomial(double x, double[] coefficients)
    {
        var square = x * x;
        var (first, second) = (0.0, 0.0);
        foreach (var coefficient in coefficients) (first, second) = (second, Math.FusedMultiplyAdd(first, square, coefficient));
        return Math.FusedMultiplyAdd(first, x, second);
    }
}

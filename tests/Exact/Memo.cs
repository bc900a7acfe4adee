using System.Numerics;

namespace GraphGrad.Tests.Exact;

/// <summary>Functions of numbers that this thread has computed already: an expression and its derivatives ask for the same ones many times.</summary>
/// <typeparam name="T">What the functions return.</typeparam>
internal static class Memo<T>
{
    private const int MostEntries = 20_000;

    [ThreadStatic]
    private static Dictionary<(string Function, BigInteger Mantissa, long Exponent, int Precision), T>? entries;

    /// <summary>A function of an exact number, to the precision of this thread.</summary>
    public static T Of(string function, Real x, Func<Real, T> compute)
    {
        entries ??= [];
        var key = (function, x.Mantissa, x.Exponent, Real.Precision);
        if (entries.TryGetValue(key, out var known)) return known;
        if (entries.Count == MostEntries) entries.Clear();
        return entries[key] = compute(x);
    }
}

namespace GraphGrad.Checking;

/// <summary>Where results have gone wrong: not finite, or in float32 far from what float64 gives.</summary>
internal static class Badness
{
    // Half of the digits.
    private const double Half = 1e-3;
    private const double HalfOfFloat64 = 1e-8;

    // Below the least normal number digits are lost in any case.
    private const double Least = 1.2e-38;
    private const double LeastOfFloat64 = 2.3e-308;

    /// <summary>The first element that is infinite or NaN, or -1.</summary>
    public static int FirstNotFinite(TensorData data)
    {
        switch (data.Elements)
        {
            case float[] a: return Array.FindIndex(a, x => !float.IsFinite(x));
            case double[] a: return Array.FindIndex(a, x => !double.IsFinite(x));
            default: return -1;
        }
    }

    /// <summary>The element that has lost most of its digits, or -1. What more digits have no number for is no measure.</summary>
    /// <param name="narrow">Of a program.</param>
    /// <param name="wide">The nearest doubles to what more digits give.</param>
    public static int WorstDigits(TensorData narrow, TensorData wide)
    {
        if (!narrow.DType.IsFloat() || wide.Elements is not double[] exact) return -1;
        var (worst, at) = (0.0, -1);
        for (var i = 0; i < exact.Length; i++)
        {
            if (LostDigits(narrow.DType, narrow.At(i), exact[i]) is var relative && relative > worst) (worst, at) = (relative, i);
        }
        return at;
    }

    /// <summary>Whether no element has lost half of its digits, however small it is.</summary>
    public static bool AreNear(TensorData narrow, TensorData wide) =>
        !narrow.DType.IsFloat() || wide.Elements is not double[] exact || !exact.Where((x, i) => !(Math.Abs(narrow.At(i) - x) <= (narrow.DType == DType.Float32 ? Half : HalfOfFloat64) * Math.Abs(x))).Any();

    /// <summary>The largest size of an element.</summary>
    public static double Largest(TensorData data)
    {
        var largest = 0.0;
        for (var i = 0; i < data.Count; i++) largest = Math.Max(largest, Math.Abs(data.At(i)));
        return largest;
    }

    /// <summary>The elements that are not finite; null if all are.</summary>
    public static bool[]? NotFinite(TensorData narrow, TensorData _) => FirstNotFinite(narrow) < 0 ? null : [.. Enumerable.Range(0, narrow.Count).Select(i => !double.IsFinite(narrow.At(i)))];

    /// <summary>The elements that are wrong; null if none is.</summary>
    public static bool[]? Wrong(TensorData narrow, TensorData wide) => !Is(narrow, wide) ? null
        : [.. Enumerable.Range(0, narrow.Count).Select(i => !double.IsFinite(narrow.At(i)) || (wide.Elements is double[] exact && LostDigits(narrow.DType, narrow.At(i), exact[i]) > 0))];

    /// <summary>Whether an element that is not finite has a true value that its element type holds.</summary>
    public static bool Exists(TensorData narrow, TensorData wide) =>
        narrow.DType.IsFloat() && wide.Elements is double[] exact && exact.Where((x, i) => !double.IsFinite(narrow.At(i)) && Math.Abs(x) <= (narrow.DType == DType.Float32 ? float.MaxValue : double.MaxValue)).Any();

    /// <summary>Whether anything is wrong.</summary>
    public static bool Is(TensorData narrow, TensorData wide) => FirstNotFinite(narrow) >= 0 || WorstDigits(narrow, wide) >= 0;

    /// <summary>The relative error where it exceeds half of the digits, else 0.</summary>
    private static double LostDigits(DType type, double value, double exact)
    {
        var (half, least, largest) = type == DType.Float32 ? (Half, Least, float.MaxValue) : (HalfOfFloat64, LeastOfFloat64, double.MaxValue);
        var (size, error) = (Math.Abs(exact), Math.Abs(value - exact));
        return size <= largest && double.IsFinite(value) && error > (half * size) + least ? error / Math.Max(size, double.Epsilon) : 0;
    }
}

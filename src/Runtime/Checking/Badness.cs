namespace GraphGrad.Checking;

/// <summary>Where results have gone wrong: not finite, or in float32 far from what float64 gives.</summary>
internal static class Badness
{
    // Half of the digits of float32.
    private const double LostDigits = 1e-3;

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

    /// <summary>The element of a float32 that has lost most of its digits, measured by float64, or -1. What float64 has no number for is no measure.</summary>
    public static int WorstDigits(TensorData narrow, TensorData wide)
    {
        if (narrow.Elements is not float[] a || wide.Elements is not double[] exact) return -1;
        var (worst, at) = (0.0, -1);
        for (var i = 0; i < a.Length; i++)
        {
            var size = Math.Abs(exact[i]);
            var error = Math.Abs(a[i] - exact[i]);
            // Below the least normal number digits are lost in any case.
            if (!(size <= float.MaxValue) || !float.IsFinite(a[i]) || error <= (LostDigits * size) + 1.2e-38) continue;
            var relative = error / Math.Max(size, double.Epsilon);
            if (relative > worst) (worst, at) = (relative, i);
        }
        return at;
    }

    /// <summary>Whether an element that is not finite has a true value that its element type holds.</summary>
    public static bool Exists(TensorData narrow, TensorData wide) =>
        narrow.Elements is float[] a && wide.Elements is double[] exact && Enumerable.Range(0, a.Length).Any(i => !float.IsFinite(a[i]) && Math.Abs(exact[i]) <= float.MaxValue);

    /// <summary>Whether anything is wrong.</summary>
    public static bool Is(TensorData narrow, TensorData wide) => FirstNotFinite(narrow) >= 0 || WorstDigits(narrow, wide) >= 0;
}

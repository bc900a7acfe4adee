using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>What multi-precision arithmetic serves for: float32 results that double-double arithmetic has too few digits for, or too small a range.</summary>
internal static class MultiPrecision
{
    /// <summary>How many binary digits are tried first, and last.</summary>
    public const int Least = 256;

    public const int Most = 4096;

    // Digits that a result has at the least: ten more than float32 shows wrong at 1e-6.
    private const double WantedDigits = 30;

    // The least float32 is 2^-149; an error of so little does not show in it.
    private const double LeastError = -170;

    // The same for double-double arithmetic, whose bounds are right to first order.
    private static readonly double Tolerance = Math.ScaleB(1, (int)-WantedDigits);
    private static readonly double Nothing = Math.ScaleB(1, (int)LeastError);

    /// <summary>Whether a result in double-double arithmetic has too few digits, by the bound of its error, or has left the range.</summary>
    public static bool IsNeeded(DoubleDouble result, double error) => !result.IsFinite || !(error <= Math.Max(Nothing, Tolerance * Math.Abs(result.High)));

    /// <summary>A result that has all digits that float32 needs; null if it has too few.</summary>
    public static double? Settled(BigFloat x)
    {
        if (x.IsUnknown) return null;
        if (!x.IsFinite || x.Accuracy >= WantedDigits) return x.ToDouble();
        return x.Error > LeastError ? null : x.Accuracy > 0 ? x.ToDouble() : 0;
    }

    /// <summary>Computes something with a number of digits.</summary>
    /// <param name="precision">How many binary digits.</param>
    /// <param name="compute">What is computed.</param>
    /// <param name="hasGuessed">Whether a comparison was decided by less than its error.</param>
    public static T With<T>(int precision, Func<T> compute, out bool hasGuessed)
    {
        var before = BigFloat.Precision;
        (BigFloat.Precision, BigFloat.HasGuessed) = (precision, false);
        try
        {
            var result = compute();
            hasGuessed = BigFloat.HasGuessed;
            return result;
        }
        finally
        {
            BigFloat.Precision = before;
        }
    }
}

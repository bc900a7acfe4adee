using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Hazards;

/// <summary>The value and the derivatives of a hazard at a point, to 80 digits.</summary>
internal static class Truth
{
    // 80 decimal digits.
    private const int Bits = 266;
    private static readonly int[] Precisions = [400, 1000, 4000, 34000];

    /// <summary>The value, and the derivative by each element of each input.</summary>
    public static (double Value, double[][] Slopes) Of(Hazard hazard, float[][] point)
    {
        var formula = hazard.Exactly ?? hazard.Naive;
        var value = 0.0;
        var slopes = point.Select((x, input) => x.Select((_, element) =>
        {
            var dual = AtPoint(formula, point, input, element);
            value = dual.Value.ToDouble();
            return dual.Slope.ToDouble();
        }).ToArray()).ToArray();
        return (value, slopes);
    }

    private static Dual AtPoint(Formula formula, float[][] point, int input, int element)
    {
        foreach (var precision in Precisions)
        {
            Real.Precision = precision;
            try
            {
                var inputs = point.Select((x, i) => x.Select((number, e) =>
                    new Dual((double)number, i == input && e == element ? Real.One : Real.Zero)).ToArray()).ToArray();
                var result = formula.Evaluate(inputs)[0];
                if (IsKnown(result.Value) && IsKnown(result.Slope)) return result;
            }
            catch (PrecisionException) when (precision != Precisions[^1])
            {
                // More bits decide it.
            }
            finally
            {
                Real.Precision = 0;
            }
        }
        throw new InvalidOperationException($"{formula} at {string.Join("; ", point.Select(x => string.Join(", ", x)))}: {Precisions[^1]} bits do not give 80 digits; state a form that does");
    }

    // What is certainly below every float32 counts as known.
    private static bool IsKnown(Real x) => x.Accuracy >= Bits || Math.Max(x.Error, x.Log2) < -400;
}

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// What the symbols of a program stand for where it is tried: few examples and few features, each symbol another number. What fails is an
/// expression, at any extent.
/// </summary>
internal sealed class TrialExtents
{
    private const int First = 3;

    private readonly Dictionary<string, long> numbers = new(StringComparer.Ordinal);

    /// <summary>Whether any extent is not known.</summary>
    public bool AreOpen => numbers.Count > 0;

    /// <summary>The value of a symbol: 3, 2, then 4 and on.</summary>
    public long Of(string symbol)
    {
        if (numbers.TryGetValue(symbol, out var number)) return number;
        number = numbers.Count switch { 0 => First, 1 => First - 1, var n => First - 1 + n };
        numbers.Add(symbol, number);
        return number;
    }

    /// <summary>The extents of a shape.</summary>
    public int[] Of(Shape shape) => [.. shape.Select(d => (int)d.Evaluate(Of))];

    /// <summary>How many elements a shape has; null if there is none of these extents.</summary>
    public long? CountOf(Shape shape)
    {
        var count = 1L;
        foreach (var dim in shape)
        {
            // Quotients of what a symbol stands for may have a divisor of 0.
            if (!dim.IsConstant && !dim.IsNonNegative) return null;
            count *= dim.Evaluate(Of);
        }
        return count;
    }
}

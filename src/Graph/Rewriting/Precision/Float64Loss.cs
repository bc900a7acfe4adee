using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>Whether what is computed in float64 has too few digits for float32, by what double-double arithmetic makes of it.</summary>
internal static class Float64Loss
{
    private const double Tolerance = 2e-6;
    private const double Smallest = 1.2e-38;
    private const double Largest = 3.3e38;

    /// <summary>An element of the result that is wrong, and by how much of its value; null if none is, or if the program cannot be computed more precisely.</summary>
    /// <param name="leaves">What is given.</param>
    /// <param name="values">What is computed, the result last.</param>
    /// <param name="data">The elements of the leaves.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="isExcused">Whether an element does not count.</param>
    public static (int Place, double Error)? Find(IReadOnlyList<Value> leaves, IReadOnlyList<Value> values, double[][] data, Func<string, long> binding, Func<int, bool> isExcused) =>
        DoubleDoubleProgram.Of(leaves, values) is { } program ? Find(program, [.. leaves.Select(l => l.DType)], data, binding, isExcused) : null;

    /// <summary>An element of the result that is wrong, and by how much of its value; null if none is.</summary>
    public static (int Place, double Error)? Find(DoubleDoubleProgram program, DType[] types, double[][] data, Func<string, long> binding, Func<int, bool>? isExcused = null)
    {
        DoubleDouble[][] numbers = [.. data.Select((x, leaf) => Array.ConvertAll(x, e => Number(types[leaf], e)))];
        var right = program.Run(numbers, binding, DoubleDoubleProgram.Mode.WithRests).Elements;
        var rounded = program.Run(numbers, binding, DoubleDoubleProgram.Mode.InFloat64).Elements;
        for (var i = 0; i < right.Length; i++)
        {
            var (size, error) = (Math.Abs(right[i].High), Math.Abs(rounded[i].High - right[i].High));
            // What rounding leaves of an exact zero is no reason, infinity is.
            if ((size is > Smallest and < Largest || (size == 0 && !rounded[i].IsFinite)) && !(error <= Tolerance * size) && isExcused?.Invoke(i) != true) return (i, double.IsFinite(error) ? error / size : double.PositiveInfinity);
        }
        return null;
    }

    private static DoubleDouble Number(DType type, double x) => type switch
    {
        DType.Float32 => (float)x,
        DType.Float64 => x,
        DType.Bool => Math.Abs(x) < 1 ? 1 : 0,
        _ => Math.Truncate(x),
    };
}

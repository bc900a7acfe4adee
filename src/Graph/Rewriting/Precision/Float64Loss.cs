using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>Whether what is computed in float64 has too few digits for float32, by what double-double arithmetic makes of it, or multi-precision arithmetic where that leaves its range.</summary>
internal static class Float64Loss
{
    private const double Tolerance = 2e-6;
    private const double Smallest = 1.2e-38;
    private const double Largest = 3.3e38;

    // Where double-double arithmetic has left its range, or has too few digits, so many elements are computed in multi-precision arithmetic.
    private const int MostExact = 16;

    // What needs more shows elsewhere, too.
    private const int MostDigits = MultiPrecision.Most / 4;

    /// <summary>An element of the result that is wrong; null if none is, or if the program cannot be computed more precisely.</summary>
    /// <param name="leaves">What is given.</param>
    /// <param name="values">What is computed, the result last.</param>
    /// <param name="data">The elements of the leaves.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="isExcused">Whether an element does not count.</param>
    public static Loss? Find(IReadOnlyList<Value> leaves, IReadOnlyList<Value> values, double[][] data, Func<string, long> binding, Func<int, bool> isExcused) =>
        DoubleDoubleProgram.Of(leaves, values) is { } program ? Find(program, [.. leaves.Select(l => l.DType)], data, binding, isExcused) : null;

    /// <summary>An element of the result that is wrong; null if none is.</summary>
    public static Loss? Find(DoubleDoubleProgram program, DType[] types, double[][] data, Func<string, long> binding, Func<int, bool>? isExcused = null)
    {
        double[][] exact = [.. data.Select((x, leaf) => Array.ConvertAll(x, e => Number(types[leaf], e)))];
        var numbers = Array.ConvertAll(exact, x => Array.ConvertAll(x, e => (DoubleDouble)e));
        var right = program.Run(numbers, binding, DoubleDoubleProgram.Mode.WithRests).Elements;
        var rounded = program.Run(numbers, binding, DoubleDoubleProgram.Mode.InFloat64).Elements;
        for (var i = 0; i < right.Length; i++)
        {
            var (size, error) = (Math.Abs(right[i].High), Math.Abs(rounded[i].High - right[i].High));
            // What rounding leaves of an exact zero is no reason, infinity is.
            if ((size is > Smallest and < Largest || (size == 0 && !rounded[i].IsFinite)) && !(error <= Tolerance * size) && isExcused?.Invoke(i) != true) return new Loss(i, double.IsFinite(error) ? error / size : double.PositiveInfinity, new Lazy<bool>(IsBeyond));
        }
        return Beyond([.. right.Select(x => !x.IsFinite)], right) is { } beyond ? new Loss(beyond, double.PositiveInfinity, new Lazy<bool>(true)) : null;

        bool IsBeyond()
        {
            var (settled, errors, _) = program.Run(numbers, binding);
            return Beyond([.. settled.Select((x, i) => MultiPrecision.IsNeeded(x, errors?[i] ?? 0))], settled) is not null;
        }

        // The first of some elements that multi-precision arithmetic knows otherwise.
        int? Beyond(bool[] isUnsure, DoubleDouble[] known)
        {
            int[] places = [.. Enumerable.Range(0, isUnsure.Length).Where(i => isUnsure[i] && isExcused?.Invoke(i) != true).Take(MostExact)];
            foreach (var (i, found) in places.Zip(program.RunExactly(places, exact, binding, MostDigits)))
            {
                if (found is { } number && Math.Abs(number) is > Smallest and < Largest && !(Math.Abs(known[i].High - number) <= Tolerance * Math.Abs(number))) return i;
            }
            return null;
        }
    }

    private static double Number(DType type, double x) => type switch
    {
        DType.Float32 => (float)x,
        DType.Float64 => x,
        DType.Bool => Math.Abs(x) < 1 ? 1 : 0,
        _ => Math.Truncate(x),
    };

    /// <summary>What is lost.</summary>
    /// <param name="Place">At which element; the first one.</param>
    /// <param name="Error">How much of its value.</param>
    /// <param name="IsBeyondDoubleDouble">Whether double-double arithmetic has too few digits for it or another one, too. It decides nothing but a name.</param>
    public readonly record struct Loss(int Place, double Error, Lazy<bool> IsBeyondDoubleDouble);
}

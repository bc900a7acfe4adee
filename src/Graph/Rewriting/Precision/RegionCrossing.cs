namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Data near which a result of a tiny program is zero: there a sum over its elements has cancelled, as log(Σ exp(x)) of shares has, and no sample meets it. One leaf is shifted as a whole until
/// the result changes its sign, or to where its size is least.
/// </summary>
internal static class RegionCrossing
{
    private const int MostLeaves = 3;

    // Numbers around 0, and positive ones.
    private static readonly int[] Bases = [0, 2];

    private static readonly double[] Shifts = [-9.3, -4.1, -2.2, -1.3, -0.77, -0.41, -0.17, -0.05, 0, 0.05, 0.17, 0.41, 0.77, 1.3, 2.2, 4.1, 9.3];

    private static readonly double[] Distances = [0, 1e-6, -1e-5, 1e-4, -1e-3];

    // Halving, and thirds, take the distance of two shifts to what float32 tells apart.
    private const int Halvings = 26;
    private const int Thirds = 36;

    /// <summary>The data, to be tried one after the other.</summary>
    /// <param name="region">A program of known extents.</param>
    /// <param name="inFloat64">The same in float64.</param>
    /// <param name="sample">The elements of each leaf in a sample.</param>
    public static IEnumerable<double[][]> Near(SmallProgram region, PreparedProgram inFloat64, Func<int, double[][]> sample)
    {
        // Of more elements a sum that cancels is one of chance.
        if (!region.IsTiny || region.Leaves.Count > MostLeaves) yield break;
        foreach (var kind in Bases)
        {
            var leaves = sample(kind);
            for (var leaf = 0; leaf < leaves.Length; leaf++)
            {
                var own = leaf;
                if (!region.Leaves[leaf].DType.IsFloat()) continue;
                if (Find(t => inFloat64.Run(Shifted(leaves, own, t, region)) is [var first, ..] ? first : double.NaN) is not { } shift) continue;
                foreach (var distance in Distances) yield return Shifted(leaves, leaf, shift + distance, region);
            }
        }
    }

    private static double[][] Shifted(double[][] leaves, int leaf, double shift, SmallProgram region)
    {
        double[][] moved = [.. leaves];
        moved[leaf] = DeclaredRange.Fold([.. leaves[leaf].Select(x => (double)(float)(x + shift))], DeclaredRange.Of(region.Leaves[leaf]));
        return moved;
    }

    /// <summary>A shift near which the function is zero; null if there is none.</summary>
    private static double? Find(Func<double, double> f)
    {
        var values = Array.ConvertAll(Shifts, t => f(t));
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i - 1] * values[i] < 0 && double.IsFinite(values[i - 1] + values[i])) return Between(f, Shifts[i - 1], Shifts[i], values[i - 1]);
        }
        for (var i = 1; i < values.Length - 1; i++)
        {
            var size = Math.Abs(values[i]);
            if (size < Math.Abs(values[i - 1]) && size < Math.Abs(values[i + 1]) && double.IsFinite(values[i - 1] + values[i + 1])) return Least(f, Shifts[i - 1], Shifts[i + 1]);
        }
        return null;
    }

    private static double Between(Func<double, double> f, double low, double high, double atLow)
    {
        for (var step = 0; step < Halvings; step++)
        {
            var middle = (low + high) / 2;
            if (f(middle) * atLow > 0) low = middle;
            else high = middle;
        }
        return low;
    }

    private static double Least(Func<double, double> f, double low, double high)
    {
        for (var step = 0; step < Thirds; step++)
        {
            var third = (high - low) / 3;
            if (Math.Abs(f(low + third)) < Math.Abs(f(high - third))) high -= third;
            else low += third;
        }
        return (low + high) / 2;
    }
}

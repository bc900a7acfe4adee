namespace GraphGrad.Rewriting.Precision;

/// <summary>Points near which a function of several numbers is zero: there a sum has cancelled, and samples do not meet it.</summary>
internal static class Crossing
{
    // As many sign changes are followed.
    private const int Most = 24;

    // Halving takes the distance of two floats to one unit in the last place of the larger.
    private const int Halvings = 40;

    private static readonly double[] Distances = [0, 1e-6, -1e-5, 1e-4, -1e-3];

    /// <summary>Points close to sign changes of a function; null if there is none.</summary>
    /// <param name="samples">The numbers of each argument at each point.</param>
    /// <param name="values">The function there.</param>
    /// <param name="evaluate">The function at other points, in float64.</param>
    public static double[][]? Near(double[][] samples, double[] values, Func<double[][], double[]> evaluate)
    {
        var pairs = Pairs(samples, values);
        if (pairs.Count == 0) return null;
        double[][] low = [.. samples.Select(s => pairs.Select(p => s[p.First]).ToArray())];
        double[][] high = [.. samples.Select(s => pairs.Select(p => s[p.Second]).ToArray())];
        var signs = pairs.Select(p => Math.Sign(values[p.First])).ToArray();
        for (var step = 0; step < Halvings; step++)
        {
            double[][] middle = [.. low.Select((l, leaf) => l.Select((x, i) => Middle(x, high[leaf][i])).ToArray())];
            var at = evaluate(middle);
            for (var i = 0; i < at.Length; i++)
            {
                var ends = Math.Sign(double.IsNaN(at[i]) ? 0 : at[i]) == signs[i] ? low : high;
                for (var leaf = 0; leaf < ends.Length; leaf++) ends[leaf][i] = middle[leaf][i];
            }
        }
        return [.. low.Select((l, leaf) => Distances.SelectMany(d => l.Select((x, i) => (double)(float)(leaf == 0 ? x * (1 + d) : x))).Concat(high[leaf]).ToArray())];
    }

    /// <summary>Neighbouring samples of one argument, or any two of several, between which the sign changes.</summary>
    private static List<(int First, int Second)> Pairs(double[][] samples, double[] values)
    {
        var order = Enumerable.Range(0, values.Length).Where(i => double.IsFinite(values[i]) && values[i] != 0).ToArray();
        if (samples.Length == 1) Array.Sort(order, (a, b) => samples[0][a].CompareTo(samples[0][b]));
        return [.. order.Zip(order.Skip(1)).Where(p => Math.Sign(values[p.First]) != Math.Sign(values[p.Second])).Take(Most)];
    }

    // By magnitude, where both have one sign: the ends of float32 are far from each other.
    private static double Middle(double a, double b) => (float)(Math.Sign(a) == Math.Sign(b) ? Math.Sign(a) * Math.Sqrt(a * b) : (a + b) / 2);
}

namespace GraphGrad.Rewriting.Precision;

/// <summary>Points near which a function of several numbers is zero: there a sum has cancelled, and samples do not meet it.</summary>
internal static class Crossing
{
    // As many sign changes are followed.
    private const int Most = 24;

    // Halving takes the distance of two floats to one unit in the last place of the larger.
    private const int Halvings = 40;

    private static readonly double[] Distances = [0, 1e-6, -1e-5, 1e-4, -1e-3];

    // At 1e-7 of its distance from a minimum what was squared has lost 1e-14, as many digits as float64 has.
    private const int Thirds = 40;
    private const int Bases = 10;

    // Where a term vanishes, minima are nearer to zero.
    private const int BasesOfTiny = 6;
    private const double Tiny = 1e-7;
    private const int PlacesOnLine = 48;

    /// <summary>Points close to sign changes of a function, or else to where its size has a minimum along one argument, as a divergence has; null if there is none.</summary>
    /// <param name="samples">The numbers of each argument at each point.</param>
    /// <param name="values">The function there.</param>
    /// <param name="evaluate">The function at other points, in float64.</param>
    public static double[][]? Near(double[][] samples, double[] values, Func<double[][], double[]> evaluate)
    {
        var pairs = Pairs(samples, values);
        if (pairs.Count == 0) return NearMinima(samples, values, evaluate);
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

    private static double[][]? NearMinima(double[][] samples, double[] values, Func<double[][], double[]> evaluate)
    {
        var finite = Enumerable.Range(0, values.Length).Where(i => double.IsFinite(values[i]) && values[i] != 0).ToArray();
        // Of one argument there is but one line.
        var most = samples.Length == 1 ? 1 : Bases;
        int[] bases = [.. Some(finite, most), .. samples.Length == 1 ? [] : Some([.. finite.Where(i => samples.Any(s => Math.Abs(s[i]) < Tiny))], BasesOfTiny)];
        if (bases.Length == 0) return null;
        // Lines through the bases, one for each argument.
        var lines = samples.SelectMany((all, leaf) => Places(all) is var places ? bases.Select(b => (Leaf: leaf, Base: b, Places: places)) : []).ToArray();
        double[][] points = [.. samples.Select((all, leaf) => lines.SelectMany(l => l.Places.Select(x => l.Leaf == leaf ? x : all[l.Base])).ToArray())];
        var sizes = evaluate(points).Select(Math.Abs).ToArray();
        var found = new List<(int Leaf, int Base, double Low, double High)>();
        for (var (line, at) = (0, 0); line < lines.Length; at += lines[line++].Places.Length)
        {
            for (var i = 1; i < lines[line].Places.Length - 1; i++)
            {
                var size = sizes[at + i];
                if (size > 0 && size < sizes[at + i - 1] && size < sizes[at + i + 1] && double.IsFinite(sizes[at + i - 1]) && double.IsFinite(sizes[at + i + 1])) found.Add((lines[line].Leaf, lines[line].Base, lines[line].Places[i - 1], lines[line].Places[i + 1]));
            }
        }
        if (found.Count == 0) return null;
        var valleys = found.Where((_, i) => i % (1 + (found.Count / Most)) == 0).ToArray();
        for (var step = 0; step < Thirds; step++)
        {
            var (first, second) = (SizesAt(v => v.Low + ((v.High - v.Low) / 3)), SizesAt(v => v.High - ((v.High - v.Low) / 3)));
            for (var i = 0; i < valleys.Length; i++)
            {
                var third = (valleys[i].High - valleys[i].Low) / 3;
                if (first[i] < second[i]) valleys[i].High -= third;
                else valleys[i].Low += third;
            }
        }
        return [.. samples.Select((all, leaf) => Distances.SelectMany(d => valleys.Select(v => (double)(float)(v.Leaf == leaf ? (v.Low + v.High) / 2 * (1 + d) : all[v.Base]))).ToArray())];

        double[] SizesAt(Func<(int Leaf, int Base, double Low, double High), double> place) =>
            [.. evaluate([.. samples.Select((all, leaf) => valleys.Select(v => v.Leaf == leaf ? place(v) : all[v.Base]).ToArray())]).Select(Math.Abs)];
    }

    private static IEnumerable<int> Some(int[] places, int most) => places.Where((_, i) => i % (1 + (places.Length / most)) == 0);

    /// <summary>Some of the numbers that an argument takes, ascending.</summary>
    private static double[] Places(double[] samples)
    {
        var sorted = samples.Distinct().Order().ToArray();
        return [.. sorted.Where((_, i) => i % (1 + (sorted.Length / PlacesOnLine)) == 0)];
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

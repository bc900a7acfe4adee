namespace GraphGrad.Rewriting.Precision;

/// <summary>What small programs are fed when they are tried: vectors of the kinds for which reductions fail.</summary>
internal static class SampleData
{
    // A center, by how much elements differ from it (relatively if it is not 0), and by how much the leaves differ in scale.
    private static readonly (double Center, double Spread)[] Kinds =
    [
        (0, 1), (0, 3), (1, 0.3), (0.5, 0.4), (1, 0), (0, 30), (0, 100), (90, 0.01), (-200, 0.01), (1000, 0), (1000, 1e-3), (1e4, 1e-4),
        (0, 1e4), (1, 1e-3), (1, 1e-6), (0, 1e-3), (0, 1e-10), (1e-20, 0.5), (1e-30, 0.5), (1e20, 0.5), (1e30, 0.5), (0, 1e20), (-0.5, 0.9), (1e-15, 0.5), (1e15, 0.5), (1e-5, 0.5), (1e5, 0.5), (1e-10, 0.5), (1e10, 0.5), (1, 0.01), (-1e3, 1e-3), (3, 0.9), (0.01, 0.9),
    ];

    /// <summary>How many kinds there are.</summary>
    public static int Count => Kinds.Length;

    /// <summary>The elements of a leaf.</summary>
    public static double[] Of(int kind, int leaf, int count)
    {
        var random = new Random((kind * 7919) + (leaf * 104729) + 13);
        var (center, spread) = Kinds[kind];
        // A scalar beside a vector is a scale or a shift more often than not.
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var part = (random.NextDouble() * 2) - 1;
            return (double)(float)(center == 0 ? spread * part : center * (1 + (spread * part)));
        })];
    }
}

namespace GraphGrad.Rewriting.Precision;

/// <summary>Where chains are tried: numbers of both signs from 1e-4 to 1e4, and some near 1, none of which is round.</summary>
internal static class SamplePoints
{
    // With several leaves, which meet in another combination at each point.
    private const int Combinations = 256;

    private static readonly float[] Numbers = [.. Magnitudes().SelectMany(m => new[] { m, -m })];

    /// <summary>How many points a function of so many leaves is tried at.</summary>
    public static int Count(int leaves) => leaves == 1 ? Numbers.Length : Combinations;

    /// <summary>The values of a leaf at each point.</summary>
    public static double[] Of(int leaf, int leaves)
    {
        var count = Count(leaves);
        return [.. Enumerable.Range(0, count).Select(point => (double)Numbers[leaves == 1 ? point : (int)(Mixed(point, leaf) % (uint)Numbers.Length)])];
    }

    private static IEnumerable<float> Magnitudes()
    {
        for (var power = -8; power <= 8; power++)
        {
            yield return (float)(1.3717421 * Math.Pow(10, power / 2.0));
        }
        for (var power = 1; power <= 3; power++)
        {
            yield return (float)(1 + (0.7129 * Math.Pow(10, -power)));
            yield return (float)(1 - (0.8317 * Math.Pow(10, -power)));
        }
    }

    // Mixes as integer hashes do: multiply by an odd number, fold the upper half into the lower.
    private static uint Mixed(int point, int leaf)
    {
        var x = ((uint)point * 0x9E3779B1u) + ((uint)(leaf + 1) * 0x85EBCA77u);
        x = (x ^ (x >> 15)) * 0x2C1B3C6Du;
        x = (x ^ (x >> 12)) * 0x297A2D39u;
        return x ^ (x >> 15);
    }
}

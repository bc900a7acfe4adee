using System.Collections.Concurrent;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Where chains are tried: numbers of both signs from 1e-4 to 1e4, and some near 1, none of which is round. Leaves that are exact are tried over
/// the whole range of float32, and near each other.
/// </summary>
internal static class SamplePoints
{
    // With several leaves, which meet in another combination at each point.
    private const int Combinations = 256;

    private static readonly float[] Numbers = [.. Magnitudes().SelectMany(m => new[] { m, -m })];

    // Where exponentials leave the range, close to 1, to multiples of π/2, and the ends.
    private static readonly float[] Beyond = [.. Extremes().SelectMany(m => new[] { m, -m })];

    private static readonly float[] Ends = [2.3e38f, 3.1e38f, 1.3e-38f, -2.7e38f];

    private static readonly float[] Exponents = [-91.3f, -60, 88.5f, 110];

    private static readonly float[] Orders = [1e-30f, 1e-20f, 1e-10f, 1e10f, 1e20f, 1e30f];

    private static readonly double[] Scales = [1e9, 1e15, 1e20];

    private static readonly float[] Labels = [0, 1];

    // Scores, up to where a sigmoid differs from 1 by less than a double does.
    private static readonly float[] Moderate = [-55, 0.31f, 47, -21, 0.73f, 34, 7.3f, -9.7f];

    private static readonly float[] Ratios = [1, 1 + 1e-2f, 1 - 1e-4f, 1 + 1e-6f, -1, -1 + 1e-5f];

    // All of them as large as exponents and scores are: what one factor alone cannot hold, and what is near 1 in all factors.
    private static readonly float[] Scores = [.. Moderate, 92, 28.5f, -64, 13, -36, 61, 3.1f, -0.23f];
    private const int RoundsOfScores = 32;

    // Where functions have their limits, all leaves at once, and what vanishes beside two that are near each other.
    private static readonly float[] Corners = [1.3e-3f, -1.1e-3f, 1.2e-5f, -1.7e-7f, 1 - 1.3e-7f, 1 + 1.2e-6f, 1 - 1.1e-4f, -1 + 1.7e-6f, -1 - 1.3e-4f];
    private static readonly float[] Vanishing = [1.3e-10f, -1.1e-12f, 1.7e-8f, 1.2e-15f];
    private const int RoundsOfCorners = 32;
    private const int RoundsOfVanishing = 4;

    private static readonly ConcurrentDictionary<(int Leaves, bool Exact), double[][]> Known = [];

    /// <summary>The values of each leaf at each point, to be read only: they are made once.</summary>
    public static double[][] Of(int leaves, bool exact) => Known.GetOrAdd((leaves, exact), key => Make(key.Leaves, key.Exact));

    private static double[][] Make(int leaves, bool exact)
    {
        if (leaves == 1) return [exact ? [.. Numbers, .. Beyond] : [.. Numbers]];
        var samples = new List<double>[leaves];
        for (var leaf = 0; leaf < leaves; leaf++)
        {
            samples[leaf] = [.. Enumerable.Range(0, Combinations).Select(point => Pick(Numbers, point, leaf))];
        }
        if (exact) AddOfExact(samples);
        return [.. samples.Select(s => s.ToArray())];
    }

    private static void AddOfExact(List<double>[] samples)
    {
        var point = Combinations;
        for (; point < 2 * Combinations; point++)
        {
            for (var leaf = 0; leaf < samples.Length; leaf++) samples[leaf].Add(Mixed(point, leaf + 99) % 2 == 0 ? Pick(Beyond, point, leaf) : Pick(Numbers, point, leaf));
        }
        // One where exponentials leave the range, the others of one order: what one factor alone cannot hold, their product can.
        for (var first = 0; first < samples.Length; first++)
        {
            foreach (var exponent in Exponents)
            {
                foreach (var order in Orders)
                {
                    for (var leaf = 0; leaf < samples.Length; leaf++) samples[leaf].Add(leaf == first ? exponent : (float)(order * Pick(Numbers, point, leaf)));
                    point++;
                }
            }
        }
        // One of them a label.
        for (var first = 0; first < samples.Length; first++)
        {
            foreach (var label in Labels)
            {
                for (var round = 0; round < 16; round++, point++)
                {
                    for (var leaf = 0; leaf < samples.Length; leaf++) samples[leaf].Add(leaf == first ? label : Pick(round % 2 == 0 ? Numbers : Moderate, point, leaf));
                }
            }
        }
        for (var round = 0; round < RoundsOfScores; round++, point++)
        {
            for (var leaf = 0; leaf < samples.Length; leaf++) samples[leaf].Add(Pick(Scores, point, leaf));
        }
        for (var round = 0; round < RoundsOfCorners; round++, point++)
        {
            for (var leaf = 0; leaf < samples.Length; leaf++) samples[leaf].Add(Pick(Corners, point, leaf));
        }
        for (var first = 0; samples.Length > 2 && first < samples.Length; first++)
        {
            for (var round = 0; round < RoundsOfVanishing; round++, point++)
            {
                var (second, number) = ((first + 1 + (round % (samples.Length - 1))) % samples.Length, Pick(Numbers, point, first));
                for (var leaf = 0; leaf < samples.Length; leaf++)
                {
                    samples[leaf].Add(leaf == first ? number : (float)(number * (leaf == second ? (round < 2 ? 1 : 1 + 1e-7) : Pick(Vanishing, point, leaf))));
                }
            }
        }
        // One as much larger as the others are smaller: a number near 1 with an exponent that brings it far from 1.
        for (var first = 0; first < samples.Length; first++)
        {
            foreach (var order in Scales)
            {
                for (var round = 0; round < 3; round++, point++)
                {
                    for (var leaf = 0; leaf < samples.Length; leaf++) samples[leaf].Add((float)(Pick(Numbers, point, leaf) * (leaf == first ? order : 1 / order)));
                }
            }
        }
        // Near each other, all or two of them.
        for (var first = 0; first < samples.Length; first++)
        {
            foreach (var ratio in Ratios)
            {
                for (var round = 0; round < 12; round++, point++)
                {
                    var second = (first + 1 + (round % Math.Max(1, samples.Length - 1))) % samples.Length;
                    var numbers = round == 0 ? Ends : round % 3 == 2 ? Beyond : Numbers;
                    for (var leaf = 0; leaf < samples.Length; leaf++)
                    {
                        samples[leaf].Add(leaf == second || round >= 9 ? (float)(ratio * Pick(numbers, point, first)) : Pick(numbers, point, leaf));
                    }
                }
            }
        }
    }

    private static double Pick(float[] numbers, int point, int leaf) => numbers[(int)(Mixed(point, leaf) % (uint)numbers.Length)];

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

    private static IEnumerable<float> Extremes()
    {
        for (var power = -37; power <= 37; power += power is >= -8 and < 8 ? 1 : 4) yield return (float)(1.1717421 * Math.Pow(10, power));
        foreach (var small in new[] { 1e-7, 1e-6, 1e-5, 1e-4 })
        {
            yield return (float)(1 + (1.31 * small));
            yield return (float)(1 - (1.31 * small));
            for (var quarter = 1; quarter <= 4; quarter++) yield return (float)(Math.PI / 2 * quarter * (1 + small));
        }
        foreach (var moderate in new[] { 0.11f, 0.27f, 0.45f, 0.55f, 0.73f, 1.5f, 2, 2.7f, 5.1f, 7.3f, 9.7f, 17.5f, 21, 34, 55, 88.5f, 91.3f, 103.1f, 110, 160, 310, 707, 720, 2000, 3e38f }) yield return moderate;
    }

    /// <summary>A number that differs without pattern from point to point and leaf to leaf.</summary>
    public static uint Mixed(int point, int leaf)
    {
        // As integer hashes do: multiply by an odd number, fold the upper half into the lower.
        var x = ((uint)point * 0x9E3779B1u) + ((uint)(leaf + 1) * 0x85EBCA77u);
        x = (x ^ (x >> 15)) * 0x2C1B3C6Du;
        x = (x ^ (x >> 12)) * 0x297A2D39u;
        return x ^ (x >> 15);
    }
}

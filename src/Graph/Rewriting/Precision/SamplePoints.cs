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
        Point[] points = [.. Enumerable.Repeat(Among(Numbers), Combinations), .. exact ? OfExact(leaves) : []];
        return [.. Enumerable.Range(0, leaves).Select(leaf => points.Select((point, number) => point(number, leaf)).ToArray())];
    }

    /// <summary>The value of a leaf at the point of a number, which picks among those of its kind.</summary>
    private delegate double Point(int number, int leaf);

    private static IEnumerable<Point> OfExact(int leaves) =>
    [
        .. Enumerable.Repeat<Point>(Anywhere, Combinations),
        .. OneExponent(leaves),
        .. OneLabel(leaves),
        .. Enumerable.Repeat(Among(Scores), RoundsOfScores),
        .. Enumerable.Repeat(Among(Corners), RoundsOfCorners),
        .. leaves > 2 ? TwoAmongVanishing(leaves) : [],
        .. OneLarge(leaves),
        .. NearEachOther(leaves),
    ];

    private static Point Among(float[] numbers) => (number, leaf) => Pick(numbers, number, leaf);

    private static double Anywhere(int number, int leaf) => Pick(Mixed(number, leaf + 99) % 2 == 0 ? Beyond : Numbers, number, leaf);

    // One where exponentials leave the range, the others of one order: what one factor alone cannot hold, their product can.
    private static IEnumerable<Point> OneExponent(int leaves) =>
        from first in Enumerable.Range(0, leaves)
        from exponent in Exponents
        from order in Orders
        select (Point)((number, leaf) => leaf == first ? exponent : (float)(order * Pick(Numbers, number, leaf)));

    private static IEnumerable<Point> OneLabel(int leaves) =>
        from first in Enumerable.Range(0, leaves)
        from label in Labels
        from round in Enumerable.Range(0, 16)
        select (Point)((number, leaf) => leaf == first ? label : Pick(round % 2 == 0 ? Numbers : Moderate, number, leaf));

    private static IEnumerable<Point> TwoAmongVanishing(int leaves) =>
        from first in Enumerable.Range(0, leaves)
        from round in Enumerable.Range(0, RoundsOfVanishing)
        let second = (first + 1 + (round % (leaves - 1))) % leaves
        select (Point)((number, leaf) =>
        {
            var scale = Pick(Numbers, number, first);
            return leaf == first ? scale : (float)(scale * (leaf == second ? (round < 2 ? 1 : 1 + 1e-7) : Pick(Vanishing, number, leaf)));
        });

    // One as much larger as the others are smaller: a number near 1 with an exponent that brings it far from 1.
    private static IEnumerable<Point> OneLarge(int leaves) =>
        from first in Enumerable.Range(0, leaves)
        from order in Scales
        from round in Enumerable.Range(0, 3)
        select (Point)((number, leaf) => (float)(Pick(Numbers, number, leaf) * (leaf == first ? order : 1 / order)));

    // All of them, or two.
    private static IEnumerable<Point> NearEachOther(int leaves) =>
        from first in Enumerable.Range(0, leaves)
        from ratio in Ratios
        from round in Enumerable.Range(0, 12)
        let second = (first + 1 + (round % Math.Max(1, leaves - 1))) % leaves
        let numbers = round == 0 ? Ends : round % 3 == 2 ? Beyond : Numbers
        select (Point)((number, leaf) => leaf == second || round >= 9 ? (float)(ratio * Pick(numbers, number, first)) : Pick(numbers, number, leaf));

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

using GraphGrad.Ranges;

namespace GraphGrad.Rewriting.Precision;

/// <summary>What small programs are fed when they are tried: vectors of the kinds for which reductions fail.</summary>
internal static class SampleData
{
    // A center, by how much elements differ from it (relatively if it is not 0).
    private static readonly (double Center, double Spread)[] Kinds =
    [
        (0, 1), (0, 3), (1, 0.3), (0.5, 0.4), (1, 0), (0, 30), (0, 100), (90, 0.01), (-200, 0.01), (1000, 0), (1000, 1e-3), (1e4, 1e-4),
        (0, 1e4), (1, 1e-3), (1, 1e-6), (0, 1e-3), (0, 1e-10), (1e-20, 0.5), (1e-30, 0.5), (1e20, 0.5), (1e30, 0.5), (0, 1e20), (-0.5, 0.9), (1e-15, 0.5), (1e15, 0.5), (1e-5, 0.5), (1e5, 0.5), (1e-10, 0.5), (1e10, 0.5), (1, 0.01), (-1e3, 1e-3), (3, 0.9), (0.01, 0.9),
    ];

    // Leaves that differ by so much from each other, as two distributions, or a model and its target: what one element gains, its neighbour loses. The
    // first one's center and spread.
    private static readonly (double Center, double Spread, double Distance)[] Near =
    [
        (0.4, 0.6, 1e-2), (0.4, 0.6, 1e-4), (0.4, 0.6, 1e-6), (0, 3, 1e-3), (0, 100, 1e-5), (1e4, 0.5, 1e-4),
    ];

    // Rows that fall by such factors from one element to the next.
    private static readonly double[] Falls = [1e-2, 1e-5, 1e-10];

    // Some begin not with 1, whose logarithm is exact.
    private const double Head = 6.1e9;

    // Rows that sum to 1, and other leaves that differ from them by so much, as distributions do; leaves of one element differ from 1, as orders of entropies do.
    private static readonly double[] Shares = [1e-2, 1e-4];

    // Elements close to each other beside leaves of one element that are small: energies and a temperature.
    private static readonly (double Center, double Spread, double Single)[] Cold = [(5, 3e-4, 1e-3), (1, 0.3, 1e-2)];

    // A leaf with an element that is larger than the others by so much, and others that are 1 there and 0 elsewhere: confident and right.
    private static readonly (double Lead, int Leaf)[] Leads = [(10, 0), (20, 0), (50, 0), (20, 1), (50, 1), (50, 2), (-35, 0)];

    // Counts beside the shares that they are expected to have, and large numbers beside exponents: once for leaves of even number, once for odd ones.
    private const double Trials = 3000;
    private const double Base = 1e20;

    // Elements so large, and one of three so small: their product is an ordinary number.
    private const double Swing = 1e28;

    // Scores of one sign around so much: sigmoids and 1 - exp(x) near 1, all of them.
    private static readonly double[] Gates = [20, -20, 100];

    // Scores so far from 0, of the sign that labels of 1 and 0 in the other leaves call for: sure of all elements and right. The first leaf has them, or the second.
    private static readonly (double Score, int Leaf)[] Sure = [(12, 0), (30, 0), (30, 1)];

    // What rows of length nearly 1 lack to it.
    private const double BelowSurface = 1e-5;

    // Exponents beside weights so large, most of which are 0.
    private const double Weight = 1e30;

    // Next to the ends of float32: sums of such numbers, or of their inverses, leave the range, and means do not.
    private static readonly (double Center, bool ChangesSign)[] Ends = [(2.6e38, false), (1.4e-38, false), (2.6e38, true)];
    private const double SpreadAtEnds = 0.1;

    // Rows that only few numbers in all are held to. Their greatest element cancels: what is left are the others, which float64 has lost, too.
    private const double Cancelling = 1e13;

    // Scores one of which is far above the others and has next to no weight, or none; the first leaf has the scores, or those after it.
    private static readonly (double Weight, int Leaf)[] Masks = [(0, 0), (0, 1), (1e-30, 0), (1e-30, 1)];
    private const double Masked = 150;

    // Probabilities of those that are sure, beside labels that say the same; the first leaf has them, or those after it.
    private const double Doubt = 1e-6;

    // Half of a row of the first leaf is so large, half so small.
    private const double HalfSwing = 1e25;

    // Matrices so near to one without effect, and powers beside coefficients that sum to 0; rows of equal steps, whose middle is their mean up to rounding.
    private const double NearOne = 1e-3;
    private const double Step = 1.7e5 / 3;

    // Scores that some temperatures make sure, and others doubtful.
    private const double SmallLead = 2;

    /// <summary>How many kinds there are.</summary>
    public static int Count => Kinds.Length + Near.Length + Leads.Length + Falls.Length + Shares.Length + Cold.Length + 8 + Gates.Length + Sure.Length;

    /// <summary>The same with those for rows of few numbers.</summary>
    public static int CountOfFew => Count + 8 + Masks.Length;

    /// <summary>The same with rows whose greatest elements cancel, for few numbers in all.</summary>
    public static int CountOfTiny => CountOfFew + 2;

    /// <summary>The elements of a leaf.</summary>
    /// <param name="kind">Which kind, from 0.</param>
    /// <param name="leaf">Which leaf, from 0.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="row">How many of them make a row.</param>
    /// <param name="range">Where they may lie.</param>
    public static double[] Of(int kind, int leaf, int count, int row, Interval range)
    {
        if (kind >= Count) return DeclaredRange.Fold(OfFew(kind - Count, kind, leaf, count, row), range);
        if (kind < Kinds.Length)
        {
            var (center, spread) = Kinds[kind];
            return DeclaredRange.Fold(Around(center, spread, kind, leaf, count), range);
        }
        if (kind - Kinds.Length is var near && near < Near.Length)
        {
            var (center, spread, distance) = Near[near];
            var first = DeclaredRange.Fold(Around(center, spread, kind, leaf: 0, count), range);
            if (leaf == 0) return first;
            var moved = Around(0, distance, kind, leaf, count);
            // The last of an odd number keeps what it has.
            return [.. first.Select((x, i) => Math.Clamp((float)(x + Gain(i % row, i - (i % row))), range.Low, range.High))];

            double Gain(int place, int start) =>
                place % 2 == 1 ? -Gain(place - 1, start) : place + 1 < row || row == 1 ? first[start + place] * moved[start + place] : 0;
        }
        if (near - Near.Length is var special && special >= Leads.Length) return DeclaredRange.Fold(Special(special - Leads.Length, kind, leaf, count, row), range);
        var (lead, leading) = Leads[special];
        // At every fifth place, so that few rows have none.
        return DeclaredRange.Fold([.. Around(0, 1, kind, leaf, count).Select((x, i) => i % 5 == 0 ? (leaf == leading ? lead : 1) : leaf == leading ? x : 0)], range);
    }

    /// <summary>In how many ways leaves lie next to the ends of float32: all, those of even number, those of odd number, of one leaf all.</summary>
    public static int CountAtEnds(int leaves) => Ends.Length * (leaves == 1 ? 1 : 3);

    /// <summary>The elements of a leaf where leaves lie next to the ends of float32.</summary>
    /// <param name="way">In which way, from 0.</param>
    /// <param name="leaf">Which leaf, from 0.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="range">Where they may lie.</param>
    public static double[] AtEnd(int way, int leaf, int count, Interval range)
    {
        var isAtEnd = way / Ends.Length is var which && (which == 0 || which - 1 == leaf % 2);
        var (center, changesSign) = isAtEnd ? Ends[way % Ends.Length] : (1, false);
        var numbers = Around(center, SpreadAtEnds, Count + way, leaf, count);
        return DeclaredRange.Fold(changesSign ? [.. numbers.Select((x, i) => i % 2 == 0 ? x : -x)] : numbers, range);
    }

    private static double[] OfFew(int special, int kind, int leaf, int count, int row)
    {
        var numbers = Around(1, 0.3, kind, leaf, count);
        switch (special)
        {
            case 0 or 1:
                return Rows((x, place) => place == 0 ? 1 : leaf % 2 == special ? Doubt * x : 0);
            case 2:
                return Rows((x, place) => leaf > 0 ? x : place * 2 < row ? x * HalfSwing : x / HalfSwing);
            case 3:
                return Rows((x, place) => place == 0 && leaf == 0 ? SmallLead : x - 1);
            case 4 or 5:
                return leaf % 2 != special % 2 ? Around(1, NearOne, kind, leaf, count) : Balanced(1, kind, leaf, count, row);
            case 6:
                return Rows((x, place) => Step * (place + 2));
            case 7:
                var own = 0;
                return Rows((x, place) => ((x - 1) * NearOne) + (own++ / row % row == place ? 1 : 0));
        }
        var mask = special - 8;
        if (mask >= Masks.Length)
            return Rows((x, place) => place > 0 && place < row - 1 ? x : leaf % 2 != mask - Masks.Length ? 1 : place == 0 ? Cancelling : -Cancelling);
        var (weight, scored) = Masks[mask];
        return Rows((x, place) => leaf % 2 == scored ? (place == 0 ? Masked : (x - 1) * 10) : place == 0 ? weight : x);

        double[] Rows(Func<double, int, double> element) => row == 1 ? numbers : [.. numbers.Select((x, i) => (double)(float)element(x, i % row))];
    }

    private static double[] Special(int special, int kind, int leaf, int count, int row)
    {
        if (special < Falls.Length)
        {
            // Each leaf begins at another element, with 1.
            return [.. Around(1, 0.3, kind, leaf, count).Select((x, i) => ((i % row) + leaf) % row is > 0 and var place ? (double)(float)(x * Math.Pow(Falls[special], place)) : 1)];
        }
        if (special - Falls.Length is var share && share < Shares.Length)
            return row == 1 ? [.. Around(1, Shares[share], kind, leaf, count)] : [.. Distribution(kind, leaf: 0, count, row).Select((x, i) => (double)(float)(x + (leaf == 0 || ((i % row) | 1) >= row ? 0 : Shares[share] * leaf * (i % row % 2 == 0 ? 0.1 : -0.1))))];
        if (share - Shares.Length is var cold && cold < Cold.Length)
        {
            var (center, spread, single) = Cold[cold];
            return row == 1 ? Around(single, 0.3, kind, leaf, count) : Around(center, spread, kind, leaf, count);
        }
        switch (cold - Cold.Length)
        {
            case 0 or 1:
                var shares = Distribution(kind, leaf: 0, count, row);
                return leaf % 2 != (cold - Cold.Length) % 2 ? shares : [.. Around(Trials, 1e-3, kind, leaf, count).Select((x, i) => (double)(float)(x * shares[i]))];
            case > 4 and < 8 and var gate: return Around(Gates[gate - 5], 0.5, kind, leaf, count);
            case 8: return Around(0, leaf % 2 == 0 ? 150 : 1, kind, leaf, count) is var numbers && leaf % 2 == 0 ? numbers : [.. numbers.Select((x, i) => i % 3 == 1 ? (double)(float)(Weight * (2 + x)) : 0)];
            case 9: return [.. Around(Head, 0.3, kind, leaf, count).Select((x, i) => (double)(float)(x * Math.Pow(Falls[^1], ((i % row) + leaf) % row)))];
            case > 9 and < 13 and var sure:
                var (score, scored) = Sure[sure - 10];
                return [.. Around(1, 0.05, kind, leaf, count).Select((x, i) => leaf != scored ? (i + 1) % 2 : (double)(float)(i % 2 == 0 ? score * x : -score * x))];
            case 13: return Directions(kind, leaf, count, row);
            case 2 or 3: return leaf % 2 == (cold - Cold.Length) % 2 ? Around(Base, 0.5, kind, leaf, count) : Balanced(4, kind, leaf, count, row);
        }
        return [.. Around(1, 0.5, kind, leaf, count).Select((x, i) => (double)(float)(i % 3 == 2 ? x / Swing : x * Swing))];
    }

    /// <summary>Rows that sum to about 0, so that the product of powers is an ordinary number.</summary>
    private static double[] Balanced(double spread, int kind, int leaf, int count, int row)
    {
        var numbers = Around(0, spread, kind, leaf, count);
        var sums = Enumerable.Range(0, (count + row - 1) / row).Select(r => numbers.Skip(r * row).Take(row).Sum()).ToArray();
        return row == 1 ? numbers : [.. numbers.Select((x, i) => (double)(float)(x - (sums[i / row] / row)))];
    }

    /// <summary>Rows whose squares sum to nearly 1, as points of a ball near its surface.</summary>
    private static double[] Directions(int kind, int leaf, int count, int row)
    {
        var numbers = Around(0, 1, kind, leaf, count);
        var lengths = Enumerable.Range(0, (count + row - 1) / row).Select(r => Math.Sqrt(numbers.Skip(r * row).Take(row).Sum(x => x * x))).ToArray();
        return [.. numbers.Select((x, i) => (double)(float)(x / lengths[i / row] * (1 - (BelowSurface * (leaf + 1)))))];
    }

    /// <summary>Rows that sum to 1.</summary>
    private static double[] Distribution(int kind, int leaf, int count, int row)
    {
        var numbers = Around(0.5, 0.6, kind, leaf, count);
        var sums = Enumerable.Range(0, (count + row - 1) / row).Select(r => numbers.Skip(r * row).Take(row).Sum()).ToArray();
        return [.. numbers.Select((x, i) => (double)(float)(x / sums[i / row]))];
    }

    private static double[] Around(double center, double spread, int kind, int leaf, int count)
    {
        var random = new Random((kind * 7919) + (leaf * 104729) + 13);
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            var part = (random.NextDouble() * 2) - 1;
            numbers[i] = (float)(center == 0 ? spread * part : center * (1 + (spread * part)));
        }
        return numbers;
    }
}

namespace GraphGrad;

/// <summary>In which order the operands of a sum of products are combined with the fewest multiplications.</summary>
internal static class EinsumOrder
{
    // With five there are 180 orders.
    private const int MostOperands = 5;

    /// <summary>
    /// The places of the pairs, smaller first, of which each leaves its product at the front; null to go from left to right, also where another order saves less than half: it
    /// rounds otherwise.
    /// </summary>
    /// <param name="terms">The letters of each operand, each letter once.</param>
    /// <param name="result">The letters that are kept.</param>
    /// <param name="extents">What each letter stands for, if that is known.</param>
    public static Queue<(int First, int Second)>? Find(List<string> terms, string result, Dictionary<char, long>? extents)
    {
        if (extents is null || terms.Count is < 3 or > MostOperands) return null;
        var (best, order) = Cheapest(terms);
        return 2 * best <= LeftToRight() ? new Queue<(int, int)>(order) : null;

        (double Cost, (int, int)[] Order) Cheapest(List<string> left)
        {
            (double Cost, (int, int)[] Order) cheapest = (left.Count == 1 ? 0 : double.PositiveInfinity, []);
            for (var second = 1; second < left.Count; second++)
            {
                for (var first = 0; first < second; first++)
                {
                    var (cost, next) = Combined(left, first, second);
                    var (further, order) = Cheapest(next);
                    if (cost + further < cheapest.Cost) cheapest = (cost + further, [(first, second), .. order]);
                }
            }
            return cheapest;
        }

        double LeftToRight()
        {
            var (total, left) = (0.0, terms);
            while (left.Count > 1)
            {
                var (cost, next) = Combined(left, 0, 1);
                (total, left) = (total + cost, next);
            }
            return total;
        }

        (double Cost, List<string> Next) Combined(List<string> left, int first, int second)
        {
            var letters = left[first].Union(left[second]).ToArray();
            var others = left.Where((_, i) => i != first && i != second).ToArray();
            var kept = string.Concat(letters.Where(c => result.Contains(c) || others.Any(o => o.Contains(c))));
            return (letters.Aggregate(1.0, (cost, c) => cost * extents[c]), [kept, .. others]);
        }
    }
}

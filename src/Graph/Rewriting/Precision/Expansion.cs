using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A chain of one leaf near 0 or near infinity, on one side, as the sum of a few powers: t^q·x = ±1 or x = ±t^q. Used where even float64 loses the
/// digits, as tanh(x)/x does in its derivative, and where its steps leave the range.
/// </summary>
/// <param name="AtInfinity">Whether |x| is above the limit, else below.</param>
/// <param name="Sign">The sign of x.</param>
/// <param name="IsRoot">Whether the powers are of √|x|.</param>
/// <param name="Limit">From where on it serves.</param>
/// <param name="Order">The power of the first term.</param>
/// <param name="Coefficients">Of this power and the next ones.</param>
/// <param name="Logarithm">How many times log t is added.</param>
internal sealed record Expansion(bool AtInfinity, int Sign, bool IsRoot, double Limit, int Order, double[] Coefficients, double Logarithm)
{
    private const double Agreement = 1e-8;
    private const double Fault = 2e-6;

    private static readonly double[] Limits = [0.25, 1, 0.5, 0.06, 0.015, 4e-3, 1e-3, 1e-4];
    private static readonly double[] Within = [0.99, 0.8, 0.6, 0.45];
    private static readonly int[] Lengths = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24];
    private static readonly double[] Deep = [3e-3, 1e-4, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13, 1e-16, 1e-18, 1e-20, 1e-23, 1e-26, 1e-30, 1e-34, 1e-37, 3e-39];

    /// <summary>Where float64 errs most of the points that were tried.</summary>
    public (double X, double Error) Witness { get; private init; }

    /// <summary>The function on the other side is the same power series.</summary>
    public bool IsOnBothSides { get; private init; }

    /// <summary>Where a chain of one leaf is to be replaced by powers.</summary>
    /// <param name="chain">Elementwise ops of one float leaf.</param>
    /// <param name="evaluate">The chain in float64.</param>
    public static Expansion[] Find(ElementChain chain, Func<double[], double[]> evaluate)
    {
        var candidates = new List<(bool AtInfinity, int Sign, bool IsRoot, Series Series)>();
        foreach (var atInfinity in new[] { false, true })
        {
            foreach (var sign in new[] { 1, -1 })
            {
                if (Of(chain, atInfinity ? Series.Power(-1, sign) : Series.Power(1, sign)) is { } series) candidates.Add((atInfinity, sign, false, series));
                else if (Of(chain, atInfinity ? Series.Power(-2, sign) : Series.Power(2, sign)) is { } root) candidates.Add((atInfinity, sign, true, root));
            }
        }
        if (candidates.Count == 0) return [];
        double[] distances = [.. Limits.SelectMany(limit => Within.Select(part => limit * part)), .. Deep];
        var values = evaluate([.. candidates.SelectMany(c => distances.Select(d => c.Sign * (double)(float)(c.AtInfinity ? 1 / d : d)))]);
        var found = new List<Expansion>();
        for (var i = 0; i < candidates.Count; i++)
        {
            var (atInfinity, sign, isRoot, series) = candidates[i];
            if (Fit(atInfinity, sign, isRoot, series, distances, values.AsSpan(i * distances.Length, distances.Length)) is { } expansion) found.Add(expansion);
        }
        return United(found);
    }

    /// <summary>The sum at |x| or 1 / |x|.</summary>
    public double At(double t)
    {
        if (IsRoot) t = Math.Sqrt(t);
        var sum = 0.0;
        for (var i = Coefficients.Length - 1; i >= 0; i--) sum = (sum * t) + Coefficients[i];
        sum *= Math.Pow(t, Order);
        return Logarithm == 0 ? sum : sum + (Logarithm * Math.Log(t));
    }

    /// <summary>Whether it serves at a number.</summary>
    public bool Covers(double x) =>
        (IsOnBothSides || Math.Sign(x) == Sign) && x != 0 && double.IsFinite(x) && (AtInfinity ? Math.Abs(x) > Limit : Math.Abs(x) < Limit);

    /// <summary>The value at a number that it covers.</summary>
    public double Value(double x)
    {
        var t = Math.Abs(AtInfinity ? 1 / x : x);
        if (Math.Sign(x) == Sign) return At(t);
        return (this with { Coefficients = [.. Coefficients.Select((c, i) => ((Order + i) & 1) == 0 ? c : -c)] }).At(t);
    }

    /// <summary>Selects the sum where it serves, and what is given elsewhere.</summary>
    /// <param name="x">The leaf.</param>
    /// <param name="factor">By what the sum is multiplied; null for nothing.</param>
    /// <param name="elsewhere">The value where it does not serve.</param>
    public GraphGrad.Value Select(GraphGrad.Value x, GraphGrad.Value? factor, GraphGrad.Value elsewhere)
    {
        var size = IsOnBothSides ? Ops.Abs(x) : x * (double)Sign;
        // At 0 itself it does where there is a value.
        var isThere = IsOnBothSides && Order >= 0 ? Ops.Or(size > 0.0, Ops.IsFinite(elsewhere)) : size > 0.0;
        var serves = AtInfinity ? Ops.And(size > Limit, size <= float.MaxValue) : Ops.And(size < Limit, isThere);
        // Out of its range the sum may be anything; it is not taken.
        var t = IsOnBothSides ? x * (double)Sign : size;
        if (AtInfinity) t = 1 / t;
        if (IsRoot) t = Ops.Sqrt(t);
        var sum = Logarithm == 0 ? Sum(t) : Sum(t) + (Ops.Log(t) * Logarithm);
        return Ops.Where(serves, factor is null ? sum : sum * factor, elsewhere);
    }

    private GraphGrad.Value Sum(GraphGrad.Value t)
    {
        var step = Enumerable.Range(1, Math.Max(0, Coefficients.Length - 1)).Where(i => Coefficients[i] != 0).Aggregate(0, Divisor);
        if (step == 0) return PowerOf(t, Order) * Coefficients[0];
        var argument = PowerOf(t, step);
        var last = (Coefficients.Length - 1) / step * step;
        var sum = Ops.Scalar(t, Coefficients[last]);
        for (var i = last - step; i >= 0; i -= step) sum = (sum * argument) + Coefficients[i];
        return Order == 0 ? sum : sum * PowerOf(t, Order);
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);

    public static GraphGrad.Value PowerOf(GraphGrad.Value x, int n)
    {
        if (n == 0) return Ops.Scalar(x, 1);
        if (n < 0) return 1 / PowerOf(x, -n);
        if (n == 1) return x;
        var half = PowerOf(x, n / 2);
        return n % 2 == 0 ? half * half : half * half * x;
    }

    private static Series? Of(ElementChain chain, Series leaf)
    {
        var known = new Dictionary<GraphGrad.Value, Series?> { [chain.Leaves[0]] = leaf };
        foreach (var value in chain.Values)
        {
            if (chain.TryTrialNumber(value, out var number)) known.Add(value, Series.Number(number));
            else if (ElementChain.IsRepetition(value)) known.Add(value, known[value.Node.Inputs[0]]);
            else known.Add(value, ((ElementwiseOp)value.Node.Op).Expand([.. value.Node.Inputs.Select(i => known[i])]));
        }
        return known[chain.Values[^1]];
    }

    private static Expansion? Fit(bool atInfinity, int sign, bool isRoot, Series series, double[] distances, ReadOnlySpan<double> values)
    {
        if (series.LeadingError > Agreement) return null;
        for (var k = 0; k < Limits.Length; k++)
        {
            foreach (var length in Lengths)
            {
                var count = Math.Min(length, series.Coefficients.Count);
                var expansion = new Expansion(atInfinity, sign, isRoot, atInfinity ? 1 / Limits[k] : Limits[k], series.Order, count == 0 ? [0] : [.. series.Coefficients.Take(count)], series.Logarithm);
                if (!Agrees(expansion, distances.AsSpan(k * Within.Length, Within.Length), values.Slice(k * Within.Length, Within.Length)))
                {
                    if (count < length) break;
                    continue;
                }
                return Worst(expansion, distances.AsSpan(Limits.Length * Within.Length), values[(Limits.Length * Within.Length)..]) is { } worst ? expansion with { Witness = worst } : null;
            }
        }
        return null;
    }

    private static bool Agrees(Expansion expansion, ReadOnlySpan<double> distances, ReadOnlySpan<double> values)
    {
        for (var i = 0; i < distances.Length; i++)
        {
            var sum = expansion.At(Rounded(expansion, distances[i]));
            if (!(Math.Abs(sum - values[i]) <= Agreement * Math.Abs(sum))) return false;
        }
        return true;
    }

    /// <summary>The point at which float64 errs most; null if it errs nowhere.</summary>
    private static (double X, double Error)? Worst(Expansion expansion, ReadOnlySpan<double> distances, ReadOnlySpan<double> values)
    {
        (double X, double Error)? worst = null;
        for (var i = 0; i < distances.Length; i++)
        {
            var t = Rounded(expansion, distances[i]);
            var x = expansion.Sign * (expansion.AtInfinity ? 1 / t : t);
            if (!expansion.Covers(x)) continue;
            var sum = expansion.At(t);
            if (Math.Abs(sum) > float.MaxValue) continue;
            var error = Math.Abs(sum - values[i]);
            if (error <= Math.Max(Fault * Math.Abs(sum), 1e-45)) continue;
            error = double.IsNaN(error) || sum == 0 ? double.PositiveInfinity : error / Math.Abs(sum);
            if (worst is null || error > worst.Value.Error) worst = (x, error);
        }
        return worst;
    }

    // The leaf is a float32.
    private static double Rounded(Expansion expansion, double distance) => expansion.AtInfinity ? 1 / (double)(float)(1 / distance) : (float)distance;

    private static Expansion[] United(List<Expansion> found)
    {
        var united = new List<Expansion>();
        foreach (var expansion in found)
        {
            var other = united.FindIndex(e => e.AtInfinity == expansion.AtInfinity && e.Limit == expansion.Limit && IsMirror(e, expansion));
            if (other < 0) united.Add(expansion);
            else united[other] = united[other] with { IsOnBothSides = true };
        }
        return [.. united];
    }

    private static bool IsMirror(Expansion a, Expansion b)
    {
        if (a.IsRoot || b.IsRoot || a.Logarithm != 0 || b.Logarithm != 0 || a.Order != b.Order || a.Coefficients.Length != b.Coefficients.Length) return false;
        for (var i = 0; i < a.Coefficients.Length; i++)
        {
            var mirrored = ((a.Order + i) & 1) == 0 ? b.Coefficients[i] : -b.Coefficients[i];
            if (Math.Abs(a.Coefficients[i] - mirrored) > Agreement * Math.Abs(mirrored)) return false;
        }
        return true;
    }
}

using System.Globalization;
using GraphGrad.Rewriting;
using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Rewriting;

/// <summary>An expression made from a rule's pattern, at numbers over the whole range of its type, with the exact results.</summary>
internal sealed class RuleSample
{
    private const int Attempts = 400;
    private const int OneInput = 56;
    private const int ManyInputs = 36;

    // What an element of a vector input adds is the same for each of them.
    private const int Elements = 2;

    // 80 decimal digits.
    private const int Bits = 266;
    private const double Move = 7.34683969e-40;
    private static readonly int[] Precisions = [360, 700, 1400, 4700];

    private RuleSample(Rule rule, DType type, int seed, bool isElementwise, ExactGraph exact)
    {
        (Rule, Type, Seed, IsElementwise) = (rule, type, seed, isElementwise);
        var random = new Random(seed);
        foreach (var point in Points(exact.Placeholders, isElementwise, random))
        {
            if (TruthAt(exact, point, isElementwise) is { } truth) Truths.Add(truth);
        }
    }

    public Rule Rule { get; }

    public DType Type { get; }

    public int Seed { get; }

    /// <summary>Whether all points are the elements of one tensor.</summary>
    public bool IsElementwise { get; }

    /// <summary>The points at which the expression is defined, with what it is there.</summary>
    public List<Truth> Truths { get; } = [];

    /// <summary>Expressions of a rule in float32 or float64, to which it applies, each with numbers of its own.</summary>
    public static IEnumerable<RuleSample> Of(Rule rule, DType type)
    {
        for (var seed = 0; seed < Attempts; seed++)
        {
            if (Expression(rule, seed, type, [3]) is not { } value) continue;
            var exact = new ExactGraph(value);
            var single = new ExactGraph(Expression(rule, seed, type, [1]) ?? value);
            yield return exact.IsElementwise && single.Placeholders.All(p => p.Shape.Equals([1])) ? new RuleSample(rule, type, seed, true, single) : new RuleSample(rule, type, seed, false, exact);
        }
    }

    /// <summary>The expression, in a graph of its own.</summary>
    public Value Build() => Expression(Rule, Seed, Type, IsElementwise ? [Truths.Count] : [3])!;

    private static Value? Expression(Rule rule, int seed, DType type, Shape shape) =>
        RuleFuzzTests.TrySample(rule, seed, type, shape) is { } value && value.DType == type && rule.Apply(value, new RewriteFacts([]), out _) is not null ? value : null;

    private IEnumerable<double[][]> Points(Value[] placeholders, bool single, Random random)
    {
        var numbers = new Numbers(Type, random);
        int[] lengths = [.. placeholders.Select(p => single ? 1 : (int)p.Shape.ElementCount.Value)];
        var floats = placeholders.Select((p, i) => p.DType.IsFloat() ? lengths[i] : 0).Sum();
        var rows = floats == 1 ? numbers.All(OneInput).Select(x => new[] { x }) : Enumerable.Range(0, ManyInputs).Select(_ => numbers.Tuple(floats));
        foreach (var row in rows)
        {
            var next = 0;
            yield return [.. placeholders.Select((p, i) => Enumerable.Range(0, lengths[i]).Select(_ => p.DType.IsFloat() ? row[next++] : random.Next(2)).ToArray())];
        }
    }

    private static Truth? TruthAt(ExactGraph exact, double[][] point, bool isElementwise)
    {
        foreach (var precision in Precisions)
        {
            Real.Precision = precision;
            try
            {
                var results = Directions(exact, point).Select(d => (d.Input, d.Place, At: exact.Evaluate(Duals(point, d.Input, d.Place, 0))[0])).ToArray();
                if (!results.All(r => IsKnown(r.At.Value) && IsKnown(r.At.Slope))) continue;
                // What another element of the result depends on may be infinite times nothing.
                return new Truth(exact, point, precision, results[0].At.Value, [.. results.Where(r => isElementwise || !r.At.Slope.IsZero).Select(r => (r.Input, r.Place, r.At.Slope))]);
            }
            catch (PrecisionException)
            {
                // More bits may decide it.
            }
            catch (ArithmeticException)
            {
                return null;
            }
            finally
            {
                Real.Precision = 0;
            }
        }
        return null;
    }

    private static IEnumerable<(int Input, int Place)> Directions(ExactGraph exact, double[][] point) =>
        from input in Enumerable.Range(0, point.Length)
        where exact.Placeholders[input].DType.IsFloat()
        from place in Enumerable.Range(0, Math.Min(point[input].Length, Elements))
        select (input, place);

    /// <summary>A point, moved by a small part of each of its numbers, this way or that, and one of them with a derivative.</summary>
    private static Dual[][] Duals(double[][] point, int input, int place, double move) =>
        [.. point.Select((x, i) => x.Select((number, e) => new Dual(move == 0 ? number : (Real)number * (1 + (Real)(move * Math.Sin((7 * i) + (5 * e) + 1))), i == input && e == place ? Real.One : Real.Zero)).ToArray())];

    // What is certainly below every float64 counts as known.
    private static bool IsKnown(Real x) => x.Accuracy >= Bits || Math.Max(x.Error, x.Log2) < -1100;

    /// <summary>What the first element of the expression is at a point.</summary>
    public sealed class Truth(ExactGraph exact, double[][] point, int precision, Real value, (int Input, int Place, Real Slope)[] slopes)
    {
        private double[]? conditions;

        /// <summary>The elements of the inputs.</summary>
        public double[][] Point => point;

        /// <summary>The exact value, rounded.</summary>
        public double Value { get; } = value.ToDouble();

        /// <summary>The derivatives by elements of the inputs.</summary>
        public (int Input, int Place, double Value)[] Slopes { get; } = [.. slopes.Select(s => (s.Input, s.Place, s.Slope.ToDouble()))];

        /// <summary>How much the value, and after it each derivative, changes with relative changes of the inputs.</summary>
        public double[] Conditions => conditions ??= Moved();

        public override string ToString() => string.Join("; ", point.Select(x => string.Join(", ", x.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))));

        private double[] Moved()
        {
            Real.Precision = precision;
            try
            {
                var moved = slopes.Select(s => exact.Evaluate(Duals(point, s.Input, s.Place, Move))[0]).ToArray();
                var direct = slopes.Sum(s => Math.Abs(s.Slope.ToDouble() * point[s.Input][s.Place]));
                return [Math.Max(direct, Change(exact.Evaluate(Duals(point, -1, -1, Move))[0].Value, value)), .. moved.Select((m, i) => Change(m.Slope, slopes[i].Slope))];
            }
            catch (ArithmeticException)
            {
                // At the edge of its domain every change counts.
                return [.. Enumerable.Repeat(double.PositiveInfinity, slopes.Length + 1)];
            }
            finally
            {
                Real.Precision = 0;
            }

            static double Change(Real moved, Real from) => Math.Abs((moved - from).ToDouble()) / Move;
        }
    }
}

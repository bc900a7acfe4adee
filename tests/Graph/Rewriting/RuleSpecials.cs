using System.Globalization;
using GraphGrad.Operations;
using GraphGrad.Rewriting;
using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Rewriting;

/// <summary>
/// An expression made from a rule's pattern at zeros of both signs, subnormal, tiny and huge numbers, poles, infinities and NaN, in all combinations: what is
/// right there as written has to be right as rewritten.
/// </summary>
internal sealed class RuleSpecials
{
    private const int Attempts = 60;
    private const int MostPoints = 2500;
    private const int MostTuples = 1200;
    private const int MostRuns = 60;

    // What an infinite number is like, far enough for every function's limit and near enough for exact exponentials.
    private const double Far = 1e4;

    // What is wrong by less than this is a matter of accuracy, which RuleAccuracy looks at.
    private const double InFloat32 = 1e-4;
    private const double InFloat64 = 1e-9;

    private static readonly int[] Precisions = [360, 700, 4700];

    private static readonly double[] Ordinary = [0.25, 0.5, 1, 1.5, 2, 3, 20];

    private readonly Rule rule;
    private readonly DType type;
    private readonly int seed;
    private readonly bool isElementwise;
    private readonly double[][][] points;
    private readonly ExactGraph? exact;

    private RuleSpecials(Rule rule, DType type, int seed, Value value, bool isWide)
    {
        (this.rule, this.type, this.seed) = (rule, type, seed);
        try
        {
            var single = RuleFuzzTests.TrySample(rule, seed, type, [1]) ?? value;
            exact = new ExactGraph(single);
            isElementwise = exact.IsElementwise && exact.Placeholders.All(p => p.Shape.Equals([1]));
            if (!isElementwise) exact = new ExactGraph(value);
        }
        catch (NotSupportedException)
        {
            exact = null;
        }
        points = [.. Points(InputsOf(value), new Random(seed), isWide)];
    }

    private enum Truth
    {
        /// <summary>Exact arithmetic says it.</summary>
        Known,

        /// <summary>A divisor is 0, or the argument of a logarithm.</summary>
        Pole,

        /// <summary>Some function is called outside its domain.</summary>
        None,

        /// <summary>It would take more digits, or larger exponents.</summary>
        Unknown,
    }

    /// <summary>Expressions of a rule, at numbers up to the roots of the greatest one; or up to that one itself.</summary>
    public static IEnumerable<RuleSpecials> Of(Rule rule, DType type, bool isWide)
    {
        for (var seed = 0; seed < Attempts; seed++)
        {
            if (RuleFuzzTests.TrySample(rule, seed, type, [3]) is not { } value || value.DType != type || rule.Apply(value, new RewriteFacts([]), out _) is null) continue;
            if (InputsOf(value).All(i => !i.DType.IsFloat())) continue;
            yield return new RuleSpecials(rule, type, seed, value, isWide);
            if (!isWide) yield break;
        }
    }

    public static SessionOptions Options(bool rewrite) => new() { Threads = 1, Backend = Backend.Interpreted, Rewrite = rewrite };

    /// <summary>What is right as written and wrong as rewritten: values, and derivatives that are NaN at finite numbers; or all derivatives, and signs of poles.</summary>
    public IEnumerable<string> Faults(bool everything)
    {
        var (written, run) = (Run(type, Options(rewrite: false)), Run(type, Options(rewrite: true)));
        var wide = new Lazy<double[][]>(() => Run(DType.Float64, Options(rewrite: false)));
        for (var p = 0; p < points.Length; p++)
        {
            for (var r = 0; r < run[p].Length; r++)
            {
                var (expected, actual) = (written[p][r], run[p][r]);
                if (Agree(expected, actual)) continue;
                var (isFinite, hasNaN) = (points[p].All(x => Array.TrueForAll(x, double.IsFinite)), points[p].Any(x => Array.Exists(x, double.IsNaN)));
                if (!everything && ((r > 0 && !(isFinite && !InversesAreInfinite(points[p]) && double.IsNaN(actual) && double.IsFinite(written[p][0]))) || (double.IsInfinity(expected) && double.IsInfinity(actual)))) continue;
                // What has no value has no derivative. That of NaN has none.
                if (double.IsNaN(expected) ? r > 0 || !hasNaN : double.IsNaN(written[p][0])) continue;
                // What is beside NaN, in other elements or not selected, has no exact counterpart.
                if (hasNaN && double.IsFinite(actual) && !double.IsNaN(expected)) continue;
                // Float32 has too few digits, or too small a range, for a result of its own.
                if (type == DType.Float32 && wide.Value is { Length: > 0 } other && !Agree(other[p][r], expected)) continue;
                if (!IsWrong(points[p], r, expected, actual, isFinite)) continue;
                var place = string.Join("; ", points[p].Select(x => string.Join(", ", x.Select(Text))));
                yield return $"{type}, seed {seed}, ({place}): {(r == 0 ? "the value" : $"derivative {r - 1}")} is {Text(actual)} for {Text(expected)}";
            }
        }

        static string Text(double x) => x.ToString("G9", CultureInfo.InvariantCulture);
    }

    /// <summary>Of float64's subnormal numbers no inverse is finite; those of float32 have one in float64.</summary>
    private bool InversesAreInfinite(double[][] point) => type == DType.Float64 && point.Any(x => Array.Exists(x, double.IsSubnormal));

    private bool IsWrong(double[][] point, int which, double expected, double actual, bool isFinite)
    {
        // A product with a negative factor that vanishes is -0 as written, of which the logarithm is infinite; that of a negative number is NaN.
        if (double.IsNaN(actual) && double.IsNegativeInfinity(expected) && rule.RootType == typeof(LogOp)) return false;
        if (double.IsNaN(expected)) return true;
        if (isFinite)
        {
            var kind = TruthAt(point, which, out var truth);
            return kind switch
            {
                Truth.Known => !Agree(Rounded(truth), actual) && Agree(Rounded(truth), expected),
                Truth.Pole => true,
                Truth.None => double.IsNaN(actual) && double.IsFinite(expected) && expected != 0,
                _ => double.IsNaN(actual),
            };
        }
        if (!double.IsFinite(actual)) return true;
        double[][] far = [.. point.Select(x => Array.ConvertAll(x, n => double.IsInfinity(n) ? Far * Math.Sign(n) : n))];
        return double.IsFinite(expected)
            ? Math.Abs(expected - actual) > InFloat64 && (TruthAt(far, which, out var limit) != Truth.Known || Math.Abs(limit - actual) > InFloat32 * (1 + Math.Abs(limit)))
            : TruthAt(far, which, out var grown) == Truth.Known && !Agree(Rounded(grown), actual);
    }

    private double Rounded(double truth) => type == DType.Float32 ? (float)truth : truth;

    private static Value[] InputsOf(Value value) => [.. GraphSlice.Of([value.Node]).Where(n => n.Op is PlaceholderOp).Select(n => n.Output)];

    private IEnumerable<double[][]> Points(Value[] inputs, Random random, bool isWide)
    {
        int[] lengths = [.. inputs.Select(i => isElementwise ? 1 : (int)i.Shape.ElementCount.Value)];
        var sizes = Sizes(isWide);
        double[] all = [.. sizes, .. sizes.Select(x => -x), double.NaN];
        var floats = inputs.Select((x, i) => x.DType.IsFloat() ? lengths[i] : 0).Sum();
        var whole = floats switch { 1 => all.Length, 2 => all.Length * all.Length, _ => int.MaxValue };
        var isWhole = isElementwise && whole <= MostPoints;
        var count = isWhole ? whole : isElementwise ? MostTuples : MostRuns;
        for (var k = 0; k < count; k++)
        {
            var row = isWhole ? [all[k % all.Length], all[k / all.Length % all.Length]] : Enumerable.Range(0, floats).Select(_ => Next()).ToArray();
            if (!isWhole && random.Next(4) == 0) row[random.Next(floats)] = row[random.Next(floats)];
            var next = 0;
            yield return [.. inputs.Select((x, i) => Enumerable.Range(0, lengths[i]).Select(_ => x.DType.IsFloat() ? row[next++] : random.Next(2)).ToArray())];
        }

        // Among many numbers most have to be ordinary, else all results are NaN.
        double Next() => isElementwise || random.Next(3) == 0 ? all[random.Next(all.Length)] : Ordinary[random.Next(Ordinary.Length)];
    }

    /// <summary>Numbers at which something may happen, without their signs.</summary>
    private double[] Sizes(bool isWide)
    {
        double[] own = type == DType.Float32
            ? [float.Epsilon, (float)1e-40, 1.17549435e-38f, 1e-20f, 1e-8f, 80, 104, 3e3, .. isWide ? (double[])[89, 1e19f, 1e20f, 2e38f, float.MaxValue] : []]
            : [double.Epsilon, 1e-310, 2.2250738585072014e-308, 1e-160, 1e-17, 700, 760, 3e3, .. isWide ? (double[])[710, 1e154, 1e160, 1e308, double.MaxValue] : []];
        return [0, .. own, .. Ordinary, double.PositiveInfinity];
    }

    /// <summary>For each point the value, and the derivatives by the first elements of the inputs.</summary>
    private double[][] Run(DType runType, SessionOptions options)
    {
        if (RuleFuzzTests.TrySample(rule, seed, runType, isElementwise ? [points.Length] : [3]) is not { } y || y.DType != runType) return [];
        var inputs = InputsOf(y);
        Value[] floats = [.. inputs.Where(i => i.DType.IsFloat())];
        if (!isElementwise)
        {
            while (y.Rank > 0) y = y[0];
        }
        var slopes = Ops.Gradients(Ops.Sum(y), new GradientOptions { Stabilize = options.Rewrite, Disconnected = Disconnected.Zeros }, floats);
        using var session = new Session(y.Graph, options);
        if (isElementwise)
        {
            var results = session.Run([y, .. slopes], [.. inputs.Select((x, i) => (x, Data(x, [.. points.Select(p => p[i][0])])))]);
            return [.. Enumerable.Range(0, points.Length).Select(p => results.Select(r => r.At(p)).ToArray())];
        }
        return [.. points.Select(point => session.Run([y, .. slopes], [.. inputs.Select((x, i) => (x, Data(x, point[i])))]).Select(r => r.At(0)).ToArray())];
    }

    private static TensorData Data(Value like, double[] numbers)
    {
        Array elements = like.DType switch
        {
            DType.Float32 => numbers.Select(n => (float)n).ToArray(),
            DType.Float64 => numbers,
            DType.Bool => numbers.Select(n => n != 0).ToArray(),
            DType.Int32 => numbers.Select(n => (int)n).ToArray(),
            _ => numbers.Select(n => (long)n).ToArray(),
        };
        return new TensorData(elements, [.. like.Shape.Select(d => (int)d.Value)]);
    }

    private bool Agree(double expected, double actual)
    {
        if (expected == actual || (double.IsNaN(expected) && double.IsNaN(actual))) return true;
        var (relative, least) = type == DType.Float32 ? (InFloat32, 1.1754944e-38) : (InFloat64, 2.2250738585072014e-308);
        return double.IsFinite(expected) && double.IsFinite(actual) && Math.Abs(expected - actual) <= (relative * Math.Abs(expected)) + least;
    }

    /// <summary>The value, or a derivative by the first element of an input, in exact arithmetic.</summary>
    private Truth TruthAt(double[][] point, int which, out double truth)
    {
        truth = double.NaN;
        if (exact is null) return Truth.Unknown;
        var floats = exact.Placeholders.Select((p, i) => (p, i)).Where(p => p.p.DType.IsFloat()).Select(p => p.i).ToArray();
        var input = which == 0 ? -1 : floats[which - 1];
        foreach (var precision in Precisions)
        {
            Real.Precision = precision;
            try
            {
                var result = exact.Evaluate([.. point.Select((x, i) => x.Select((number, e) => new Dual(number, i == input && e == 0 ? Real.One : Real.Zero)).ToArray())])[0];
                var real = which == 0 ? result.Value : result.Slope;
                if (real.Accuracy < 60 && Math.Max(real.Error, real.Log2) > -1100) continue;
                truth = real.ToDouble();
                return Truth.Known;
            }
            catch (PrecisionException)
            {
                // More bits may decide it.
            }
            catch (DivideByZeroException)
            {
                return Truth.Pole;
            }
            catch (OverflowException)
            {
                return Truth.Unknown;
            }
            catch (ArithmeticException)
            {
                return Truth.None;
            }
            finally
            {
                Real.Precision = 0;
            }
        }
        return Truth.Unknown;
    }
}

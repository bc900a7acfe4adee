using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Rewriting.Precision;

namespace GraphGrad.Checking;

/// <summary>
/// Numbers to try a program at. A placeholder with a declared range is tried at its ends, at 0, near these, and between. One without is tried at
/// numbers of both signs from 1e-4 to 1e4, none of them special: what goes wrong at one of those only is no accident of a single point. Variables keep
/// what they hold.
/// </summary>
internal sealed class TrialPoints
{
    // The square of it is still a good argument of an exponential in float64.
    private const double Moderate = 20;

    private static readonly double[] Distances = [1e-30, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 1, 3, 10, 30, 88, 100, 1e3, 1e4, 1e6, 1e10, 1e20, 1e30];

    private readonly IReadOnlyList<Value> sources;
    private readonly IReadOnlyDictionary<Value, TensorData> held;
    private readonly Func<string, long> symbols;
    private readonly double[][] numbers;
    private readonly double[][] moderate;

    /// <param name="sources">What is fed.</param>
    /// <param name="held">What the variables among them hold.</param>
    /// <param name="symbols">The values of the symbols in shapes.</param>
    public TrialPoints(IReadOnlyList<Value> sources, IReadOnlyDictionary<Value, TensorData> held, Func<string, long> symbols)
    {
        (this.sources, this.held, this.symbols) = (sources, held, symbols);
        numbers = [.. sources.Select(s => s.Node.Op is PlaceholderOp placeholder ? Numbers(placeholder) : [0])];
        moderate = [.. numbers.Select((all, i) => IsDeclared(sources[i]) ? all : [.. all.Where(x => Math.Abs(x) <= Moderate)])];
    }

    /// <summary>Whether no source without a declared range holds a number at which exponentials leave the range of float32.</summary>
    public bool IsModerate(TensorData[] point) =>
        sources.Zip(point).All(p => p.First.Node.Op is not PlaceholderOp || IsDeclared(p.First) || !p.First.DType.IsFloat() || Enumerable.Range(0, p.Second.Count).All(i => Math.Abs(p.Second.At(i)) <= Moderate));

    /// <summary>Whether a source has a range that the user declared.</summary>
    public static bool IsDeclared(Value source) => source.Node.Op is PlaceholderOp { Declared: var range } && range != Interval.All;

    /// <summary>At most so many points; first those at which every declared source holds one number.</summary>
    public IEnumerable<TensorData[]> Take(int limit)
    {
        var moving = Enumerable.Range(0, sources.Count).Where(i => numbers[i].Length > 1).ToArray();
        if (moving.Length == 0) return [Point((_, _) => 0, isModerate: true)];
        var longest = 2 * moving.Max(i => numbers[i].Length);
        // All declared ones at the same place of their lists: equal ones are equal. Then each at a place of its own, and then each element. What is
        // not declared never has equal elements: that would be special.
        var isTwofold = moving.Any(i => moderate[i].Length < numbers[i].Length);
        var together = Enumerable.Range(0, longest).Where(k => isTwofold || k % 2 == 0).Select(k => Point((source, element) => IsDeclared(sources[source]) ? k / 2 : (k / 2) + (5 * source) + (7L * element), k % 2 == 0));
        var apart = Enumerable.Range(0, moving.Length == 1 ? 0 : 2 * longest).Select(k => Point((source, element) => SamplePoints.Mixed(k, source) + (IsDeclared(sources[source]) ? 0 : 7L * element), k % 2 == 0));
        var varied = Enumerable.Range(0, longest).Select(k => Point((source, element) => SamplePoints.Mixed((k * 7919) + element, source), k % 2 == 0));
        return together.Concat(apart).Concat(varied).Take(limit);
    }

    /// <summary>The point halfway between two others; what is not declared stays as at the first.</summary>
    public TensorData[] Between(TensorData[] first, TensorData[] second) =>
        [.. sources.Select((source, i) => IsDeclared(source) && source.DType.IsFloat() ? Middle(first[i], second[i]) : first[i])];

    private static TensorData Middle(TensorData first, TensorData second) => first.Elements switch
    {
        float[] a => new TensorData(a.Zip((float[])second.Elements, (x, y) => (float)(((double)x + y) / 2)).ToArray(), first.Extents.ToArray()),
        double[] a => new TensorData(a.Zip((double[])second.Elements, (x, y) => (x / 2) + (y / 2)).ToArray(), first.Extents.ToArray()),
        _ => first,
    };

    private TensorData[] Point(Func<int, int, long> place, bool isModerate) => [.. sources.Select((source, i) =>
    {
        if (held.TryGetValue(source, out var data)) return data;
        var choices = isModerate ? moderate[i] : numbers[i];
        var filled = TensorData.Filled(source.DType, choices[0], source.Shape.Evaluate(symbols));
        for (var element = 0; element < filled.Count; element++)
        {
            var number = choices[place(i, element) % choices.Length];
            if (source.DType.IsFloat() && !IsDeclared(source)) number *= 1 + (0.0173 * i) + (0.0011 * (element / choices.Length));
            switch (filled.Elements)
            {
                case float[] a: a[element] = (float)number; break;
                case double[] a: a[element] = number; break;
                case int[] a: a[element] = (int)number; break;
                case long[] a: a[element] = (long)number; break;
                case bool[] a: a[element] = number != 0; break;
            }
        }
        return filled;
    })];

    private static double[] Numbers(PlaceholderOp placeholder)
    {
        var (type, range) = (placeholder.Type.DType, placeholder.Declared);
        if (type == DType.Bool) return [0, 1];
        // Indices and labels: 0 fits wherever anything does.
        if (range == Interval.All) return type.IsFloat() ? SamplePoints.Of(1, exact: false)[0] : [0];
        var (low, high) = (Inner(range.Low, 1), Inner(range.High, -1));
        var middle = double.IsFinite(low) && double.IsFinite(high) ? low + ((high - low) / 2) : 0;
        return [.. new[] { low, high, 0, middle }.Concat(Distances.SelectMany(d => new[] { low + d, high - d, d, -d })).Where(x => low <= x && x <= high && double.IsFinite(x)).Distinct()];

        // The number of the element type that is next to a bound, inside.
        double Inner(double bound, int side)
        {
            if (!type.IsFloat()) return side > 0 ? Math.Ceiling(bound) : Math.Floor(bound);
            if (type != DType.Float32) return bound;
            var rounded = (float)bound;
            return Math.Clamp(side > 0 ? rounded < bound ? MathF.BitIncrement(rounded) : rounded : rounded > bound ? MathF.BitDecrement(rounded) : rounded, -float.MaxValue, float.MaxValue);
        }
    }
}

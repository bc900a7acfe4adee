using GraphGrad.Operations;
using GraphGrad.Printing;
using GraphGrad.Ranges;

namespace GraphGrad.Checking;

/// <summary>
/// Looks for inputs at which a program as written goes wrong. Where that may be, the ranges tell; that it is, an evaluation shows: at the point found,
/// the node's inputs are right, its result is not, and the error reaches a result of the program. What a selection does not take, or what vanishes
/// beside something large, is no hazard.
/// </summary>
internal sealed class HazardSearch
{
    // About a tenth of a second of interpreted elementwise work; a program of tensors larger than that is tried at a few points only.
    private const long MostElements = 20_000_000;
    private const int FewestPoints = 6;
    private const int MostPoints = 400;
    private const int Halvings = 120;

    private readonly TrialProgram program;
    private readonly TrialPoints points;
    private readonly Node[] candidates;
    private readonly Value[] watched;
    private readonly int limit;
    private readonly Dictionary<Node, Hazard> found = [];

    private HazardSearch(TrialProgram program, Node[] candidates, TrialPoints points, int limit)
    {
        (this.program, this.candidates, this.points, this.limit) = (program, candidates, points, limit);
        watched = [.. candidates.SelectMany(n => n.Inputs.Append(n.Output)).Concat(program.Values).Distinct()];
    }

    /// <summary>The hazards of a program, in the order of their nodes.</summary>
    /// <param name="program">The program as written.</param>
    /// <param name="held">What its variables hold.</param>
    public static IReadOnlyList<Hazard> Run(TrialProgram program, IReadOnlyDictionary<Value, TensorData> held)
    {
        var ranges = new RangeAnalysis(program.Slice, held);
        var candidates = program.Slice.Where(ranges.MayFail).ToArray();
        if (candidates.Length == 0 || program.Size() is not var (elements, symbols)) return [];
        var limit = (int)Math.Clamp(MostElements / Math.Max(1, elements), FewestPoints, MostPoints);
        return new HazardSearch(program, candidates, new TrialPoints(program.Sources, held, symbols), limit).Find();
    }

    private IReadOnlyList<Hazard> Find()
    {
        var seen = new List<Sample>();
        foreach (var point in points.Take(limit))
        {
            if (Sample.Of(program, watched, point) is not { } sample) continue;
            seen.Add(sample);
            foreach (var candidate in candidates)
            {
                if (!found.ContainsKey(candidate)) Judge(candidate, sample);
            }
        }
        foreach (var candidate in candidates)
        {
            if (!found.ContainsKey(candidate) && candidate.Op.MayFail(Exactly(_ => Interval.Of(0), candidate))) SearchZero(candidate, seen);
        }
        return [.. candidates.Where(found.ContainsKey).Select(c => found[c] with { Text = found[c].Text + Threshold(c, seen) })];
    }

    private static RangeContext Exactly(Func<Value, Interval> range, Node node) => new(node, range);

    private void Judge(Node node, Sample sample)
    {
        var (result, exact) = sample[node.Output];
        if (node.Inputs.Any(i => Badness.FirstNotFinite(sample[i].Narrow) >= 0)) return;
        if (Badness.FirstNotFinite(result) is var element and >= 0)
        {
            if (Reached(node, sample, (narrow, _) => Badness.FirstNotFinite(narrow) >= 0) is { } value && Counts(node, value, sample))
                found.Add(node, new Hazard(node, sample.Point, value, IsFinite: false, NotFinite(node, sample, element)));
            return;
        }
        // Terms of a tensor of which nothing is known cancel by chance: sum(tanh(x)) where two elements are large.
        if (!node.Op.MayCancel || program.IsRandom || (node.Op is not ElementwiseOp && !IsDeclared(node)) || node.Inputs.Any(i => Badness.WorstDigits(sample[i].Narrow, sample[i].Wide) >= 0)) return;
        element = Badness.WorstDigits(result, exact);
        if (element < 0 || !IsUnstable(node.Output)) return;
        if (Reached(node, sample, Badness.Is) is { } reached && (Badness.FirstNotFinite(sample[reached].Narrow) >= 0 || IsUnstable(reached)))
            found.Add(node, new Hazard(node, sample.Point, reached, IsFinite: true, Digits(result.At(element), exact.At(element))));

        bool IsUnstable(Value value) => program.IsUnstable(value, sample.Point, sample[value].Narrow);
    }

    /// <summary>
    /// Whether an infinite or undefined result is the program's fault. What the user has declared is meant to be fed. Of anything else large numbers
    /// may be out of the question: there it counts if float64 shows that the result exists.
    /// </summary>
    private bool Counts(Node node, Value result, Sample sample) =>
        IsDeclared(node) || Badness.Exists(sample[result].Narrow, sample[result].Wide) || points.IsModerate(sample.Point);

    /// <summary>Whether every float placeholder on which a node depends has a declared range.</summary>
    private static bool IsDeclared(Node node) =>
        GraphSlice.Of([node]).TrueForAll(n => n.Op is not PlaceholderOp || !n.Output.DType.IsFloat() || TrialPoints.IsDeclared(n.Output));

    /// <summary>A result of the program that a node's error reaches through values that are wrong, all the way; null if there is none.</summary>
    private Value? Reached(Node node, Sample sample, Func<TensorData, TensorData, bool> isWrong)
    {
        Value[] wrong = [.. program.Values.Where(v => isWrong(sample[v].Narrow, sample[v].Wide))];
        if (wrong.Contains(node.Output)) return node.Output;
        var between = GraphSlice.Between([node.Output], wrong.Select(v => v.Node));
        Value[] values = [.. between.SelectMany(n => n.Outputs)];
        if (values.Length == 0 || Sample.Of(program, values, sample.Point) is not { } whole) return null;
        var reached = new HashSet<Value> { node.Output };
        foreach (var next in between)
        {
            if (!next.Inputs.Any(reached.Contains)) continue;
            reached.UnionWith(next.Outputs.Where(o => isWrong(whole[o].Narrow, whole[o].Wide)));
        }
        return Array.Find(wrong, reached.Contains);
    }

    /// <summary>Between two points at which an input has different signs there is one at which it is 0, though perhaps not in this element type.</summary>
    private void SearchZero(Node node, List<Sample> seen)
    {
        foreach (var input in node.Inputs)
        {
            var (below, above) = (seen.FirstOrDefault(s => Sign(s) < 0), seen.FirstOrDefault(s => Sign(s) > 0));
            if (below is null || above is null || !program.Sources.Any(TrialPoints.IsDeclared)) continue;
            for (var i = 0; i < Halvings && !found.ContainsKey(node); i++)
            {
                if (Sample.Of(program, watched, points.Between(below.Point, above.Point)) is not { } sample) break;
                Judge(node, sample);
                if (Sign(sample) < 0) below = sample;
                else above = sample;
            }

            double Sign(Sample s) => s[input].Narrow is { Count: > 0 } data && input.DType.IsFloat() && double.IsFinite(data.At(0)) ? Math.Sign(data.At(0)) : 0;
        }
    }

    /// <summary>From which value on a node goes wrong, where one declared placeholder decides.</summary>
    private string Threshold(Node node, List<Sample> seen)
    {
        var (first, declared) = (found[node].Point, program.Sources.Where(s => TrialPoints.IsDeclared(s) && s.DType.IsFloat()).ToArray());
        if (declared.Length != 1) return string.Empty;
        var source = program.Sources.ToList().IndexOf(declared[0]);
        if (!first[source].TryUniform(out var wrong)) return string.Empty;
        // The nearest point at which the node is right.
        var right = seen.Where(s => s.Point[source].TryUniform(out _) && !IsWrong(node, s))
            .MinBy(s => Distance(s.Point[source].At(0)));
        if (right is null) return string.Empty;
        var (last, next) = (first, right.Point);
        for (var i = 0; i < Halvings; i++)
        {
            if (Sample.Of(program, watched, points.Between(last, next)) is not { } sample) return string.Empty;
            if (IsWrong(node, sample)) last = sample.Point;
            else next = sample.Point;
        }
        var edge = last[source].At(0);
        return Math.Abs(edge - wrong) <= Math.Max(1e-3 * Math.Abs(wrong), 1e-6) ? string.Empty : FormattableString.Invariant($", from {declared[0].Name} = {edge:G4} on");

        // By order of magnitude; what is right at 0 alone is no end of what is wrong.
        double Distance(double number) => number * wrong > 0 ? Math.Abs(Math.Log(number / wrong)) : 1e3 + Math.Abs(number - wrong);
    }

    private bool IsWrong(Node node, Sample sample) =>
        Badness.FirstNotFinite(sample[node.Output].Narrow) >= 0 || (found[node].IsFinite && Badness.WorstDigits(sample[node.Output].Narrow, sample[node.Output].Wide) >= 0);

    /// <summary>For example <c>log(-0.5) is not a number</c>, <c>1 / 0 is infinite</c>, <c>exp(1000) overflows (float32)</c>.</summary>
    private static string NotFinite(Node node, Sample sample, int element)
    {
        var result = sample[node.Output].Narrow;
        var numbers = node.Inputs.Select(i => sample[i].Narrow).Select(d => d.Count == result.Count ? d.At(element) : d.TryUniform(out var uniform) ? uniform : double.NaN).ToArray();
        var isKnown = node.Op is ElementwiseOp && !numbers.Any(double.IsNaN);
        var text = isKnown ? ExpressionText.Applied(node.Op, Array.ConvertAll(numbers, n => FormattableString.Invariant($"{n:G6}"))) : node.OpName;
        var place = numbers.Select((n, i) => (Value: node.Inputs[i], Number: n)).GroupBy(p => p.Value).ToDictionary(g => g.Key, g => g.First().Number);
        if (double.IsNaN(result.At(element))) return $"{text} is not a number";
        return isKnown && node.Op.MayFail(Exactly(v => Interval.Of(place[v]), node)) ? $"{text} is infinite" : $"{text} overflows ({node.Output.DType.Text()})";
    }

    private static string Digits(double narrow, double exact)
    {
        var error = Math.Abs(narrow - exact) / Math.Abs(exact);
        return error >= 0.5 ? "all digits cancel (float32)" : FormattableString.Invariant($"digits cancel: it is off by {error:0.#e0} of its value (float32)");
    }

    /// <summary>Values at a point.</summary>
    private sealed class Sample(TensorData[] point, Value[] values, TensorData[] narrow, TensorData[] wide)
    {
        private readonly Dictionary<Value, int> places = values.Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i);

        public TensorData[] Point { get; } = point;

        public (TensorData Narrow, TensorData Wide) this[Value value] => (narrow[places[value]], wide[places[value]]);

        public static Sample? Of(TrialProgram program, Value[] values, TensorData[] point) =>
            program.Run(values, point) is var (narrow, wide) ? new Sample(point, values, narrow, wide) : null;
    }
}

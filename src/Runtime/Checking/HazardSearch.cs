using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Checking;

/// <summary>
/// Looks for inputs at which a program as written goes wrong. Where that may be, the ranges tell; that it is, an evaluation shows: at the point found,
/// the node's inputs are right, its result is not, and the error reaches a result of the program. What a selection does not take, or what vanishes
/// beside something large, is no hazard. Where a loop yields what is wrong, its iterations are gone through until one goes wrong.
/// </summary>
internal sealed class HazardSearch
{
    // About a tenth of a second of interpreted elementwise work; a program of tensors larger than that is tried at a few points only.
    private const long MostElements = 20_000_000;
    private const int FewestPoints = 6;
    private const int MostPoints = 400;
    private const int Halvings = 120;
    private const double BesideZero = 1e-30;

    // Of 32 digits more than these are not to be had of a sum.
    private const double Nothing = 1e-24;

    // At as many points a loop is gone through, and in as many of its iterations signs are followed.
    private const int MostWalks = 24;
    private const int MostSigns = 16;

    private readonly TrialScope scope;
    private readonly TrialPoints points;
    private readonly int limit;
    private readonly Dictionary<Node, Hazard> found = [];
    private readonly Dictionary<Node, int> walks = [];
    private readonly Dictionary<(Node Loop, Sample Sample), Sample[]> beginnings = [];

    private HazardSearch(TrialScope scope, TrialPoints points, int limit) => (this.scope, this.points, this.limit) = (scope, points, limit);

    /// <summary>The hazards of a program, in the order of their nodes; those in a loop where the loop is.</summary>
    /// <param name="program">The program as written.</param>
    /// <param name="held">What its variables hold.</param>
    public static IReadOnlyList<Hazard> Run(TrialProgram program, IReadOnlyDictionary<Value, TensorData> held)
    {
        if (program.Size() is not var (elements, symbols)) return [];
        program.Symbols = symbols;
        var ranges = new RangeAnalysis(program.Slice, held.ToDictionary(h => h.Key, h => Interval.Of(h.Value)));
        using var scope = new TrialScope(program, ranges, symbols, TrialPoints.IsDeclared);
        if (scope.Candidates.Length == 0) return [];
        var limit = (int)Math.Clamp(MostElements / Math.Max(1, elements), FewestPoints, MostPoints);
        return new HazardSearch(scope, new TrialPoints(program.Sources, held, symbols), limit).Find();
    }

    private IReadOnlyList<Hazard> Find()
    {
        var seen = new List<Sample>();
        foreach (var point in points.Take(limit))
        {
            if (scope.At(point) is not { } sample) continue;
            seen.Add(sample);
            foreach (var candidate in scope.Candidates) Note(candidate, sample);
        }
        if (scope.Program.Sources.Any(TrialPoints.IsDeclared)) SearchZeros(scope, [], seen);
        return [.. found.Values.OrderBy(h => h.Outermost.Id).ThenBy(h => h.Node.Id).Select(h => h with { Text = h.Text + Threshold(h, seen) })];
    }

    /// <summary>Keeps what goes wrong in a node, or in the loop that it is, unless that is known.</summary>
    private void Note(Node node, Sample sample)
    {
        if (found.ContainsKey(node) || walks.GetValueOrDefault(node) >= MostWalks) return;
        foreach (var fault in Judge(scope, node, sample))
        {
            if (fault.IsFinite || Counts(fault, sample)) found.TryAdd(fault.Node, new Hazard(fault.Node, sample.Point, fault.Result, fault.IsFinite, fault.Text, fault.Way));
        }
    }

    private List<Fault> Judge(TrialScope at, Node node, Sample sample)
    {
        if (node.Inputs.Any(i => Badness.FirstNotFinite(sample[i].Narrow) >= 0)) return [];
        if (at.Body(node) is { } body) return JudgeLoop(at, body, node, sample);
        var (result, exact) = sample[node.Output];
        if (Badness.FirstNotFinite(result) is var element and >= 0)
            return at.Reached(node, sample, Badness.NotFinite) is { } value ? [new Fault(node, value, IsFinite: false, at.IsDeclared(node), HazardText.NotFinite(node, sample, element), [])] : [];
        // Terms of a tensor of which nothing is known cancel by chance: sum(tanh(x)) where two elements are large.
        if (!node.Op.MayCancel || at.Program.IsRandom || (node.Op is not ElementwiseOp && !at.IsDeclared(node)) || node.Inputs.Any(i => Badness.WorstDigits(sample[i].Narrow, sample[i].Wide) >= 0)) return [];
        element = Badness.WorstDigits(result, exact);
        if (element < 0 || IsNothing(node, sample, exact.At(element)) || !sample.IsUnstable(node.Output)) return [];
        return at.Reached(node, sample, Badness.Wrong) is { } reached && (Badness.FirstNotFinite(sample[reached].Narrow) >= 0 || sample.IsUnstable(reached))
            ? [new Fault(node, reached, IsFinite: true, at.IsDeclared(node), HazardText.Digits(result.At(element), exact.At(element), node.Output.DType), [])] : [];
    }

    /// <summary>What goes wrong in the first iteration in which anything does, if what the loop yields is wrong, with consequences.</summary>
    private List<Fault> JudgeLoop(TrialScope at, TrialScope body, Node node, Sample sample)
    {
        var result = at.Reached(node, sample, Badness.NotFinite);
        var isInfinite = result is not null;
        if (!isInfinite && !at.Program.IsRandom) result = at.Reached(node, sample, Badness.Wrong) is { } reached && sample.IsUnstable(reached) ? reached : null;
        if (result is null) return [];
        walks[node] = walks.GetValueOrDefault(node) + 1;
        var last = 0;
        foreach (var (iteration, inside) in at.Iterations(node, sample))
        {
            var faults = body.Candidates.SelectMany(c => Judge(body, c, inside)).Where(f => f.IsFinite || isInfinite).ToList();
            if (faults.Count > 0) return [.. faults.Select(f => f with { Result = result, Way = [new LoopStep(node, iteration), .. f.Way] })];
            last = iteration;
            // Much is lost here, by the last places of what came in or below the range.
            if (!isInfinite && !Array.TrueForAll(body.Watched, v => Badness.AreNear(inside[v].Narrow, inside[v].Wide))) return [];
        }
        return isInfinite ? [] : LittleByLittle(node, sample, result, last);
    }

    /// <summary>What a loop yields wrong although its inputs are right and none of its iterations is at fault: each adds a little to the error, or magnifies it.</summary>
    private static List<Fault> LittleByLittle(Node node, Sample sample, Value result, int iterations)
    {
        var (op, place) = ((LoopOp)node.Op, Array.FindIndex([.. node.Outputs], o => Badness.WorstDigits(sample[o].Narrow, sample[o].Wide) >= 0));
        if (iterations == 0 || place < 0 || node.Inputs.Any(i => Badness.WorstDigits(sample[i].Narrow, sample[i].Wide) >= 0)) return [];
        var own = place < op.Carries ? op.Body.Results.Carries[place] : op.Body.Results.Outputs[place - op.Carries];
        if (own.Node.Outputs.Count > 1 || own.Node.Op is PlaceholderOp || !sample.IsUnstable(node.Outputs[place])) return [];
        var (narrow, wide) = sample[node.Outputs[place]];
        var element = Badness.WorstDigits(narrow, wide);
        return [new Fault(own.Node, result, IsFinite: true, IsDeclared: false, HazardText.LittleByLittle(narrow.At(element), wide.At(element), own.DType), [new LoopStep(node, iterations)])];
    }

    // Terms of float64 often sum to an exact zero, as those of a softmax's gradient do, of which rounding leaves something. More digits tell it.
    private static bool IsNothing(Node node, Sample sample, double exact) =>
        node.Op is not ElementwiseOp && node.Output.DType == DType.Float64 && Math.Abs(exact) <= Nothing * node.Inputs.Max(i => Badness.Largest(sample[i].Narrow));

    /// <summary>
    /// Whether an infinite or undefined result is the program's fault. What the user has declared is meant to be fed. Of anything else large numbers
    /// may be out of the question: there it counts if float64 shows that the result exists.
    /// </summary>
    private bool Counts(Fault fault, Sample sample) =>
        fault.IsDeclared || Badness.Exists(sample[fault.Result].Narrow, sample[fault.Result].Wide) || points.IsModerate(sample.Point);

    /// <summary>
    /// Between two points at which an input has different signs there is one at which it is 0, though perhaps not in this element type; so in each
    /// iteration of a loop.
    /// </summary>
    private void SearchZeros(TrialScope at, LoopStep[] way, List<Sample> seen)
    {
        foreach (var node in at.Candidates)
        {
            if (at.Body(node) is { } body)
            {
                for (var iteration = 1; iteration <= MostSigns; iteration++) SearchZeros(body, [.. way, new LoopStep(node, iteration)], seen);
            }
            else if (!found.ContainsKey(node) && node.Op.MayFail(new RangeContext(node, _ => Interval.Of(0))))
            {
                foreach (var input in node.Inputs.Where(i => i.DType.IsFloat())) SearchZero(node, input, way, way.Length == 0 ? seen : [.. seen.Take(MostWalks)]);
            }
        }
    }

    private void SearchZero(Node node, Value input, LoopStep[] way, List<Sample> seen)
    {
        var (below, above) = (seen.FirstOrDefault(s => Sign(s) < 0), seen.FirstOrDefault(s => Sign(s) > 0));
        if (below is null || above is null) return;
        for (var i = 0; i < Halvings && !found.ContainsKey(node); i++)
        {
            if (scope.At(points.Between(below.Point, above.Point)) is not { } sample) break;
            Note(way is [var outer, ..] ? outer.Loop : node, sample);
            if (Sign(sample) < 0) below = sample;
            else above = sample;
        }

        double Sign(Sample s) => Inside(s, way)?[input].Narrow is { Count: > 0 } data && double.IsFinite(data.At(0)) ? Math.Sign(data.At(0)) : 0;
    }

    /// <summary>The values in an early iteration of loops in loops; null if there is no such iteration.</summary>
    private Sample? Inside(Sample sample, LoopStep[] way)
    {
        var (at, values) = (scope, sample);
        foreach (var (loop, iteration) in way)
        {
            if (!beginnings.TryGetValue((loop, values), out var walked)) beginnings.Add((loop, values), walked = [.. at.Iterations(loop, values).Take(MostSigns).Select(i => i.Sample)]);
            if (iteration > walked.Length) return null;
            (at, values) = (at.Body(loop)!, walked[iteration - 1]);
        }
        return values;
    }

    /// <summary>From which value on a node goes wrong, where one declared placeholder decides; of digits, from which on half of them are lost.</summary>
    private string Threshold(Hazard hazard, List<Sample> seen)
    {
        var (first, declared) = (hazard.Point, scope.Program.Sources.Where(s => TrialPoints.IsDeclared(s) && s.DType.IsFloat()).ToArray());
        if (declared.Length != 1) return string.Empty;
        var source = scope.Program.Sources.ToList().IndexOf(declared[0]);
        if (!first[source].TryUniform(out var wrong)) return string.Empty;
        // The nearest point at which the node is right.
        var right = seen.Where(s => s.Point[source].TryUniform(out _) && !IsWrong(hazard, s))
            .MinBy(s => Distance(s.Point[source].At(0)));
        if (right is null) return string.Empty;
        // And the nearest to it at which it is wrong: from the end of float32, halving takes too long.
        var next = right.Point;
        var last = seen.Where(s => IsBetween(s.Point) && IsWrong(hazard, s)).Select(s => s.Point).Append(first).MinBy(p => Math.Abs(p[source].At(0) - next[source].At(0)))!;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = points.Between(last, next);
            if (middle[source].At(0) == last[source].At(0) || middle[source].At(0) == next[source].At(0)) break;
            if (scope.At(middle) is not { } sample) return string.Empty;
            if (IsWrong(hazard, sample)) last = sample.Point;
            else next = sample.Point;
        }
        var edge = last[source].At(0);
        if (Math.Abs(edge - wrong) <= Math.Max(1e-3 * Math.Abs(wrong), 1e-6)) return string.Empty;
        // Beside 0 halving goes on to the least number there is, or ends on the way to it.
        var isAnyOfSign = edge != 0 && Math.Abs(edge) < BesideZero && Math.Sign(edge) != Math.Sign(next[source].At(0));
        return ", " + (hazard.IsFinite ? "half of them " : string.Empty) + (isAnyOfSign ? $"for any {declared[0].Name} {(edge < 0 ? '<' : '>')} 0" : FormattableString.Invariant($"from {declared[0].Name} = {edge:G4} on"));

        // With all else as at the first.
        bool IsBetween(TensorData[] point) => point[source].TryUniform(out var number) && (number - wrong) * (number - right.Point[source].At(0)) < 0
            && point.Zip(first).Where((_, i) => i != source).All(p => ReferenceEquals(p.First, p.Second));

        // By order of magnitude; what is right at 0 alone is no end of what is wrong.
        double Distance(double number) => number * wrong > 0 ? Math.Abs(Math.Log(number / wrong)) : 1e3 + Math.Abs(number - wrong);
    }

    private bool IsWrong(Hazard hazard, Sample sample)
    {
        if (hazard.Way.Length > 0) return Judge(scope, hazard.Outermost, sample).Exists(f => f.Node == hazard.Node);
        var (narrow, wide) = sample[hazard.Node.Output];
        return Badness.FirstNotFinite(narrow) >= 0 || (hazard.IsFinite && Badness.WorstDigits(narrow, wide) >= 0);
    }

    /// <summary>What goes wrong in a node, at a point of the program that it is part of.</summary>
    private sealed record Fault(Node Node, Value Result, bool IsFinite, bool IsDeclared, string Text, LoopStep[] Way);
}

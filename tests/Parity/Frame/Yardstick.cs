using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace GraphGrad.Parity;

/// <summary>What a comparison of a case found.</summary>
/// <param name="Ours">GraphGrad's worst error in float32, in units of the last place.</param>
/// <param name="Theirs">libtorch's.</param>
/// <param name="Failures">One line for each tensor that fails.</param>
internal sealed record Findings(double Ours, double Theirs, List<string> Failures)
{
    private static readonly ConcurrentDictionary<(string Family, string Name, Backend Backend), Lazy<Findings>> Known = new();

    /// <summary>Those of the failures that are errors of float32 too large, and nothing else.</summary>
    public List<string> Roundings { get; } = [];

    /// <summary>The findings of a case against its recording, made once.</summary>
    public static Findings Of(string family, Case row, Backend backend) => Known.GetOrAdd((family, row.Name, backend), key => new(() =>
    {
        var recording = Recording.Of(family);
        recording.Check(row);
        return Yardstick.Compare(row, recording, backend);
    })).Value;
}

/// <summary>
/// How near to libtorch an answer must be. libtorch's float64 is the truth, unless a ruling gives another. In float32 the error may be
/// twice libtorch's or 2 units of the last place, whichever is larger; in float64 1e-12, relative to the element or, for sums and products, to
/// the largest of the tensor. Whole numbers, bools, NaN and infinities are exact.
/// </summary>
internal static class Yardstick
{
    private const double Float64Bound = 1e-12;
    private const double Float32Bound = 2;

    // Where libtorch errs by more than this, it has broken down: such an element says nothing about the others.
    private const double Breakdown = 16;

    private static readonly double TopGap = Gap32(float.MaxValue);

    // What rulings make of recorded tensors.
    private static readonly ConditionalWeakTable<TensorData, Lazy<double[]>> Ruled = [];

    /// <summary>The error in float32 that is allowed beside one of libtorch's, in units of the last place.</summary>
    public static double Allowed(double theirs) => Math.Max(Float32Bound, 2 * theirs);

    public static Findings Compare(Case row, Recording recording, Backend backend)
    {
        var findings = new Findings(0, 0, []);
        var tensors = new List<Compared>();
        foreach (var type in row.Types)
        {
            for (var set = 0; set < row.Sets.Length; set++)
            {
                var inputs = row.Inputs(set, type);
                var answers = Answers.Of(row, set, type, backend);
                var where = $"{row.Describe(set)}, {type.Text()}, {backend.ToString().ToLowerInvariant()}";
                if (answers.All.Count() != recording.Count(row, set, type))
                {
                    findings.Failures.Add($"{where}: {answers.All.Count()} tensors, libtorch gives {recording.Count(row, set, type)}");
                    continue;
                }
                foreach (var (part, index, data) in answers.All)
                {
                    var truth = recording[Answers.Key(row, set, DType.Float64, part, index)];
                    var theirs = recording[Answers.Key(row, set, type, part, index)];
                    if (Mismatch(data, theirs) is { } mismatch) findings.Failures.Add($"{where}: {part} {index}: {mismatch}");
                    else tensors.Add(new Compared(row, $"{where}: {part} {index}", type, part, index, inputs, data, truth, theirs));
                }
            }
        }
        return Judge(tensors, findings);
    }

    private static Findings Judge(List<Compared> tensors, Findings findings)
    {
        foreach (var part in tensors.GroupBy(t => (t.Type, t.Part, t.Index)))
        {
            // One function has one error: what libtorch reaches anywhere is allowed everywhere.
            var typical = part.Key.Type == DType.Float32 && part.First().Ours.DType.IsFloat() ? part.Max(t => t.TypicalError()) : 0;
            foreach (var tensor in part)
            {
                if (!tensor.Ours.DType.IsFloat()) tensor.CompareExactly(findings.Failures);
                else findings = tensor.CompareFloats(findings, typical);
            }
        }
        return findings;
    }

    private static string? Mismatch(TensorData ours, TensorData theirs)
    {
        if (!ours.Extents().SequenceEqual(theirs.Extents())) return $"shape {ours.Shape}, libtorch's is {theirs.Shape}";
        var same = ours.DType == theirs.DType || (ours.DType.IsInteger() && theirs.DType.IsInteger());
        return same ? null : $"{ours.DType.Text()}, libtorch's is {theirs.DType.Text()}";
    }

    private static double Gap32(double x)
    {
        var rounded = Math.Abs((float)x);
        if (float.IsInfinity(rounded)) return TopGap;
        return rounded == float.MaxValue ? rounded - MathF.BitDecrement(rounded) : MathF.BitIncrement(rounded) - rounded;
    }

    private static double Gap64(double x) => Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);

    private static bool Same(double a, double b) => a.Equals(b) || a == b;

    private sealed record Compared(
        Case Row, string Where, DType Type, Part Part, int Index, TensorData[] Inputs, TensorData Ours, TensorData Truth, TensorData Theirs)
    {
        private readonly double[] theirs = Theirs.Numbers();
        private readonly double[] expected = Expected(Row, Part, Index, Inputs, Truth);
        private double? largest;

        private double Largest => largest ??= expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();

        public void CompareExactly(List<string> failures)
        {
            var ours = Ours.Numbers();
            for (var i = 0; i < ours.Length; i++)
            {
                if (ours[i] == theirs[i]) continue;
                failures.Add($"{At(i)}: {ours[i]}, libtorch {theirs[i]}");
                return;
            }
        }

        public double TypicalError()
        {
            var most = Row.By == Measure.Norm ? double.MaxValue : Breakdown;
            return Enumerable.Range(0, expected.Length).Select(i => Error32(theirs[i], i)).Where(e => e <= most).DefaultIfEmpty(0).Max();
        }

        public Findings CompareFloats(Findings findings, double typical)
        {
            var ours = Ours.Numbers();
            var (worstOurs, worstTheirs) = (findings.Ours, findings.Theirs);
            var failures = new List<(double Excess, string Text)>();
            for (var i = 0; i < ours.Length; i++)
            {
                if (Type == DType.Float64)
                {
                    var bound = Math.Max(Float64Bound * (Row.By == Measure.Norm ? Largest : Math.Abs(expected[i])), 2 * Gap64(expected[i]));
                    if (!Same(ours[i], expected[i]) && !(double.IsFinite(expected[i]) && Math.Abs(ours[i] - expected[i]) <= bound))
                        failures.Add((Math.Abs(ours[i] - expected[i]), $"{At(i)}: {ours[i]:R}, {Source(i)} {expected[i]:R}"));
                    continue;
                }
                var (error, theirError) = (Error32(ours[i], i), Error32(theirs[i], i));
                var allowed = Math.Max(Row.Roundings / 2.0, Allowed(Math.Max(theirError, typical)));
                if (double.IsFinite(error)) worstOurs = Math.Max(worstOurs, error);
                if (double.IsFinite(theirError)) worstTheirs = Math.Max(worstTheirs, theirError);
                if (!(error <= allowed))
                    failures.Add((error, $"{At(i)}: {(float)ours[i]:R}, {Source(i)} {expected[i]:R}: {error:G3} ulp, libtorch's float32 {(float)theirs[i]:R}: {theirError:G3} ulp"));
            }
            if (failures.Count > 0)
            {
                findings.Failures.Add(failures.MaxBy(f => double.IsNaN(f.Excess) ? double.MaxValue : f.Excess).Text + (failures.Count > 1 ? $" (and {failures.Count - 1} more)" : ""));
                if (Type == DType.Float32 && failures.TrueForAll(f => double.IsFinite(f.Excess))) findings.Roundings.Add(findings.Failures[^1]);
            }
            return findings with { Ours = worstOurs, Theirs = worstTheirs };
        }

        // All runs of a case see the same numbers, so that both types and both backends have one truth; some take 80 digits.
        private static double[] Expected(Case row, Part part, int index, TensorData[] inputs, TensorData truth) =>
            row.Rulings.Length == 0 || !truth.DType.IsFloat() ? truth.Numbers()
            : Ruled.GetValue(truth, _ => new(() => Rule(row, part, index, inputs, truth))).Value;

        private static double[] Rule(Case row, Part part, int index, TensorData[] inputs, TensorData truth)
        {
            var numbers = truth.Numbers();
            for (var i = 0; i < numbers.Length; i++)
            {
                var point = new Point(part, index, i, inputs);
                foreach (var ruling in row.Rulings)
                {
                    if (ruling.Truth(point) is not { } number) continue;
                    numbers[i] = number;
                    break;
                }
            }
            return numbers;
        }

        /// <summary>The distance from the truth in units of its last place; infinite if one is NaN or infinite and the other not.</summary>
        private double Error32(double x, int i)
        {
            var rounded = (float)expected[i];
            if (Same(x, rounded)) return float.IsFinite(rounded) ? Distance(x, i) : 0;
            if (float.IsFinite(rounded) && double.IsFinite(x)) return Distance(x, i);
            // At the edge of overflow, the largest number and infinity are neighbours.
            if (!double.IsNaN(x) && double.IsFinite(expected[i]) && Math.Abs(expected[i]) < float.MaxValue + (2 * TopGap) && Math.Abs(expected[i]) > float.MaxValue - (2 * TopGap))
                return 1;
            return double.PositiveInfinity;
        }

        private double Distance(double x, int i) => Math.Abs(x - expected[i]) / Gap32(Row.By == Measure.Norm ? Largest : expected[i]);

        private string Source(int i) => Same(expected[i], Truth.Numbers()[i]) ? "libtorch's float64" : "the truth by the row's ruling";

        private string At(int i)
        {
            var extents = Ours.Extents();
            var at = Inputs.Where(x => x.Extents().SequenceEqual(extents)).Select(x => x.Numbers()[i].ToString("R"));
            return $"{Where}, element {i}{(at.Any() ? $" (at {string.Join("; ", at)})" : "")}";
        }
    }
}

using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>
/// Lowers the most that is in memory at once. A kernel runs a second time where its result is needed late and all that it reads is still
/// there, instead of its result being kept; and neighbouring steps are done slice by slice (<see cref="StepSlicing"/>). Either is done only where it
/// lowers the peak, so that programs which need little memory pay nothing.
/// </summary>
internal static class MemorySaving
{
    // Second-level caches hold less.
    private const double FewestBytes = 1 << 20;

    // What would be saved by repeating has to be a good part of the peak.
    private const int LeastPart = 32;

    // A kernel that is repeated has at most so many instructions a point.
    private const int MostInstructions = 160;

    private const int MostRepetitions = 8;

    // For extents that are not known.
    private const long AssumedExtent = 64;

    public static ResultPlacement.Result Arrange(ResultPlacement.Result placed, StepFacts.Table table)
    {
        BufferCopy[] copies = [.. placed.FetchCopies, .. placed.Commits];
        var kept = copies.Select(c => c.From).ToHashSet();
        var best = new Candidate(placed.Steps, placed.FirstInPlaceStep, [], table, copies);
        if (best.Peak < FewestBytes) return placed;
        var whole = best;
        best = best.Sliced(kept.Contains);
        for (var i = 0; i < MostRepetitions; i++)
        {
            var better = best.Repetitions().Select(c => c.Sliced(kept.Contains)).MinBy(c => c.Height);
            if (better is null || better.Height >= best.Height) break;
            best = better;
        }
        best = best.WithoutNeedlessSlices();
        return best.Peak < whole.Peak ? placed with { Steps = best.Steps, FirstInPlaceStep = best.FirstInPlaceStep, Slices = best.Slices } : placed;
    }

    /// <summary>Steps in an order, with what is alive at each of them.</summary>
    private sealed class Candidate
    {
        // Of two programs with the same peak, the one that is near it for shorter is on the way to a lower one.
        private const int PeakExponent = 24;
        private const double NearPeak = 0.97;

        private readonly StepFacts.Table table;
        private readonly BufferCopy[] copies;
        private readonly StepFacts[] facts;
        private readonly BufferLifetime[] lifetimes;
        private readonly double[] alive;

        public Candidate(List<LoweredStep> steps, int firstInPlaceStep, IReadOnlyList<SliceGroup> slices, StepFacts.Table table, BufferCopy[] copies)
        {
            (Steps, FirstInPlaceStep, Slices, this.table, this.copies) = (steps, firstInPlaceStep, slices, table, copies);
            facts = [.. steps.Select(s => table[s])];
            lifetimes = BufferPlan.Lifetimes(facts, copies, slices);
            var begins = new double[steps.Count + 2];
            foreach (var life in lifetimes)
            {
                var bytes = life.Bytes(Assumed, g => g.Cut(Assumed));
                begins[life.FirstStep] += bytes;
                begins[life.LastStep + 1] -= bytes;
            }
            alive = new double[steps.Count + 1];
            // Whole numbers of bytes, so the sums are exact.
            for (var step = 0; step < alive.Length; step++) alive[step] = begins[step] + (step == 0 ? 0 : alive[step - 1]);
        }

        public List<LoweredStep> Steps { get; }

        public int FirstInPlaceStep { get; }

        public IReadOnlyList<SliceGroup> Slices { get; }

        public double Peak => alive.Max();

        /// <summary>The peak, and a little of all that is near it.</summary>
        public double Height => Math.Pow(alive.Sum(a => Math.Pow(a / FewestBytes, PeakExponent)), 1.0 / PeakExponent);

        public Candidate Sliced(Func<TensorBuffer, bool> isKept) => new(Steps, FirstInPlaceStep, StepSlicing.Find(Steps, table, isKept), table, copies);

        /// <summary>Slices stay where the peak would be higher without them.</summary>
        public Candidate WithoutNeedlessSlices()
        {
            var best = this;
            foreach (var group in Slices)
            {
                var without = new Candidate(Steps, FirstInPlaceStep, [.. best.Slices.Where(g => g != group)], table, copies);
                if (without.Peak <= Peak) best = without;
            }
            return best;
        }

        /// <summary>Programs with one kernel more, whose result is not kept over a step at which the most is in memory, or nearly so.</summary>
        public List<Candidate> Repetitions()
        {
            var found = new List<Candidate>();
            var peaks = Enumerable.Range(0, Steps.Count).Where(s => alive[s] >= NearPeak * Peak).ToArray();
            foreach (var life in lifetimes.Where(l => Array.Exists(peaks, p => l.FirstStep <= p && p < l.LastStep) && l.Bytes(Assumed, g => g.Cut(Assumed)) >= Peak / LeastPart))
            {
                foreach (var buffer in life.Buffers)
                {
                    var uses = Enumerable.Range(0, Steps.Count).Where(s => facts[s].Uses(buffer)).ToArray();
                    for (var next = 1; next < uses.Length; next++)
                    {
                        var (before, after) = (uses[next - 1], uses[next]);
                        if (after - before > 1 && Array.Exists(peaks, p => before <= p && p < after) && Repeated(buffer, uses[0], after) is { } candidate) found.Add(candidate);
                    }
                }
            }
            return found;
        }

        /// <summary>The program with the kernel that writes a buffer once more before a step, for this and all later ones.</summary>
        private Candidate? Repeated(TensorBuffer buffer, int writer, int before)
        {
            if (Steps[writer] is not LoweredKernel { Guards.Length: 0, Repeats: null } original || !facts[writer].Writes.Contains(buffer) || copies.Any(c => c.From == buffer)) return null;
            if (Enumerable.Range(0, Steps.Count).Any(s => s != writer && facts[s].Writes.Contains(buffer))) return null;
            var originals = Steps.OfType<LoweredKernel>().Select(k => k.Repeats?.Original).ToHashSet();
            if (Enumerable.Range(before, Steps.Count - before).Any(s => facts[s].Uses(buffer) && originals.Contains(Steps[s] as LoweredKernel) && Steps[s] is LoweredKernel)) return null;
            var scalars = ScalarGraph.Reachable(original.Kernel.Roots);
            if (scalars.Count > MostInstructions || scalars.Exists(s => s.Op is ScalarOp.Guard or ScalarOp.RunIndex)) return null;
            // Everything else that it writes is written in vain.
            if (facts[writer].Writes.Any(b => b.Kind != BufferKind.Arena || (b != buffer && b.ByteSize.Evaluate(Assumed) > buffer.ByteSize.Evaluate(Assumed) / 4))) return null;
            foreach (var read in facts[writer].Reads)
            {
                if (read.Kind == BufferKind.Arena && !Enumerable.Range(before, Steps.Count - before).Any(s => facts[s].Uses(read)) && copies.All(c => c.From != read)) return null;
                if (Enumerable.Range(writer, before - writer).Any(s => facts[s].Writes.Contains(read))) return null;
            }
            var renamed = facts[writer].Writes.ToDictionary(b => b, table.Another);
            var repeated = (LoweredKernel)original.WithBuffers(b => renamed.GetValueOrDefault(b, b)) with { Repeats = (original, renamed) };
            var steps = new List<LoweredStep>(Steps.Count + 1);
            for (var s = 0; s < Steps.Count; s++)
            {
                if (s == before) steps.Add(repeated);
                steps.Add(s >= before && facts[s].Uses(buffer) ? Renamed(Steps[s], buffer, renamed[buffer]) : Steps[s]);
            }
            return new Candidate(steps, before < FirstInPlaceStep ? FirstInPlaceStep + 1 : FirstInPlaceStep, [], table, copies);
        }

        private static LoweredStep Renamed(LoweredStep step, TensorBuffer from, TensorBuffer to)
        {
            var renamed = step.WithBuffers(b => b == from ? to : b);
            return renamed is LoweredKernel { Repeats: { } repeats } kernel
                ? kernel with { Repeats = (repeats.Original, new Dictionary<TensorBuffer, TensorBuffer>(repeats.Renamed) { [from] = to }) }
                : renamed;
        }

        private static long Assumed(string symbol) => AssumedExtent;
    }
}

using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Slide;
using GraphGrad.Compilation.Contraction.Winograd;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Compilation.Passes.Memory;
using GraphGrad.Memory;

namespace GraphGrad.Execution;

/// <summary>A step as a whole, or one slice of it.</summary>
/// <param name="Step">The step.</param>
/// <param name="Position">Its position in the program.</param>
/// <param name="Group">The group with which it is sliced, if it is.</param>
/// <param name="Slices">How it is cut.</param>
/// <param name="First">The slice's first unit.</param>
/// <param name="Units">How many units it has.</param>
internal readonly record struct Launch(ProgramStep Step, int Position, SliceGroup? Group, StepSlices? Slices, long First, long Units);

/// <summary>
/// What the frames of a program for the same extents and number of threads have in common: which steps are launched, how products and
/// convolutions are computed, and where in the arena what lies. It holds no memory, and nothing in it changes.
/// </summary>
internal sealed class FramePlan
{
    // Of a frame's memory, for what outlives a run: results, and weights as products read them; where weights are many, so many times what they are themselves, for transformed
    // ones take up to 16/9. Beyond it they are computed again in each run.
    private const long FewKeptBytes = 16 << 20, KeptOfWeights = 2;

    // What comes from beyond the second level, and how much of a slice's time it may take; and what few terms are.
    private const double FarBytesPerCycle = 8, MostOfSlice = 0.3;
    private const long FewTerms = 64;

    private readonly CompiledProgram program;
    private readonly IReadOnlyDictionary<string, long> symbols;
    private readonly int threads;
    private readonly FramePart? part;
    private readonly Dictionary<SliceGroup, SliceCut> cuts;

    // By reference: the hash of a step would be one of all its axes.
    private readonly Dictionary<ContractionStep, WinogradPlan> winograds = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ContractionStep, WalkPlan> walks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Position, long Units), DotCut> products = [];
    private readonly Dictionary<CorrelationStep, SlidePlan> correlations = new(ReferenceEqualityComparer.Instance);
    private readonly bool[] keepsResults;
    private readonly Dictionary<ContractionStep, (TensorBuffer Place, Invariance Until)> kept = new(ReferenceEqualityComparer.Instance);
    private readonly long mostKeptBytes;
    private long keptBytes;

    /// <param name="program">The program.</param>
    /// <param name="symbols">The values of its symbols, which stay as they are.</param>
    /// <param name="threads">Threads that work on each step.</param>
    /// <param name="part">The units of its steps that the frames are for; null for all.</param>
    public FramePlan(CompiledProgram program, IReadOnlyDictionary<string, long> symbols, int threads, FramePart? part = null)
    {
        (this.program, this.symbols, this.threads, this.part) = (program, symbols, threads, part);
        cuts = part is null ? program.Slices.ToDictionary(g => g, CutOf) : new() { [part.Steps] = new SliceCut(part.Units, part.Count) };
        Launches = [.. Launched()];
        var sliced = Launches.Where(l => l.Slices is not null).Select(l => l.Step).ToHashSet<ProgramStep>(ReferenceEqualityComparer.Instance);
        var whole = program.Steps.OfType<ContractionStep>().Where(s => !sliced.Contains(s)).ToArray();
        foreach (var step in whole)
        {
            var shape = step.Shape.Bind(Binding);
            if (step.MayUseWinograd && step.Kernel.PlanWinograd(shape) is { } winograd) winograds.Add(step, winograd);
            if (step.Kernel.PlanWalk(shape, keeps: KeepsOf(step)) is { } walk) walks.Add(step, walk);
        }
        mostKeptBytes = Math.Max(FewKeptBytes, KeptOfWeights * program.Steps.OfType<ContractionStep>().SelectMany(s => new[] { s.Shape.A, s.Shape.B }.Where(b => Outlives(s, b) != Invariance.None)).Distinct().Sum(b => b.ByteSize.Evaluate(Binding)));
        keepsResults = Array.ConvertAll(
            Enumerable.Range(0, program.Steps.Length).ToArray(),
            s => part is null && program.Invariants!.Steps[s] != Invariance.None && Keeps(program.Invariants.Results[s].Sum(b => b.ByteSize.Evaluate(Binding))));
        // Before anything that depends on what is sliced, and so on the number of threads: products that keep an operand may sum in another order than those that find no room.
        // A product that is done in slices has a plan for all but the last, and perhaps another for that.
        foreach (var launch in Launches)
        {
            if (launch.Step is not ContractionStep product || walks.ContainsKey(product) || products.ContainsKey((launch.Position, launch.Units))) continue;
            var shape = (launch.Slices?.Slice(product.Shape, launch.Units) ?? product.Shape).Bind(Binding);
            products.Add((launch.Position, launch.Units), (launch.Slices is null || part is not null ? CutOfPacked(product, launch.Position, shape) : null) ?? DotCut.For(product.Kernel.Plan(shape), threads));
        }
        foreach (var step in whole) KeepPacked(step);
        foreach (var step in program.Steps.OfType<CorrelationStep>()) correlations.Add(step, step.Plan(Binding));
        // What threads share of a product comes after what each has to itself.
        var scratch = new StepScratch[program.Steps.Length];
        foreach (var launch in Launches)
        {
            var bytes = ScratchOf(launch, out var shared);
            scratch[launch.Position] = new StepScratch(Math.Max(scratch[launch.Position].OfThread, bytes), shared);
        }
        var lifetimes = part is null ? program.Arena : Array.ConvertAll(program.Arena, l => l with { Slices = part.Steps });
        var results = keepsResults.SelectMany((keeps, s) => keeps ? program.Invariants!.Results[s] : []).ToHashSet();
        lifetimes =
        [
            .. lifetimes.Select(l => results.Contains(l.Buffers[0]) ? l with { FirstStep = 0, LastStep = program.Steps.Length } : l),
            .. kept.Values.Select(k => new BufferLifetime([k.Place], 0, program.Steps.Length)),
        ];
        ArenaBytes = BufferPlan.Assign(lifetimes, scratch, threads, Binding, g => cuts[g], out var offsets, out var scratchOffsets);
        Layout = new FrameLayout(lifetimes, scratch, offsets, scratchOffsets, cuts);
    }

    /// <summary>Each step once, or those of a group once for each slice, in the order in which they run.</summary>
    public Launch[] Launches { get; }

    /// <summary>Where the buffers of the arena and the steps' own memory lie.</summary>
    public FrameLayout Layout { get; }

    public long ArenaBytes { get; }

    /// <summary>Whether it is for these extents and threads, and for all units.</summary>
    public bool IsFor(IReadOnlyDictionary<string, long> values, int count) =>
        part is null && threads == count && values.Count == symbols.Count && symbols.All(s => values.TryGetValue(s.Key, out var value) && value == s.Value);

    /// <summary>For how long what a launch computes is what it would compute again, and stays in the arena.</summary>
    public Invariance InvarianceOf(Launch launch) => keepsResults[launch.Position] ? program.Invariants!.Steps[launch.Position] : Invariance.None;

    /// <summary>Where what a product packs once for many runs lies, and for how long it serves; null if it packs in each run.</summary>
    public (TensorBuffer Place, Invariance Until)? KeptOf(ContractionStep step) => kept.TryGetValue(step, out var found) ? found : null;

    public WinogradPlan? WinogradOf(ContractionStep step) => winograds.GetValueOrDefault(step);

    public WalkPlan? WalkOf(ContractionStep step) => walks.GetValueOrDefault(step);

    public DotCut CutOf(Launch launch) => products[(launch.Position, launch.Units)];

    public SlidePlan PlanOf(CorrelationStep step) => correlations[step];

    private long Binding(string symbol) => symbols[symbol];

    /// <summary>For how long an operand of a step that every run takes stays the same. Of its own units alone a frame keeps nothing.</summary>
    private Invariance Outlives(ContractionStep step, TensorBuffer operand) => step.Guards.Length == 0 && part?.Steps.Sliced.Contains(operand) != true ? program.Invariants!.Of(operand) : Invariance.None;

    private bool Keeps(long bytes)
    {
        if (bytes == 0 || keptBytes + bytes > mostKeptBytes) return false;
        keptBytes += bytes;
        return true;
    }

    private KeptOperands KeepsOf(ContractionStep step) => new(Outlives(step, step.Shape.A) != Invariance.None, Outlives(step, step.Shape.B) != Invariance.None, program.Invariants!.IsLoop);

    // Windows read in place meet a packed operand, and those of fewer products transformed weights.
    private void KeepPacked(ContractionStep step)
    {
        var (bytes, operand) = (WinogradOf(step), WalkOf(step)) switch
        {
            (WinogradCorrelation { ByPanels: false } winograd, _) => (winograd.SharedBytes, winograd.Exchanged ? step.Shape.A : step.Shape.B),
            (null, { SharesColumns: true } walk) => (walk.SharedBytes, walk.Exchanged ? step.Shape.A : step.Shape.B),
            _ => (0, step.Shape.C),
        };
        if (bytes > 0 && Outlives(step, operand) != Invariance.None && Keeps(bytes)) Place(step, bytes, operand);
    }

    // A matrix that is packed is packed once where it stays the same; null if it does not, or there is no room. A plan with packing for nothing may sum in another
    // order, so what decides for it is the same for any number of threads, where a cut that packs the same twice leaves the room unused.
    private DotCut? CutOfPacked(ContractionStep step, int position, ContractionShape shape)
    {
        if (WinogradOf(step) is not null || program.Slices.Any(g => g.First <= position && position <= g.Last)) return null;
        if (KeepsOf(step) is var keeps && !keeps.A && !keeps.B) return null;
        var plan = step.Kernel.Plan(shape, keeps);
        var operand = plan.Exchanged ? step.Shape.A : step.Shape.B;
        if (Outlives(step, operand) == Invariance.None || !Keeps(plan.KeptBytes)) return null;
        var cut = DotCut.For(plan, threads);
        if (cut.PacksColumnsOnce) Place(step, plan.KeptBytes, operand);
        return cut;
    }

    private void Place(ContractionStep step, long bytes, TensorBuffer operand) =>
        kept[step] = (new TensorBuffer(-1, new TensorType(DType.Bool, [bytes]), BufferKind.Arena, -1, $"packed {operand.Name}"), Outlives(step, operand));

    // Bytes that a worker needs to itself, and bytes that all share.
    private long ScratchOf(Launch launch, out long common)
    {
        common = 0;
        if (launch.Step is KernelStep { Kernel: var kernel }) return NativeBuffer.Align(kernel.ScratchBytes.Evaluate(Binding));
        if (launch.Step is CorrelationStep correlation) return NativeBuffer.Align(correlations[correlation].ScratchBytes);
        if (launch.Step is not ContractionStep product) return 0;
        var (walk, winograd) = (WalkOf(product), WinogradOf(product));
        common = Math.Max(walk is null || (winograd is null && kept.ContainsKey(product)) ? 0 : walk.SharedBytes, winograd is null || kept.ContainsKey(product) ? 0 : winograd.SharedBytes);
        return NativeBuffer.Align(Math.Max(walk?.ScratchBytes ?? CutOf(launch).Panels.ScratchBytes, winograd?.ScratchBytes ?? 0));
    }

    private IEnumerable<Launch> Launched()
    {
        if (part is not null)
        {
            for (var i = 0; i < program.Steps.Length; i++)
            {
                var each = part.Steps.Steps[i].Count.Evaluate(Binding) / part.Units;
                yield return new Launch(program.Steps[i], i, part.Steps, part.Steps.Steps[i], part.First * each, part.Count * each);
            }
            yield break;
        }
        for (var position = 0; position < program.Steps.Length; position++)
        {
            if (program.Slices.FirstOrDefault(g => g.First == position) is not { } group || cuts[group].Slices == 1)
            {
                yield return new Launch(program.Steps[position], position, null, null, 0, 0);
                continue;
            }
            var cut = cuts[group];
            for (var unit = 0L; unit < cut.Units; unit += cut.PerSlice)
            {
                for (var i = 0; i < group.Steps.Length; i++)
                {
                    var each = group.Steps[i].Count.Evaluate(Binding) / cut.Units;
                    yield return new Launch(program.Steps[group.First + i], group.First + i, group, group.Steps[i], unit * each, Math.Min(cut.PerSlice, cut.Units - unit) * each);
                }
            }
            position = group.Last;
        }
    }

    // The other operand, where the second level does not hold it, comes by for each slice of rows, of few terms in less time than it takes to fetch. Not at 512 bits, where it was not measured.
    private static bool TakesLonger(ContractionShape slice, DotKernel kernel)
    {
        var bytes = slice.Columns.Count * slice.Inner.Count * kernel.ElementSize;
        return !kernel.HasManyRegisters && slice.Inner.Count <= FewTerms && bytes > DotPlan.SecondLevelBytes
            && bytes / FarBytesPerCycle > MostOfSlice * kernel.Plan(slice).Tile.Cycles;
    }

    // Products that are not cut into panels are done as a whole, and with them their neighbours. So are those that slices would take longer for than their memory is worth.
    private SliceCut CutOf(SliceGroup group)
    {
        var cut = group.Cut(Binding, threads);
        for (var i = 0; cut.Slices > 1 && i < group.Steps.Length; i++)
        {
            if (program.Steps[group.First + i] is not ContractionStep product) continue;
            var (slices, each) = (group.Steps[i], group.Steps[i].Count.Evaluate(Binding) / cut.Units);
            var whole = product.Shape.Bind(Binding);
            // Sums that go from slice to slice are no inner products. Others are taken in all slices as they are in the whole: how many slices there are depends on threads,
            // and must not change the order of a sum.
            var sums = slices.Loop == SlicedLoop.Terms ? 0 : product.Kernel.Plan(whole).InnerSums;
            // The last slice is of other extents where units are left, and may be done in another way.
            var counts = new[] { cut.PerSlice, cut.Units % cut.PerSlice }.Where(n => n > 0);
            if (slices.Loop == SlicedLoop.ProductRows && TakesLonger(slices.Slice(product.Shape, cut.PerSlice * each).Bind(Binding), product.Kernel)) cut = new SliceCut(1, 1);
            else if (product.Kernel.PlanWalk(whole) is not null || (product.MayUseWinograd && product.Kernel.PlanWinograd(whole) is not null)
                || counts.Select(n => slices.Slice(product.Shape, n * each).Bind(Binding)).Any(s => product.Kernel.PlanWalk(s) is not null || product.Kernel.Plan(s).InnerSums != sums))
                cut = new SliceCut(1, 1);
        }
        return cut;
    }
}

using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Compilation.Passes.Memory;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// The memory of one compiled run: an arena, in which each step has memory of its own for the workers while it runs, and the kernels' argument tables, whose entries for feeds,
/// variables and fetches each run fills in.
/// </summary>
internal sealed unsafe class CompiledFrame : IExecutionFrame
{
    // Kernels may touch up to a vector beyond an empty tensor whose only index was out of range.
    private const int Slack = 64;

    private readonly SharedPlan shared;
    private readonly CompiledProgram program;
    private readonly NativeBuffer arena;
    private readonly NativeBuffer tables;
    private readonly NativeBuffer status = new(sizeof(long));
    private readonly BoundStep[] steps;
    private readonly BoundCopy[] fetchCopies;
    private readonly BoundCopy[] commits;
    private readonly Patch[] patches;
    private readonly int firstInPlaceStep;
    private readonly FrameLayout layout;

    /// <param name="shared">The plan.</param>
    /// <param name="symbols">The values of symbols.</param>
    /// <param name="part">The units of its steps that it is for; null for all.</param>
    public CompiledFrame(SharedPlan shared, IReadOnlyDictionary<string, long> symbols, FramePart? part = null)
    {
        this.shared = shared;
        program = shared.Plan.Program;
        var cuts = part is null ? program.Slices.ToDictionary(g => g, CutOf) : new() { [part.Steps] = new SliceCut(part.Units, part.Count) };
        var launches = Launches().ToArray();
        var slots = launches.Sum(l => l.Step is KernelStep s ? s.Kernel.Slots : 0);
        tables = new NativeBuffer((long)slots * sizeof(long));
        var changing = new List<Patch>();
        var table = (long*)tables.Address;
        var sliced = launches.Where(l => l.Slices is not null).Select(l => l.Step).OfType<ContractionStep>().ToHashSet();
        var whole = program.Steps.OfType<ContractionStep>().Where(s => !sliced.Contains(s)).ToArray();
        var winograds = whole.Where(s => s.MayUseWinograd)
            .Select(s => (Step: s, Plan: s.Kernel.PlanWinograd(s.Shape.Bind(Binding)))).Where(w => w.Plan is not null).ToDictionary(w => w.Step, w => w.Plan!);
        var walks = whole.ToDictionary(s => s, s => s.Kernel.PlanWalk(s.Shape.Bind(Binding)));
        // A product that is done in slices has a plan for all but the last, and perhaps another for that.
        var products = launches.Where(l => l.Step is ContractionStep p && walks.GetValueOrDefault(p) is null).Select(l => (Step: (ContractionStep)l.Step, l.Slices, l.Units)).Distinct()
            .ToDictionary(l => (l.Step, l.Units), l => DotCut.For(l.Step.Kernel.Plan((l.Slices?.Slice(l.Step.Shape, l.Units) ?? l.Step.Shape).Bind(Binding)), shared.Threads));
        var correlations = program.Steps.OfType<CorrelationStep>().ToDictionary(s => s, BoundCorrelation.PlanOf(Binding));
        var scratchBytes = new long[program.Steps.Length];
        var sharedBytes = new long[program.Steps.Length];
        foreach (var launch in launches) scratchBytes[launch.Position] = Math.Max(scratchBytes[launch.Position], ScratchOf(launch, out sharedBytes[launch.Position]));
        // What threads share of a product comes after what each has to itself.
        var besides = scratchBytes.Select((bytes, step) => new StepScratch(bytes, sharedBytes[step])).ToArray();
        var lifetimes = part is null ? program.Arena : Array.ConvertAll(program.Arena, l => l with { Slices = part.Steps });
        arena = KeptBuffers.Shared.Rent(BufferPlan.Assign(lifetimes, besides, shared.Threads, Binding, g => cuts[g], out var offsets, out var scratchOffsets) + Slack);
        layout = new FrameLayout(lifetimes, besides, offsets, scratchOffsets, cuts);
        *(long*)status.Address = 0;
        steps = new BoundStep[launches.Length];
        firstInPlaceStep = launches.Count(l => l.Position < program.FirstInPlaceStep);
        for (var i = 0; i < steps.Length; i++)
        {
            var launch = launches[i];
            var guards = Array.ConvertAll(launch.Step.Guards, g => new BoundGuard(Bind(g.Predicate, 0), g.Value));
            switch (launch.Step)
            {
                case KernelStep { Kernel: var kernel }:
                    for (var b = 0; b < kernel.Buffers.Length; b++) BindSlot(kernel.Buffers[b], table + b, Before(launch, kernel.Buffers[b]));
                    for (var d = 0; d < kernel.Dims.Length; d++) table[kernel.DimSlot + d] = kernel.Dims[d].Evaluate(Binding);
                    table[kernel.StatusSlot] = status.Address;
                    steps[i] = new BoundKernel(kernel, table, Scratch(launch), scratchBytes[launch.Position], Binding, shared.Threads, guards, launch.First, launch.Slices is null ? null : launch.Units);
                    table += kernel.Slots;
                    break;
                case ContractionStep product:
                    steps[i] = launch.Slices is null ? BindProduct(product, launch, guards) : BindSlice(product, launch, guards);
                    break;
                case CorrelationStep correlation:
                    steps[i] = new BoundCorrelation(correlations[correlation], Array.ConvertAll(correlation.Inputs, b => Bind(b, 0)), Bind(correlation.Output, 0), Scratch(launch), scratchBytes[launch.Position], shared.Threads, guards);
                    break;
                case RoutineStep routine:
                    steps[i] = BindRoutine(routine, guards);
                    break;
                case LoopStep loop:
                    steps[i] = new BoundLoop(new LoopRunner(loop.Loop, BodiesOf(loop), Binding), Array.ConvertAll(loop.Inputs, b => Bind(b, 0)), Array.ConvertAll(loop.Outputs, b => Bind(b, 0)), guards);
                    break;
            }
        }
        fetchCopies = Array.ConvertAll(program.FetchCopies, BindCopy);
        commits = Array.ConvertAll(program.Commits, BindCopy);
        patches = [.. changing];

        long Binding(string symbol) => symbols[symbol];

        nint Scratch(Launch launch) => arena.Address + (nint)scratchOffsets[launch.Position];

        // Bytes that a worker needs to itself, and bytes that all share.
        long ScratchOf(Launch launch, out long common)
        {
            common = 0;
            if (launch.Step is KernelStep { Kernel: var kernel }) return NativeBuffer.Align(kernel.ScratchBytes.Evaluate(Binding));
            if (launch.Step is CorrelationStep correlation) return NativeBuffer.Align(correlations[correlation].ScratchBytes);
            if (launch.Step is not ContractionStep product) return 0;
            var walk = walks.GetValueOrDefault(product);
            var winograd = winograds.GetValueOrDefault(product);
            common = Math.Max(walk?.SharedBytes ?? 0, winograd?.SharedBytes ?? 0);
            return NativeBuffer.Align(Math.Max(walk?.ScratchBytes ?? products[(product, launch.Units)].Panels.ScratchBytes, winograd?.ScratchBytes ?? 0));
        }

        LoopPart[] BodiesOf(LoopStep loop)
        {
            var parts = LoopParts.Of(loop.Loop, loop.Body, Binding, shared.Threads);
            var body = new SharedPlan(shared.Plan.Bodies[loop], shared.Nodes, parts.Length == 1 ? shared.Threads : 1);
            return Array.ConvertAll(parts, p => new LoopPart(p is null ? body.CreateFrame(symbols) : body.CreateFrame(symbols, p), p));
        }

        // Each step once, or those of a group once for each slice.
        IEnumerable<Launch> Launches()
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
                if (cuts.Keys.FirstOrDefault(g => g.First == position) is not { } group || cuts[group].Slices == 1)
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

        // Products that are not cut into panels are done as a whole, and with them their neighbours.
        SliceCut CutOf(SliceGroup group)
        {
            var cut = group.Cut(Binding, shared.Threads);
            for (var i = 0; cut.Slices > 1 && i < group.Steps.Length; i++)
            {
                if (program.Steps[group.First + i] is not ContractionStep product) continue;
                var shape = group.Steps[i].Slice(product.Shape, group.Steps[i].Count.Evaluate(Binding) / cut.Units * cut.PerSlice).Bind(Binding);
                var whole = product.Shape.Bind(Binding);
                var adds = group.Steps[i].Loop == SlicedLoop.Terms;
                if (product.Kernel.PlanWalk(whole) is not null || product.Kernel.PlanWalk(shape) is not null || (product.MayUseWinograd && product.Kernel.PlanWinograd(whole) is not null)
                    || (adds && product.Kernel.Plan(shape).Tile.InnerProducts)) cut = new SliceCut(1, 1);
            }
            return cut;
        }

        // How far before its place a buffer would begin if all of it were there, in bytes.
        long Before(Launch launch, TensorBuffer buffer) =>
            launch.Group?.Sliced.Contains(buffer) == true ? launch.First * launch.Slices!.Within[buffer].Evaluate(Binding) * buffer.Type.DType.Size() : 0;

        BoundProduct BindSlice(ContractionStep step, Launch launch, BoundGuard[] guards)
        {
            var axis = launch.Slices!.UnitAxis(step.Shape);
            return new BoundProduct(
                step, products[(step, launch.Units)], At(step.Shape.A, step.Shape.StartA, axis.A), At(step.Shape.B, step.Shape.StartB, axis.B),
                At(step.Shape.C, 0, axis.C), Scratch(launch), scratchBytes[launch.Position], guards, accumulates: launch.Slices.Loop == SlicedLoop.Terms && launch.First > 0);

            BoundAddress At(TensorBuffer buffer, Dim start, Dim stride) =>
                Bind(buffer, Start(buffer, start) + (launch.First * stride.Evaluate(Binding) * buffer.Type.DType.Size()) - Before(launch, buffer));
        }

        long Start(TensorBuffer buffer, Dim elements) => elements.Evaluate(Binding) * buffer.Type.DType.Size();

        BoundStep BindProduct(ContractionStep step, Launch launch, BoundGuard[] guards)
        {
            var (own, each) = (Scratch(launch), scratchBytes[launch.Position]);
            var sharedScratch = own + (nint)(each * shared.Threads);
            var (a, b, c) = (
                Bind(step.Shape.A, Start(step.Shape.A, step.Shape.StartA)), Bind(step.Shape.B, Start(step.Shape.B, step.Shape.StartB)), Bind(step.Shape.C, 0));
            BoundStep direct = walks[step] is { } walk
                ? new BoundWalk(step, walk, a, b, c, own, each, sharedScratch, guards)
                : new BoundProduct(step, products[(step, 0)], a, b, c, own, each, guards);
            return winograds.TryGetValue(step, out var winograd)
                ? new BoundWinograd(winograd, direct, a, b, c, own, each, sharedScratch, guards)
                : direct;
        }

        BoundRoutine BindRoutine(RoutineStep step, BoundGuard[] guards)
        {
            // The node's own shapes: a buffer may hold the same elements under another one.
            Operand[] Operands(IReadOnlyList<Value> values) => [.. values.Select(v => new Operand(v.DType, v.Shape.Evaluate(Binding), 0))];
            var context = new EvaluationContext
            {
                Node = step.Node, Inputs = Operands(step.Node.Inputs), Outputs = Operands(step.Node.Outputs), Binding = Binding,
                Failure = message => shared.Plan.Explain(new KernelFailure(step.Node, message), shared.Nodes),
            };
            return new BoundRoutine(context, Array.ConvertAll(step.Inputs, b => Bind(b, 0)), Array.ConvertAll(step.Outputs, b => Bind(b, 0)), guards);
        }

        BoundCopy BindCopy(BufferCopy copy)
        {
            var bytes = copy.To.ByteSize.Evaluate(Binding);
            if (part is null) return new(Bind(copy.From, 0), Bind(copy.To, 0), bytes);
            // Of the arena the part has its own units only.
            var first = bytes / part.Units * part.First;
            return new(Bind(copy.From, copy.From.Kind == BufferKind.Arena ? 0 : first), Bind(copy.To, first), bytes / part.Units * part.Count);
        }

        BoundAddress Bind(TensorBuffer buffer, long start) => new(buffer.Kind, buffer.Number, Fixed(buffer) + (nint)start, (nint)start);

        nint Fixed(TensorBuffer buffer) => buffer.Kind switch
        {
            BufferKind.Arena => arena.Address + (nint)offsets[buffer],
            BufferKind.Constant => shared.Plan.ConstantAddress(buffer),
            _ => 0,
        };

        void BindSlot(TensorBuffer buffer, long* slot, long before)
        {
            *slot = Fixed(buffer) - (nint)before;
            if (buffer.Kind is BufferKind.Feed or BufferKind.Variable or BufferKind.Fetch) changing.Add(new Patch((nint)slot, buffer.Kind, buffer.Number));
        }
    }

    public long ArenaBytes => arena.Length + LoopBytes;

    private long LoopBytes => steps.OfType<BoundLoop>().Sum(s => s.ArenaBytes);

    /// <summary>Where what lives in the arena.</summary>
    public ArenaPlan Describe(Func<string, long> binding) => new(ArenaBytes, LoopBytes, layout.Places(binding, shared.Threads));

    public void Run(RunArguments arguments)
    {
        foreach (var patch in patches)
        {
            // Where nothing changed, other threads keep what they have of the tables.
            var address = Address(arguments, patch.Kind, patch.Number);
            if (*(nint*)patch.Slot != address) *(nint*)patch.Slot = address;
        }
        for (var done = 0L; done < arguments.Times;)
        {
            arguments.Cancellation.ThrowIfCancellationRequested();
            Step(arguments, arguments.RunIndex + done);
            done++;
            if (arguments.TraceEvery > 0 && done % arguments.TraceEvery == 0) arguments.Trace?.Invoke(done);
        }
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        foreach (var loop in steps.OfType<BoundLoop>()) loop.Dispose();
        KeptBuffers.Shared.Return(arena);
        tables.Dispose();
        status.Dispose();
    }

    internal static nint Address(RunArguments arguments, BufferKind kind, int number) => kind switch
    {
        BufferKind.Feed => arguments.Feeds[number],
        BufferKind.Variable => arguments.Variables[number],
        _ => arguments.Fetches[number],
    };

    private void Step(RunArguments arguments, long runIndex)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            // From the first update in place on, a step can no longer be given up.
            if (i <= firstInPlaceStep) arguments.Cancellation.ThrowIfCancellationRequested();
            var step = steps[i];
            if (!step.IsTaken(arguments)) continue;
            step.Run(arguments, runIndex, shared.Threads);
            if (*(long*)status.Address != 0) throw TakeFailure((BoundKernel)step);
        }
        foreach (var copy in fetchCopies) copy.Run(arguments);
        foreach (var copy in commits) copy.Run(arguments);
    }

    private GraphException TakeFailure(BoundKernel step)
    {
        var number = *(long*)status.Address - 1;
        *(long*)status.Address = 0;
        return shared.Plan.Explain(step.Kernel.Failures[number], shared.Nodes);
    }

    /// <summary>A step as a whole, or one slice of it.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="Position">Its position in the program.</param>
    /// <param name="Group">The group with which it is sliced, if it is.</param>
    /// <param name="Slices">How it is cut.</param>
    /// <param name="First">The slice's first unit.</param>
    /// <param name="Units">How many units it has.</param>
    private readonly record struct Launch(ProgramStep Step, int Position, SliceGroup? Group, StepSlices? Slices, long First, long Units);

    /// <summary>A table entry whose address each run brings.</summary>
    private readonly record struct Patch(nint Slot, BufferKind Kind, int Number);
}

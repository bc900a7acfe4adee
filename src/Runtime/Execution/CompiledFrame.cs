using GraphGrad.Compilation;
using GraphGrad.Compilation.Kernels;
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
        var plan = part is null ? shared.Plan.FramePlan(symbols, shared.Threads) : new FramePlan(program, symbols, shared.Threads, part);
        layout = plan.Layout;
        var launches = plan.Launches;
        var slots = launches.Sum(l => l.Step is KernelStep s ? s.Kernel.Slots : 0);
        tables = new NativeBuffer((long)slots * sizeof(long));
        arena = KeptBuffers.Shared.Rent(plan.ArenaBytes + Slack);
        var changing = new List<Patch>();
        var table = (long*)tables.Address;
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
                    steps[i] = new BoundKernel(kernel, table, Scratch(launch), ScratchBytes(launch), Binding, shared.Threads, guards, launch.First, launch.Slices is null ? null : launch.Units);
                    table += kernel.Slots;
                    break;
                case ContractionStep product:
                    steps[i] = launch.Slices is null ? BindProduct(product, launch, guards) : BindSlice(product, launch, guards);
                    break;
                case CorrelationStep correlation:
                    steps[i] = new BoundCorrelation(plan.PlanOf(correlation), Array.ConvertAll(correlation.Inputs, b => Bind(b, 0)), Bind(correlation.Output, 0), Scratch(launch), ScratchBytes(launch), shared.Threads, guards);
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

        nint Scratch(Launch launch) => arena.Address + (nint)layout.ScratchOffsets[launch.Position];

        long ScratchBytes(Launch launch) => layout.Scratch[launch.Position].OfThread;

        LoopPart[] BodiesOf(LoopStep loop)
        {
            var parts = LoopParts.Of(loop.Loop, loop.Body, Binding, shared.Threads);
            var body = new SharedPlan(shared.Plan.Bodies[loop], shared.Nodes, parts.Length == 1 ? shared.Threads : 1);
            return Array.ConvertAll(parts, p => new LoopPart(p is null ? body.CreateFrame(symbols) : body.CreateFrame(symbols, p), p));
        }

        // How far before its place a buffer would begin if all of it were there, in bytes.
        long Before(Launch launch, TensorBuffer buffer) =>
            launch.Group?.Sliced.Contains(buffer) == true ? launch.First * launch.Slices!.Within[buffer].Evaluate(Binding) * buffer.Type.DType.Size() : 0;

        BoundProduct BindSlice(ContractionStep step, Launch launch, BoundGuard[] guards)
        {
            var axis = launch.Slices!.UnitAxis(step.Shape);
            return new BoundProduct(
                step, plan.CutOf(launch), At(step.Shape.A, step.Shape.StartA, axis.A), At(step.Shape.B, step.Shape.StartB, axis.B),
                At(step.Shape.C, 0, axis.C), Scratch(launch), ScratchBytes(launch), guards, accumulates: launch.Slices.Loop == SlicedLoop.Terms && launch.First > 0);

            BoundAddress At(TensorBuffer buffer, Dim start, Dim stride) =>
                Bind(buffer, Start(buffer, start) + (launch.First * stride.Evaluate(Binding) * buffer.Type.DType.Size()) - Before(launch, buffer));
        }

        long Start(TensorBuffer buffer, Dim elements) => elements.Evaluate(Binding) * buffer.Type.DType.Size();

        BoundStep BindProduct(ContractionStep step, Launch launch, BoundGuard[] guards)
        {
            var (own, each) = (Scratch(launch), ScratchBytes(launch));
            var sharedScratch = own + (nint)(each * shared.Threads);
            var (a, b, c) = (
                Bind(step.Shape.A, Start(step.Shape.A, step.Shape.StartA)), Bind(step.Shape.B, Start(step.Shape.B, step.Shape.StartB)), Bind(step.Shape.C, 0));
            BoundStep direct = plan.WalkOf(step) is { } walk
                ? new BoundWalk(step, walk, a, b, c, own, each, sharedScratch, guards)
                : new BoundProduct(step, plan.CutOf(launch), a, b, c, own, each, guards);
            return plan.WinogradOf(step) is { } winograd
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
            BufferKind.Arena => arena.Address + (nint)layout.Offsets[buffer],
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

    /// <summary>A table entry whose address each run brings.</summary>
    private readonly record struct Patch(nint Slot, BufferKind Kind, int Number);
}

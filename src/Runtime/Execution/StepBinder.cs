using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Compilation.Passes.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>Binds the steps of a program to the memory of a frame; kernels take their argument tables one after the other.</summary>
/// <param name="shared">The plan.</param>
/// <param name="plan">Which steps are launched, and where in the arena what lies.</param>
/// <param name="symbols">The values of symbols.</param>
/// <param name="part">The units of its steps that the frame is for; null for all.</param>
/// <param name="arena">The address of the arena.</param>
/// <param name="table">Where the next kernel's argument table begins.</param>
/// <param name="status">The address at which kernels report failures.</param>
internal sealed unsafe class StepBinder(
    SharedPlan shared, FramePlan plan, IReadOnlyDictionary<string, long> symbols, FramePart? part, nint arena, long* table, nint status)
{
    private readonly FrameLayout layout = plan.Layout;
    private long* table = table;

    /// <summary>The entries of tables whose addresses each run brings.</summary>
    public List<TablePatch> Patches { get; } = [];

    public BoundStep Bind(Launch launch)
    {
        var guards = Array.ConvertAll(launch.Step.Guards, g => new BoundGuard(At(g.Predicate, 0), g.Value));
        return launch.Step switch
        {
            KernelStep step => OfKernel(step.Kernel, launch, guards),
            ContractionStep step => launch.Slices is null ? OfProduct(step, launch, guards) : OfSlice(step, launch, launch.Slices, guards),
            CorrelationStep step => new BoundCorrelation(
                plan.PlanOf(step), Array.ConvertAll(step.Inputs, b => At(b, 0)), At(step.Output, 0), Scratch(launch), ScratchBytes(launch), shared.Threads, guards),
            RoutineStep step => OfRoutine(step, guards),
            LoopStep step => new BoundLoop(
                new LoopRunner(step.Loop, BodiesOf(step), Binding), Array.ConvertAll(step.Inputs, b => At(b, 0)), Array.ConvertAll(step.Outputs, b => At(b, 0)), CapturesOf(step), guards),
            _ => throw new InvalidOperationException($"a step of type {launch.Step.GetType().Name} cannot be bound"),
        };
    }

    public BoundCopy Bind(BufferCopy copy)
    {
        var bytes = copy.To.ByteSize.Evaluate(Binding);
        if (part is null) return new(At(copy.From, 0), At(copy.To, 0), bytes);
        // Of the arena the part has its own units only.
        var first = bytes / part.Units * part.First;
        return new(At(copy.From, copy.From.Kind == BufferKind.Arena ? 0 : first), At(copy.To, first), bytes / part.Units * part.Count);
    }

    private BoundKernel OfKernel(CompiledKernel kernel, Launch launch, BoundGuard[] guards)
    {
        for (var b = 0; b < kernel.Buffers.Length; b++) Fill(table + b, kernel.Buffers[b], Before(launch, kernel.Buffers[b]));
        for (var d = 0; d < kernel.Dims.Length; d++) table[kernel.DimSlot + d] = kernel.Dims[d].Evaluate(Binding);
        table[kernel.StatusSlot] = status;
        var bound = new BoundKernel(
            kernel, table, Scratch(launch), ScratchBytes(launch), Binding, shared.Threads, guards, launch.First, launch.Slices is null ? null : launch.Units);
        table += kernel.Slots;
        return bound;
    }

    private BoundProduct OfSlice(ContractionStep step, Launch launch, StepSlices slices, BoundGuard[] guards)
    {
        var axis = slices.UnitAxis(step.Shape);
        var (kept, preparation) = plan.KeptOf(step) is { } k ? (arena + (nint)layout.Offsets[k.Place], k.Until) : (0, Invariance.None);
        return new BoundProduct(
            step, plan.CutOf(launch), Slice(step.Shape.A, step.Shape.StartA, axis.A), Slice(step.Shape.B, step.Shape.StartB, axis.B),
            Slice(step.Shape.C, 0, axis.C), Scratch(launch), ScratchBytes(launch), guards, kept, accumulates: slices.Loop == SlicedLoop.Terms && launch.First > 0) { Preparation = preparation };

        BoundAddress Slice(TensorBuffer buffer, Dim start, Dim stride) =>
            At(buffer, Start(buffer, start) + (launch.First * stride.Evaluate(Binding) * buffer.Type.DType.Size()) - Before(launch, buffer));
    }

    private BoundStep OfProduct(ContractionStep step, Launch launch, BoundGuard[] guards)
    {
        var (own, each) = (Scratch(launch), ScratchBytes(launch));
        var sharedScratch = own + (nint)(each * shared.Threads);
        var (kept, preparation) = plan.KeptOf(step) is { } k ? (arena + (nint)layout.Offsets[k.Place], k.Until) : (sharedScratch, Invariance.None);
        var (a, b, c) = (At(step.Shape.A, Start(step.Shape.A, step.Shape.StartA)), At(step.Shape.B, Start(step.Shape.B, step.Shape.StartB)), At(step.Shape.C, 0));
        BoundStep direct = plan.WalkOf(step) is { } walk
            ? plan.WinogradOf(step) is null ? new BoundWalk(step, walk, a, b, c, own, each, kept, guards) { Preparation = preparation } : new BoundWalk(step, walk, a, b, c, own, each, sharedScratch, guards)
            : new BoundProduct(step, plan.CutOf(launch), a, b, c, own, each, guards, preparation == Invariance.None || plan.WinogradOf(step) is not null ? 0 : kept) { Preparation = preparation };
        return plan.WinogradOf(step) is { } winograd
            ? new BoundWinograd(winograd, direct, a, b, c, own, each, kept, guards) { Preparation = preparation }
            : direct;
    }

    private BoundRoutine OfRoutine(RoutineStep step, BoundGuard[] guards)
    {
        // The node's own shapes: a buffer may hold the same elements under another one.
        Operand[] Operands(IReadOnlyList<Value> values) => [.. values.Select(v => new Operand(v.DType, v.Shape.Evaluate(Binding), 0))];
        var context = new EvaluationContext
        {
            Node = step.Node, Inputs = Operands(step.Node.Inputs), Outputs = Operands(step.Node.Outputs), Binding = Binding,
            Failure = message => shared.Plan.Explain(new KernelFailure(step.Node, message), shared.Nodes),
        };
        return new BoundRoutine(context, Array.ConvertAll(step.Inputs, b => At(b, 0)), Array.ConvertAll(step.Outputs, b => At(b, 0)), guards);
    }

    private Invariance CapturesOf(LoopStep step) =>
        step.Inputs.Skip(step.Loop.Carries + step.Loop.Steps).Take(step.Loop.Captures).Select(shared.Plan.Program.Invariants!.Of).Append(Invariance.Always).Min();

    private LoopPart[] BodiesOf(LoopStep loop)
    {
        var parts = LoopParts.Of(loop.Loop, loop.Body, Binding, shared.Threads);
        var body = new SharedPlan(shared.Plan.Bodies[loop], shared.Nodes, [], parts.Length == 1 ? shared.Threads : 1);
        return Array.ConvertAll(parts, p => new LoopPart(p is null ? body.CreateFrame(symbols) : body.CreateFrame(symbols, p), p));
    }

    private long Binding(string symbol) => symbols[symbol];

    private nint Scratch(Launch launch) => arena + (nint)layout.ScratchOffsets[launch.Position];

    private long ScratchBytes(Launch launch) => layout.Scratch[launch.Position].OfThread;

    /// <summary>How far before its place a buffer would begin if all of it were there, in bytes.</summary>
    private long Before(Launch launch, TensorBuffer buffer) =>
        launch.Group?.Sliced.Contains(buffer) == true ? launch.First * launch.Slices!.Within[buffer].Evaluate(Binding) * buffer.Type.DType.Size() : 0;

    private long Start(TensorBuffer buffer, Dim elements) => elements.Evaluate(Binding) * buffer.Type.DType.Size();

    private BoundAddress At(TensorBuffer buffer, long start) => new(buffer.Kind, buffer.Number, Fixed(buffer) + (nint)start, (nint)start);

    private nint Fixed(TensorBuffer buffer) => buffer.Kind switch
    {
        BufferKind.Arena => arena + (nint)layout.Offsets[buffer],
        BufferKind.Constant => shared.Plan.ConstantAddress(buffer),
        _ => 0,
    };

    private void Fill(long* slot, TensorBuffer buffer, long before)
    {
        *slot = Fixed(buffer) - (nint)before;
        if (buffer.Kind is BufferKind.Feed or BufferKind.Variable or BufferKind.Fetch) Patches.Add(new TablePatch((nint)slot, buffer.Kind, buffer.Number));
    }
}

/// <summary>A table entry whose address each run brings.</summary>
internal readonly record struct TablePatch(nint Slot, BufferKind Kind, int Number);

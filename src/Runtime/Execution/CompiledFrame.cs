using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// The memory of one compiled run: an arena, scratch for each worker, and the kernels' argument tables, whose entries for feeds,
/// variables and fetches each run fills in.
/// </summary>
internal sealed unsafe class CompiledFrame : IExecutionFrame
{
    // Kernels may touch up to a vector beyond an empty tensor whose only index was out of range.
    private const int Slack = 64;

    private readonly SharedPlan shared;
    private readonly CompiledProgram program;
    private readonly NativeBuffer arena;
    private readonly NativeBuffer scratch;
    private readonly NativeBuffer tables;
    private readonly NativeBuffer status = new(sizeof(long));
    private readonly BoundStep[] steps;
    private readonly BoundCopy[] fetchCopies;
    private readonly BoundCopy[] commits;
    private readonly Patch[] patches;

    public CompiledFrame(SharedPlan shared, IReadOnlyDictionary<string, long> symbols)
    {
        this.shared = shared;
        program = shared.Plan.Program;
        var arenaBytes = BufferPlan.Assign(program.Arena, Binding, out var offsets);
        arena = KeptBuffers.Shared.Rent(arenaBytes + Slack);
        var slots = program.Steps.OfType<KernelStep>().Sum(s => s.Kernel.Slots);
        tables = new NativeBuffer((long)slots * sizeof(long));
        var changing = new List<Patch>();
        var table = (long*)tables.Address;
        var winograds = program.Steps.OfType<ContractionStep>().Where(s => s.MayUseWinograd)
            .Select(s => (Step: s, Plan: s.Kernel.PlanWinograd(s.Shape.Bind(Binding)))).Where(w => w.Plan is not null).ToDictionary(w => w.Step, w => w.Plan!);
        var walks = program.Steps.OfType<ContractionStep>().ToDictionary(s => s, s => s.Kernel.PlanWalk(s.Shape.Bind(Binding)));
        var products = walks.Where(w => w.Value is null).ToDictionary(w => w.Key, w => w.Key.Kernel.Plan(w.Key.Shape.Bind(Binding)));
        var scratchBytes = NativeBuffer.Align(Math.Max(
            program.Steps.OfType<KernelStep>().Select(s => s.Kernel.ScratchBytes.Evaluate(Binding)).DefaultIfEmpty().Max(),
            Math.Max(winograds.Values.Select(w => w.ScratchBytes).DefaultIfEmpty().Max(), Math.Max(products.Values.Select(p => p.ScratchBytes).DefaultIfEmpty().Max(), walks.Values.Select(w => w?.ScratchBytes ?? 0).DefaultIfEmpty().Max()))));
        // What threads share of a product comes after what each has to itself; steps run one after the other.
        var sharedBytes = Math.Max(walks.Values.Select(w => w?.SharedBytes ?? 0).DefaultIfEmpty().Max(), winograds.Values.Select(w => w.WeightBytes).DefaultIfEmpty().Max());
        scratch = KeptBuffers.Shared.Rent((scratchBytes * shared.Threads) + sharedBytes + Slack);
        var sharedScratch = scratch.Address + (nint)(scratchBytes * shared.Threads);
        *(long*)status.Address = 0;
        steps = new BoundStep[program.Steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var guards = Array.ConvertAll(program.Steps[i].Guards, g => new BoundGuard(Bind(g.Predicate, 0), g.Value));
            switch (program.Steps[i])
            {
                case KernelStep { Kernel: var kernel }:
                    for (var b = 0; b < kernel.Buffers.Length; b++) BindSlot(kernel.Buffers[b], table + b);
                    for (var d = 0; d < kernel.Dims.Length; d++) table[kernel.DimSlot + d] = kernel.Dims[d].Evaluate(Binding);
                    table[kernel.StatusSlot] = status.Address;
                    steps[i] = new BoundKernel(kernel, table, scratch.Address, scratchBytes, Binding, guards);
                    table += kernel.Slots;
                    break;
                case ContractionStep product:
                    steps[i] = BindProduct(product, guards);
                    break;
                case RoutineStep routine:
                    steps[i] = BindRoutine(routine, guards);
                    break;
                case LoopStep loop:
                    var body = new SharedPlan(shared.Plan.Bodies[loop], shared.Nodes, shared.Threads).CreateFrame(symbols);
                    steps[i] = new BoundLoop(new LoopRunner(loop.Loop, body, Binding), Array.ConvertAll(loop.Inputs, b => Bind(b, 0)), Array.ConvertAll(loop.Outputs, b => Bind(b, 0)), guards);
                    break;
            }
        }
        fetchCopies = Array.ConvertAll(program.FetchCopies, BindCopy);
        commits = Array.ConvertAll(program.Commits, BindCopy);
        patches = [.. changing];

        long Binding(string symbol) => symbols[symbol];

        long Start(TensorBuffer buffer, Dim elements) => elements.Evaluate(Binding) * buffer.Type.DType.Size();

        BoundStep BindProduct(ContractionStep step, BoundGuard[] guards)
        {
            var (a, b, c) = (
                Bind(step.Shape.A, Start(step.Shape.A, step.Shape.StartA)), Bind(step.Shape.B, Start(step.Shape.B, step.Shape.StartB)), Bind(step.Shape.C, 0));
            BoundStep direct = walks[step] is { } walk
                ? new BoundWalk(step, walk, a, b, c, scratch.Address, scratchBytes, sharedScratch, guards)
                : new BoundProduct(step, DotCut.For(products[step], shared.Threads), a, b, c, scratch.Address, scratchBytes, guards);
            return winograds.TryGetValue(step, out var winograd)
                ? new BoundWinograd(winograd, direct, a, b, c, scratch.Address, scratchBytes, sharedScratch, guards)
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

        BoundCopy BindCopy(BufferCopy copy) => new(Bind(copy.From, 0), Bind(copy.To, 0), copy.To.ByteSize.Evaluate(Binding));

        BoundAddress Bind(TensorBuffer buffer, long start) => new(buffer.Kind, buffer.Number, Fixed(buffer) + (nint)start, (nint)start);

        nint Fixed(TensorBuffer buffer) => buffer.Kind switch
        {
            BufferKind.Arena => arena.Address + (nint)offsets[buffer],
            BufferKind.Constant => shared.Plan.ConstantAddress(buffer),
            _ => 0,
        };

        void BindSlot(TensorBuffer buffer, long* slot)
        {
            *slot = Fixed(buffer);
            if (buffer.Kind is BufferKind.Feed or BufferKind.Variable or BufferKind.Fetch) changing.Add(new Patch((nint)slot, buffer.Kind, buffer.Number));
        }
    }

    public long ArenaBytes => arena.Length + scratch.Length + steps.OfType<BoundLoop>().Sum(s => s.ArenaBytes);

    public void Run(RunArguments arguments)
    {
        foreach (var patch in patches) *(long*)patch.Slot = Address(arguments, patch.Kind, patch.Number);
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
        KeptBuffers.Shared.Return(scratch);
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
            if (i <= program.FirstInPlaceStep) arguments.Cancellation.ThrowIfCancellationRequested();
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

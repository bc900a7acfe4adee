using GraphGrad.Compilation;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Memory;

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
    private readonly IReadOnlyDictionary<string, long> symbols;
    private readonly NativeBuffer arena;
    private readonly long usedBytes;
    private readonly NativeBuffer tables;
    private readonly NativeBuffer status = new(sizeof(long));
    private readonly BoundStep[] steps;
    private readonly Invariance[] invariances;
    private readonly BoundCopy[] fetchCopies;
    private readonly BoundCopy[] commits;
    private readonly TablePatch[] patches;
    private readonly int firstInPlaceStep;
    private readonly FrameLayout layout;
    private bool hasRun;
    private long variableChanges;

    /// <param name="shared">The plan.</param>
    /// <param name="symbols">The values of symbols.</param>
    /// <param name="part">The units of its steps that it is for; null for all.</param>
    public CompiledFrame(SharedPlan shared, IReadOnlyDictionary<string, long> symbols, FramePart? part = null)
    {
        this.shared = shared;
        this.symbols = symbols;
        program = shared.Plan.Program;
        var plan = part is null ? shared.Plan.FramePlan(symbols, shared.Threads) : new FramePlan(program, symbols, shared.Threads, part);
        layout = plan.Layout;
        var launches = plan.Launches;
        var slots = launches.Sum(l => l.Step is KernelStep s ? s.Kernel.Slots : 0);
        tables = new NativeBuffer((long)slots * sizeof(long));
        usedBytes = plan.ArenaBytes + Slack;
        arena = KeptBuffers.Shared.Rent(usedBytes);
        *(long*)status.Address = 0;
        firstInPlaceStep = launches.Count(l => l.Position < program.FirstInPlaceStep);
        var binder = new StepBinder(shared, plan, symbols, part, arena.Address, (long*)tables.Address, status.Address);
        steps = Array.ConvertAll(launches, binder.Bind);
        invariances = Array.ConvertAll(launches, plan.InvarianceOf);
        fetchCopies = Array.ConvertAll(program.FetchCopies, binder.Bind);
        commits = Array.ConvertAll(program.Commits, binder.Bind);
        patches = [.. binder.Patches];
    }

    public long ArenaBytes => usedBytes + LoopBytes;

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
            if (Stands(invariances[i]) || !step.IsTaken(arguments)) continue;
            step.IsPrepared = Stands(step.Preparation);
            step.Run(arguments, runIndex, shared.Threads);
            if (*(long*)status.Address != 0) throw TakeFailure((BoundKernel)step, arguments);
        }
        foreach (var copy in fetchCopies) copy.Run(arguments);
        foreach (var copy in commits) copy.Run(arguments);
        (hasRun, variableChanges) = (true, arguments.VariableChanges);

        bool Stands(Invariance invariance) =>
            invariance != Invariance.None && hasRun && (invariance == Invariance.Always || variableChanges == arguments.VariableChanges);
    }

    private GraphException TakeFailure(BoundKernel step, RunArguments arguments)
    {
        var number = *(long*)status.Address - 1;
        *(long*)status.Address = 0;
        return shared.Plan.Explain(step.Kernel.Failures[number], shared, arguments, symbols);
    }
}

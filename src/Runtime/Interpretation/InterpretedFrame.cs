using GraphGrad.Execution;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Interpretation;

/// <summary>The memory of one interpreted run, and one evaluation context for each step, made once and reused.</summary>
internal sealed class InterpretedFrame : IExecutionFrame
{
    private readonly InterpretedPlan plan;
    private readonly NativeBuffer arena;
    private readonly Dictionary<Value, int[]> extents = [];
    private readonly Step[] steps;
    private readonly Patch[] patches;
    private readonly Copy[] commits;
    private readonly Copy[] fetches;

    public InterpretedFrame(InterpretedPlan plan, IReadOnlyDictionary<string, long> symbols)
    {
        this.plan = plan;
        foreach (var node in plan.Request.Nodes)
        {
            foreach (var output in node.Outputs) extents[output] = output.Shape.Evaluate(Binding);
        }
        var offsets = PlaceInArena(out var size);
        arena = new NativeBuffer(size);
        var changing = new List<Patch>();
        steps = Array.ConvertAll(plan.Steps, MakeStep);
        patches = [.. changing];
        commits = Array.ConvertAll(plan.Commits, c => new Copy(
            plan.HomeOf(c.Source), FixedAddress(plan.HomeOf(c.Source)), new Home(HomeKind.Variable, c.Target), ByteCount(c.Source)));
        fetches = Array.ConvertAll(plan.Copies, index => new Copy(
            plan.HomeOf(plan.Request.Fetches[index]), FixedAddress(plan.HomeOf(plan.Request.Fetches[index])),
            new Home(HomeKind.Fetch, index), ByteCount(plan.Request.Fetches[index])));

        long Binding(string symbol) => symbols.TryGetValue(symbol, out var extent)
            ? extent
            : throw new GraphException($"symbol '{symbol}' has no value in this run: no feed has an axis that binds it.");

        Step MakeStep(Node node)
        {
            var context = new EvaluationContext
            {
                Node = node,
                Inputs = [.. node.Inputs.Select(MakeOperand)],
                Outputs = [.. node.Outputs.Select(MakeOperand)],
                Binding = Binding,
            };
            for (var i = 0; i < context.Inputs.Length; i++) AddPatch(context.Inputs, i, node.Inputs[i]);
            for (var i = 0; i < context.Outputs.Length; i++) AddPatch(context.Outputs, i, node.Outputs[i]);
            var guards = plan.GuardsOf(node);
            var predicates = Array.ConvertAll(guards, g => MakeOperand(g.Predicate));
            for (var i = 0; i < guards.Length; i++) AddPatch(predicates, i, guards[i].Predicate);
            var loop = node.Op is LoopOp op ? new LoopRunner(op, [new LoopPart(plan.Bodies[node].CreateFrame(symbols), null)], Binding) : null;
            return new Step(context, predicates, Array.ConvertAll(guards, g => g.Taken), loop);
        }

        Operand MakeOperand(Value value) => new(value.DType, extents[value], FixedAddress(plan.HomeOf(value)));

        void AddPatch(Operand[] operands, int position, Value value)
        {
            if (plan.HomeOf(value) is { Kind: HomeKind.Feed or HomeKind.Variable or HomeKind.Fetch } home)
                changing.Add(new Patch(operands, position, home));
        }

        nint FixedAddress(Home home) => home.Kind switch
        {
            HomeKind.Arena => arena.Address + (nint)offsets[home],
            HomeKind.Constant => plan.ConstantAddress(home.Index),
            _ => 0,
        };
    }

    public long ArenaBytes => arena.Length + steps.Sum(s => s.Loop?.ArenaBytes ?? 0);

    public void Run(RunArguments arguments)
    {
        foreach (var patch in patches)
        {
            ref var operand = ref patch.Operands[patch.Position];
            operand = new Operand(operand.DType, operand.Extents, Address(arguments, patch.Home));
        }
        for (var done = 0L; done < arguments.Times;)
        {
            arguments.Cancellation.ThrowIfCancellationRequested();
            Evaluate(arguments.RunIndex + done, arguments.Cancellation);
            done++;
            var traced = arguments.TraceEvery > 0 && done % arguments.TraceEvery == 0;
            if (traced || done == arguments.Times) Store(fetches, arguments);
            Store(commits, arguments);
            if (traced) arguments.Trace?.Invoke(done);
        }
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        foreach (var step in steps) step.Loop?.Dispose();
        arena.Dispose();
    }

    private static nint Address(RunArguments arguments, Home home) => home.Kind switch
    {
        HomeKind.Feed => arguments.Feeds[home.Index],
        HomeKind.Variable => arguments.Variables[home.Index],
        _ => arguments.Fetches[home.Index],
    };

    private static unsafe void Store(Copy[] copies, RunArguments arguments)
    {
        foreach (var copy in copies)
        {
            var source = copy.Address != 0 ? copy.Address : Address(arguments, copy.Source);
            Buffer.MemoryCopy((void*)source, (void*)Address(arguments, copy.Target), copy.Length, copy.Length);
        }
    }

    private void Evaluate(long runIndex, CancellationToken cancellation)
    {
        foreach (var step in steps)
        {
            if (step.Predicates.Length > 0 && !step.IsTaken) continue;
            cancellation.ThrowIfCancellationRequested();
            var context = step.Context;
            context.RunIndex = runIndex;
            try
            {
                if (step.Loop is { } loop) Run(loop, context, cancellation);
                else context.Node.Op.Evaluate(context);
            }
            catch (Exception fault) when (fault is not (GraphException or OutOfMemoryException or OperationCanceledException))
            {
                throw new CompilerBugException("interpret", $"{context.Node} failed: {fault.Message}", $"Built at {context.Node.Origin}.", fault);
            }
        }
    }

    private static void Run(LoopRunner loop, EvaluationContext context, CancellationToken cancellation)
    {
        Span<nint> inputs = stackalloc nint[context.Inputs.Length];
        Span<nint> outputs = stackalloc nint[context.Outputs.Length];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = context.Inputs[i].Address;
        for (var i = 0; i < outputs.Length; i++) outputs[i] = context.Outputs[i].Address;
        loop.Run(inputs, outputs, context.RunIndex, captureChanges: 0, cancellation);
    }

    private long ByteCount(Value value) => extents[value].Aggregate((long)value.DType.Size(), (size, extent) => size * extent);

    /// <summary>Offsets of the values that live in the arena; memory is used again once its last reader is done.</summary>
    private Dictionary<Home, long> PlaceInArena(out long size)
    {
        var lastUse = new Dictionary<Home, int>();
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            foreach (var value in Touched(plan.Steps[i])) lastUse[plan.HomeOf(value)] = i;
        }
        foreach (var (source, _) in plan.Commits) lastUse[plan.HomeOf(source)] = int.MaxValue;
        foreach (var index in plan.Copies) lastUse[plan.HomeOf(plan.Request.Fetches[index])] = int.MaxValue;
        var layout = new ArenaLayout();
        var placed = new Dictionary<Home, (long Offset, long Length)>();
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            foreach (var output in plan.Steps[i].Outputs)
            {
                var length = ByteCount(output);
                if (plan.HomeOf(output) is { Kind: HomeKind.Arena } home) placed[home] = (layout.Allocate(length), length);
            }
            foreach (var home in Touched(plan.Steps[i]).Select(plan.HomeOf).Distinct())
            {
                if (home.Kind == HomeKind.Arena && lastUse[home] == i) layout.Release(placed[home].Offset, placed[home].Length);
            }
        }
        size = layout.Size;
        return placed.ToDictionary(p => p.Key, p => p.Value.Offset);
    }

    private IEnumerable<Value> Touched(Node node) => [.. node.Inputs, .. node.Outputs, .. plan.GuardsOf(node).Select(g => g.Predicate)];

    /// <summary>A node to evaluate where all its predicates are as <paramref name="Taken"/> says.</summary>
    private sealed record Step(EvaluationContext Context, Operand[] Predicates, bool[] Taken, LoopRunner? Loop)
    {
        public bool IsTaken
        {
            get
            {
                for (var i = 0; i < Taken.Length; i++)
                {
                    if (Predicates[i].Bytes[0] != 0 != Taken[i]) return false;
                }
                return true;
            }
        }
    }

    /// <summary>An operand whose address each run brings.</summary>
    private readonly record struct Patch(Operand[] Operands, int Position, Home Home);

    /// <summary>A copy at the end of a step; <see cref="Address"/> is 0 where the run brings the source.</summary>
    private readonly record struct Copy(Home Source, nint Address, Home Target, long Length);
}

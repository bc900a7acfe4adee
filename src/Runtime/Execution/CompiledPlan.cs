using GraphGrad.Compilation;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>A compiled program and its constants in native memory. It holds no node, and so no graph.</summary>
internal sealed class CompiledPlan
{
    // As many shapes as a session keeps frames of.
    private const int MaximumFramePlans = 16;

    private readonly (Op? Op, Origin Origin)[] nodes;
    private readonly NativeBuffer constants;
    private readonly long[] constantOffsets;
    private readonly Lock gate = new();

    private FramePlan[] framePlans = [];

    private CompiledPlan(CompiledProgram program, (Op? Op, Origin Origin)[] nodes)
    {
        Program = program;
        this.nodes = nodes;
        Bodies = program.Steps.OfType<LoopStep>().ToDictionary(s => s, s => new CompiledPlan(s.Body, nodes));
        constantOffsets = new long[program.Constants.Length];
        var size = 0L;
        for (var i = 0; i < constantOffsets.Length; i++)
        {
            constantOffsets[i] = size;
            size += NativeBuffer.Align(program.Constants[i].Bytes.Length);
        }
        constants = new NativeBuffer(size);
        for (var i = 0; i < constantOffsets.Length; i++)
        {
            var bytes = program.Constants[i].Bytes;
            bytes.CopyTo(constants.Bytes(constantOffsets[i], bytes.Length));
        }
    }

    public CompiledProgram Program { get; }

    /// <summary>The plans of what loops compute in each iteration.</summary>
    public IReadOnlyDictionary<LoopStep, CompiledPlan> Bodies { get; }

    public static CompiledPlan Create(PlanRequest request, CompilerOptions options) =>
        new(Pipeline.Compile(SourceOf(request), options), Array.ConvertAll(AllNodes(request.Nodes), n => (PlanSignature.Structural(n.Op), n.Origin)));

    /// <summary>Nodes, and those of the loops' bodies among them.</summary>
    public static Node[] AllNodes(IEnumerable<Node> nodes) =>
        [.. nodes.SelectMany(n => n.Op is LoopOp loop ? [n, .. AllNodes(loop.Body.Nodes)] : (Node[])[n])];

    /// <summary>A request as the compiler sees it.</summary>
    public static ProgramSource SourceOf(PlanRequest request)
    {
        var variables = request.Variables.ToDictionary(v => v.State.Identity, v => Array.IndexOf(request.Variables, v));
        return new ProgramSource(
            request.Nodes, request.Feeds, request.Fetches, request.Variables,
            [.. request.Assignments.Select(a => (variables[((AssignOp)a.Op).Target.State.Identity], a.Inputs[0]))])
        {
            OnlyYields = request.OnlyYields,
        };
    }

    /// <summary>What frames for these extents and threads have in common, made at the first of them: another session makes nothing anew.</summary>
    public FramePlan FramePlan(IReadOnlyDictionary<string, long> symbols, int threads)
    {
        lock (gate)
        {
            if (Find() is { } found) return found;
            framePlans = [new FramePlan(Program, new Dictionary<string, long>(symbols), threads), .. framePlans.Take(MaximumFramePlans - 1)];
            // Found as the next session will find it: what compares them is compiled then.
            return Find()!;
        }

        FramePlan? Find()
        {
            foreach (var plan in framePlans)
            {
                if (plan.IsFor(symbols, threads)) return plan;
            }
            return null;
        }
    }

    /// <summary>
    /// The error for a failure, in terms of the graph that runs: the plan may have been compiled for another of the same
    /// structure, whose nodes stand at the same positions. A rewritten node is found by the line that it carries on.
    /// </summary>
    public GraphException Explain(KernelFailure failure, Node[] running)
    {
        var position = Array.FindIndex(nodes, n => n.Origin == failure.Origin && failure.Op.Equals(n.Op));
        if (position < 0) position = Array.FindIndex(nodes, n => n.Origin == failure.Origin);
        return (position < 0 ? failure : new KernelFailure(running[position], failure.Message)).ToException();
    }

    /// <summary>The same for a kernel, with the index that lies outside its axis if that can be told.</summary>
    public GraphException Explain(KernelFailure failure, SharedPlan shared, RunArguments arguments, IReadOnlyDictionary<string, long> symbols)
    {
        var candidates = shared.Nodes.Where((_, i) => nodes[i].Origin == failure.Origin && failure.Op.Equals(nodes[i].Op));
        return OutsideIndex.Find(candidates, shared.Feeds, arguments, s => symbols[s]) is var (node, message)
            ? new KernelFailure(node, message).ToException()
            : Explain(failure, shared.Nodes);
    }

    public nint ConstantAddress(TensorBuffer buffer) => constants.Address + (nint)constantOffsets[buffer.Number];
}

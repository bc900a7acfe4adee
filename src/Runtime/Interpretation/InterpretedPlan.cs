using GraphGrad.Compilation.Passes;
using GraphGrad.Execution;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Interpretation;

/// <summary>
/// The graph as written, op by op: which nodes to evaluate in which order, and where every value lives. Nothing here
/// depends on extents; a frame adds them.
/// </summary>
internal sealed class InterpretedPlan : IExecutionPlan
{
    private readonly Dictionary<Value, Home> homes = [];
    private readonly NativeBuffer constants;
    private readonly long[] constantOffsets;
    private readonly Dictionary<Node, BranchLiteral[]> guards;

    public InterpretedPlan(PlanRequest request)
    {
        Request = request;
        (constants, constantOffsets) = StoreConstants(request);
        AssignHomes();
        guards = BranchGuards.Find(request.Nodes, request.Fetches.Select(f => f.Node).Concat(request.Assignments));
        Steps = [.. BranchGuards.Order(request.Nodes, guards).Where(n => n.Outputs.Count > 0 && n.Op is not SourceOp && !IsShared(n))];
        Bodies = Steps.Where(n => n.Op is LoopOp).ToDictionary(n => n, n => new InterpretedPlan(PlanRequest.Of(((LoopOp)n.Op).Body)));
        Commits = [.. request.Assignments
            .Select(node => (Source: node.Output, Target: Array.IndexOf(request.Variables, ((AssignOp)node.Op).Target)))
            .Where(c => HomeOf(c.Source) != new Home(HomeKind.Variable, c.Target))];
        Copies = [.. Enumerable.Range(0, request.Fetches.Length)
            .Where(index => HomeOf(request.Fetches[index]) != new Home(HomeKind.Fetch, index))];
    }

    public PlanRequest Request { get; }

    /// <summary>The nodes to evaluate, each after its inputs and guards; sources and aliases take no step.</summary>
    public Node[] Steps { get; }

    /// <summary>What a step stores at its end: these values, in the variables at these positions.</summary>
    public (Value Source, int Target)[] Commits { get; }

    /// <summary>The fetches that are not computed in place, by position.</summary>
    public int[] Copies { get; }

    /// <summary>What must hold for a node to be evaluated.</summary>
    public BranchLiteral[] GuardsOf(Node node) => guards.GetValueOrDefault(node, []);

    public Home HomeOf(Value value) => homes[value];

    /// <summary>The plans of what loops compute in each iteration.</summary>
    public IReadOnlyDictionary<Node, InterpretedPlan> Bodies { get; }

    public nint ConstantAddress(int index) => constants.Address + (nint)constantOffsets[index];

    public IExecutionFrame CreateFrame(IReadOnlyDictionary<string, long> symbols) => new InterpretedFrame(this, symbols);

    private static (NativeBuffer Buffer, long[] Offsets) StoreConstants(PlanRequest request)
    {
        var data = request.Nodes.Select(n => n.Op).OfType<ConstantOp>().Select(op => op.Data).ToArray();
        var offsets = new long[data.Length];
        var size = 0L;
        for (var i = 0; i < data.Length; i++)
        {
            offsets[i] = size;
            size += NativeBuffer.Align(data[i].Bytes.Length);
        }
        var buffer = new NativeBuffer(size);
        for (var i = 0; i < data.Length; i++) data[i].Bytes.CopyTo(buffer.Bytes(offsets[i], data[i].Bytes.Length));
        return (buffer, offsets);
    }

    private void AssignHomes()
    {
        var (constant, arena) = (0, 0);
        foreach (var node in Request.Nodes)
        {
            if (IsShared(node))
            {
                homes[node.Output] = homes[node.Inputs[0]];
                continue;
            }
            foreach (var output in node.Outputs)
            {
                homes[output] = node.Op switch
                {
                    PlaceholderOp => new Home(HomeKind.Feed, Array.IndexOf(Request.Feeds, output)),
                    VariableOp => new Home(HomeKind.Variable, Array.IndexOf(Request.Variables, output)),
                    ConstantOp => new Home(HomeKind.Constant, constant++),
                    _ => new Home(HomeKind.Arena, arena++),
                };
            }
        }
        // Fetched values are computed where the caller wants them.
        for (var index = 0; index < Request.Fetches.Length; index++)
        {
            var home = homes[Request.Fetches[index]];
            if (home.Kind != HomeKind.Arena) continue;
            foreach (var value in homes.Where(h => h.Value == home).Select(h => h.Key).ToArray())
                homes[value] = new Home(HomeKind.Fetch, index);
        }
    }

    /// <summary>
    /// Whether a node's result is its first input's memory: so it is for ops that change no element. So it is for an
    /// assignment too, unless that memory is the storage of another variable that this plan overwrites: two variables that swap
    /// their values go through a copy.
    /// </summary>
    private bool IsShared(Node node)
    {
        if (node.Op is ReshapeOp or StopGradientOp or CustomGradientOp or CheckpointOp or BarrierOp) return true;
        if (node.Op is not AssignOp assign) return false;
        var home = homes[node.Inputs[0]];
        return home.Kind != HomeKind.Variable || Request.Variables[home.Index] == assign.Target
            || !Array.Exists(Request.Assignments, other => ((AssignOp)other.Op).Target == Request.Variables[home.Index]);
    }
}

using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// From the final graph to steps: which values are stored, which share a kernel, what each kernel's loops are, and where
/// results go. One instance lowers one program.
/// </summary>
internal sealed class ProgramLowering
{
    // Numbers that no value's buffer has.
    private const int FirstTemporary = 1 << 24;

    private readonly ProgramSource source;
    private readonly CompilerOptions options;
    private readonly Dictionary<Node, FoldedProduct> folded;
    private readonly HashSet<Value> stored;
    private readonly Dictionary<Value, TensorBuffer> buffers = [];
    private readonly List<TensorData> constants = [];
    private readonly Dictionary<VariableIdentity, int> variables = [];
    private readonly Dictionary<Node, BranchLiteral[]> guards;

    // Products that only an op reads whose result begins as theirs: they are computed there.
    private readonly Dictionary<Value, Value> continued;

    private int temporaries;

    private ProgramLowering(ProgramSource source, CompilerOptions options)
    {
        this.source = source;
        this.options = options;
        for (var i = 0; i < source.Variables.Count; i++) variables.Add(((VariableOp)source.Variables[i].Node.Op).Identity, i);
        Outputs = [.. source.Fetches, .. source.Assignments.Select(a => a.NewValue)];
        folded = FoldedProducts.Find(source.Nodes, Outputs);
        stored = Materialization.Choose(source.Nodes, Outputs, [.. folded.Values.SelectMany(f => f.Inside)]);
        guards = BranchGuards.Find(source.Nodes, Outputs.Select(o => o.Node));
        var readers = source.Nodes.SelectMany(n => n.Inputs).Concat(Outputs).CountBy(v => v).ToDictionary();
        continued = source.Nodes.Where(n => n.Op is RoutineOp { BeginsAsFirstInput: true } && (n.Inputs[0].Node.Op is DotOp || folded.ContainsKey(n.Inputs[0].Node)) && readers[n.Inputs[0]] == 1).ToDictionary(n => n.Inputs[0], n => n.Output);
    }

    private Value[] Outputs { get; }

    public static LoweredProgram Lower(ProgramSource source, CompilerOptions options)
    {
        var lowering = new ProgramLowering(source, options);
        // In graph order a predicate may come after what it guards.
        var nodes = BranchGuards.Order(source.Nodes, lowering.guards);
        var groups = Fusion.Group(nodes, lowering.stored, lowering.StorageOf, lowering.LiteralsOf, lowering.folded.ContainsKey);
        return lowering.Lower(groups);
    }

    private LoweredProgram Lower(List<object> groups)
    {
        var outputs = Outputs.Select(Materialization.BehindAliases).ToHashSet();
        // A branch's predicate is read by the frame.
        foreach (var node in source.Nodes.Where(n => n.Outputs.Count > 0)) outputs.UnionWith(LiteralsOf(node.Output).Select(g => Materialization.BehindAliases(g.Predicate)));
        var again = Recomputation.Find(groups, stored, outputs);
        var needed = outputs.ToHashSet();
        foreach (var group in groups) needed.UnionWith(Recomputation.Loaded(group, stored, ComputedBy(group)));
        var lanes = LanesOf(options.Width);
        var steps = new List<LoweredStep>();
        foreach (var group in groups)
        {
            switch (group)
            {
                case FusionGroup fused:
                    foreach (var kernel in GroupLowering.Lower(fused, StorageIn(fused), needed.Contains, lanes, Temporary)) Add(new LoweredKernel(kernel, GuardsOf(fused.Roots[0].Value)));
                    break;
                case Node { Op: DotOp } node when SmallSums.IsSmallProduct(node):
                    foreach (var kernel in GroupLowering.Lower(Fusion.Alone(node.Output), StorageOf, _ => true, lanes, Temporary)) steps.Add(new LoweredKernel(kernel, GuardsOf(node.Output)));
                    break;
                case Node { Op: DotOp dot } node:
                    steps.Add(new LoweredProduct(node.Name, ContractionLowering.Lower(node, dot, StorageOf), GuardsOf(node.Output)));
                    break;
                case Node { Op: FoldOp } node:
                    steps.Add(new LoweredProduct(node.Name, ContractionLowering.LowerFolded(node, folded[node], StorageOf), GuardsOf(node.Output)));
                    break;
                case Node { Op: ScatterAddOp } node:
                    foreach (var kernel in ScatterLowering.Lower(node, StorageOf, lanes)) steps.Add(new LoweredKernel(kernel, GuardsOf(node.Output)));
                    break;
                case Node { Op: RoutineOp { BeginsAsFirstInput: true } } node:
                    if (!continued.ContainsKey(node.Inputs[0])) steps.Add(new LoweredKernel(ScatterLowering.Start(node, StorageOf, lanes), GuardsOf(node.Output)));
                    steps.Add(new LoweredRoutine(node, [StorageOf(node.Output)!, .. node.Inputs.Skip(1).Select(i => StorageOf(i)!)], [StorageOf(node.Output)!], GuardsOf(node.Output)));
                    break;
                case Node node when node.Op.KindAt(node) == OpKind.Routine:
                    steps.Add(new LoweredRoutine(node, [.. node.Inputs.Select(i => StorageOf(i)!)], [.. node.Outputs.Select(o => StorageOf(o)!)], GuardsOf(node.Output)));
                    break;
                default:
                    throw new InvalidOperationException($"no lowering for the step {group}");
            }
        }
        if (options.Verify) StepVerifier.Check(steps);
        return new LoweredProgram(steps, constants, buffers, StorageOf);

        void Add(LoweredKernel step)
        {
            // Not before the predicate of a branch.
            if (!step.Kernel.RunsEarly || step.Guards.Length > 0) steps.Add(step);
            else steps.Insert(1 + steps.FindLastIndex(s => s.Writes.Any(step.Reads.Contains)), step);
        }

        HashSet<Value>? ComputedBy(object step) => step is FusionGroup group ? again.GetValueOrDefault(group) : null;

        Func<Value, TensorBuffer?> StorageIn(FusionGroup group) =>
            ComputedBy(group) is { } computed ? value => computed.Contains(value) ? null : StorageOf(value) : StorageOf;
    }

    /// <summary>A buffer that no value of the graph stands for.</summary>
    private TensorBuffer Temporary(TensorType type, string name) => new(FirstTemporary + temporaries++, type, BufferKind.Arena, -1, name);

    private static int LanesOf(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => 16,
        VectorWidth.Vector256 => 8,
        VectorWidth.Vector128 => 4,
        _ => 1,
    };

    private BranchLiteral[] LiteralsOf(Value value) => guards.GetValueOrDefault(value.Node) ?? [];

    private StepGuard[] GuardsOf(Value value) =>
        [.. LiteralsOf(value).Select(g => new StepGuard(StorageOf(g.Predicate)!, g.Taken))];

    /// <summary>Where a value's elements are in memory; null if it is computed inside its readers.</summary>
    private TensorBuffer? StorageOf(Value value)
    {
        if (buffers.TryGetValue(value, out var known)) return known;
        if (continued.TryGetValue(value, out var continuation)) return StorageOf(continuation);
        var node = value.Node;
        TensorBuffer buffer;
        switch (node.Op.KindAt(node))
        {
            case OpKind.Alias:
                return StorageOf(node.Inputs[0]);
            case OpKind.Source when node.Op is VariableOp variable:
                buffer = New(BufferKind.Variable, variables[variable.Identity]);
                break;
            case OpKind.Source when node.Op is ConstantOp constant:
                buffer = New(BufferKind.Constant, constants.Count);
                constants.Add(constant.Data);
                break;
            case OpKind.Source:
                buffer = New(BufferKind.Feed, IndexOf(source.Feeds, value));
                break;
            default:
                if (!stored.Contains(value)) return null;
                buffer = New(BufferKind.Arena, -1);
                break;
        }
        buffers.Add(value, buffer);
        return buffer;

        TensorBuffer New(BufferKind kind, int number) => new(buffers.Count, value.Type, kind, number, value.Name);
    }

    private static int IndexOf(IReadOnlyList<Value> values, Value value)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] == value) return i;
        }
        throw new InvalidOperationException($"'{value.Name}' is not fed");
    }
}

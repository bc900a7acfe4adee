using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// What a run yields from feeds and variables alone, so small that computing it in float64 costs little, or of extents that nobody knows: there
/// every digit counts, for what is fed is exact.
/// </summary>
/// <param name="Result">A float32 fetch.</param>
/// <param name="Leaves">The feeds and variables that it is computed from.</param>
/// <param name="Values">What is computed, each after what it reads, the result last; constants among them.</param>
/// <param name="IsChain">Whether all ops are elementwise.</param>
/// <param name="Extents">What symbols stand for where the program is tried.</param>
internal sealed record SmallProgram(Value Result, IReadOnlyList<Value> Leaves, IReadOnlyList<Value> Values, bool IsChain, TrialExtents Extents)
{
    // So many take microseconds in float64, too.
    private const long MostElements = 1 << 16;

    // Of all values together: a chain of many ops is as much work as a short one of many elements. With reductions every element is tried.
    private const long MostElementsOfChain = 1 << 20;
    private const long MostElementsInAll = 1 << 15;
    private const int MostNodes = 1500;
    private const int MostLeaves = 12;

    private const long MostOfTiny = 32;

    // As many numbers in an example are what a layer works on.
    private const long LeastFeatures = 16;

    /// <summary>How much is known of its size.</summary>
    public Openness Openness => !Extents.AreOpen ? Openness.None : Leaves.Any(HasManyFeatures) ? Openness.ManyFeatures : Openness.FewFeatures;

    /// <summary>Whether so few numbers are fed, of known extents, that arithmetic of any kind costs little.</summary>
    public bool IsTiny => !Extents.AreOpen && Leaves.Sum(l => Extents.CountOf(l.Shape) ?? MostOfTiny) <= MostOfTiny;

    /// <summary>The small float32 fetches of a program, by node.</summary>
    public static Dictionary<Node, SmallProgram> Results(GraphProgram program)
    {
        var found = new Dictionary<Node, SmallProgram>();
        if (!program.OnlyYields) return found;
        foreach (var fetch in program.Fetches)
        {
            if (fetch.DType == DType.Float32 && fetch.Node.Outputs.Count == 1 && !IsLeaf(fetch) && !found.ContainsKey(fetch.Node) && Of(fetch) is { } region) found.Add(fetch.Node, region);
        }
        return found;
    }

    /// <summary>What is exact: a feed, a variable, or a part of one.</summary>
    public static bool IsLeaf(Value value) => Base(value).Node.Op is PlaceholderOp or VariableOp;

    private static bool HasManyFeatures(Value leaf) => leaf.Shape.Where(d => d.IsConstant).Aggregate(1L, (count, d) => count * d.Value) >= LeastFeatures;

    /// <summary>What a value is computed from; null if that is too large, or not from leaves alone.</summary>
    public static SmallProgram? Of(Value result)
    {
        var (leaves, values, isChain, elements, extents) = (new List<Value>(), new List<Value>(), true, 0L, new TrialExtents());
        if (Slice(result) is not var (nodes, isLeaf)) return null;
        foreach (var node in nodes)
        {
            var value = node.Outputs[0];
            if (values.Count == MostNodes || leaves.Count > MostLeaves) return null;
            if (extents.CountOf(value.Shape) is not { } count || count > MostElements) return null;
            elements += value.Node.Op is DotOp ? extents.CountOf(ProductsOf(value.Node)) ?? MostElementsInAll : count;
            (isLeaf(value) ? leaves : values).Add(value);
            isChain &= isLeaf(value) || value.Node.Op is ConstantOp or SizeOp || ElementChain.IsInner(value);
        }
        return leaves.Count == 0 || elements > (isChain ? MostElementsOfChain : MostElementsInAll) ? null : new SmallProgram(result, leaves, values, isChain, extents);
    }

    private static bool IsAdmitted(Node node) => node is { Outputs.Count: 1, ControlInputs.Count: 0 } && IsAdmitted(node.Outputs[0]);

    // Indices of the element type itself have no float64 twin; those that are integers are cast.
    private static bool IsAdmitted(Value value) => value.Node.Op is SizeOp or IotaOp { Type: DType.Int32 or DType.Int64 } || (value.DType is DType.Float32 or DType.Float64 or DType.Bool
        && value.Node.Op is ConstantOp or ElementwiseOp or BroadcastOp or ReshapeOp or TransposeOp or SliceOp or PadOp or ConcatenateOp or ReduceOp or CumulateOp or LinearRecurrenceOp || IsOwnProduct(value.Node));

    /// <summary>Whether matrices are multiplied of which each example has its own, or whose extents are all known: with weights that all examples share speed counts more.</summary>
    private static bool IsOwnProduct(Node node) => node.Op is DotOp { LeftBatch: var batch } && (node.Inputs.All(i => i.Shape.All(d => d.IsConstant)) || batch.Any(axis => !node.Inputs[0].Shape[axis].IsConstant));

    private static Shape ProductsOf(Node dot) => [.. dot.Output.Shape, .. ((DotOp)dot.Op).LeftContract.Select(axis => dot.Inputs[0].Shape[axis])];

    /// <summary>
    /// What a result is computed from, down to leaves, inputs before users; null if there is too much of it, or anything that is not admitted. Parts of what is read as a whole, too, as x[0] beside
    /// the sum of x, are no leaves of their own.
    /// </summary>
    private static (List<Node> Nodes, Func<Value, bool> IsLeaf)? Slice(Value result)
    {
        if (Slice(result, IsLeaf) is not { } nodes) return null;
        var read = nodes.Select(n => n.Outputs[0]).Where(IsLeaf).ToHashSet();
        var wholes = read.Where(v => !ReferenceEquals(v, Base(v))).Select(Base).Where(read.Contains).ToHashSet();
        if (wholes.Count == 0) return (nodes, IsLeaf);
        return Slice(result, IsFree) is { } further ? (further, IsFree) : null;

        bool IsFree(Value value) => IsLeaf(value) && (wholes.Contains(value) || !wholes.Contains(Base(value)));
    }

    private static Value Base(Value value)
    {
        while (value.Node.Op is SliceOp or ReshapeOp or TransposeOp) value = value.Node.Inputs[0];
        return value;
    }

    // Ends with the first node that is not admitted: each of a deep network's fetches would else walk all of it.
    private static List<Node>? Slice(Value result, Func<Value, bool> isLeaf)
    {
        var (ordered, seen, pending) = (new List<Node>(), new HashSet<Node>(), new Stack<(Node Node, bool IsDone)>());
        pending.Push((result.Node, false));
        while (pending.TryPop(out var next))
        {
            if (next.IsDone) ordered.Add(next.Node);
            if (next.IsDone || !seen.Add(next.Node)) continue;
            pending.Push((next.Node, true));
            var leaf = next.Node is { Outputs.Count: 1, ControlInputs.Count: 0 } && isLeaf(next.Node.Outputs[0]);
            if (seen.Count > MostNodes + MostLeaves || !(leaf || IsAdmitted(next.Node))) return null;
            if (leaf) continue;
            foreach (var input in next.Node.Inputs) pending.Push((input.Node, false));
        }
        return ordered;
    }
}

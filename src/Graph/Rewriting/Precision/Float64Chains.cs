using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Computes in float64 the chains of elementwise ops that are numerically unstable in float32 and that no rule has cured. Each is rounded
/// once, at its result; the casts are part of its kernel, so nothing wide goes through memory.
/// </summary>
internal static class Float64Chains
{
    /// <summary>What reports call it, and what switches it off.</summary>
    public const string RuleName = "unstable in float32 => float64";

    public static GraphProgram Apply(GraphProgram program, Action<RewriteRecord> fired)
    {
        var readers = ReadersElsewhere(program);
        var verdicts = new Dictionary<string, (double[] Point, double Error)?>(StringComparer.Ordinal);
        var copy = new GraphCopy(new Graph());
        var wide = new Dictionary<Value, Value>();
        foreach (var node in program.Graph.Nodes)
        {
            if (Hazard(node) is { } hazard)
            {
                using var origin = copy.Target.WithOrigin(node.Origin);
                var result = Ops.Cast(Wide(node.Output), DType.Float32);
                copy.Map(node, result.Node);
                fired(Record(node.Output, result, hazard));
            }
            else
            {
                copy.Add(node);
            }
        }
        return program.In(copy);

        (ElementChain Chain, double[] Point, double Error)? Hazard(Node node)
        {
            if (!readers.Contains(node) || ElementChain.Of(node.Output) is not { } chain || chain.Leaves.Count == 0 || !chain.MayMagnifyRounding()) return null;
            var key = chain.Key();
            if (!verdicts.TryGetValue(key, out var verdict))
            {
                verdict = ChainTrial.Fails(chain);
                verdicts.Add(key, verdict);
            }
            return verdict is { } found ? (chain, found.Point, found.Error) : null;
        }

        Value Wide(Value value)
        {
            if (wide.TryGetValue(value, out var known)) return known;
            Value result;
            if (ElementChain.TryNumber(value, out var number)) result = Ops.BroadcastTo(copy.Target.Constant(number), value.Shape);
            else if (!ElementChain.IsInner(value)) result = value.DType.IsFloat() ? Ops.Cast(copy[value], DType.Float64) : copy[value];
            else if (ChainTrial.Wide(value.Node) is { } op) result = copy.Target.Add(op, [.. value.Node.Inputs.Select(Wide)]);
            else result = Wide(value.Node.Inputs[0]);
            wide.Add(value, result);
            return result;
        }
    }

    /// <summary>Float32 results of elementwise ops that something else than such an op reads, or the caller.</summary>
    private static HashSet<Node> ReadersElsewhere(GraphProgram program)
    {
        var found = new HashSet<Node>();
        foreach (var fetch in program.Fetches) Note(fetch);
        foreach (var node in program.Graph.Nodes)
        {
            if (node.Outputs.Count == 1 && ElementChain.IsInner(node.Output)) continue;
            foreach (var input in node.Inputs) Note(input);
        }
        return found;

        void Note(Value value)
        {
            if (value.DType == DType.Float32 && value.Node.Op is ElementwiseOp && value.Node.ControlInputs.Count == 0) found.Add(value.Node);
        }
    }

    private static RewriteRecord Record(Value before, Value after, (ElementChain Chain, double[] Point, double Error) hazard)
    {
        var (chain, point, error) = hazard;
        var witness = string.Join(", ", chain.Leaves.Select((leaf, i) => FormattableString.Invariant($"{leaf.Name} = {(float)point[i]}")));
        var fails = double.IsInfinity(error) ? "leaves the range of float32" : FormattableString.Invariant($"is off by {error:0.#e0} of its value");
        return RewriteRecord.Of(RuleName, before, after, [.. chain.Leaves], Soundness.Rounding, $"{witness} (float32): it {fails}");
    }
}

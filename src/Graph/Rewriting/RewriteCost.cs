using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// What a rewrite costs: roughly how many vector instructions an element takes before and after, of what only one of the two expressions
/// computes. In float64, where a vector holds half as many elements, each counts twice.
/// </summary>
/// <param name="Before">For the expression as it stood.</param>
/// <param name="After">For what took its place.</param>
public readonly record struct RewriteCost(int Before, int After)
{
    // Patterns are small; what lies behind an operand that no wildcard names is not part of them.
    private const int MostNodes = 64;

    /// <summary>Before and after, for example <c>24 -> 21</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Before} -> {After}");

    internal static RewriteCost Of(Value before, Value after, IReadOnlyCollection<Value> operands)
    {
        var (old, made) = (Inside(before, operands), Inside(after, operands));
        return new RewriteCost(old.Where(n => !made.Contains(n)).Sum(Instructions), made.Where(n => !old.Contains(n)).Sum(Instructions));
    }

    /// <summary>The nodes that compute a value from operands.</summary>
    internal static HashSet<Node> Inside(Value value, IReadOnlyCollection<Value> operands)
    {
        var found = new HashSet<Node>();
        var pending = new Queue<Value>([value]);
        while (found.Count < MostNodes && pending.TryDequeue(out var next))
        {
            if (operands.Contains(next) || !found.Add(next.Node)) continue;
            foreach (var input in next.Node.Inputs) pending.Enqueue(input);
        }
        return found;
    }

    private static int Instructions(Node node)
    {
        if (node.Op.KindAt(node) is OpKind.Source or OpKind.View or OpKind.Alias or OpKind.Control) return 0;
        var isWide = node.Outputs.Concat(node.Inputs).Any(v => v.DType is DType.Float64 or DType.Int64);
        return node.Op.Cost * (isWide ? 2 : 1);
    }
}

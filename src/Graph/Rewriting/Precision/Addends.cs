using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Leaves that are added to what is computed: z of x · y + z. Where the sum cancels, the last place of z decides as many digits as the rounding of x · y
/// loses; so it is with residuals and affine maps. Two leaves lose nothing when they meet. Where an example has many elements, as the features of a
/// layer, products with a leaf count as well, and all sums: what differs from its mean, dot products, scores.
/// </summary>
internal sealed class Addends
{
    private const double Rounding = 1.0 / (1 << 24);

    // The rounding of what a leaf meets, and of some ops before, each as large as half the last place of the leaf; of many features as much as of inputs that
    // are not exact.
    private const double Granted = 8;
    private const double GrantedOfMany = 128;

    // Beyond, squares leave the range: a batch of such features is no ordinary one.
    private const double Smallest = 1e-18;
    private const double Largest = 1e18;

    private readonly bool many;
    private readonly HashSet<Value> leaves;
    private readonly HashSet<Value> numbers = [];

    /// <param name="leaves">The leaves of an expression.</param>
    /// <param name="values">What is computed from them, inputs before users.</param>
    /// <param name="many">Whether an example has many elements.</param>
    public Addends(IEnumerable<Value> leaves, IEnumerable<Value> values, bool many)
    {
        (this.leaves, this.many) = ([.. leaves], many);
        foreach (var value in values)
        {
            var inputs = value.Node.Inputs;
            if (value.Node.Op is not (ConstantOp or NegateOp or CastOp or BroadcastOp or ReshapeOp or TransposeOp or SliceOp or MultiplyOp)) continue;
            if (inputs.All(numbers.Contains)) numbers.Add(value);
            else if (inputs.Count(this.leaves.Contains) is var own && (many ? own > 0 : own == 1 && inputs.All(IsExact))) this.leaves.Add(value);
        }
    }

    /// <summary>Whether an ordinary batch holds such numbers.</summary>
    public static bool IsOrdinary(double x) => Math.Abs(x) is 0 or (> Smallest and < Largest);

    /// <summary>A number moved by half its last place, up or down.</summary>
    public static double Moved(double x, bool up = true) => x * (1 + (up ? Rounding : -Rounding));

    /// <summary>Whether a value is a leaf, perhaps negated, repeated, rearranged or times something.</summary>
    public bool Contains(Value value) => leaves.Contains(value);

    /// <summary>Whether an operand of a sum is a leaf that meets what is computed.</summary>
    public bool IsMet(Node sum, Value operand) =>
        Contains(operand) && (sum.Op is AddOp or SubtractOp || (many && sum.Op is ReduceOp { Kind: ReductionKind.Sum })) && (many || !sum.Inputs.All(IsExact));

    /// <summary>Adds to what errors are granted what one leaf makes: where it is added, but no more than everywhere, for x - atan(x) is tame near 0.</summary>
    public void Grant(double[] granted, ReadOnlySpan<double> right, ReadOnlySpan<double> everywhere, ReadOnlySpan<double> added)
    {
        for (var i = 0; i < granted.Length; i++) granted[i] += (many ? GrantedOfMany : Granted) * Math.Min(Math.Abs(everywhere[i] - right[i]), Math.Abs(added[i] - right[i]));
    }

    private bool IsExact(Value value) => leaves.Contains(value) || numbers.Contains(value);
}

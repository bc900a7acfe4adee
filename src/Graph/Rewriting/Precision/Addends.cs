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
    private const double GrantedOfFew = 8;
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

    /// <summary>
    /// What errors of a result are granted: of each leaf what it makes where it is added, but no more than everywhere, for x - atan(x) is tame near 0. Of few
    /// features no more than the other leaves make, either: where a sum of a leaf and what is computed cancels, both must be uncertain. In
    /// sigmoid(x) - y at x = 20 and y = 1 the sigmoid is not, and in x · log(x) - x there is no other leaf.
    /// </summary>
    /// <param name="right">The result.</param>
    /// <param name="changes">For each leaf, what the result becomes when it moves by half its last place: everywhere, and where it is added.</param>
    /// <param name="rounded">What the result becomes when that moves which leaves are added to, if it is known to be rounded.</param>
    public double[] Granted(ReadOnlySpan<double> right, List<(double[] Everywhere, double[] Added)> changes, ReadOnlySpan<double> rounded)
    {
        var granted = new double[right.Length];
        for (var i = 0; i < granted.Length; i++)
        {
            var (result, all) = (right[i], 0.0);
            foreach (var (everywhere, _) in changes) all += Math.Abs(everywhere[i] - result);
            foreach (var (everywhere, added) in changes)
            {
                var own = Math.Abs(everywhere[i] - result);
                var change = Math.Min(own, Math.Abs(added[i] - result));
                granted[i] += many ? GrantedOfMany * change : GrantedOfFew * Math.Min(change, Math.Max(all - own, Math.Abs(rounded[i] - result)));
            }
        }
        return granted;
    }

    private bool IsExact(Value value) => leaves.Contains(value) || numbers.Contains(value);
}

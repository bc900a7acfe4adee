namespace GraphGrad;

/// <summary>
/// Where the numbers of a distribution or a parameter may lie, and the function that makes numbers of them that may lie anywhere: <c>Constraint.Positive.Bijection.Forward(raw)</c>. PyTorch's
/// <c>distributions.constraints</c> with their entries in <c>biject_to</c>.
/// </summary>
public sealed class Constraint
{
    private Constraint(Bijection bijection) => Bijection = bijection;

    /// <summary>Anywhere.</summary>
    public static Constraint Real { get; } = new(Bijection.Identity);

    /// <summary>Above 0, by eˣ.</summary>
    public static Constraint Positive { get; } = new(Bijection.Exp);

    /// <summary>Between 0 and 1, by the logistic function.</summary>
    public static Constraint UnitInterval { get; } = new(Bijection.Sigmoid);

    /// <summary>Vectors of shares of a whole, by <see cref="Bijection.StickBreaking"/>; PyTorch's <c>transform_to</c> has <see cref="Ops.Softmax(Value, int)"/> for it, which takes as many numbers and cannot be undone.</summary>
    public static Constraint Simplex { get; } = new(Bijection.StickBreaking);

    /// <summary>Lower triangular factors of correlation matrices, by <see cref="Bijection.CorrelationCholesky"/>.</summary>
    public static Constraint CorrelationCholesky { get; } = new(Bijection.CorrelationCholesky);

    /// <summary>Lower triangular matrices with a positive diagonal, by <see cref="Bijection.LowerCholesky"/>.</summary>
    public static Constraint LowerCholesky { get; } = new(Bijection.LowerCholesky);

    /// <summary>Symmetric positive definite matrices, by <see cref="Bijection.PositiveDefinite"/>.</summary>
    public static Constraint PositiveDefinite { get; } = new(Bijection.PositiveDefinite);

    /// <summary>The function whose results are the numbers that the constraint allows.</summary>
    public Bijection Bijection { get; }

    /// <summary>Above a bound, by bound + eˣ.</summary>
    public static Constraint Above(double bound) => new(Bijection.Exp.Then(Moved(y => y + bound, y => y - bound, 0)));

    /// <summary>Above bounds that broadcast.</summary>
    public static Constraint Above(Value bound) => new(Bijection.Exp.Then(Moved(y => y + bound, y => y - bound, 0)));

    /// <summary>Below a bound, by bound - eˣ.</summary>
    public static Constraint Below(double bound) => new(Bijection.Exp.Then(Moved(y => bound - y, y => bound - y, 0)));

    /// <summary>Below bounds that broadcast.</summary>
    public static Constraint Below(Value bound) => new(Bijection.Exp.Then(Moved(y => bound - y, y => bound - y, 0)));

    /// <summary>Between two numbers, by the logistic function.</summary>
    /// <exception cref="GraphException">Low is not below high.</exception>
    public static Constraint Between(double low, double high) => low < high
        ? new(Bijection.Sigmoid.Then(Moved(y => low + ((high - low) * y), y => (y - low) / (high - low), Math.Log(high - low))))
        : throw new GraphException($"constraint: there is nothing between {low} and {high}. Built at {Origin.Capture()}.");

    /// <summary>Between bounds that broadcast.</summary>
    public static Constraint Between(Value low, Value high) => new(Bijection.Sigmoid.Then(Bijection.Affine(low, high - low)));

    /// <summary>Constraints for each slice along an axis; see <see cref="Bijection.Stack"/>.</summary>
    /// <exception cref="GraphException">As for <see cref="Bijection.Stack"/>.</exception>
    public static Constraint Stack(IReadOnlyList<Constraint> constraints, int axis = 0) => new(Bijection.Stack([.. constraints.Select(c => c.Bijection)], axis));

    /// <summary>Constraints for parts along an axis; see <see cref="Bijection.Concat"/>.</summary>
    /// <exception cref="GraphException">As for <see cref="Bijection.Concat"/>.</exception>
    public static Constraint Concat(IReadOnlyList<Constraint> constraints, IReadOnlyList<int> lengths, int axis = 0) => new(Bijection.Concat([.. constraints.Select(c => c.Bijection)], lengths, axis));

    /// <summary>The same of vectors, or of more axes; see <see cref="Bijection.Independent"/>.</summary>
    /// <exception cref="GraphException">The number is negative.</exception>
    public Constraint Independent(int axes = 1) => new(Bijection.Independent(axes));

    private static Bijection Moved(Func<Value, Value> forward, Func<Value, Value> inverse, double logScale) => new(forward, inverse, (x, _) => Ops.FullLike(x, logScale));
}

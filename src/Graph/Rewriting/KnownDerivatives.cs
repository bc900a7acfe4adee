using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Derivatives of what rules build where those of the better form cancel although the form does not: x² - y² = (x - y)·(x + y) is right to
/// the last digit, but by x it differentiates to (x + y) + (x - y), which has lost 2x where y is large. Stability rules look through to the form.
/// </summary>
internal static class KnownDerivatives
{
    private static readonly CustomRule Equal = Rule((x, _) => [OnesLike(x[0])]);
    private static readonly CustomRule Logarithm = Rule((x, _) => [1 / x[0]]);
    private static readonly CustomRule Squares = Rule((x, _) => [x[0] * 2, x[1] * -2]);
    private static readonly CustomRule RootOfSquares = Rule((x, root) => [x[0] / root, -(x[1] / root)]);
    private static readonly CustomRule Cosine = Rule((x, cosine) => Hypot(x[0], x[1]) is var length && OfCosine(x[1], x[0], length) is var sine && sine / NonZero(length) is var bend ? [sine * bend, -(cosine * bend)] : []);
    private static readonly CustomRule Norm = Rule((x, norm) => IsZero(norm) is var isZero ? [.. x.Select(part => Where(isZero, 0, part / NonZero(norm)))] : []);
    private static readonly CustomRule Side = Rule((x, side) => [SideBy(x[0], x[1], x[2], side), SideBy(x[1], x[0], x[2], side), x[0] / side * x[1] * Sin(x[2])]);
    private static readonly CustomRule Roots = Rule((x, _) => [0.5 / Sqrt(x[0]), -0.5 / Sqrt(x[1])]);
    private static readonly CustomRule RootLessNumber = Rule((x, _) => [0.5 / Sqrt(x[0])]);
    private static readonly CustomRule RootBelow = Rule((x, root) => [-(x[0] / root)]);
    private static readonly CustomRule RootAbove = Rule((x, root) => [x[0] / root]);
    private static readonly CustomRule Sines = Rule((x, _) => [Cos(x[0]), -Cos(x[1])]);
    private static readonly CustomRule Cosines = Rule((x, _) => [-Sin(x[0]), Sin(x[1])]);
    private static readonly CustomRule DoubledAngle = Rule((x, _) => Where(IsFinite(x[0]), x[0], 1) is var inside && Hypot(inside, 1) is var root ? [(1 - inside) / root * ((inside + 1) / root) / root / root * 2] : []);
    private static readonly CustomRule CosineOfAtan = Rule((x, cosine) => [-(cosine * cosine * (Where(IsFinite(x[0]), x[0], 1) * cosine))]);
    private static readonly CustomRule Cube = Rule((x, _) => [Square(x[0] + 1) * 3]);
    private static readonly CustomRule Share = Rule((x, _) => x[1] + 1 is var sum ? [Where(IsFinite(x[1]), x[1] / sum, 1), x[0] / sum / sum] : []);
    private static readonly CustomRule LogCosh = Rule((x, _) => [Tanh(x[0])]);
    private static readonly CustomRule Entropy = Rule((x, _) => [-(x[0] * (Sigmoid(x[0]) * Sigmoid(-x[0])))]);
    // A selection, for |x| has no second derivative at 0.
    private static readonly CustomRule LogisticLoss = Rule((x, _) => x[0] > 0 is var isPositive && Sigmoid(Where(isPositive, -x[0], x[0])) is var rest ? [Where(isPositive, 1 - x[1] - rest, rest - x[1]), -x[0]] : []);
    private static readonly CustomRule OwnLog = Rule((x, _) => IsZero(x[0]) is var isZero ? [Where(isZero, 0, Log(Where(isZero, 1, x[0])) + 1)] : []);

    /// <summary>What equals x, and has its derivatives.</summary>
    public static Value OfEqual(Value result, Value x) => Apply(Equal, result, x);

    /// <summary>log(x).</summary>
    public static Value OfLog(Value result, Value x) => Apply(Logarithm, result, x);

    /// <summary>x² - y².</summary>
    public static Value OfSquares(Value result, Value x, Value y) => Apply(Squares, result, x, y);

    /// <summary>√(x² - y²).</summary>
    public static Value OfRootOfSquares(Value result, Value x, Value y) => Apply(RootOfSquares, result, x, y);

    /// <summary>x / √(x² + y²), 0 at the origin: by x it differentiates to y²/r³ and by y to -x·y/r³, where the quotient's rule takes x²/r² from 1.</summary>
    public static Value OfCosine(Value x, Value y, Value length) => Apply(Cosine, x / NonZero(length), x, y);

    /// <summary>√(x² + y² + z²), whose second derivatives count where two of them are 0, too.</summary>
    public static Value OfNorm(Value result, Value x, Value y, Value z) => Apply(Norm, result, x, y, z);

    /// <summary>√(x² + y² - 2·x·y·cos z).</summary>
    public static Value OfSide(Value result, Value x, Value y, Value z) => Apply(Side, result, x, y, z);

    /// <summary>√x - √y.</summary>
    public static Value OfRoots(Value result, Value x, Value y) => Apply(Roots, result, x, y);

    /// <summary>√x less a number.</summary>
    public static Value OfRootLessNumber(Value result, Value x) => Apply(RootLessNumber, result, x);

    /// <summary>√(c - x²).</summary>
    public static Value OfRootBelow(Value result, Value x) => Apply(RootBelow, result, x);

    /// <summary>√(x² - c).</summary>
    public static Value OfRootAbove(Value result, Value x) => Apply(RootAbove, result, x);

    /// <summary>sin x - sin y.</summary>
    public static Value OfSines(Value result, Value x, Value y) => Apply(Sines, result, x, y);

    /// <summary>cos x - cos y.</summary>
    public static Value OfCosines(Value result, Value x, Value y) => Apply(Cosines, result, x, y);

    /// <summary>2·x / (1 + x²).</summary>
    public static Value OfDoubledAngle(Value result, Value x) => Apply(DoubledAngle, result, x);

    /// <summary>1 / √(1 + x²).</summary>
    public static Value OfCosineOfAtan(Value result, Value x) => Apply(CosineOfAtan, result, x);

    /// <summary>(1 + x)³ less a constant.</summary>
    public static Value OfCube(Value result, Value x) => Apply(Cube, result, x);

    /// <summary>x·y / (1 + y).</summary>
    public static Value OfShare(Value result, Value x, Value y) => Apply(Share, result, x, y);

    /// <summary>log(cosh(x)), and a constant.</summary>
    public static Value OfLogCosh(Value result, Value x) => Apply(LogCosh, result, x);

    /// <summary>softplus(x) - x·sigmoid(x).</summary>
    public static Value OfEntropy(Value result, Value x) => Apply(Entropy, result, x);

    /// <summary>softplus(x) - x·y.</summary>
    public static Value OfLogisticLoss(Value result, Value x, Value y) => Apply(LogisticLoss, result, x, y);

    /// <summary>x·log(x), of which the derivative is taken for 0 where x is 0.</summary>
    public static Value OfOwnLog(Value result, Value x) => Apply(OwnLog, result, x);

    public static Value IsZero(Value x) => Ops.Equal(x, Ops.Scalar(x, 0));

    private static Value NonZero(Value x) => Where(IsZero(x), 1, x);

    /// <summary>What has the derivatives: the value itself unless there are some that are known.</summary>
    public static Value Under(Value value) => value.Node is { Op: CustomGradientOp { Rule.IsKnown: true }, Inputs: [var result, ..] } ? result : value;

    // x - y·cos z = (x - y) + 2·y·sin²(z/2) = (x + y) - 2·y·cos²(z/2).
    private static Value SideBy(Value x, Value y, Value z, Value side) =>
        Where(x * Sign(y) >= 0, x - y + (y * 2 * Square(Sin(z * 0.5))), x + y - (y * 2 * Square(Cos(z * 0.5)))) / side;

    private static Value Apply(CustomRule rule, Value result, params Value[] inputs) =>
        result.Graph.Add(new CustomGradientOp(rule), [result, .. inputs.Select(x => x.Shape.Equals(result.Shape) ? x : BroadcastTo(x, result.Shape))]);

    private static CustomRule Rule(Func<IReadOnlyList<Value>, Value, Value[]> derivatives) => new(
        c => [.. derivatives(c.Inputs, c.Result).Select(d => c.Adjoint * d)],
        c => derivatives(c.Inputs, c.Result).Select((d, i) => c.Tangents[i] * d).Aggregate((a, b) => a + b)) { IsKnown = true };
}

using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>The vocabulary of patterns; functions are named as the ops that they match.</summary>
internal static class Patterns
{
    /// <summary>Any value.</summary>
    public static Pattern Any(string name) => new Wildcard(name, static (_, _) => true);

    /// <summary>Any float32 or float64.</summary>
    public static Pattern AnyFloat(string name) => new Wildcard(name, static (value, _) => value.DType.IsFloat());

    /// <summary>Any int32 or int64.</summary>
    public static Pattern AnyInteger(string name) => new Wildcard(name, static (value, _) => value.DType.IsInteger());

    /// <summary>Any bool.</summary>
    public static Pattern AnyBool(string name) => new Wildcard(name, static (value, _) => value.DType == DType.Bool);

    /// <summary>Any constant whose elements are all one number.</summary>
    public static Pattern AnyNumber(string name) => new Wildcard(name, static (value, match) => match.TryNumber(value, out _));

    /// <summary>Any value that is not such a constant.</summary>
    public static Pattern NotNumber(string name) => new Wildcard(name, static (value, match) => !match.TryNumber(value, out _));

    /// <summary>Any positive value made of exponentials, sigmoids and i0: their sums, running sums, products, products of matrices, quotients and views. Its logarithm has a better form.</summary>
    public static Pattern AnyExponential(string name) => new Wildcard(name, IsAnyExponential);

    /// <summary>Whether a value is what <see cref="AnyExponential"/> stands for.</summary>
    public static bool IsAnyExponential(Value value, Match match) => IsExponential(value, match, depth: 4);

    /// <summary>Any view (see <see cref="Views"/>) of the result of an op of type <typeparamref name="T"/>.</summary>
    public static Pattern ViewOf<T>(string name)
        where T : Op => new Wildcard(name, static (value, match) => Views.Under(value, match) is { } under && under != value && under.Node.Op is T && match.MayLookInto(under));

    /// <summary>Any value that passes a test, which may look under views.</summary>
    public static Pattern ViewWhere(string name, Func<Value, Match, bool> admits) => new Wildcard(name, admits);

    /// <summary>The result of an op of type <typeparamref name="T"/>; a commutative one matches in both orders.</summary>
    public static Pattern Op<T>(params Pattern[] inputs)
        where T : Op => new OpPattern(typeof(T), inputs, IsCommutative<T>() && inputs is [var x, var y] && !ReferenceEquals(x, y));

    /// <summary>The result of an op of type <typeparamref name="T"/> with its operands in this order.</summary>
    public static Pattern Ordered<T>(params Pattern[] inputs)
        where T : Op => new OpPattern(typeof(T), inputs, bothOrders: false);

    /// <summary>A node of any op for which the test holds.</summary>
    public static Pattern NodeWhere(string name, Func<Node, Match, bool> admits) => new NodePattern(name, admits);

    public static Pattern Exp(Pattern x) => Op<ExpOp>(x);

    public static Pattern Log(Pattern x) => Op<LogOp>(x);

    public static Pattern Expm1(Pattern x) => Op<Expm1Op>(x);

    public static Pattern Log1p(Pattern x) => Op<Log1pOp>(x);

    public static Pattern Sigmoid(Pattern x) => Op<SigmoidOp>(x);

    public static Pattern Softplus(Pattern x) => Op<SoftplusOp>(x);

    public static Pattern Tanh(Pattern x) => Op<TanhOp>(x);

    public static Pattern Cos(Pattern x) => Op<CosOp>(x);

    public static Pattern Cosh(Pattern x) => Op<CoshOp>(x);

    public static Pattern Sinh(Pattern x) => Op<SinhOp>(x);

    public static Pattern Sech(Pattern x) => Op<SechOp>(x);

    public static Pattern Tan(Pattern x) => Op<TanOp>(x);

    public static Pattern Sin(Pattern x) => Op<SinOp>(x);

    public static Pattern Atan(Pattern x) => Op<AtanOp>(x);

    public static Pattern Hypot(Pattern x, Pattern y) => Op<HypotOp>(x, y);

    public static Pattern Sqrt(Pattern x) => Op<SqrtOp>(x);

    public static Pattern Abs(Pattern x) => Op<AbsOp>(x);

    public static Pattern Erf(Pattern x) => Op<ErfOp>(x);

    public static Pattern Erfc(Pattern x) => Op<ErfcOp>(x);

    public static Pattern Gelu(Pattern x) => Op<GeluOp>(x);

    public static Pattern ErfInverse(Pattern x) => Op<ErfInverseOp>(x);

    public static Pattern Pow(Pattern x, Pattern y) => Op<PowOp>(x, y);

    public static Pattern Minimum(Pattern x, Pattern y) => Op<MinimumOp>(x, y);

    public static Pattern Maximum(Pattern x, Pattern y) => Op<MaximumOp>(x, y);

    public static Pattern And(Pattern x, Pattern y) => Op<AndOp>(x, y);

    public static Pattern Or(Pattern x, Pattern y) => Op<OrOp>(x, y);

    public static Pattern Not(Pattern x) => Op<NotOp>(x);

    public static Pattern Where(Pattern condition, Pattern x, Pattern y) => Op<SelectOp>(condition, x, y);

    public static Pattern Broadcast(Pattern x) => Op<BroadcastOp>(x);

    public static Pattern Reshape(Pattern x) => Op<ReshapeOp>(x);

    public static Pattern Transpose(Pattern x) => Op<TransposeOp>(x);

    public static Pattern Cast(Pattern x) => Op<CastOp>(x);

    public static Pattern Slice(Pattern x) => Op<SliceOp>(x);

    public static Pattern Reduce(Pattern x) => Op<ReduceOp>(x);

    public static Pattern StopGradient(Pattern x) => Op<StopGradientOp>(x);

    /// <summary>A sum over some axes, which may be kept with extent 1 or repeated again.</summary>
    public static Pattern Sum(Pattern x) => new ReductionPattern(ReductionKind.Sum, x);

    /// <summary>A product over some axes, which may be kept with extent 1 or repeated again.</summary>
    public static Pattern Prod(Pattern x) => new ReductionPattern(ReductionKind.Product, x);

    private static bool IsExponential(Value value, Match match, int depth)
    {
        if (depth == 0 || !match.MayLookInto(value)) return false;
        if (Reductions.Find(value, match.MayLookInto) is { Node.Op: ReduceOp { Kind: ReductionKind.Sum } } sum) value = sum.Node.Inputs[0];
        value = Views.Under(value, match);
        if (!match.MayLookInto(value)) return false;
        return value.Node.Op switch
        {
            ExpOp or SigmoidOp or CoshOp or SechOp or BesselI0Op => true,
            DotOp or CumulateOp { Kind: CumulationKind.Sum or CumulationKind.Product } => value.Node.Inputs.All(i => IsExponential(i, match, depth - 1)),
            AddOp or MultiplyOp or DivideOp =>
                value.Node.Inputs.All(i => IsPositive(i) || IsExponential(i, match, depth - 1)) && !value.Node.Inputs.All(IsPositive),
            _ => false,
        };

        bool IsPositive(Value factor) =>
            (match.TryNumber(factor, out var number) && number > 0)
            || (factor.Node.Op is CastOp ? factor.Node.Inputs[0] : factor).Node.Op is SizeOp;
    }

    private static bool IsCommutative<T>()
        where T : Op => typeof(BinaryOp).IsAssignableFrom(typeof(T)) && ((BinaryOp)(Op)Activator.CreateInstance<T>()).IsCommutative;
}

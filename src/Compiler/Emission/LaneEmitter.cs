using System.Linq.Expressions;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Writes scalar arithmetic as expression trees that compute a group of lanes at once. A value of a dtype is an array of
/// register expressions; how many, and of which CLR type, <see cref="Registers"/> says. The arithmetic of all emitters is
/// the same bit for bit, except for the payloads of NaNs.
/// </summary>
/// <remarks>
/// Each argument expression is evaluated at most once, so that it may be a whole computation; where an expansion needs an
/// operand twice, it is spilled. Spilled statements run before the expression that is returned.
/// </remarks>
internal abstract class LaneEmitter
{
    private readonly Func<Expression, ParameterExpression> spill;

    protected LaneEmitter(VectorWidth width, int lanes, Func<Expression, ParameterExpression> spill)
    {
        Width = width;
        Lanes = lanes;
        this.spill = spill;
    }

    public VectorWidth Width { get; }

    /// <summary>Elements per group.</summary>
    public int Lanes { get; }

    /// <param name="width">The width of the registers.</param>
    /// <param name="lanes">1 at <see cref="VectorWidth.Scalar"/>; else a power of two, so many that eight-byte elements fill a register.</param>
    /// <param name="spill">Stores an expression in a local of its own before whatever is emitted next, and returns the local.</param>
    public static LaneEmitter Create(VectorWidth width, int lanes, Func<Expression, ParameterExpression> spill)
    {
        if (lanes < width.FewestLanes() || !int.IsPow2(lanes) || (width == VectorWidth.Scalar && lanes != 1))
            throw new InvalidOperationException($"{width} cannot hold groups of {lanes} lanes");
        return width == VectorWidth.Scalar ? new ScalarLaneEmitter(spill) : new VectorLaneEmitter(width, lanes, spill);
    }

    /// <summary>How a group of lanes of a dtype is held.</summary>
    public abstract (Type Register, int Count) Registers(DType type);

    /// <summary>The same literal in all lanes; the bits are those of <see cref="Scalar.Bits"/>.</summary>
    public abstract Expression[] Constant(DType type, long bits);

    /// <summary>A CLR value (float, double, int, long, bool) in all lanes.</summary>
    public abstract Expression[] Broadcast(DType type, Expression scalar);

    /// <summary>One arithmetic instruction. Loads, loop indices and the like are not arithmetic and throw.</summary>
    public abstract Expression[] Apply(Scalar scalar, Expression[][] arguments);

    /// <summary>Dense elements at a byte address (long), aligned or not.</summary>
    public abstract Expression[] Load(DType type, Expression address);

    /// <summary>
    /// The first <paramref name="count"/> (int, 1 … Lanes − 1) elements; other lanes are zero and their memory is not touched.
    /// </summary>
    public abstract Expression[] LoadPartial(DType type, Expression address, Expression count);

    /// <summary>
    /// Dense elements (no bools) at a byte address where the mask is set; other lanes are those of <paramref name="otherwise"/>, and their memory is not touched.
    /// </summary>
    public abstract Expression[] LoadMasked(DType type, Expression address, Expression[] mask, Expression[] otherwise);

    /// <summary>
    /// Elements at int64 offsets (in elements) from a byte address; where a mask is given and unset, the lane is zero and
    /// nothing is read.
    /// </summary>
    public abstract Expression[] Gather(DType type, Expression baseAddress, Expression[] offsets, Expression[]? mask);

    /// <summary>
    /// Elements <paramref name="stride"/> (long, in elements, of any sign) apart; with a count (int) only that many are read
    /// and the other lanes are zero.
    /// </summary>
    public abstract Expression[] LoadStrided(DType type, Expression address, Expression stride, Expression? count);

    public abstract Expression Store(DType type, Expression address, Expression[] value);

    /// <summary>Stores what is not read again soon: past the caches, where the machine can.</summary>
    public virtual Expression StoreStream(DType type, Expression address, Expression[] value) => Store(type, address, value);

    /// <summary>Stores the first <paramref name="count"/> (int, 1 … Lanes − 1) lanes and touches nothing else.</summary>
    public abstract Expression StorePartial(DType type, Expression address, Expression count, Expression[] value);

    /// <summary>
    /// Stores lanes <paramref name="stride"/> (long, in elements) apart: all of them or the first <paramref name="count"/> (int).
    /// </summary>
    public abstract Expression StoreStrided(DType type, Expression address, Expression stride, Expression? count, Expression[] value);

    /// <summary>
    /// Stores lanes that take turns: the first ones of all values, then the second ones; all of them or the first <paramref name="count"/> (int) of each value.
    /// </summary>
    /// <param name="type">The element type; no bools.</param>
    /// <param name="address">Where the first element goes, in bytes.</param>
    /// <param name="count">How many lanes of each value are stored; null for all.</param>
    /// <param name="values">At least two.</param>
    /// <param name="stream">Whether to store past the caches, where the machine can.</param>
    public virtual Expression StoreInterleaved(DType type, Expression address, Expression? count, Expression[][] values, bool stream)
    {
        address = Reusable(address);
        return Expression.Block(typeof(void), values.Select((value, i) => StoreStrided(type, Offset(address, (long)i * type.Size()), Expression.Constant((long)values.Length), count, value)));
    }

    /// <summary>The int64 values 0 … Lanes − 1.</summary>
    public abstract Expression[] LaneIndices();

    /// <summary>Bool lanes: lane &lt; count (int).</summary>
    public abstract Expression[] FirstLanes(Expression count);

    /// <summary>Bool lanes: lane = number (int), which may lie outside.</summary>
    public abstract Expression[] OneLane(Expression number);

    /// <summary>Two values lane by lane, as a reduction of this kind combines them.</summary>
    public abstract Expression[] Combine(ReductionKind kind, DType type, Expression[] a, Expression[] b);

    /// <summary>
    /// All lanes combined to one CLR value: lane i with lane i + Lanes / 2, and so on. The tree depends on the number of
    /// lanes alone, not on the width.
    /// </summary>
    public abstract Expression Horizontal(ReductionKind kind, DType type, Expression[] value);

    /// <summary>CLR bool: every lane is set.</summary>
    public abstract Expression All(Expression[] mask);

    /// <summary>True where evaluating an expression again costs nothing: a local, a literal, or a literal in all lanes.</summary>
    public static bool IsSimple(Expression expression) =>
        expression is ParameterExpression or ConstantExpression
        || (expression is MethodCallExpression { Object: null, Method.Name: nameof(Simd.Create), Arguments: [ConstantExpression] });

    /// <summary>An expression that may be used any number of times.</summary>
    protected Expression Reusable(Expression expression) => IsSimple(expression) ? expression : spill(expression);

    protected Expression[] Reusable(Expression[] registers) => Array.ConvertAll(registers, Reusable);

    protected static InvalidOperationException NotArithmetic(Scalar scalar) =>
        new($"{scalar.Op} of {scalar.Type.Text()} is not lane arithmetic: {scalar}");

    protected static Type ClrType(DType type) => type switch
    {
        DType.Float32 => typeof(float),
        DType.Float64 => typeof(double),
        DType.Int32 => typeof(int),
        DType.Int64 => typeof(long),
        _ => typeof(bool),
    };

    protected static ConstantExpression Literal(DType type, long bits) => type switch
    {
        DType.Float32 => Expression.Constant(BitConverter.Int32BitsToSingle((int)bits)),
        DType.Float64 => Expression.Constant(BitConverter.Int64BitsToDouble(bits)),
        DType.Int32 => Expression.Constant((int)bits),
        DType.Int64 => Expression.Constant(bits),
        _ => Expression.Constant(bits != 0),
    };

    /// <summary>The bits of the number one.</summary>
    protected static long One(DType type) => type switch
    {
        DType.Float32 => BitConverter.SingleToInt32Bits(1),
        DType.Float64 => BitConverter.DoubleToInt64Bits(1),
        _ => 1,
    };

    /// <summary>An address some bytes further on.</summary>
    protected static Expression Offset(Expression address, long bytes) =>
        bytes == 0 ? address : Expression.Add(address, Expression.Constant(bytes));
}

using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// What one element of a float32 result is computed from without leaving its place: elementwise ops and repetitions, down to leaves of which
/// nothing is known.
/// </summary>
internal sealed class ElementChain
{
    // Longer chains are sums of many terms or whole optimizer steps; what is hazardous in them stands in a shorter one or has a rule.
    private const int MostNodes = 64;
    private const int MostLeaves = 8;

    // Of exact leaves and few elements: derivatives of continued fractions.
    private const int MostNodesOfExact = 1500;

    private readonly Dictionary<Value, uint> leavesBelow = [];
    private readonly List<Value> leaves = [];
    private readonly List<Value> values = [];
    private readonly int mostNodes;
    private int pending;

    private ElementChain(int mostNodes) => this.mostNodes = mostNodes;

    /// <summary>What the elements come from.</summary>
    public IReadOnlyList<Value> Leaves => leaves;

    /// <summary>An extent that the chain computes with, as a mean over it does; null if there is none.</summary>
    public Value? Size { get; private set; }

    /// <summary>The power of the extent to which the whole is proportional; null if it is not.</summary>
    public int? PowerOfSize { get; private set; } = 0;

    /// <summary>All values that are computed, each after what it reads, the result last; constants and repetitions among them.</summary>
    public IReadOnlyList<Value> Values => values;

    /// <summary>The chain of a result; null if it is too long.</summary>
    public static ElementChain? Of(Value result, bool exact)
    {
        var chain = new ElementChain(exact ? MostNodesOfExact : MostNodes);
        if (!chain.Visit(result, isResult: true)) return null;
        if (chain.Size is not null) chain.PowerOfSize = chain.FindPower();
        return chain;
    }

    /// <summary>The number that a value holds everywhere, in a trial: an extent counts as 1 if it is but a factor, else as some number.</summary>
    public bool TryTrialNumber(Value value, out double number)
    {
        number = PowerOfSize is null ? 3 : 1;
        return IsSize(value) || TryNumber(value, out number);
    }

    /// <summary>Whether a value is an extent in the type of the chain.</summary>
    public static bool IsSize(Value value) => value.Node is { Op: CastOp, Inputs: [{ Node.Op: SizeOp }] } && value.DType.IsFloat();

    /// <summary>The number that a value holds everywhere.</summary>
    public static bool TryNumber(Value value, out double number)
    {
        number = 0;
        return value.Node.Op is ConstantOp constant && value.DType.IsFloat() && constant.TryNumber(out number);
    }

    /// <summary>Whether a value is computed from elements at the same place, and means the same in every float type: bits do not.</summary>
    public static bool IsInner(Value value) =>
        value.Node.ControlInputs.Count == 0 && !value.DType.IsInteger() && (IsRepetition(value) || value.Node.Op is ElementwiseOp and not BitcastOp);

    /// <summary>Whether each element is one of the operand's, the operand's only one or that of its row.</summary>
    public static bool IsRepetition(Value value) => value.Node.Op is BroadcastOp || (value.Node.Op is ReshapeOp && value.Shape.All(d => d.IsOne));

    /// <summary>
    /// Whether rounding can be magnified at all: a sum with a constant, or an op whose operands depend on the same leaf. A product of
    /// sums of different leaves is as exact as its operands are.
    /// </summary>
    public bool MayMagnifyRounding() => values.Any(value =>
    {
        if (value.Node is not { Op: ElementwiseOp, Inputs: [var a, var b] }) return false;
        var (left, right) = (leavesBelow[a], leavesBelow[b]);
        return (left & right) != 0 || (value.Node.Op is AddOp or SubtractOp && (left == 0) != (right == 0));
    });

    /// <summary>Whether a result may be near zero where what it is made of is not: a product, or a single op, is as exact as its operands.</summary>
    public bool MayCancel() => values.Count(IsComputed) > 1 && values.Any(v => IsComputed(v) && v.Node.Op is not (MultiplyOp or DivideOp or NegateOp or AbsOp or SqrtOp or CastOp));

    /// <summary>Whether it is a polynomial in which a leaf multiplies a sum that holds it, as Horner's scheme does.</summary>
    public bool IsNestedPolynomial() =>
        values.All(v => !IsComputed(v) || v.Node.Op is AddOp or SubtractOp or MultiplyOp or NegateOp)
        && values.Any(v => v.Node is { Op: MultiplyOp, Inputs: [var a, var b] } && a != b && (leavesBelow[a] & leavesBelow[b]) != 0 && (a.Node.Op is AddOp or SubtractOp || b.Node.Op is AddOp or SubtractOp));

    /// <summary>Equal for chains that compute the same function of their leaves.</summary>
    public string Key()
    {
        var numbers = new Dictionary<Value, int>();
        foreach (var leaf in leaves) numbers.Add(leaf, numbers.Count);
        foreach (var value in values) numbers.Add(value, numbers.Count);
        return string.Join(';', leaves.Select(l => l.DType.Text()).Concat(values.Select(v =>
            IsSize(v) ? "size" : TryNumber(v, out var number) ? $"{v.DType} {number:R}" : IsRepetition(v) ? $"={numbers[v.Node.Inputs[0]]}" : $"{v.Node.Op}({string.Join(',', v.Node.Inputs.Select(i => numbers[i]))})")));
    }

    private static bool IsComputed(Value value) => value.Node.Op is ElementwiseOp && !IsSize(value);

    private bool Visit(Value value, bool isResult = false)
    {
        if (leavesBelow.ContainsKey(value)) return true;
        if (IsSize(value) || TryNumber(value, out _))
        {
            // Of several extents none is a mere factor.
            if (IsSize(value) && Size is not null) return false;
            if (IsSize(value)) Size = value;
            leavesBelow.Add(value, 0);
            values.Add(value);
        }
        else if (isResult || IsInner(value))
        {
            // Before the number of nodes is known the depth is not either.
            if (leavesBelow.Count + pending > mostNodes) return false;
            pending++;
            if (!value.Node.Inputs.All(input => Visit(input))) return false;
            pending--;
            leavesBelow.Add(value, value.Node.Inputs.Aggregate(0u, (all, input) => all | leavesBelow[input]));
            values.Add(value);
        }
        else
        {
            if (leaves.Count == MostLeaves) return false;
            leavesBelow.Add(value, 1u << leaves.Count);
            leaves.Add(value);
        }
        return true;
    }

    /// <summary>A sum keeps the power of its terms, a product adds them, and any other op takes only what is free of the extent. Zero has any power: null.</summary>
    private int? FindPower()
    {
        var powers = new Dictionary<Value, int?>();
        foreach (var leaf in leaves) powers.Add(leaf, 0);
        foreach (var value in values)
        {
            var inputs = value.Node.Inputs.Select(i => powers.GetValueOrDefault(i)).ToArray();
            switch (value.Node.Op)
            {
                case ConstantOp: powers.Add(value, TryNumber(value, out var number) && number == 0 ? null : 0); break;
                case var _ when IsSize(value): powers.Add(value, 1); break;
                case BroadcastOp or ReshapeOp or NegateOp or CastOp: powers.Add(value, inputs[0]); break;
                case MultiplyOp: powers.Add(value, inputs[0] + inputs[1]); break;
                case DivideOp: powers.Add(value, inputs[0] - inputs[1]); break;
                case AddOp or SubtractOp when AreAlike(inputs[0], inputs[1]): powers.Add(value, inputs[0] ?? inputs[1]); break;
                case SelectOp when AreAlike(inputs[0], 0) && AreAlike(inputs[1], inputs[2]): powers.Add(value, inputs[1] ?? inputs[2]); break;
                case var _ when Array.TrueForAll(inputs, p => AreAlike(p, 0)): powers.Add(value, 0); break;
                default: return null;
            }
        }
        return powers[values[^1]] ?? 0;

        static bool AreAlike(int? a, int? b) => a is null || b is null || a == b;
    }
}

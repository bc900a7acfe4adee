using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// What an expression has to look like for a rule to apply. Patterns are built with the same functions and operators as
/// graphs (see <see cref="Patterns"/>). A number in a pattern matches a constant all of whose elements are that number,
/// bit for bit; operands of commutative ops match in both orders.
/// </summary>
internal abstract class Pattern
{
    /// <summary>How many commutative ops there are in it, each of which doubles the orders to try.</summary>
    public virtual int CommutativeCount => 0;

    /// <summary>The pattern as text with all wildcards alike.</summary>
    public virtual string Shape => ToString()!;

    public abstract bool Matches(Value value, Match match);

    public static implicit operator Pattern(double number) => new ConstantPattern(number);

    public static Pattern operator +(Pattern x, Pattern y) => Patterns.Op<AddOp>(x, y);

    public static Pattern operator -(Pattern x, Pattern y) => Patterns.Op<SubtractOp>(x, y);

    public static Pattern operator *(Pattern x, Pattern y) => Patterns.Op<MultiplyOp>(x, y);

    public static Pattern operator /(Pattern x, Pattern y) => Patterns.Op<DivideOp>(x, y);

    public static Pattern operator -(Pattern x) => Patterns.Op<NegateOp>(x);
}

/// <summary>Any value that passes a test; at every place in a pattern the same value.</summary>
internal sealed class Wildcard(string name, Func<Value, Match, bool> admits) : Pattern
{
    public string Name { get; } = name;

    public override bool Matches(Value value, Match match) => admits(value, match) && match.TryBind(this, value);

    public override string Shape => "?";

    public override string ToString() => Name;
}

/// <summary>A constant with all elements equal to a number, bit for bit.</summary>
internal sealed class ConstantPattern(double number) : Pattern
{
    public double Number { get; } = number;

    public override bool Matches(Value value, Match match) =>
        match.TryNumber(value, out var found) && BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(Number);

    public override string ToString() => Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The result of an op of one type.</summary>
internal sealed class OpPattern(Type opType, Pattern[] inputs, bool bothOrders) : Pattern
{
    public Type OpType { get; } = opType;

    public IReadOnlyList<Pattern> Inputs { get; } = inputs;

    public bool BothOrders { get; } = bothOrders;

    public override int CommutativeCount { get; } = inputs.Sum(i => i.CommutativeCount) + (bothOrders ? 1 : 0);

    public override bool Matches(Value value, Match match)
    {
        if (!match.MayLookInto(value)) return false;
        var seen = match.LooksThroughDerivatives ? KnownDerivatives.Under(value) : value;
        var node = seen.Node;
        if (node.Op.GetType() != OpType || !match.MayLookInto(seen)) return false;
        var swap = BothOrders && match.NextIsSwapped() ? 1 : 0;
        for (var input = 0; input < Inputs.Count; input++)
        {
            if (!Inputs[input].Matches(node.Inputs[input ^ swap], match)) return false;
        }
        match.Note(this, value);
        return true;
    }

    public override string Shape => $"{OpType.Name}({string.Join(", ", Inputs.Select(i => i.Shape))})";

    public override string ToString() => $"{OpType.Name}({string.Join(", ", Inputs)})";
}

/// <summary>
/// A reduction, also where the reduced axes were kept with extent 1 or repeated again: broadcast(reshape(sum(x))).
/// </summary>
internal sealed class ReductionPattern(ReductionKind kind, Pattern operand) : Pattern
{
    public ReductionKind Kind { get; } = kind;

    public Pattern Operand { get; } = operand;

    public override int CommutativeCount { get; } = operand.CommutativeCount;

    public override bool Matches(Value value, Match match)
    {
        if (Reductions.Find(value, match.MayLookInto) is not { } found || ((ReduceOp)found.Node.Op).Kind != Kind) return false;
        if (!Operand.Matches(found.Node.Inputs[0], match)) return false;
        match.Note(this, value);
        return true;
    }

    public override string Shape => $"{Kind}({Operand.Shape})";

    public override string ToString() => $"{Kind}({Operand})";
}

/// <summary>A node of any op that passes a test: for rules about all ops of a family.</summary>
internal sealed class NodePattern(string name, Func<Node, Match, bool> admits) : Pattern
{
    public override bool Matches(Value value, Match match) => match.MayLookInto(value) && admits(value.Node, match);

    public override string ToString() => name;
}

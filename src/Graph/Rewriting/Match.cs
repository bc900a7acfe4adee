using GraphGrad.Ranges;

namespace GraphGrad.Rewriting;

/// <summary>What the parts of a pattern stand for, while and after it is matched.</summary>
internal sealed class Match(RewriteFacts facts, Value root)
{
    private readonly List<(Pattern Pattern, Value Value)> bound = [];
    private int orders;

    /// <summary>The value that the whole pattern matched.</summary>
    public Value Root { get; } = root;

    /// <summary>Whether the form of a value with derivatives of its own (<see cref="KnownDerivatives"/>) is seen.</summary>
    public bool LooksThroughDerivatives { get; init; }

    /// <summary>The value that a part of the pattern matched.</summary>
    public Value this[Pattern pattern]
    {
        get
        {
            foreach (var (key, value) in bound)
            {
                if (ReferenceEquals(key, pattern)) return value;
            }
            throw new InvalidOperationException($"the pattern has no part '{pattern}'");
        }
    }

    /// <summary>What the wildcards stand for.</summary>
    public BoundWildcard[] Operands => [.. bound.Where(b => b.Pattern is Wildcard).Select(b => new BoundWildcard(((Wildcard)b.Pattern).Name, b.Value))];

    /// <summary>The number that a constant consists of.</summary>
    public double Number(Pattern pattern) =>
        TryNumber(this[pattern], out var number) ? number : throw new InvalidOperationException($"'{pattern}' is not a number");

    /// <summary>Whether a constant is positive and finite: rules take roots and logarithms of it, and what they add to them must not be infinite.</summary>
    public bool IsPositive(Pattern pattern) => Number(pattern) is > 0 and < double.PositiveInfinity;

    public bool TryNumber(Value value, out double number) => facts.TryNumber(value, out number);

    /// <summary>Where the elements of a value lie.</summary>
    public Interval Range(Value value) => facts.Range(value);

    /// <summary>A scalar constant of the root's element type.</summary>
    public Value Scalar(double number) => Ops.Scalar(Root, number);

    /// <summary>Whether two values are equal in every run because they are computed in the same way.</summary>
    public bool Same(Value a, Value b) => facts.Same(a, b);

    /// <summary>False for values that must stay: rules see what lies behind them only where they are themselves the root.</summary>
    public bool MayLookInto(Value value) =>
        ReferenceEquals(value, Root) || (!facts.IsBarrier(value) && value.Node.ControlInputs.Count == 0);

    public bool TryBind(Pattern pattern, Value value)
    {
        foreach (var (key, known) in bound)
        {
            if (ReferenceEquals(key, pattern)) return facts.Same(known, value);
        }
        bound.Add((pattern, value));
        return true;
    }

    /// <summary>Remembers what an inner part matched; a part that occurs twice keeps its first value.</summary>
    public void Note(Pattern pattern, Value value) => bound.Add((pattern, value));

    /// <summary>Starts over with one of the combinations of operand orders.</summary>
    public void Restart(int combination)
    {
        bound.Clear();
        orders = combination;
    }

    /// <summary>Whether the next commutative op is to be read with its operands exchanged.</summary>
    public bool NextIsSwapped()
    {
        var swapped = (orders & 1) != 0;
        orders >>= 1;
        return swapped;
    }
}

/// <summary>What a wildcard of a pattern stands for.</summary>
internal readonly record struct BoundWildcard(string Name, Value Value);

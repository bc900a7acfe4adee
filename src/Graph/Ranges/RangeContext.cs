namespace GraphGrad.Ranges;

/// <summary>What an op's range rule sees: the node, and where the elements of values before it lie.</summary>
internal sealed record RangeContext(Node Node, Func<Value, Interval> RangeOf)
{
    /// <summary>Where the elements of an input lie.</summary>
    public Interval this[int input] => RangeOf(Node.Inputs[input]);

    /// <summary>Whether two inputs are one value.</summary>
    public bool AreSame(int first, int second) => ReferenceEquals(Node.Inputs[first], Node.Inputs[second]);
}

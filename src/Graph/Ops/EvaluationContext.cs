namespace GraphGrad.Operations;

/// <summary>What an op's interpretation sees: dense row-major operands, and the bindings of the run's symbols.</summary>
internal sealed class EvaluationContext
{
    public required Node Node { get; init; }

    public required Operand[] Inputs { get; init; }

    public required Operand[] Outputs { get; init; }

    /// <summary>The values of the symbols in this run.</summary>
    public required Func<string, long> Binding { get; init; }

    /// <summary>Which run of the session this is, from 0; random ops draw different numbers in each.</summary>
    public long RunIndex { get; set; }

    /// <summary>What the op found out at its first evaluation and keeps: a context is evaluated many times, with the same extents.</summary>
    public object? Prepared { get; set; }

    /// <summary>Makes the error of another graph's node that this one stands for; null if it stands for itself.</summary>
    public Func<string, GraphException>? Failure { get; init; }

    public Operand Output => Outputs[0];

    public long Extent(Dim dim) => dim.Evaluate(Binding);

    /// <summary>The run cannot go on because of data: names the node and its line.</summary>
    public GraphException Error(string message) => Failure?.Invoke(message) ?? new($"{Node.Op.Name} '{Node.Name}': {message} Built at {Node.Origin}.");
}

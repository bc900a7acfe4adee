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

    /// <summary>Of a part of the whole, how many units come before it.</summary>
    public int FirstUnit { get; private init; }

    /// <summary>Which lines to compute, of a part that <see cref="RoutineUnits.Lines"/> ask for; null for all.</summary>
    public (int First, int Count)? Lines { get; private init; }

    /// <summary>Makes the error of another graph's node that this one stands for; null if it stands for itself.</summary>
    public Func<string, GraphException>? Failure { get; init; }

    public Operand Output => Outputs[0];

    public long Extent(Dim dim) => dim.Evaluate(Binding);

    /// <summary>The same op for some of the units that its leading axes number.</summary>
    public EvaluationContext OfUnits(int axes, int first, int count)
    {
        return new() { Node = Node, Inputs = Array.ConvertAll(Inputs, Part), Outputs = Array.ConvertAll(Outputs, Part), Binding = Binding, Failure = Failure, FirstUnit = first };

        // One of the axes counts them all; the others are kept, with extent 1, so that axes have their numbers.
        Operand Part(Operand whole)
        {
            var each = (nint)whole.Extents.AsSpan(axes).Product() * whole.DType.Size();
            return new(whole.DType, [count, .. Enumerable.Repeat(1, axes - 1), .. whole.Extents[axes..]], whole.Address + (first * each));
        }
    }

    /// <summary>The same op for some of its lines.</summary>
    public EvaluationContext OfLines(int first, int count) =>
        new() { Node = Node, Inputs = [.. Inputs], Outputs = [.. Outputs], Binding = Binding, Failure = Failure, Lines = (first, count) };

    /// <summary>The run cannot go on because of data: names the node and its line.</summary>
    public GraphException Error(string message) => Failure?.Invoke(message) ?? new($"{Node.Op.Name} '{Node.Name}': {message} Built at {Node.Origin}.");
}

using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Reductions of short rows that are combined from operands each of which is repeated often, as the distances of all pairs of points: the operands are turned,
/// so that vectors lie along results and not along the few terms of one, whose lanes would have to be added up for every result. Turning is
/// paid once, what it saves as often as an operand is repeated.
/// </summary>
internal sealed class TurnedRows
{
    // With longer rows adding up the lanes matters less; fewer results would not fill a vector.
    private const long LongestRow = 64, FewestResults = 16;

    // As often an operand must be repeated to be stored turned (Materialization).
    private const long FewestRepetitions = 8;

    // Smaller kernels take about as long as the one that would turn an operand.
    private const long FewestPoints = 1 << 12;

    // What is dearer is stored if it has other readers, and would be computed once more turned.
    private const int MostInstructions = 6;

    private readonly Shape whole;
    private readonly Dictionary<Value, Value?> turned = [];
    private int instructions;

    private TurnedRows(Shape whole) => this.whole = whole;

    /// <summary>The reduction with its operands turned; null if it is of another kind.</summary>
    public static Value? Reduce(Value reduction)
    {
        var (op, x) = ((ReduceOp)reduction.Node.Op, reduction.Node.Inputs[0]);
        if (x.Rank < 3 || op.Axes.Count != 1 || op.Axes[0] != x.Rank - 1) return null;
        var (row, results) = (x.Shape[^1], x.Shape[^2]);
        if (!row.IsConstant || row.Value > LongestRow || row.IsOne || (results.IsConstant && results.Value < FewestResults)) return null;
        if (x.Shape.IsStatic && x.Shape.ElementCount.Value < FewestPoints) return null;
        return new TurnedRows(x.Shape).Turn(x) is { } turned ? Reductions.Apply(turned, new ReduceOp(op.Kind, [x.Rank - 2])) : null;
    }

    /// <summary>An operand with its last two axes exchanged; null if that costs too much.</summary>
    private Value? Turn(Value value)
    {
        if (!turned.TryGetValue(value, out var known)) turned.Add(value, known = TurnNew(value));
        return known;
    }

    private Value? TurnNew(Value value)
    {
        var shape = value.Shape;
        if (shape.Rank == 0 || (shape.Rank == 1 && shape[0].IsOne)) return value;
        if (shape.Rank == 1) return Ops.Reshape(value, [shape[0], 1]);
        Dim[] exchanged = [.. shape.Take(shape.Rank - 2), shape[^1], shape[^2]];
        if (shape[^1].IsOne || shape[^2].IsOne) return Ops.Reshape(value, exchanged);
        if (IsRepeated(shape)) return Ops.Transpose(value, [.. Enumerable.Range(0, shape.Rank - 2), shape.Rank - 1, shape.Rank - 2]);
        instructions += value.Node.Op.Cost;
        if (value.Node.Op is not ElementwiseOp op || instructions > MostInstructions) return null;
        var operands = new Value[value.Node.Inputs.Count];
        for (var i = 0; i < operands.Length; i++)
        {
            if (Turn(value.Node.Inputs[i]) is not { } operand) return null;
            operands[i] = operand;
        }
        return value.Graph.Add(op, operands);
    }

    private bool IsRepeated(Shape operand) =>
        operand.IsStatic && (!whole.IsStatic || whole.ElementCount.Value >= FewestRepetitions * operand.ElementCount.Value);
}

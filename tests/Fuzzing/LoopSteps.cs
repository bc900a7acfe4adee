using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Loops, and branches that are computed only where they are taken. Carries stay bounded.</summary>
internal static class LoopSteps
{
    public static readonly Func<Draft, ProgramStep?>[] All = [Scanned, Scanned, ScannedTwice, Recurrent, Counted, Halved, Nested, Chosen];

    private static readonly (string Text, Func<Value, Value, Value> Next)[] Cells =
    [
        ("Tanh(h * 0.7 + x)", (h, x) => Tanh((h * 0.7) + x)),
        ("h * 0.5 + Sin(x)", (h, x) => (h * 0.5) + Sin(x)),
        ("h * Sigmoid(x) + (1 - Sigmoid(x)) * Tanh(x)", (h, x) => (h * Sigmoid(x)) + ((1 - Sigmoid(x)) * Tanh(x))),
        ("Maximum(h * 0.5, x)", (h, x) => Maximum(h * 0.5, x)),
        ("x + 0 * h", (h, x) => x + (0 * h)),
        ("h - Mean(h) + x / 2", (h, x) => h - Mean(h) + (x / 2)),
        ("Cos(h) * Exp(-Square(x))", (h, x) => Cos(h) * Exp(-Square(x))),
        ("(h + Gradient(Sum(Square(h) * Sin(x)), h) / 8) / 2", (h, x) => (h + (Gradient(Sum(Square(h) * Sin(x)), h) / 8)) / 2),
    ];

    private static (string Text, Func<Value, Value, Value> Next) Cell(Draft draft) => Cells[draft.Random.Next(Cells.Length)];

    /// <summary>A float with a first axis to run along, and a float of the type of its parts.</summary>
    private static (int Carry, int Inputs)? Along(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } inputs) return null;
        var shape = draft[inputs].Shape.Without(0);
        var carry = draft.Pick(v => v.DType == draft[inputs].DType && v.Shape.Equals(shape)) ?? draft.AddInput(DType.Float64, [.. shape.Select(d => (int)d.Value)]);
        return (carry, inputs);
    }

    private static ProgramStep? Scanned(Draft draft)
    {
        if (Along(draft) is not var (carry, inputs)) return null;
        var (text, next) = Cell(draft);
        var (reverse, outputs) = (draft.Random.Next(2) == 0, draft.Random.Next(2) == 0);
        return ProgramStep.Call(
            $"Scan((h, x) => ({text}, h * x), {{0}}, {{1}}, {(reverse ? "true" : "false")}).{(outputs ? "Outputs" : "Carry")}",
            v => Scan((h, x) => (next(h, x), h * x), v[0], v[1], reverse) is var (last, stacked) && outputs ? stacked : last,
            carry,
            inputs);
    }

    private static ProgramStep? ScannedTwice(Draft draft)
    {
        if (Along(draft) is not var (carry, inputs)) return null;
        if (draft.Pick(v => v.DType == DType.Float64 && (v.Rank == 0 || v.Shape.Equals(draft[carry].Shape))) is not { } outside) return null;
        var (text, next) = Cell(draft);
        var which = draft.Random.Next(3);
        return ProgramStep.Call(
            $"Scan((c, x) => ([{text.Replace("h", "c[0]", StringComparison.Ordinal)} of x[0], c[1] * 0.5 + c[0] * {{2}}], [c[1] - x[0]]), [{{0}}, {{0}}], [{{1}}]), result {which}",
            v =>
            {
                var (carries, stacked) = Scan((c, x) => ([next(c[0], x[0]), (c[1] * 0.5) + (c[0] * v[2])], [c[1] - x[0]]), [v[0], v[0]], [v[1]]);
                return which == 2 ? stacked[0] : carries[which];
            },
            carry,
            inputs,
            outside);
    }

    private static ProgramStep? Recurrent(Draft draft)
    {
        if (draft.Pick(v => v.DType == DType.Float64 && v.Rank is 2 or 3) is not { } inputs) return null;
        var width = (int)draft[inputs].Shape[^1].Value;
        var shape = draft[inputs].Shape.Without(0);
        var (carry, weights) = (draft.AddInput(DType.Float64, [.. shape.Select(d => (int)d.Value)]), draft.AddInput(DType.Float64, [width, width]));
        return ProgramStep.Call(
            "Scan((h, x) => (Tanh(MatMul(h, {2}) + MatMul(x, {2})), h), {0}, {1}).Outputs",
            v => Scan((h, x) => (Tanh(MatMul(h, v[2]) + MatMul(x, v[2])), h), v[0], v[1]).Outputs,
            carry,
            inputs,
            weights);
    }

    private static ProgramStep? Counted(Draft draft)
    {
        if (draft.PickFloat() is not { } x) return null;
        if (draft.Pick(v => v.DType == draft[x].DType && (v.Rank == 0 || v.Shape.Equals(draft[x].Shape))) is not { } y) return null;
        var (text, next) = Cell(draft);
        var (times, most) = (draft.Random.Next(5), draft.Random.Next(1, 6));
        return ProgramStep.Call(
            $"While(c => c[0] < {times}, c => [c[0] + 1, {text.Replace("h", "c[1]", StringComparison.Ordinal)}], [Zeros, {{0}}], {most})[1] with x = {{1}}",
            v => While(c => c[0] < times, c => [c[0] + 1, next(c[1], v[1])], [Cast(Sum(v[0] * 0), DType.Int32), v[0]], most)[1],
            x,
            y);
    }

    // The logarithm says how far the number of iterations is from another.
    private static ProgramStep? Halved(Draft draft)
    {
        if (draft.PickFloat() is not { } x || draft[x].Shape.ElementCount.Value == 0) return null;
        var limit = 0.3 + draft.Random.NextDouble();
        return ProgramStep.Call($"While(h => Max(Abs(h)) > {limit:R}, h => h / 2, {{0}}, 12)", v => While(h => Max(Abs(h)) > limit, h => h / 2, v[0], 12), x) with
        {
            Margin = v => Log(Max(Abs(v[0])) / limit) / Math.Log(2) is var steps ? Minimum(Abs(steps - Round(steps)), Max(Abs(v[0]))) : null!,
        };
    }

    private static ProgramStep? Nested(Draft draft)
    {
        if (draft.PickFloat(minRank: 2) is not { } x || draft[x].Rank > 3) return null;
        var (text, next) = Cell(draft);
        var shape = draft[x].Shape.Without(0).Without(0);
        var carry = draft.AddInput(DType.Float64, [.. shape.Select(d => (int)d.Value)]);
        return ProgramStep.Call(
            $"Scan((h, row) => (Scan((g, x) => ({text.Replace("h", "g", StringComparison.Ordinal)}, g), h, row).Carry, h), {{0}}, {{1}}).Outputs",
            v => Scan((h, row) => (Scan((g, x) => (next(g, x), g), h, row).Carry, h), v[0], v[1]).Outputs,
            carry,
            x);
    }

    private static ProgramStep? Chosen(Draft draft)
    {
        if (draft.PickFloat() is not { } x) return null;
        var (first, then) = Cell(draft);
        var (second, otherwise) = Cell(draft);
        return ProgramStep.Call(
            $"Cond(Mean({{0}}) > 0.1, () => ({first}), () => ({second})) with h = x = {{0}}",
            v => Cond(Mean(v[0]) > 0.1, () => then(v[0], Sin(v[0])), () => otherwise(v[0], Cos(v[0]))),
            x) with { Margin = v => Mean(v[0]) - 0.1 };
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Steps along one axis: running sums and products, orders, single elements put and taken, and what is moved around an edge.</summary>
internal static class RunningSteps
{
    private const int LongestProduct = 17;

    public static readonly Func<Draft, ProgramStep?>[] All = [Cumulated, Cumulated, Recurring, Sorted, Taken, Put, Rolled, Reflected, OnDiagonal];

    private static ProgramStep? Cumulated(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var (axis, reverse) = (draft.Axis(draft[x]), draft.Random.Next(2) == 0);
        var arguments = $"{{0}}, {axis}, {(reverse ? "true" : "false")}";
        return draft.Random.Next(3) switch
        {
            0 when draft[x].Shape[axis].Value <= LongestProduct => ProgramStep.Call($"CumProd({arguments})", v => CumProd(v[0], axis, reverse), x),
            1 => ProgramStep.Call($"LogCumSumExp({arguments})", v => LogCumSumExp(v[0], axis, reverse), x),
            _ => ProgramStep.Call($"CumSum({arguments})", v => CumSum(v[0], axis, reverse), x),
        };
    }

    private static ProgramStep? Recurring(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        if (draft.Pick(v => v.Type == draft[x].Type) is not { } y) return null;
        var axis = draft.Axis(draft[x]);
        return draft[x].Shape[axis].Value > LongestProduct
            ? null
            : ProgramStep.Call($"LinearRecurrence({{0}}, {{1}}, {axis})", v => LinearRecurrence(v[0], v[1], axis), x, y);
    }

    private static ProgramStep? Sorted(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var (axis, descending) = (draft.Axis(draft[x]), draft.Random.Next(2) == 0);
        return draft[x].Shape[axis].Value < 2
            ? null
            : ProgramStep.Lambda($"x => Sort(x, {axis}, {(descending ? "true" : "false")}).Values", v => Sort(v[0], axis, descending).Values, x) with
            {
                Margin = v => Diff(Sort(v[0], axis).Values, axis),
            };
    }

    private static ProgramStep? Taken(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        int[] shape = [.. draft[x].Shape.Select(d => (int)d.Value)];
        var limit = shape[axis];
        shape[axis] = draft.Random.Next(1, 4);
        var indices = draft.AddIndices(draft.Random.Next(2) == 0 ? DType.Int32 : DType.Int64, shape, limit);
        return ProgramStep.Call($"TakeAlongAxis({{0}}, {{1}}, {axis})", v => TakeAlongAxis(v[0], v[1], axis), x, indices);
    }

    private static ProgramStep? Put(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        if (draft.Pick(v => v.Type == draft[x].Type) is not { } values) return null;
        var axis = draft.Axis(draft[x]);
        int[] shape = [.. draft[x].Shape.Select(d => (int)d.Value)];
        var indices = draft.AddIndices(DType.Int64, shape, shape[axis]);
        var reduction = draft.Random.Next(2) == 0 ? ScatterReduction.Sum : ScatterReduction.Replace;
        return ProgramStep.Call($"PutAlongAxis({{0}}, {{1}}, {{2}}, {axis}, ScatterReduction.{reduction})", v => PutAlongAxis(v[0], v[1], v[2], axis, reduction), x, indices, values);
    }

    private static ProgramStep? Rolled(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0) is not { } x) return null;
        var (axis, shift) = (draft.Axis(draft[x]), draft.Random.Next(-3, 4));
        return ProgramStep.Call($"Roll({{0}}, {shift}, {axis})", v => Roll(v[0], shift, axis), x);
    }

    private static ProgramStep? Reflected(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0 && v.Shape.All(d => d.Value > 1)) is not { } x) return null;
        var mode = Enum.GetValues<PadMode>()[draft.Random.Next(4)];
        Dim[] low = [.. draft[x].Shape.Select(_ => (Dim)draft.Random.Next(2))];
        Dim[] high = [.. draft[x].Shape.Select(_ => (Dim)draft.Random.Next(2))];
        return ProgramStep.Call($"Pad({{0}}, [{string.Join(", ", low)}], [{string.Join(", ", high)}], PadMode.{mode})", v => Pad(v[0], low, high, mode), x);
    }

    private static ProgramStep? OnDiagonal(Draft draft)
    {
        var offset = draft.Random.Next(-1, 2);
        if (draft.Random.Next(2) == 0)
            return draft.Pick(v => v.Rank is > 0 and < 3 && v.Shape[^1].Value < 20) is { } x ? ProgramStep.Call($"DiagonalMatrix({{0}}, {offset})", v => DiagonalMatrix(v[0], offset), x) : null;
        return draft.Pick(v => v.Rank > 1 && v.Shape[^1].Value > 1 && v.Shape[^2].Value > 1) is { } y ? ProgramStep.Call($"Diagonal({{0}}, {offset})", v => Diagonal(v[0], offset), y) : null;
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Steps in which an element depends on many: reductions, products, gathers and whole functions.</summary>
internal static class CombiningSteps
{
    public static readonly Func<Draft, ProgramStep?>[] All =
    [
        Summed, Summed, Averaged, Multiplied, Extreme, Extreme, Position, Matrices, Matrices, Contracted, Gathered, Scattered, Normalized,
        Truth, Branched,
    ];

    private static ProgramStep? Branched(Draft draft)
    {
        if (draft.Pick(v => v.DType == DType.Bool && v.Rank == 0) is not { } condition) return null;
        if (draft.Pick(v => v.DType.IsFloat()) is not { } x) return null;
        return draft.Pick(v => v.Type == draft[x].Type) is not { } y
            ? null
            : ProgramStep.Call("Cond({0}, {1}, {2})", v => Cond(v[0], v[1], v[2]), condition, x, y);
    }

    private static ProgramStep? Summed(Draft draft) => Reduced(draft, "Sum", v => v.DType != DType.Bool, Sum);

    private static ProgramStep? Averaged(Draft draft) => Reduced(draft, "Mean", v => v.DType.IsFloat(), Mean);

    private static ProgramStep? Multiplied(Draft draft) => Reduced(draft, "Prod", v => v.DType.IsFloat(), Prod);

    private static ProgramStep? Truth(Draft draft) =>
        draft.Random.Next(2) == 0 ? Reduced(draft, "Any", v => v.DType == DType.Bool, Any) : Reduced(draft, "All", v => v.DType == DType.Bool, Ops.All);

    private static ProgramStep? Reduced(Draft draft, string name, Func<Value, bool> fits, Func<Value, int[], bool, Value> reduce)
    {
        if (draft.Pick(v => v.Rank > 0 && fits(v)) is not { } x) return null;
        var (axes, keep) = (draft.Axes(draft[x]), draft.Random.Next(2) == 0);
        return ProgramStep.Call($"{name}({{0}}, [{string.Join(", ", axes)}], {(keep ? "true" : "false")})", v => reduce(v[0], axes, keep), x);
    }

    private static ProgramStep? Extreme(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var (axes, keep) = (draft.Axes(draft[x]), draft.Random.Next(2) == 0);
        var isMax = draft.Random.Next(2) == 0;
        return ProgramStep.Call(
            $"{(isMax ? "Max" : "Min")}({{0}}, [{string.Join(", ", axes)}], {(keep ? "true" : "false")})",
            v => isMax ? Max(v[0], axes, keep) : Min(v[0], axes, keep),
            x) with { Margin = v => Lead(isMax ? v[0] : -v[0], axes) };
    }

    private static ProgramStep? Position(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        var isMax = draft.Random.Next(2) == 0;
        return ProgramStep.Call(
            $"{(isMax ? "ArgMax" : "ArgMin")}({{0}}, {axis})", v => isMax ? ArgMax(v[0], axis) : ArgMin(v[0], axis), x) with
        {
            Margin = v => Lead(isMax ? v[0] : -v[0], [axis]),
        };
    }

    /// <summary>How far the largest element is ahead of the second largest; 0 if there are two of it.</summary>
    private static Value Lead(Value x, int[] axes)
    {
        var isLargest = Equal(x, Max(x, axes, keepDims: true));
        var ahead = Max(x, axes) - Max(Where(isLargest, -1e6, x), axes);
        return Where(Equal(Sum(Cast(isLargest, DType.Int32), axes), 1), ahead, 0);
    }

    private static ProgramStep? Matrices(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var inner = (int)draft[x].Shape[^1].Value;
        var y = draft.Random.Next(3) == 0
            ? draft.AddInput(DType.Float64, [inner, draft.Extent()])
            : draft.Pick(v => v.DType.IsFloat() && v.Rank >= 1 && v.Shape[Math.Max(0, v.Rank - 2)] == inner && BatchesFit(v, draft[x]));
        return y is null ? null : ProgramStep.Call("MatMul({0}, {1})", v => MatMul(v[0], v[1]), x, y.Value);

        static bool BatchesFit(Value a, Value b)
        {
            for (var axis = 3; axis <= Math.Min(a.Rank, b.Rank); axis++)
            {
                if (a.Shape[^axis] != b.Shape[^axis] && !a.Shape[^axis].IsOne && !b.Shape[^axis].IsOne) return false;
            }
            return true;
        }
    }

    private static ProgramStep? Contracted(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        var extent = draft[x].Shape[axis];
        if (draft.Pick(v => v.DType.IsFloat() && v.Shape.Contains(extent) && v.Rank + draft[x].Rank <= 6) is not { } y) return null;
        var other = Enumerable.Range(0, draft[y].Rank).First(a => draft[y].Shape[a] == extent);
        return ProgramStep.Call($"Dot({{0}}, {{1}}, [{axis}], [{other}])", v => Dot(v[0], v[1], [axis], [other]), x, y);
    }

    private static ProgramStep? Gathered(Draft draft)
    {
        if (draft.Pick(v => v.Rank is > 0 and < 4) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        var indices = draft.AddIndices(draft.Random.Next(2) == 0 ? DType.Int32 : DType.Int64, [draft.Extent()], (int)draft[x].Shape[axis].Value);
        return ProgramStep.Call($"Gather({{0}}, {{1}}, {axis})", v => Gather(v[0], v[1], axis), x, indices);
    }

    private static ProgramStep? Scattered(Draft draft)
    {
        if (draft.Pick(v => v.Rank > 0 && v.DType.IsFloat()) is not { } x) return null;
        if (draft.Pick(v => v.Type == draft[x].Type) is not { } updates) return null;
        var axis = draft.Axis(draft[x]);
        var extent = (int)draft[x].Shape[axis].Value;
        var indices = draft.AddIndices(DType.Int32, [extent], extent);
        return ProgramStep.Call($"ScatterAdd({{0}}, {{1}}, {{2}}, {axis})", v => ScatterAdd(v[0], v[1], v[2], axis), x, indices, updates);
    }

    private static ProgramStep? Normalized(Draft draft)
    {
        if (draft.PickFloat(minRank: 1) is not { } x) return null;
        var axis = draft.Axis(draft[x]);
        return draft.Random.Next(4) switch
        {
            0 => ProgramStep.Call($"Softmax({{0}}, {axis})", v => Softmax(v[0], axis), x),
            1 => ProgramStep.Call($"LogSoftmax({{0}}, {axis})", v => LogSoftmax(v[0], axis), x),
            2 => ProgramStep.Call($"LogSumExp({{0}}, {axis})", v => LogSumExp(v[0], axis), x),
            _ => ProgramStep.Call("LayerNorm({0}, epsilon: 0.1)", v => LayerNorm(v[0], epsilon: 0.1), x),
        };
    }
}

using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Steps that slide over sequences and images: convolutions, their transposes and means of windows. Maxima of windows are left out: what they give to the first of equal ones is no difference quotient.</summary>
internal static class ConvolutionSteps
{
    public static readonly Func<Draft, ProgramStep?>[] All = [Convolved, Convolved, Spread, Pooled, Resized];

    private static ProgramStep? Convolved(Draft draft)
    {
        if (Images(draft) is not { } x) return null;
        var image = draft[x];
        var axes = image.Rank - 2;
        var channels = Extent(image, 1);
        var groups = draft.Random.Next(3) == 0 ? channels : 1;
        var outputs = groups * draft.Random.Next(1, 4);
        int[] sizes = [.. Enumerable.Range(2, axes).Select(a => draft.Random.Next(1, Math.Min(4, Extent(image, a)) + 1))];
        var (stride, padding, dilation) = (draft.Random.Next(1, 4), draft.Random.Next(0, sizes.Max()), Enumerable.Range(0, axes).All(a => (2 * sizes[a]) - 1 <= Extent(image, a + 2)) ? draft.Random.Next(1, 3) : 1);
        var w = draft.AddInput(DType.Float64, [outputs, channels / groups, .. sizes]);
        return ProgramStep.Call(
            $"Conv{axes}d({{0}}, {{1}}, null, {stride}, {padding}, {dilation}, {groups})",
            v => axes == 1 ? Conv1d(v[0], v[1], null, stride, padding, dilation, groups) : Conv2d(v[0], v[1], null, stride, padding, dilation, groups), x, w);
    }

    private static ProgramStep? Spread(Draft draft)
    {
        if (Images(draft) is not { } x) return null;
        var image = draft[x];
        var axes = image.Rank - 2;
        var channels = Extent(image, 1);
        var groups = draft.Random.Next(3) == 0 ? channels : 1;
        int[] sizes = [.. Enumerable.Range(0, axes).Select(_ => draft.Random.Next(1, 4))];
        var stride = draft.Random.Next(1, 4);
        var w = draft.AddInput(DType.Float64, [channels, draft.Random.Next(1, 4), .. sizes]);
        return ProgramStep.Call(
            $"ConvTranspose{axes}d({{0}}, {{1}}, null, {stride}, groups: {groups})",
            v => axes == 1 ? ConvTranspose1d(v[0], v[1], null, stride, groups: groups) : ConvTranspose2d(v[0], v[1], null, stride, groups: groups), x, w);
    }

    private static ProgramStep? Pooled(Draft draft)
    {
        if (Images(draft) is not { } x) return null;
        var axes = draft[x].Rank - 2;
        var size = draft.Random.Next(1, Math.Min(3, Enumerable.Range(2, axes).Min(a => Extent(draft[x], a))) + 1);
        var (stride, padding, counts) = (draft.Random.Next(1, 4), draft.Random.Next(0, (size / 2) + 1), draft.Random.Next(2) == 0);
        return ProgramStep.Call(
            $"AvgPool{axes}d({{0}}, {size}, {stride}, {padding}, countPadding: {(counts ? "true" : "false")})",
            v => axes == 1 ? AvgPool1d(v[0], size, stride, padding, countPadding: counts) : AvgPool2d(v[0], size, stride, padding, countPadding: counts), x);
    }

    private static ProgramStep? Resized(Draft draft)
    {
        if (Images(draft) is not { } x) return null;
        var (size, isLinear) = (draft.Extent(), draft.Random.Next(2) == 0);
        return ProgramStep.Call(
            $"Interpolate({{0}}, {size}, InterpolationMode.{(isLinear ? "Linear" : "Nearest")})",
            v => Interpolate(v[0], size, isLinear ? InterpolationMode.Linear : InterpolationMode.Nearest), x);
    }

    private static int? Images(Draft draft) => draft.Pick(v => v.DType.IsFloat() && v.Rank is 3 or 4 && v.Shape[1].Value <= 16);

    private static int Extent(Value image, int axis) => (int)image.Shape[axis].Value;
}

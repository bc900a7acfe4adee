namespace GraphGrad.Parity.Live.Expressions;

internal static class RedrawnTwins
{
    public static readonly Twins All = new()
    {
        ["max_pool1d whose only window sticks out"] = t => Run("torch.max_pool1d(x, [3], [2], [0], [2], True)", t),
        ["max_pool2d whose only window sticks out"] = t => (
            Run("torch.max_pool2d_with_indices(x, [3, 3], [2, 3], [0, 0], [2, 2], True)[0]", t), Run("torch.max_pool2d_with_indices(x, [3, 3], [2, 3], [0, 0], [2, 2], True)[1]", t)),
        ["avg_pool2d whose only window sticks out"] = t => Run("torch.avg_pool2d(x, [3, 2], [3, 2], [0, 0], True)", t),
        ["max_unpool1d without batch"] = t => Run("torch.max_unpool2d(x.unsqueeze(1), y.unsqueeze(1), [1, 5]).squeeze(1)", t),
        ["max_unpool2d without batch"] = t => Run("torch.max_unpool2d(x, y, [3, 4])", t),
        ["max_unpool3d without batch"] = t => Run("torch.max_unpool3d(x, y, [2, 2, 2], [2, 2, 2], [0, 0, 0])", t),
        ["var of a scalar's axis"] = t => (Run("torch.var(x, [0], correction=0)", t), Run("torch.var(x, [-1], correction=-1)", t)),
        ["median of none"] = t => Run("torch.median(x)", t),
        ["nan_to_num of whole numbers"] = t => Run("torch.nan_to_num(x)", t),
        ["lerp of negative weights"] = t => Run("torch.lerp(x, y, z)", t),
        ["norm in the order of PyTorch's arguments"] = t => (Run("torch.norm(x, 1)", t), Run("torch.norm(x, 3, [1])", t), Run("torch.norm(x, 1, [0, 1], True)", t)),
        ["relu of bools"] = t => Run("torch.relu(x)", t),
        ["frac of whole numbers"] = t => Run("torch.frac(x)", t),
        ["max_pool1d with more padding than half of a dilated window"] = t => Run("torch.max_pool1d(x, [3], [1], [2], [2])", t),
    };

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyz"[i].ToString(), tensor))]);
}

namespace GraphGrad.Parity.Live.Expressions;

internal static class OptionTwins
{
    public static readonly Twins All = new()
    {
        ["meshgrid of x and y"] = t => meshgrid([t[0], t[1]], "xy"),
        ["meshgrid of x, y and z"] = t => meshgrid(t, "xy"),
        ["meshgrid of x alone"] = t => meshgrid(t, "xy"),
        ["diff with neighbours"] = t => Run("torch.diff(x, 2, 1, y, z)", t),
        ["diff with what stands before"] = t => Run("torch.diff(x, 1, 0, prepend=y)", t),
        ["diff with what stands behind"] = t => (Run("torch.diff(x, append=y)", t), Run("torch.diff(x, 0, append=y)", t)),
        ["linalg.solve_triangular of ones"] = t => (Run("torch.linalg_solve_triangular(x, y, upper=False, unitriangular=True)", t), Run("torch.linalg_solve_triangular(x, y, upper=True, unitriangular=True)", t)),
        ["linalg.solve_triangular from the right"] = t => (Run("torch.linalg_solve_triangular(x, y, upper=False, left=False)", t), Run("torch.linalg_solve_triangular(x, y, upper=True, left=False)", t)),
        ["linalg.solve_triangular transposed from the right"] = t => Run("torch.linalg_solve_triangular(torch.transpose(x, -2, -1), y, upper=True, left=False, unitriangular=True)", t),
        ["lp_pool1d with windows that stick out"] = t => (Run("torch.avg_pool1d(x ** 2, [3], [2], [0], True)", t) * 3).sqrt(),
        ["lp_pool2d with windows that stick out"] = t => (Run("torch.avg_pool2d(x ** 3, [2, 3], [2, 2], [0, 0], True)", t) * 6).pow(1.0 / 3),
        ["lp_pool3d"] = t => (Run("torch.avg_pool3d(x ** 2, [2, 2, 2])", t) * 8).sqrt(),
        ["lp_pool3d with windows that stick out"] = t => Run("torch.avg_pool3d(x, [2, 2, 2], [2, 2, 2], [0, 0, 0], True)", t) * 8,
        ["histogram as density"] = t => (Run("torch.histogram(x, y, density=True)[0]", t), Run("torch.histogram(x, y, weight=z, density=True)[0]", t)),
        ["histogram of the data's range"] = t => (Run("torch.histogram(x, 5)[0]", t), Run("torch.histogram(x, 5)[1]", t), Run("torch.histogram(x, 4, density=True)[0]", t)),
        ["scaled_dot_product_attention grouped"] = t => Grouped(t, null),
        ["scaled_dot_product_attention grouped with a mask"] = t => Grouped(t, t[3]),
        ["multi_head_attention_forward with a mask of keys"] = t => Heads(t, t[3], null),
        ["multi_head_attention_forward with both masks"] = t => Heads(t, t[3], t[4]),
        ["multi_head_attention_forward mask of too few keys"] = t => Heads(t, t[3], null),
        ["diff beside another rank"] = t => Run("torch.diff(x, prepend=y)", t),
        ["linalg.solve_triangular columns"] = t => Run("torch.linalg_solve_triangular(x, y, upper=False, left=False)", t),
        ["lp_pool3d of an image"] = t => Run("torch.avg_pool3d(x, [2, 2, 2])", t),
        ["histogram of the data's range without bins"] = t => Run("torch.histogram(x, 0)[0]", t),
        ["scaled_dot_product_attention groups"] = t => Grouped(t, null),
    };

    // What its option enable_gqa does since libtorch 2.5: repeats the heads of key and value.
    private static Tensor Grouped(Tensor[] t, Tensor? mask)
    {
        var group = t[0].shape[1] / t[1].shape[1];
        var scores = (t[0] / Math.Sqrt(t[0].shape[^1])).matmul(t[1].repeat_interleave(group, 1).transpose(-2, -1));
        return (mask is null ? scores : scores + mask).softmax(-1).matmul(t[2].repeat_interleave(group, 1));
    }

    /// <summary>The module's output, written in libtorch's operations: heads of two elements, and weights made of the query.</summary>
    private static Outputs Heads(Tensor[] t, Tensor keys, Tensor? mask)
    {
        var w = t[0].flatten()[..16].reshape(4, 4);
        Tensor Part(Tensor x) => x.matmul(w.t()).reshape(x.shape[0], x.shape[1], 2, 2).transpose(1, 2);
        var scores = Part(t[0]).matmul(Part(t[1]).transpose(-2, -1)) / Math.Sqrt(2);
        if (mask is not null) scores = scores + mask;
        var weights = scores.masked_fill(keys.logical_not().unsqueeze(1).unsqueeze(1), double.NegativeInfinity).softmax(-1);
        return (weights.matmul(Part(t[2])).transpose(1, 2).reshape(t[0].shape).matmul(w.t()), weights.mean([1]));
    }

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyz"[i].ToString(), tensor))]);
}

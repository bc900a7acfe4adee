namespace GraphGrad.Parity.Live.Expressions;

internal static class OverloadTwins
{
    public static readonly Twins All = new()
    {
        ["flatten of inner axes"] = t => (Run("torch.flatten(x, 1, 2)", t), Run("torch.flatten(x, -2, -2)", t), Run("torch.flatten(x, 0, -1)", t)),
        ["repeat_interleave by counts"] = t => (Run("torch.repeat_interleave(x, torch.tensor([2, 0, 3]), -1)", t), Run("torch.repeat_interleave(x, torch.tensor([1, 2]), 0)", t)),
        ["nanmedian of all"] = t => Run("torch.nanmedian(x)", t),
        ["nanquantile of several"] = t => Run("torch.nanquantile(x, torch.tensor([0.25, 0.5, 0.75], dtype=x.dtype), 1)", t),
        ["searchsorted with an order"] = t => (
            Run("torch.searchsorted(x, y, sorter=torch.sort(x, stable=True)[1])", t), Run("torch.searchsorted(x, y, right=True, sorter=torch.sort(x, stable=True)[1])", t)),
        ["linalg.cond by other norms"] = t => (Run("torch.linalg_cond(x, 'fro')", t), Run("torch.linalg_cond(x, 1)", t), Run("torch.linalg_cond(x, -float('inf'))", t)),
        ["nonzero_static"] = t => (Places(t, 3, -1), Places(t, 8, 0)),
        ["flatten backwards"] = t => Run("torch.flatten(x, 2, 1)", t),
        ["repeat_interleave by too few counts"] = t => Run("torch.repeat_interleave(x, torch.tensor([2, 0]), -1)", t),
        ["repeat_interleave by negative counts"] = t => Run("torch.repeat_interleave(x, torch.tensor([2, -1, 1]), -1)", t),
        ["linalg.cond of a rectangle"] = t => Run("torch.linalg_cond(x, 'fro')", t),
        ["nonzero_static count"] = t => Places(t, -1, -1),
    };

    // No operator of its own before libtorch 2.1.
    private static Tensor Places(Tensor[] t, int count, int fill) => Version.Parse(TorchRun.LibtorchVersion) >= new Version(2, 1)
        ? Run($"torch.nonzero_static(x, size={count}, fill_value={fill})", t)
        : Run($"torch.constant_pad_nd(torch.nonzero(x), [0, 0, 0, {count}], {fill})[:torch.ones([{count}]).numel()]", t);

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyz"[i].ToString(), tensor))]);
}

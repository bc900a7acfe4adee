namespace GraphGrad.Parity.Live.Expressions;

internal static class SamplingTwins
{
    public static readonly Twins All = new()
    {
        ["grid_sample"] = t => Grid(t, 0, 0, false),
        ["grid_sample with corners"] = t => Grid(t, 0, 0, true),
        ["grid_sample with borders"] = t => Grid(t, 0, 1, false),
        ["grid_sample with reflection"] = t => Grid(t, 0, 2, false),
        ["grid_sample with reflection and corners"] = t => Grid(t, 0, 2, true),
        ["grid_sample nearest"] = t => Grid(t, 1, 0, false),
        ["grid_sample cubic"] = t => Grid(t, 2, 0, false),
        ["grid_sample cubic with borders"] = t => Grid(t, 2, 1, true),
        ["grid_sample of volumes"] = t => Grid(t, 0, 0, false),
        ["grid_sample of volumes with borders"] = t => Grid(t, 0, 1, true),
        ["affine_grid"] = t => One("torch.affine_grid_generator(x, [2, 1, 3, 4], False)", t),
        ["affine_grid with corners"] = t => One("torch.affine_grid_generator(x, [2, 1, 1, 5], True)", t),
        ["affine_grid of volumes"] = t => One("torch.affine_grid_generator(x, [2, 1, 2, 3, 2], False)", t),

        ["ctc_loss"] = t => Alignment(t, 0, 1, false),
        ["ctc_loss, sum"] = t => Alignment(t, 0, 2, false),
        ["ctc_loss, none"] = t => Alignment(t, 0, 0, false),
        ["ctc_loss of what cannot be aligned"] = t => Alignment(t, 0, 0, false),
        ["ctc_loss without infinity"] = t => Alignment(t, 0, 2, true),

        ["pdist"] = t => One("torch.pdist(x)", t),
        ["pdist of order 1"] = t => One("torch.pdist(x, 1.0)", t),
        ["gradient"] = t => One("torch.gradient(x, spacing=0.5, dim=0)[0]", t),
        ["gradient of order 2"] = t => One("torch.gradient(x, spacing=2.0, dim=1, edge_order=2)[0]", t),
        ["tril_indices"] = t => One("torch.tril_indices(3, 4, 1) + x", t),
        ["triu_indices"] = t => One("torch.triu_indices(3, 4, -1) + x", t),
        ["fill_diagonal_"] = t => One("torch.clone(x).fill_diagonal_(2.5)", t),
        ["hann_window"] = t => One("x * torch.hann_window(7, dtype=x.dtype)", t),
        ["hamming_window"] = t => One("x * torch.hamming_window(7, False, dtype=x.dtype)", t),
        ["blackman_window"] = t => One("x * torch.blackman_window(7, dtype=x.dtype)", t),
        ["bartlett_window"] = t => One("x * torch.bartlett_window(6, dtype=x.dtype)", t),
        ["kaiser_window"] = t => One("x * torch.kaiser_window(7, dtype=x.dtype)", t),

        ["grid_sample of another batch"] = t => Grid(t, 0, 0, false),
        ["grid_sample of three coordinates"] = t => Grid(t, 0, 0, false),
        ["grid_sample of volumes cubic"] = t => Grid(t, 2, 0, false),
        ["affine_grid of a square"] = t => One("torch.affine_grid_generator(x, [1, 1, 3, 4], False)", t),
        ["ctc_loss lengths"] = t => Alignment(t, 0, 1, false),
        ["ctc_loss blank"] = t => Alignment(t, 4, 1, false),
        ["pdist of a vector"] = t => One("torch.pdist(x)", t),
        ["gradient of one element"] = t => One("torch.gradient(x)[0]", t),
    };

    private static Tensor Grid(Tensor[] t, int mode, int padding, bool corners) =>
        Script.Run($"torch.grid_sampler(x, g, {mode}, {padding}, {(corners ? "True" : "False")})", ("x", t[0]), ("g", t[1]));

    private static Tensor Alignment(Tensor[] t, int blank, int reduction, bool zeroInfinity) => Script.Run(
        $"torch.ctc_loss(torch.log_softmax(x, 2), y, n, m, {blank}, {reduction}, {(zeroInfinity ? "True" : "False")})",
        ("x", t[0]), ("y", t[1]), ("n", t[2]), ("m", t[3]));

    private static Tensor One(string expression, Tensor[] t) => Script.Run(expression, ("x", t[0]));
}

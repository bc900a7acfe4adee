namespace GraphGrad.Parity.Live.Expressions;

internal static class NothingTwins
{
    public static readonly Twins All = new()
    {
        ["linalg.qr of nothing"] = t => (Run("torch.linalg_qr(x)[0]", t), Run("torch.linalg_qr(x)[1]", t)),
        ["linalg.qr of nothing differentiated"] = t => (Run("torch.linalg_qr(x)[0]", t), Run("torch.linalg_qr(x)[1]", t)),
        ["linalg.qr of nothing complete"] = t => (Run("torch.linalg_qr(x, 'complete')[0]", t), Run("torch.linalg_qr(x, 'complete')[1]", t)),
        ["linalg.svd of nothing"] = t => Svd(t, "False"),
        ["linalg.svd of nothing full"] = t => Svd(t, "True"),
        ["linalg.svdvals of nothing"] = t => Run("torch.linalg_svdvals(x)", t),
        ["linalg.pinv of nothing"] = t => Run("torch.linalg_pinv(x)", t),
        ["linalg.matrix_rank of nothing"] = t => Run("torch.linalg_matrix_rank(x)", t),
        ["linalg.cond of nothing"] = t => Run("torch.linalg_cond(x)", t),
        ["linalg.lu of nothing"] = t => (Run("torch.linalg_lu(x)[1]", t), Run("torch.linalg_lu(x)[2]", t)),
        ["linalg.matrix_norm of nothing"] = t => (Run("torch.linalg_matrix_norm(x)", t), Run("torch.linalg_matrix_norm(x, 'nuc')", t)),
        ["linalg.lstsq of nothing"] = t => Run("torch.linalg_lstsq(x, y)[0]", t),
        ["geqrf of nothing"] = t => (Run("torch.geqrf(x)[0]", t), Run("torch.geqrf(x)[1]", t)),
        ["linalg.eigh of nothing"] = t => (Run("torch.linalg_eigh(x)[0]", t), Run("torch.linalg_eigh(x)[1]", t)),
        ["linalg.cholesky of nothing"] = t => Run("torch.linalg_cholesky(x)", t),
        ["linalg.det of nothing"] = t => Run("torch.linalg_det(x)", t),
        ["linalg.slogdet of nothing"] = t => (Run("torch.linalg_slogdet(x)[0]", t), Run("torch.linalg_slogdet(x)[1]", t)),
        ["linalg.inv of nothing"] = t => Run("torch.linalg_inv(x)", t),
        ["linalg.solve of nothing"] = t => Run("torch.linalg_solve(x, y)", t),
        ["linalg.solve_triangular of nothing"] = t => Run("torch.linalg_solve_triangular(x, y, upper=False)", t),
        ["linalg.matrix_power of nothing"] = t => (Run("torch.linalg_matrix_power(x, 3)", t), Run("torch.linalg_matrix_power(x, -2)", t), Run("torch.linalg_matrix_power(x, 0)", t)),
        ["matrix_exp of nothing"] = t => Run("torch.matrix_exp(x)", t),
    };

    private static Outputs Svd(Tensor[] t, string full) =>
        (Run($"torch.linalg_svd(x, {full})[0]", t), Run($"torch.linalg_svd(x, {full})[1]", t), Run($"torch.linalg_svd(x, {full})[2]", t));

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyz"[i].ToString(), tensor))]);
}

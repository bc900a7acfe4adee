namespace GraphGrad.Parity.Live.Expressions;

internal static class SpectralTwins
{
    public static readonly Twins All = new()
    {
        ["linalg.eigh"] = t => (One("torch.linalg_eigh(x + x.mT)[0]", t), One("torch.linalg_eigh(x + x.mT)[1].abs()", t)),
        ["linalg.eigvalsh"] = t => One("torch.linalg_eigvalsh(x + x.mT)", t),
        ["linalg.svd"] = t => (One("torch.linalg_svd(x, False)[0].abs()", t), One("torch.linalg_svd(x, False)[1]", t), One("torch.linalg_svd(x, False)[2].abs()", t)),
        ["linalg.svdvals"] = t => One("torch.linalg_svdvals(x)", t),
        ["linalg.pinv"] = t => One("torch.linalg_pinv(x)", t),
        ["linalg.pinv of lesser rank"] = t => linalg.pinv(t[0].matmul(t[1])),
        ["pinverse"] = t => One("torch.pinverse(x)", t),
        ["linalg.matrix_rank"] = t => One("torch.linalg_matrix_rank(x)", t),
        ["linalg.cond"] = t => One("torch.linalg_cond(x)", t),
        ["linalg.matrix_norm of singular values"] = t => (One("torch.linalg_matrix_norm(x, 2)", t), One("torch.linalg_matrix_norm(x, -2)", t), One("torch.linalg_matrix_norm(x, 'nuc', [-2, -1], True)", t)),
        ["nuclear_norm"] = t => One("torch.nuclear_norm(x)", t),
        ["linalg.matrix_exp"] = t => One("torch.linalg_matrix_exp(x)", t),
        ["matrix_exp"] = t => One("torch.matrix_exp(8 * x)", t),
        ["linalg.cholesky_ex"] = t => One("torch.linalg_cholesky_ex(torch.matmul(x, x.mT) + torch.eye(3, dtype=x.dtype))[0]", t),
        ["linalg.inv_ex"] = t => One("torch.linalg_inv_ex(x)[0]", t),
        ["linalg.lu_factor_ex"] = t => One("torch.linalg_lu_factor_ex(x)[0]", t),
        ["lu_unpack"] = t => (One($"{Unpacked}[0].mT", t), One($"{Unpacked}[1]", t), One($"{Unpacked}[2]", t)),
        ["linalg.eigh of a rectangle"] = t => One("torch.linalg_eigh(x)[0]", t),
        ["linalg.eigvalsh of whole numbers"] = t => One("torch.linalg_eigvalsh(x)", t),
        ["linalg.svd of a vector"] = t => One("torch.linalg_svd(x, False)[1]", t),
        ["linalg.svdvals of whole numbers"] = t => One("torch.linalg_svdvals(x)", t),
        ["linalg.pinv of a vector"] = t => One("torch.linalg_pinv(x)", t),
        ["linalg.cond of a vector"] = t => One("torch.linalg_cond(x)", t),
        ["linalg.matrix_exp of a rectangle"] = t => One("torch.linalg_matrix_exp(x)", t),
    };

    private const string Unpacked = "torch.lu_unpack(torch.linalg_lu_factor(x)[0], torch.linalg_lu_factor(x)[1])";

    private static Tensor One(string expression, Tensor[] t) => Script.Run(expression, ("x", t[0]));
}

namespace GraphGrad.Parity.Live.Expressions;

internal static class FactorTwins
{
    public static readonly Twins All = new()
    {
        ["linalg.qr complete"] = Complete,
        ["linalg.qr complete of tall matrices"] = Complete,
        // libtorch differentiates the projection as that on all that Q's first columns do not span.
        ["linalg.qr complete: the space that is left"] = t => One("torch.eye(x.size(-2), dtype=x.dtype) - torch.matmul(torch.linalg_qr(x)[0], torch.linalg_qr(x)[0].mT)", t),
        ["linalg.svd of full matrices"] = t => Basis(t[0]),
        ["linalg.svd of full matrices of lesser rank"] = t => Basis(t[0].matmul(t[1])),
        ["linalg.svd of full matrices: the space that is left"] = t => One("torch.eye(x.size(-2), dtype=x.dtype) - torch.matmul(torch.linalg_svd(x, False)[0], torch.linalg_svd(x, False)[0].mT)", t),
        ["linalg.ldl_factor"] = t => (One("torch.linalg_ldl_factor(x + x.mT)[0]", t), One("torch.linalg_ldl_factor(x + x.mT)[1]", t)),
        ["linalg.ldl_factor_ex"] = t => (One("torch.linalg_ldl_factor_ex(x)[0]", t), One("torch.linalg_ldl_factor_ex(x)[1]", t)),
        ["linalg.ldl_solve"] = t => Script.Run("torch.linalg_ldl_solve(torch.linalg_ldl_factor(x + x.mT)[0], torch.linalg_ldl_factor(x + x.mT)[1], b)", ("x", t[0]), ("b", t[1])),
        ["linalg.ldl_solve differentiated as a system"] = t => Script.Run("torch.linalg_solve(x + x.mT, b)", ("x", t[0]), ("b", t[1])),
        ["linalg.ldl_factor of a rectangle"] = t => One("torch.linalg_ldl_factor(x)[0]", t),
        ["linalg.ldl_solve of other rows"] = t => Script.Run("torch.linalg_ldl_solve(x, p, b)", ("x", t[0]), ("p", t[1]), ("b", t[2])),
        ["linalg.qr complete of a vector"] = Complete,
        ["linalg.svd of full matrices of a vector"] = t => Basis(t[0]),
    };

    private static Outputs Complete(Tensor[] t) => (One("torch.linalg_qr(x, 'complete')[0]", t), One("torch.linalg_qr(x, 'complete')[1]", t));

    private static Outputs Basis(Tensor x)
    {
        Tensor Part(int i) => Script.Run($"torch.linalg_svd(x, True)[{i}]", ("x", x));
        var (u, s, vt) = (Part(0), Part(1), Part(2));
        var k = s.shape[^1];
        return ((u.narrow(-1, 0, k) * s.unsqueeze(-2)).matmul(vt.narrow(-2, 0, k)), u.transpose(-1, -2).matmul(u), vt.matmul(vt.transpose(-1, -2)));
    }

    private static Tensor One(string expression, Tensor[] t) => Script.Run(expression, ("x", t[0]));
}

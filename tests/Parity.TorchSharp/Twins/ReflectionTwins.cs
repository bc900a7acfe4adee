namespace GraphGrad.Parity.Live.Expressions;

internal static class ReflectionTwins
{
    public static readonly Twins All = new()
    {
        ["geqrf"] = t => (Of("torch.geqrf(x)[0]", t), Of("torch.geqrf(x)[1]", t)),
        ["linalg.householder_product"] = t => Of("torch.linalg_householder_product(x, y)", t),
        ["orgqr"] = t => Of("torch.orgqr(x, y)", t),
        ["ormqr"] = t => Of("torch.ormqr(x, y, z)", t),
        ["ormqr transposed"] = t => Of("torch.ormqr(x, y, z, True, True)", t),
        ["ormqr from the right"] = t => (Of("torch.ormqr(x, y, z, False)", t), Of("torch.ormqr(x, y, z, False, True)", t)),
        ["triangular_solve"] = t => Of("torch.triangular_solve(x, y)[0]", t),
        ["geqrf of a vector"] = t => Of("torch.geqrf(x)[1]", t),
        ["linalg.householder_product of a wide matrix"] = t => Of("torch.linalg_householder_product(x, y)", t),
        ["linalg.householder_product factors"] = t => Of("torch.linalg_householder_product(x, y)", t),
        ["ormqr rows"] = t => Of("torch.ormqr(x, y, z)", t),
    };

    private static Tensor Of(string expression, Tensor[] t) => Script.Run(expression, [.. t.Zip("xyz", (tensor, name) => ($"{name}", tensor))]);
}

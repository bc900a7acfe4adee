namespace GraphGrad.Parity.Live.Expressions;

internal static class WeightTwins
{
    public static readonly Twins All = new()
    {
        // The second derivative of torch._weight_norm is another than that of its formula.
        ["parametrizations.weight_norm"] = t => t[0] * (t[1] / Script.Run("torch.norm_except_dim(v, 2, 0)", ("v", t[0]))),
        ["parametrizations.weight_norm along the last axis"] = t => t[0] * (t[1] / Script.Run("torch.norm_except_dim(v, 2, 1)", ("v", t[0]))),
        ["parametrizations.weight_norm of all"] = t => t[0] * (t[1] / Script.Run("torch.norm_except_dim(v, 2, -1)", ("v", t[0]))),
        ["norm_except_dim"] = t => Script.Run("torch.norm_except_dim(v, 2, 1)", ("v", t[0])),
        ["parametrizations.spectral_norm"] = t => Spectral(t, 1, 0),
        ["parametrizations.spectral_norm of inputs first"] = t => Spectral(t, 2, 1),
        ["parametrizations.spectral_norm in evaluation"] = t => Spectral(t, 0, 0),
        ["parametrizations.orthogonal"] = t => Tall(t[0], x => linalg.matrix_exp(Skew(x)).narrow(-1, 0, x.shape[^1])),
        ["parametrizations.orthogonal by Cayley"] = t => Tall(t[0], x => linalg.solve(Unit(x) - (Skew(x) / 2), Unit(x) + (Skew(x) / 2)).narrow(-1, 0, x.shape[^1])),
        ["parametrizations.orthogonal by reflections"] = t => Tall(t[0], x => linalg.householder_product(x.tril(-1), 2 / (x.tril(-1).square().sum([-2]) + 1))),
        ["fuse_conv_bn_weights"] = t => Folded(t, [3, 1, 1, 1], 1e-5),
        ["fuse_conv_bn_weights transposed"] = t => Folded(t, [1, 3, 1], 0.01),
        ["fuse_linear_bn_weights"] = t => Folded(t, [3, 1], 1e-5),
        ["parameters_to_vector"] = t => cat([.. t.Select(x => x.reshape(-1))], 0),
        ["vector_to_parameters"] = t => (t[0].narrow(0, 0, 6).view(2, 3), t[0].narrow(0, 6, 3)),

        // So are the functions that prune.
        ["prune.l1_unstructured"] = t => t[0] * Kept(t[0].abs(), 5),
        ["prune.l1_unstructured of a share"] = t => t[0] * Kept(t[0].abs(), 5),
        ["prune.l1_unstructured once more"] = t => t[0] * Kept(t[0].abs(), 8),
        ["prune.ln_structured"] = t => t[0] * Kept(t[0].square().sum([1]), 2).unsqueeze(1),
        ["prune.ln_structured of a share by another norm"] = t => t[0] * Kept(t[0].abs().sum([0, 2]), 2).view(1, 5, 1),
        ["prune.global_unstructured"] = t =>
        {
            var kept = Kept(cat([.. t.Select(x => x.abs().flatten())], 0), 7);
            return new[] { t[0] * kept.narrow(0, 0, 12).view(3, 4), t[1] * kept.narrow(0, 12, 5), t[2] * kept.narrow(0, 17, 1).view(Array.Empty<long>()) };
        },
        ["prune.l1_unstructured of too many"] = t => t[0] * Kept(t[0].abs(), 18),
        ["prune.ln_structured along no axis"] = t => t[0] * Kept(t[0].square().sum([2]), 1),
        ["parametrizations.weight_norm of other magnitudes"] = t => t[0] * (t[1] / Script.Run("torch.norm_except_dim(v, 2, 0)", ("v", t[0]))),
        ["parametrizations.spectral_norm of other vectors"] = t => Spectral(t, 1, 0),
        ["parametrizations.orthogonal of a vector"] = t => Tall(t[0], x => linalg.matrix_exp(Skew(x))),
        ["fuse_conv_bn_weights of other outputs"] = t => Folded(t, [3, 1, 1, 1], 1e-5),
    };

    /// <summary>1 but at the least elements.</summary>
    private static Tensor Kept(Tensor importance, int leftOut)
    {
        var flat = importance.detach().flatten();
        var places = flat.topk(leftOut, 0, false).indexes;
        return ones_like(flat).scatter(0, places, zeros_like(flat)).view(importance.shape);
    }

    // The parametrizations are written in Python, TorchSharp has no modules of them; these are the operations that they call.
    private static Outputs Spectral(Tensor[] t, int iterations, int axis)
    {
        var matrix = t[0].transpose(0, axis).flatten(1);
        var (u, v) = (t[1].detach(), t[2].detach());
        if (axis == 1 && t[0].Dimensions > 2) matrix = t[0].permute(1, 0, 2).flatten(1);
        for (var i = 0; i < iterations; i++)
        {
            u = Normalized(matrix.detach().mv(v));
            v = Normalized(matrix.detach().t().mv(u));
        }
        return (t[0] / u.dot(matrix.mv(v)), u, v);
    }

    // TorchSharp 0.99 has no normalize.
    private static Tensor Normalized(Tensor x) => x / x.norm().clamp_min(1e-12);

    private static Tensor Tall(Tensor x, Func<Tensor, Tensor> map) => x.shape[^2] < x.shape[^1] ? map(x.transpose(-1, -2)).transpose(-1, -2) : map(x);

    private static Tensor Skew(Tensor x)
    {
        var lower = x.tril();
        var (rows, columns) = (x.shape[^2], x.shape[^1]);
        if (rows > columns) lower = cat([lower, zeros([.. x.shape[..^1], rows - columns], dtype: x.dtype)], -1);
        return lower - lower.transpose(-1, -2);
    }

    private static Tensor Unit(Tensor x) => eye(x.shape[^2], dtype: x.dtype);

    // TorchSharp's functions make parameters of what they give, which no gradient passes.
    private static Outputs Folded(Tensor[] t, long[] along, double epsilon)
    {
        var scale = (t[3] + epsilon).rsqrt();
        return (t[0] * (t[4] * scale).reshape(along), ((t[1] - t[2]) * scale * t[4]) + t[5]);
    }
}

namespace GraphGrad.Parity.Live.Expressions;

internal static class KinkTwins
{
    public static readonly Twins All = new()
    {
        ["max_pool1d of nothing but -∞"] = t => Both("torch.max_pool1d_with_indices(x, [3], [2], [1], [2], True)", t),
        ["max_pool2d of nothing but -∞"] = t => Both("torch.max_pool2d_with_indices(x, [2, 2], [1, 1], [1, 1])", t),
        ["max_pool2d of -∞ between dilated elements"] = t => Both("torch.max_pool2d_with_indices(x, [3, 2], [1, 2], [1, 1], [2, 1])", t),
        ["max_pool3d of nothing but -∞"] = t => Both("torch.max_pool3d_with_indices(x, [1, 2, 2], [1, 1, 1], [0, 1, 1])", t),
        ["adaptive_max_pool2d of nothing but -∞"] = t => Both("torch.adaptive_max_pool2d(x, [2, 3])", t),
        ["margin_ranking_loss at the margin"] = t => Run("torch.margin_ranking_loss(x, y, z.detach(), 0.5, 0)", t),
        ["hinge_embedding_loss at the margin"] = t => Run("torch.hinge_embedding_loss(x, y.detach(), 2.0, 0)", t),
        ["cosine_embedding_loss at the margin"] = t => Run("torch.cosine_embedding_loss(x, y, z.detach(), 0.0, 0)", t),
        ["triplet_margin_loss at the margin"] = t => Run("torch.triplet_margin_loss(x, y, z, 1.0, 1.0, 0.0, False, 0)", t),
        ["multi_margin_loss at the margin"] = t => Run("torch.multi_margin_loss(x, y, 1, 1.0, None, 0)", t),
        ["smooth_l1_loss of equal numbers at beta 0"] = t => Run("torch.smooth_l1_loss(x, y, 0, 0.0)", t),
        ["soft_margin_loss far out"] = t => Run("torch.soft_margin_loss(x, y.detach(), 0)", t),
        ["binary_cross_entropy near its ends"] = t => Run("torch.binary_cross_entropy(x, y.detach(), None, 0)", t),
        ["grid_sample at the border"] = t => (Run("torch.grid_sampler(x, y, 0, 1, False)", t), Run("torch.grid_sampler(x, y, 0, 1, True)", t)),
        ["grid_sample at the border of reflections"] = t => (Run("torch.grid_sampler(x, y, 0, 2, False)", t), Run("torch.grid_sampler(x, y, 0, 2, True)", t)),
        ["prelu at 0 differentiated twice"] = t => Run("torch.prelu(x, y)", t),
        ["elu at 0 differentiated twice"] = t => Run("torch.elu(x, 0.3)", t),
        ["cdist of equal differences by the largest"] = t => Run("torch.cdist(x, y, float('inf'))", t),
        ["cosine_similarity of vectors shorter than epsilon"] = t => Run("torch.cosine_similarity(x, y, 0, 0.1)", t),
        ["grid_sample at NaN and infinity"] = t => Run("torch.grid_sampler(x, y, 0, 0, False)", t),
        ["copysign of infinities"] = t => t[0].copysign(t[1]),
        ["linalg.vector_norm of NaN"] = t => (Run("torch.linalg_vector_norm(x, 1.0, [1])", t), Run("torch.linalg_vector_norm(x, float('inf'), [1])", t)),
        ["nanmean of nothing but NaN"] = t => Run("torch.nanmean(x)", t),
        ["scatter_reduce by maximum of NaN"] = t => Run("torch.scatter_reduce(x, 0, y, z, 'amax')", t),
        ["glu far out"] = t => Run("torch.glu(x, 0)", t),
        ["silu far out differentiated twice"] = t => nn.functional.silu(t[0]),
    };

    private static Outputs Both(string expression, Tensor[] t) => (Run($"{expression}[0]", t), Run($"{expression}[1]", t));

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyz"[i].ToString(), tensor))]);
}

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
        ["distributions.Categorical of labels that broadcast"] = t => (distributions.Categorical(logits: t[0]).log_prob(t[1]), distributions.Categorical(probs: t[0].exp()).log_prob(t[1])),
        ["distributions.MultivariateNormal kl_divergence of stacks that broadcast"] = t => Script.Run(
            "torch.sum(torch.log(torch.diagonal(w, 0, -2, -1)) - torch.log(torch.diagonal(y, 0, -2, -1)), -1) + 0.5 * (torch.sum(torch.triangular_solve(y, w, False)[0] ** 2, [-2, -1])"
            + " + torch.sum(torch.triangular_solve((z - x).unsqueeze(-1), w, False)[0] ** 2, [-2, -1]) - x.size(-1))",
            ("x", t[0]), ("y", t[1]), ("z", t[2]), ("w", t[3])),
        ["clip_grad_norm_"] = t => Clipped(t, parameters => nn.utils.clip_grad_norm_(parameters, 1.3)),
        ["clip_grad_norm_ by the largest element"] = t => Clipped(t, parameters => nn.utils.clip_grad_norm_(parameters, 0.5, double.PositiveInfinity)),
        ["clip_grad_value_"] = t => Clipped(t, parameters =>
        {
            nn.utils.clip_grad_value_(parameters, 0.6);
            return null;
        }),
        ["margin_ranking_loss along axes of extent 1"] = t => nn.functional.margin_ranking_loss(t[0], t[1], t[2].detach(), 0.3, nn.Reduction.None),
        ["cosine_embedding_loss along axes of extent 1"] = t => nn.functional.cosine_embedding_loss(t[0], t[1], t[2].detach(), 0.1, nn.Reduction.None),
        ["triplet_margin_loss along axes of extent 1"] = t => nn.functional.triplet_margin_loss(t[0], t[1], t[2], reduction: nn.Reduction.None),
        ["triplet_margin_loss of one feature beside three"] = t => nn.functional.triplet_margin_loss(t[0], t[1], t[2], swap: true, reduction: nn.Reduction.None),
        ["gaussian_nll_loss of one variance a row"] = t => Run("0.5 * (torch.log(z.unsqueeze(-1)) + (x - y) ** 2 / z.unsqueeze(-1))", t),
        ["margin_ranking_loss of unlike ranks"] = t => nn.functional.margin_ranking_loss(t[0], t[1], t[2]),
        ["triplet_margin_loss of unlike ranks"] = t => nn.functional.triplet_margin_loss(t[0], t[1], t[2]),
        ["vander of a scalar"] = t => Run("torch.vander(x, 3)", t),
        ["relu of bools"] = t => Run("torch.relu(x)", t),
        ["frac of whole numbers"] = t => Run("torch.frac(x)", t),
        ["max_pool1d with more padding than half of a dilated window"] = t => Run("torch.max_pool1d(x, [3], [1], [2], [2])", t),
    };

    /// <summary>The gradients of parameters that have the tensors for gradients after clipping, and the norm if that is what clipping gives.</summary>
    private static Tensor[] Clipped(Tensor[] t, Func<TorchSharp.Modules.Parameter[], double?> clip)
    {
        var parameters = t.Select(x => new TorchSharp.Modules.Parameter(zeros_like(x), true)).ToArray();
        foreach (var (parameter, x) in parameters.Zip(t)) (parameter * x).sum().backward();
        var norm = clip(parameters);
        var gradients = parameters.Select(Gradients.Of);
        return [.. norm is { } number ? gradients.Append(tensor(number, dtype: t[0].dtype)) : gradients];
    }

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyz"[i].ToString(), tensor))]);
}

using static TorchSharp.torch.nn.functional;

namespace GraphGrad.Parity.Live.Expressions;

internal static class EdgeTwins
{
    public static readonly Twins All = new()
    {
        ["sum of a scalar's axis"] = t => (One("torch.sum(x, [0])", t), One("torch.sum(x, [-1], True)", t)),
        ["prod of a scalar's axis"] = t => One("torch.prod(x, -1)", t),
        ["mean of a scalar's axis"] = t => One("torch.mean(x, [-1])", t),
        ["var of a scalar's axis"] = t => One("torch.var(x, [0], unbiased=False)", t),
        ["amax of a scalar's axis"] = t => One("torch.amax(x, [-1])", t),
        ["max of a scalar's axis"] = t => (One("torch.max(x, 0)[0]", t), One("torch.max(x, 0)[1]", t)),
        ["min of a scalar's axis"] = t => (One("torch.min(x, -1)[0]", t), One("torch.min(x, -1)[1]", t)),
        ["argmax of a scalar's axis"] = t => One("torch.argmax(x, -1)", t),
        ["all of a scalar's axis"] = t => One("torch.all(x, 0)", t),
        ["softmax of a scalar's axis"] = t => One("torch.softmax(x, 0)", t),
        ["log_softmax of a scalar's axis"] = t => One("torch.log_softmax(x, -1)", t),
        ["logsumexp of a scalar's axis"] = t => One("torch.logsumexp(x, [0])", t),
        ["cumsum of a scalar's axis"] = t => One("torch.cumsum(x, 0)", t),
        ["cumprod of a scalar's axis"] = t => One("torch.cumprod(x, -1)", t),
        ["cummax of a scalar's axis"] = t => (One("torch.cummax(x, 0)[0]", t), One("torch.cummax(x, 0)[1]", t)),
        ["logcumsumexp of a scalar's axis"] = t => One("torch.logcumsumexp(x, -1)", t),
        ["sort of a scalar's axis"] = t => (One("torch.sort(x, 0)[0]", t), One("torch.sort(x, 0)[1]", t)),
        ["topk of a scalar's axis"] = t => (One("torch.topk(x, 1, -1)[0]", t), One("torch.topk(x, 1, -1)[1]", t)),
        ["kthvalue of a scalar's axis"] = t => (One("torch.kthvalue(x, 1, 0)[0]", t), One("torch.kthvalue(x, 1, 0)[1]", t)),
        ["mode of a scalar's axis"] = t => (One("torch.mode(x, -1)[0]", t), One("torch.mode(x, -1)[1]", t)),
        ["median of a scalar's axis"] = t => (One("torch.median(x, 0)[0]", t), One("torch.median(x, 0)[1]", t)),
        ["quantile of a scalar's axis"] = t => One("torch.quantile(x, 0.25, -1)", t),
        ["linalg.vector_norm of a scalar's axis"] = t => One("torch.linalg_vector_norm(x, 2, [0])", t),
        ["flip of a scalar's axis"] = t => One("torch.flip(x, [0])", t),
        ["squeeze of a scalar's axis"] = t => One("torch.squeeze(x, -1)", t),
        ["swapaxes of a scalar's axis"] = t => One("torch.swapaxes(x, 0, -1)", t),
        ["moveaxis of a scalar's axis"] = t => One("torch.moveaxis(x, 0, -1)", t),
        ["gather of several of a scalar"] = t => t[0].gather(0, t[1]),
        ["gather of a scalar of a vector"] = t => t[0].gather(0, t[1]),
        ["index_select of a scalar's axis"] = t => t[0].index_select(-1, t[1]),
        ["index_add of a scalar's axis"] = t => t[0].index_add(0, t[1], t[2], 1),
        ["index_copy of a scalar's axis"] = t => Script.Run("torch.index_copy(x, 0, y, z)", ("x", t[0]), ("y", t[1]), ("z", t[2])),
        ["index_fill of a scalar's axis"] = t => Script.Run("torch.index_fill(x, 0, y, 2.5)", ("x", t[0]), ("y", t[1])),
        ["scatter of a vector into a scalar"] = t => Script.Run("torch.scatter(x, 0, y, z)", ("x", t[0]), ("y", t[1]), ("z", t[2])),
        ["scatter of a scalar into a vector"] = t => Script.Run("torch.scatter(x, 0, y, z)", ("x", t[0]), ("y", t[1]), ("z", t[2])),
        ["gather of a scalar's axis"] = t => t[0].gather(0, t[1]),
        ["scatter of a scalar's axis"] = t => t[0].scatter(0, t[1], t[2]),
        ["roll of a scalar's axis"] = t => One("torch.roll(x, [1], [0])", t),
        ["diff of a scalar's axis"] = t => One("torch.diff(x, 1, 0)", t),
        ["sum of a scalar's axis 1"] = t => One("torch.sum(x, [1])", t),

        ["index from the end"] = t => t[0].index(new Tensor[] { t[1], t[2] }),
        ["index_put_ from the end"] = t => t[0].clone().index_put_(t[3], new Tensor[] { t[1], t[2] }, false),
        ["take from the end"] = t => t[0].take(t[1]),
        ["put from the end"] = t => Script.Run("torch.put(x, i, y)", ("x", t[0]), ("i", t[1]), ("y", t[2])),
        ["index_fill from the end"] = t => t[0].index_fill(1, t[1], 2.5),
        ["gather of fewer"] = t => t[0].gather(0, t[1]),
        ["gather of fewer rows"] = t => t[0].gather(-1, t[1]),
        ["scatter of fewer"] = t => t[0].scatter(1, t[1], t[2]),
        ["scatter of fewer than values"] = t => t[0].scatter(1, t[1], t[2]),
        ["scatter_add of fewer"] = t => t[0].scatter_add(0, t[1], t[2]),
        ["gather of more"] = t => t[0].gather(0, t[1]),
        ["scatter of more"] = t => t[0].scatter(0, t[1], t[2]),
        ["scatter of values of fewer axes"] = t => t[0].scatter(-1, t[1], t[2]),
        ["scatter_add of values of fewer axes"] = t => t[0].scatter_add(-1, t[1], t[2]),

        ["sum of bools"] = t => (One("torch.sum(x)", t), One("torch.sum(x, [0])", t)),
        ["prod of bools"] = t => One("torch.prod(x, 1)", t),
        ["cumsum of bools"] = t => One("torch.cumsum(x, 1)", t),
        ["cumprod of bools"] = t => One("torch.cumprod(x, 0)", t),
        ["lt of bools"] = t => t[0].lt(t[1]),
        ["le of bools"] = t => t[0].le(t[1]),
        ["gt of bools"] = t => t[0].gt(t[1]),
        ["ge of bools"] = t => t[0].ge(t[1]),
        ["maximum of bools"] = t => t[0].maximum(t[1]),
        ["minimum of bools"] = t => t[0].minimum(t[1]),

        ["linalg.lu of tall matrices"] = t => Factors(t[0]),
        ["linalg.lu of wide matrices"] = t => Factors(t[0]),
        ["linalg.lu_factor of tall matrices"] = t => linalg.lu_factor(t[0]).Item1,

        ["mse_loss broadcast"] = t => mse_loss(t[0], t[1]),
        ["l1_loss broadcast"] = t => (t[0] - t[1]).abs().sum(),
        ["huber_loss broadcast"] = t => huber_loss(t[0], t[1], delta: 0.5),
        ["smooth_l1_loss broadcast"] = t => smooth_l1_loss(t[0], t[1], reduction: nn.Reduction.None),
        ["poisson_nll_loss broadcast"] = t => poisson_nll_loss(t[0], t[1]),
        ["soft_margin_loss broadcast"] = t => soft_margin_loss(t[0], t[1].detach()),
        ["hinge_embedding_loss broadcast"] = t => hinge_embedding_loss(t[0], t[1].detach(), 1, nn.Reduction.Mean),
        ["kl_div broadcast"] = t => kl_div(t[0], t[1], false, nn.Reduction.Mean),
        ["mse_loss of shapes that do not broadcast"] = t => mse_loss(t[0], t[1]),
    };

    private static Tensor One(string expression, Tensor[] t) => Script.Run(expression, ("x", t[0]));

    private static (Tensor, Tensor, Tensor) Factors(Tensor a)
    {
        var (p, l, u) = linalg.lu(a);
        return (p.transpose(-2, -1), l, u);
    }
}
